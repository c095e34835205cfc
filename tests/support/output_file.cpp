#include "tests/support/output_file.hpp"

#include <new>

namespace nn {

namespace {

constexpr std::size_t kPackedBytes = 65536;
constexpr int kGzip = 16 + MAX_WBITS;  // what deflateInit2 calls it
constexpr int kMemoryLevel = 8;        // zlib's own default

}  // namespace

OutputFile::OutputFile(const std::filesystem::path& path)
    : file_(path), gzip_(path.extension() == ".gz") {
  if (!gzip_) return;
  packed_.resize(kPackedBytes);
  if (deflateInit2(&zip_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzip,
                   kMemoryLevel, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc();
  }
}

OutputFile::~OutputFile() {
  if (gzip_) deflateEnd(&zip_);
}

void OutputFile::write(std::span<const std::uint8_t> bytes) {
  if (gzip_) {
    zip(bytes, Z_NO_FLUSH);
  } else {
    file_.write(bytes.data(), bytes.size());
  }
}

void OutputFile::commit() {
  if (gzip_) zip({}, Z_FINISH);
  file_.commit();
}

void OutputFile::zip(std::span<const std::uint8_t> bytes, int flush) {
  zip_.next_in = const_cast<Bytef*>(bytes.data());  // zlib only reads it
  zip_.avail_in = static_cast<uInt>(bytes.size());
  do {
    zip_.next_out = packed_.data();
    zip_.avail_out = static_cast<uInt>(packed_.size());
    deflate(&zip_, flush);
    file_.write(packed_.data(), packed_.size() - zip_.avail_out);
  } while (zip_.avail_out == 0);  // a full buffer: there may be more
}

}  // namespace nn
