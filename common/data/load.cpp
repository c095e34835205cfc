#include "common/data/load.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <future>

#include "common/data/idx.hpp"
#include "common/digits/synthetic.hpp"
#include "common/error.hpp"
#include "common/terminal/text.hpp"

namespace nn {

namespace fs = std::filesystem;

namespace {

// ---- Finding the files -----------------------------------------------------

constexpr const char* kAdvice =
    "; run `make data` to download MNIST, or use the built-in digits with "
    "--data synthetic";

// A folder, and who named it: an error should say what to change.
struct Source {
  fs::path folder;
  std::string named_by;

  std::string text() const {
    return named_by.empty()
               ? folder.string()
               : fmt::format("{} (named by {})", folder.string(), named_by);
  }
};

// The four files of MNIST in the order in which `load_folder` uses them.
constexpr const char* kNames[] = {
    "train-images-idx3-ubyte", "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"};

// Returns true if there is such a file or folder. Not being allowed to look is
// another matter, and an error.
bool is_there(const fs::path& path) {
  std::error_code failed;
  const bool there = fs::exists(path, failed);
  if (!failed) return there;
  throw InputError(path.string() + ": cannot read: " + failed.message());
}

// Copies of MNIST also write a dot for the second dash, and may be zipped.
// Returns an empty path if there is no such file.
fs::path find_file(const fs::path& folder, const std::string& name) {
  std::string dotted = name;
  dotted[name.rfind("-idx")] = '.';
  for (const std::string& candidate :
       {name, name + ".gz", dotted, dotted + ".gz"}) {
    if (is_there(folder / candidate)) return folder / candidate;
  }
  return {};
}

std::vector<fs::path> find_files(const Source& source) {
  if (!is_there(source.folder) || !fs::is_directory(source.folder)) {
    throw InputError(source.text() + ": there is no such folder" + kAdvice);
  }
  std::vector<fs::path> files;
  std::string missing;
  for (const char* name : kNames) {
    files.push_back(find_file(source.folder, name));
    if (!files.back().empty()) continue;
    missing += missing.empty() ? name : fmt::format(" and no {}", name);
  }
  if (missing.empty()) return files;
  throw InputError(fmt::format("{}: there is no {}, plain or .gz{}",
                               source.text(), missing, kAdvice));
}

// ---- Reading them ----------------------------------------------------------

// How many images, besides all labels, tell MNIST from its drop-ins, most of
// which keep names and sizes and some even the labels.
constexpr std::size_t kTellingImages = 1000;

// Training or test images, and what the files say beyond them.
template <typename Images>
struct Set {
  Images data;
  std::size_t count = 0;  // of all the images in the file
  std::uint32_t fingerprint = 0;
};

// CRC-32 of all labels and of the first images, as floats.
std::uint32_t fingerprint(const std::vector<std::uint8_t>& labels,
                          const Matrix& images) {
  const std::size_t count =
      std::min<std::size_t>(images.n_cols, kTellingImages);
  const uLong crc = crc32_z(0, labels.data(), labels.size());
  return static_cast<std::uint32_t>(
      crc32_z(crc, reinterpret_cast<const Bytef*>(images.memptr()),
              images.n_rows * count * sizeof(float)));
}

std::uint32_t fingerprint(const std::vector<std::uint8_t>& labels,
                          const ByteMatrix& images) {
  const std::size_t count =
      std::min<std::size_t>(images.n_cols, kTellingImages);
  Matrix first(images.n_rows, count, arma::fill::none);
  for (arma::uword i = 0; i < first.n_elem; ++i) {
    first[i] = static_cast<float>(images[i]) / 255.0f;
  }
  return fingerprint(labels, first);
}

auto read_images(const fs::path& file, std::size_t limit, const Dataset&) {
  return read_idx_images(file, limit);
}
auto read_images(const fs::path& file, std::size_t limit, const ByteDataset&) {
  return read_idx_bytes(file, limit);
}

// The first `limit` images at most.
template <typename Images>
Set<Images> read_set(const fs::path& images_file, const fs::path& labels_file,
                     std::size_t limit) {
  Set<Images> set;
  Images& data = set.data;
  data.labels = read_idx_labels(labels_file, kClasses);
  auto read = read_images(images_file, std::max(limit, kTellingImages), data);
  check_idx_counts(images_file, read.count, labels_file, data.labels.size());
  if (read.count == 0) {
    throw InputError(images_file.string() +
                     ": byte 4: expected at least 1 image, found 0");
  }
  data.image_size = read.size;
  data.images = std::move(read.pixels);
  set.count = read.count;
  set.fingerprint = fingerprint(data.labels, data.images);
  if (limit < data.images.n_cols) data.images = data.images.head_cols(limit);
  data.labels.resize(data.images.n_cols);
  return set;
}

// "the first 1000 of 60000 training and 10000 test images, 28 x 28"
template <typename AnyData>
std::string extent(const AnyData& data, std::size_t all) {
  const std::size_t used = data.train.size();
  return fmt::format("{}{} training and {} test images, {}",
                     used < all ? fmt::format("the first {} of ", used) : "",
                     all, data.test.size(), to_string(data.train.image_size));
}

template <typename Images, typename AnyData>
AnyData load_folder(const Source& source, std::size_t limit,
                    bool both_at_once) {
  const std::vector<fs::path> files = find_files(source);
  const auto policy = both_at_once ? std::launch::async : std::launch::deferred;
  auto reading = std::async(policy, read_set<Images>, files[2], files[3],
                            std::size_t{SIZE_MAX});
  Set<Images> train = read_set<Images>(files[0], files[1], limit);
  Set<Images> test = reading.get();
  const ImageSize size = train.data.image_size;
  if (size != test.data.image_size) {
    throw InputError(fmt::format(
        "{}: byte 8: expected images of {} like the "
        "training images, found {}",
        files[2].string(), to_string(size), to_string(test.data.image_size)));
  }
  AnyData data = {std::move(train.data), std::move(test.data), ""};
  data.real = train.fingerprint == 0x9df955c9 && test.fingerprint == 0xe13a7a1b;
  data.description =
      fmt::format("{} from {}: {}", data.real ? "real MNIST" : "IDX data",
                  printable(source.folder.string()), extent(data, train.count));
  return data;
}

// ---- The choice ------------------------------------------------------------

constexpr std::size_t kTrainImages = 60000;
constexpr std::size_t kTestImages = 10000;
// Fixed: --seed chooses how to train, never on what.
constexpr std::uint64_t kTrainSeed = 60000;
constexpr std::uint64_t kTestSeed = 10000;

// Where `options` and the environment say the data are; an empty folder
// stands for the built-in digits.
Source find_source(const DataOptions& options) {
  if (options.directory == "synthetic") return {};
  if (!options.directory.empty()) return {options.directory, "--data"};
  const char* variable = std::getenv("MNIST_DIR");
  if (variable != nullptr && *variable != '\0') return {variable, "MNIST_DIR"};
  if (is_there("data/mnist")) return {"data/mnist", ""};
  return {};
}

// Image k depends on k alone, so a limit saves the time to draw the others.
Data draw_digits(std::size_t limit, std::size_t threads) {
  Data data;
  data.train =
      synthetic_digits(std::min(limit, kTrainImages), kTrainSeed, threads);
  data.test = synthetic_digits(kTestImages, kTestSeed, threads);
  data.description = "built-in synthetic digits: " + extent(data, kTrainImages);
  return data;
}

}  // namespace

namespace {

std::size_t limit_of(const DataOptions& options) {
  return options.limit == 0 ? SIZE_MAX : options.limit;
}

ByteDataset as_bytes(Dataset data) {
  return {bytes_of(data.images), std::move(data.labels), data.image_size};
}

}  // namespace

Data load_data(const DataOptions& options) {
  const Source source = find_source(options);
  if (source.folder.empty()) {
    return draw_digits(limit_of(options), options.threads);
  }
  return load_folder<Dataset, Data>(source, limit_of(options),
                                    options.threads != 1);
}

ByteData load_bytes(const DataOptions& options) {
  const Source source = find_source(options);
  if (!source.folder.empty()) {
    return load_folder<ByteDataset, ByteData>(source, limit_of(options),
                                              options.threads != 1);
  }
  Data data = draw_digits(limit_of(options), options.threads);
  return {as_bytes(std::move(data.train)), as_bytes(std::move(data.test)),
          std::move(data.description), data.real};
}

}  // namespace nn
