// Feeds the IDX readers whatever libFuzzer invents: `make fuzz`, with Clang.
//
// Each input becomes a file that is read as images and as labels. A reader may
// refuse it with an InputError of one line, or return data that fit together;
// anything else (a crash, another exception, a leak, undefined behaviour) is
// a bug and stops the run.
//
// Inputs come as they are and, a second time, as the content of a gzip file
// with a correct checksum: without that, hardly any invented input would get
// past the checksum.

#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>

#include "common/data/idx.hpp"
#include "common/error.hpp"
#include "tests/support/idx_write.hpp"
#include "tests/support/output_file.hpp"

namespace {

namespace fs = std::filesystem;
using Bytes = std::span<const std::uint8_t>;

void require(bool condition) {
  if (!condition) std::abort();
}

// A folder for the inputs, gone with the process.
struct Folder {
  Folder() { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
  const fs::path path =
      fs::temp_directory_path() / ("nn-fuzz-" + std::to_string(getpid()));
};

const fs::path& folder() {
  static const Folder folder;
  return folder.path;
}

template <typename Read>
void try_to(Read read) {
  try {
    read();
  } catch (const nn::InputError& error) {
    const std::string message = error.what();
    require(message.find('\n') == std::string::npos);
    require(message.find(folder().string()) == 0);
  }
}

void read_both_ways(const fs::path& file) {
  try_to([&] {
    const nn::IdxImages images = nn::read_idx_images(file);
    require(images.size.height > 0 && images.size.width > 0);
    require(images.pixels.n_rows == images.size.pixels());
    for (const float p : images.pixels) require(p >= 0 && p <= 1);
  });
  try_to([&] {
    for (const unsigned label : nn::read_idx_labels(file)) require(label < 10);
  });
}

void write_plain(const fs::path& file, Bytes bytes) {
  std::ofstream out(file, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
}

void write_gzip(const fs::path& file, Bytes bytes) {
  nn::OutputFile out(file);
  out.write(bytes);
  out.commit();
}

// Two correct files, plain and gzip, for libFuzzer to start from.
void write_seeds(const fs::path& corpus) {
  const arma::fmat pixels(6, 4, arma::fill::value(0.5f));
  const std::uint8_t labels[] = {1, 2, 3, 9};
  for (const char* ending : {"", ".gz"}) {
    nn::write_idx_images(corpus / (std::string("images") + ending), pixels,
                         {2, 3});
    nn::write_idx_labels(corpus / (std::string("labels") + ending), labels);
  }
}

}  // namespace

// Called once: the last argument is the folder of the corpus.
extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  const fs::path corpus = (*argv)[*argc - 1];
  if (*argc > 1 && fs::is_directory(corpus)) write_seeds(corpus);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const fs::path plain = folder() / "input";
  write_plain(plain, {data, size});
  read_both_ways(plain);
  const fs::path zipped = folder() / "input.gz";
  write_gzip(zipped, {data, size});
  read_both_ways(zipped);
  return 0;
}
