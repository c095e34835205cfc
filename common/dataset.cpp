#include "common/dataset.hpp"

#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "common/error.hpp"
#include "common/idx.hpp"
#include "common/synthetic.hpp"

namespace nn {

namespace fs = std::filesystem;

// ---- Parts of a dataset ----------------------------------------------------

namespace {

[[noreturn]] void fail_range(std::size_t wanted, std::size_t size) {
  throw std::out_of_range("image " + std::to_string(wanted) +
                          " of a dataset of " + std::to_string(size));
}

}  // namespace

Dataset slice(const Dataset& data, std::size_t first, std::size_t count) {
  if (first > data.size()) fail_range(first, data.size());
  if (count > data.size() - first) fail_range(data.size(), data.size());
  Dataset part;
  part.rows = data.rows;
  part.columns = data.columns;
  if (count == 0) {
    part.images.set_size(data.images.n_rows, 0);
    return part;
  }
  part.images = data.images.cols(first, first + count - 1);
  const auto begin = data.labels.begin() + static_cast<std::ptrdiff_t>(first);
  part.labels.assign(begin, begin + static_cast<std::ptrdiff_t>(count));
  return part;
}

Dataset select(const Dataset& data, std::span<const std::size_t> indices) {
  Dataset part;
  part.rows = data.rows;
  part.columns = data.columns;
  part.images.set_size(data.images.n_rows, indices.size());
  part.labels.reserve(indices.size());
  for (const std::size_t index : indices) {
    if (index >= data.size()) fail_range(index, data.size());
    part.images.col(part.size()) = data.images.col(index);
    part.labels.push_back(data.labels[index]);
  }
  return part;
}

// ---- Reading a folder ------------------------------------------------------

namespace {

constexpr const char* kAdvice =
    "; run `make data` to download MNIST, or use the built-in digits with "
    "--data synthetic";

// A folder, and who named it: an error should say what to change.
struct Source {
  fs::path folder;
  std::string named_by;

  std::string text() const {
    return named_by.empty() ? folder.string()
                            : folder.string() + " (named by " + named_by + ")";
  }
};

// The four files of MNIST in the order in which `read_folder` uses them.
constexpr const char* kNames[] = {
    "train-images-idx3-ubyte", "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"};

// Copies of MNIST also write a dot for the second dash, and may be zipped.
// Returns an empty path if there is no such file.
fs::path find_file(const fs::path& folder, const std::string& name) {
  std::string dotted = name;
  dotted[name.rfind("-idx")] = '.';
  std::error_code none;
  for (const std::string& candidate :
       {name, name + ".gz", dotted, dotted + ".gz"}) {
    if (fs::exists(folder / candidate, none)) return folder / candidate;
  }
  return {};
}

std::vector<fs::path> find_files(const Source& source) {
  std::vector<fs::path> files;
  std::string missing;
  for (const char* name : kNames) {
    files.push_back(find_file(source.folder, name));
    if (!files.back().empty()) continue;
    missing += missing.empty() ? name : std::string(" and no ") + name;
  }
  if (missing.empty()) return files;
  throw InputError(source.text() + ": there is no " + missing +
                   ", plain or .gz" + kAdvice);
}

Dataset read_set(const fs::path& images_file, const fs::path& labels_file) {
  Dataset data;
  data.labels = read_idx_labels(labels_file, kClasses);
  IdxImages images = read_idx_images(images_file);
  check_idx_counts(images_file, images.pixels.n_cols, labels_file,
                   data.labels.size());
  if (data.labels.empty()) {
    throw InputError(images_file.string() +
                     ": byte 4: expected at least 1 image, found 0");
  }
  data.images = std::move(images.pixels);
  data.rows = images.rows;
  data.columns = images.columns;
  return data;
}

std::string shape_of_image(const Dataset& data) {
  return std::to_string(data.rows) + " x " + std::to_string(data.columns);
}

Data read_folder(const Source& source) {
  std::error_code none;
  if (!fs::is_directory(source.folder, none)) {
    throw InputError(source.text() + ": there is no such folder" + kAdvice);
  }
  const std::vector<fs::path> files = find_files(source);
  Data data;
  data.train = read_set(files[0], files[1]);
  data.test = read_set(files[2], files[3]);
  if (shape_of_image(data.train) != shape_of_image(data.test)) {
    throw InputError(files[2].string() + ": byte 8: expected images of " +
                     shape_of_image(data.train) + " like the training images" +
                     ", found " + shape_of_image(data.test));
  }
  return data;
}

// ---- Knowing MNIST by its content ------------------------------------------

// CRC-32 of the labels and of the first thousand images. It tells MNIST from
// its drop-ins, most of which keep names and sizes and some even the labels.
std::uint32_t fingerprint(const Dataset& data) {
  const auto count = std::min<std::size_t>(data.size(), 1000);
  const uLong labels = crc32_z(0, data.labels.data(), data.labels.size());
  return static_cast<std::uint32_t>(
      crc32_z(labels, reinterpret_cast<const Bytef*>(data.images.memptr()),
              data.images.n_rows * count * sizeof(float)));
}

bool is_mnist(const Data& data) {
  return fingerprint(data.train) == 0x9df955c9 &&
         fingerprint(data.test) == 0xe13a7a1b;
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
  std::error_code none;
  if (fs::exists("data/mnist", none)) return {"data/mnist", ""};
  return {};
}

// Image k depends on k alone, so a limit saves the time to draw the others.
Data draw_digits(const DataOptions& options) {
  const std::size_t limit = options.limit == 0 ? kTrainImages : options.limit;
  Data data;
  data.train = synthetic_digits(std::min(limit, kTrainImages), kTrainSeed,
                                options.threads);
  data.test = synthetic_digits(kTestImages, kTestSeed, options.threads);
  return data;
}

// "the first 1000 of 60000 training and 10000 test images, 28 x 28"
std::string extent(const Data& data, std::size_t all) {
  const std::size_t used = data.train.size();
  return (used < all ? "the first " + std::to_string(used) + " of " : "") +
         std::to_string(all) + " training and " +
         std::to_string(data.test.size()) + " test images, " +
         shape_of_image(data.train);
}

Data load_folder(const Source& source, std::size_t limit) {
  Data data = read_folder(source);
  data.real = is_mnist(data);
  const std::size_t all = data.train.size();
  if (limit != 0 && limit < all) data.train = slice(data.train, 0, limit);
  data.description = (data.real ? "real MNIST from " : "IDX data from ") +
                     source.folder.string() + ": " + extent(data, all);
  return data;
}

}  // namespace

Data load_data(const DataOptions& options) {
  const Source source = find_source(options);
  if (!source.folder.empty()) return load_folder(source, options.limit);
  Data data = draw_digits(options);
  data.description = "built-in synthetic digits: " + extent(data, kTrainImages);
  return data;
}

}  // namespace nn
