#include "common/data/load.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/data/idx.hpp"
#include "common/error.hpp"
#include "tests/support/child.hpp"
#include "tests/support/idx_write.hpp"
#include "tests/support/temp_folder.hpp"

namespace nn {
namespace {

namespace fs = std::filesystem;
using Labels = std::vector<std::uint8_t>;

// ---- What the tests are made of --------------------------------------------

// `n` images of 2 x 3 pixels; pixel i of image k is the byte 10k + i.
Dataset numbered(std::size_t n) {
  Dataset data;
  data.image_size = {2, 3};
  data.images.set_size(6, n);
  for (std::size_t k = 0; k < n; ++k) {
    data.labels.push_back(static_cast<std::uint8_t>(k % 10));
    for (std::size_t i = 0; i < 6; ++i) {
      data.images(i, k) = static_cast<float>((10 * k + i) % 256) / 255.0f;
    }
  }
  return data;
}

// Which numbered images `data` holds.
std::vector<int> numbers(const Dataset& data) {
  std::vector<int> found;
  for (std::size_t k = 0; k < data.size(); ++k) {
    found.push_back(static_cast<int>(data.images(0, k) * 25.5f + 0.5f));
    EXPECT_EQ(data.labels[k], found.back() % 10);
  }
  return found;
}

void write_set(const fs::path& folder, const Dataset& data,
               const std::string& images, const std::string& labels) {
  write_idx_images(folder / images, data.images, data.image_size);
  write_idx_labels(folder / labels, data.labels);
}

// The four files of a small data set: 20 training and 5 test images.
void write_small(const fs::path& folder, const std::string& ending = "",
                 const std::string& dash = "-") {
  fs::create_directories(folder);
  write_set(folder, numbered(20), "train-images" + dash + "idx3-ubyte" + ending,
            "train-labels" + dash + "idx1-ubyte" + ending);
  write_set(folder, numbered(5), "t10k-images" + dash + "idx3-ubyte" + ending,
            "t10k-labels" + dash + "idx1-ubyte" + ending);
}

DataOptions from(const fs::path& folder, std::size_t limit = 0) {
  DataOptions options;
  options.directory = folder.string();
  options.limit = limit;
  return options;
}

std::string load_error(const DataOptions& options) {
  return message_of<InputError>([&] { load_data(options); });
}

const std::string kAdvice =
    "; run `make data` to download MNIST, or use the built-in digits with "
    "--data synthetic";

// In an empty working folder, without MNIST_DIR; both as they were afterwards.
class LoadData : public testing::Test {
 protected:
  LoadData() {
    if (const char* value = std::getenv("MNIST_DIR")) mnist_dir_ = value;
    unsetenv("MNIST_DIR");
    fs::current_path(folder_.path());
  }
  ~LoadData() override {
    fs::current_path(start_);
    unsetenv("MNIST_DIR");
    if (mnist_dir_) setenv("MNIST_DIR", mnist_dir_->c_str(), 1);
  }

  const fs::path start_ = fs::current_path();
  const TempFolder folder_;
  std::optional<std::string> mnist_dir_;
};

// ---- Parts -----------------------------------------------------------------

TEST(Slice, TakesImagesWithTheirLabels) {
  const Dataset part = slice(numbered(20), 5, 3);
  EXPECT_EQ(numbers(part), (std::vector<int>{5, 6, 7}));
  EXPECT_EQ(part.image_size, (ImageSize{2, 3}));
}

TEST(Slice, ShardsPutTogetherAreTheWhole) {
  const Dataset data = numbered(20);
  for (std::size_t shard = 0; shard < 4; ++shard) {
    const std::vector<int> found = numbers(slice(data, shard * 5, 5));
    for (std::size_t k = 0; k < 5; ++k) {
      EXPECT_EQ(found[k], static_cast<int>(shard * 5 + k));
    }
  }
}

TEST(Slice, MayBeEmptyEvenAtTheEnd) {
  const Dataset part = slice(numbered(4), 4, 0);
  EXPECT_EQ(part.size(), 0u);
  EXPECT_EQ(part.images.n_rows, 6u);
  EXPECT_EQ(part.images.n_cols, 0u);
}

TEST(Slice, RefusesImagesThatAreNotThere) {
  const Dataset data = numbered(4);
  const std::string ours = "image 4 of a dataset of 4";
  const auto error = [&](std::size_t first, std::size_t count) {
    return message_of<std::out_of_range>([&] { slice(data, first, count); });
  };
  EXPECT_EQ(error(0, 5), ours);
  EXPECT_EQ(error(2, static_cast<std::size_t>(-1)), ours);
  EXPECT_EQ(error(5, 0), "image 5 of a dataset of 4");
}

TEST(Select, TakesImagesInTheOrderAskedFor) {
  const std::vector<std::size_t> indices{7, 0, 7, 19};
  const Dataset part = select(numbered(20), indices);
  EXPECT_EQ(numbers(part), (std::vector<int>{7, 0, 7, 19}));
  EXPECT_EQ(part.image_size, (ImageSize{2, 3}));
  EXPECT_EQ(part.images.n_cols, 4u);
}

TEST(Select, RefusesAnImageThatIsNotThere) {
  const std::vector<std::size_t> indices{0, 20};
  EXPECT_EQ(
      message_of<std::out_of_range>([&] { select(numbered(20), indices); }),
      "image 20 of a dataset of 20");
}

// ---- Where the data come from ----------------------------------------------

TEST_F(LoadData, TakesTheBuiltInDigitsWhereNothingElseIsNamed) {
  DataOptions options;
  options.limit = 100;
  const Data data = load_data(options);
  EXPECT_EQ(data.description,
            "built-in synthetic digits: the first 100 of 60000 training and "
            "10000 test images, 28 x 28");
  EXPECT_FALSE(data.real);
  EXPECT_EQ(data.train.size(), 100u);
  EXPECT_EQ(data.test.size(), 10000u);
}

TEST_F(LoadData, FolderNamedByTheOptionComesFirst) {
  write_small("a");
  setenv("MNIST_DIR", "/nowhere", 1);
  EXPECT_EQ(load_data(from("a")).description,
            "IDX data from a: 20 training and 5 test images, 2 x 3");
}

TEST_F(LoadData, FolderNamedByTheEnvironmentComesSecond) {
  write_small("b");
  fs::create_directories("data/mnist");
  setenv("MNIST_DIR", "b", 1);
  EXPECT_EQ(load_data({}).description,
            "IDX data from b: 20 training and 5 test images, 2 x 3");
}

TEST_F(LoadData, DataMnistComesThirdAndAnEmptyVariableIsNone) {
  write_small("data/mnist");
  setenv("MNIST_DIR", "", 1);
  EXPECT_EQ(load_data({}).description,
            "IDX data from data/mnist: 20 training and 5 test images, 2 x 3");
}

TEST_F(LoadData, BuiltInDigitsMayBeAskedForByName) {
  write_small("data/mnist");
  setenv("MNIST_DIR", "/nowhere", 1);
  const Data data = load_data(from("synthetic", 10));
  EXPECT_EQ(data.description.substr(0, 26), "built-in synthetic digits:");
}

// ---- Which files -----------------------------------------------------------

TEST_F(LoadData, ReadsPlainAndGzipFilesOfEitherSpelling) {
  int k = 0;
  for (const char* ending : {"", ".gz"}) {
    for (const char* dash : {"-", "."}) {
      const std::string folder = "folder" + std::to_string(k++);
      write_small(folder, ending, dash);
      const Data data = load_data(from(folder));
      EXPECT_EQ(numbers(data.train), numbers(numbered(20)));
      EXPECT_EQ(numbers(data.test), numbers(numbered(5)));
      EXPECT_EQ(data.train.image_size, (ImageSize{2, 3}));
      EXPECT_EQ(data.test.image_size, (ImageSize{2, 3}));
    }
  }
}

TEST_F(LoadData, LimitKeepsTheFirstTrainingImagesAndAllTestImages) {
  write_small("a");
  const Data data = load_data(from("a", 3));
  EXPECT_EQ(numbers(data.train), (std::vector<int>{0, 1, 2}));
  EXPECT_EQ(data.train.images.n_cols, 3u);
  EXPECT_EQ(data.test.size(), 5u);
  EXPECT_EQ(data.description,
            "IDX data from a: the first 3 of 20 training and 5 test images"
            ", 2 x 3");
}

// 2,000 images of 28 x 28 random pixels: more than tell MNIST from others, and
// too many to lie in one of zlib's buffers.
void write_many(const fs::path& folder, const std::string& ending) {
  Dataset data;
  data.images = Matrix(784, 2000, arma::fill::randu);
  data.labels.resize(2000);
  write_set(folder, data, "train-images-idx3-ubyte" + ending,
            "train-labels-idx1-ubyte");
  write_set(folder, slice(data, 0, 10), "t10k-images-idx3-ubyte",
            "t10k-labels-idx1-ubyte");
}

TEST_F(LoadData, LimitDoesNotReadWhatComesAfter) {
  write_many(folder_.path(), ".gz");
  const Data whole = load_data(from("."));
  const fs::path images = folder_ / "train-images-idx3-ubyte.gz";
  fs::resize_file(images, fs::file_size(images) - 100'000);
  EXPECT_TRUE(load_error(from(".")).ends_with("the file is not whole"));
  for (const std::size_t limit : {1u, 999u, 1000u, 1500u}) {
    const Data data = load_data(from(".", limit));
    EXPECT_EQ(data.train.size(), limit);
    EXPECT_TRUE(arma::approx_equal(data.train.images,
                                   whole.train.images.head_cols(limit),
                                   "absdiff", 0.0f));
  }
}

TEST_F(LoadData, LimitStillChecksThatThePlainFileIsWhole) {
  write_many(folder_.path(), "");
  const fs::path images = "train-images-idx3-ubyte";
  fs::resize_file(images, fs::file_size(images) - 1);
  EXPECT_EQ(load_error(from(".", 3)),
            "./train-images-idx3-ubyte: byte 1568015: expected 1568000 bytes "
            "(2000 x 28 x 28) after the header, found the end of the file");
  fs::resize_file(images, fs::file_size(images) + 2);
  EXPECT_EQ(load_error(from(".", 3)),
            "./train-images-idx3-ubyte: byte 1568016: expected the end of the "
            "file, found more bytes");
}

TEST_F(LoadData, LimitStillRefusesCountsThatDiffer) {
  write_many(folder_.path(), "");
  write_idx_labels("train-labels-idx1-ubyte", Labels(1999));
  EXPECT_EQ(load_error(from(".", 3)),
            "./train-images-idx3-ubyte: byte 4: 2000 images, but "
            "./train-labels-idx1-ubyte: byte 4: 1999 labels");
}

TEST_F(LoadData, LimitAboveWhatThereIsKeepsAll) {
  write_small("a");
  EXPECT_EQ(load_data(from("a", 1000)).description,
            "IDX data from a: 20 training and 5 test images, 2 x 3");
}

TEST_F(LoadData, LimitedBuiltInDigitsAreTheFirstOfMore) {
  const Data few = load_data(from("synthetic", 20));
  const Data more = load_data(from("synthetic", 50));
  EXPECT_TRUE(arma::approx_equal(
      few.train.images, more.train.images.head_cols(20), "absdiff", 0.0f));
  EXPECT_TRUE(std::equal(few.train.labels.begin(), few.train.labels.end(),
                         more.train.labels.begin()));
}

// ---- What is refused -------------------------------------------------------

// ---- As bytes ---------------------------------------------------------------

void expect_same(const ByteDataset& bytes, const Dataset& floats) {
  EXPECT_EQ(bytes.labels, floats.labels);
  EXPECT_EQ(bytes.image_size, floats.image_size);
  ASSERT_EQ(bytes.images.n_elem, floats.images.n_elem);
  ASSERT_EQ(bytes.images.n_cols, floats.images.n_cols);
  for (std::size_t i = 0; i < bytes.images.n_elem; ++i) {
    ASSERT_EQ(static_cast<float>(bytes.images[i]) / 255.0f, floats.images[i]);
  }
}

TEST_F(LoadData, GivesTheSameAsBytes) {
  write_idx_images("train-images-idx3-ubyte", numbered(2000).images, {2, 3});
  write_idx_labels("train-labels-idx1-ubyte", numbered(2000).labels);
  write_idx_images("t10k-images-idx3-ubyte.gz", numbered(7).images, {2, 3});
  write_idx_labels("t10k-labels-idx1-ubyte.gz", numbered(7).labels);
  for (const std::string folder : {".", "synthetic"}) {
    for (const std::size_t limit : {0u, 5u, 1500u}) {
      if (folder == "synthetic" && limit == 0) continue;  // they take a while
      const DataOptions options = {folder, limit, 1};
      const Data floats = load_data(options);
      const ByteData bytes = load_bytes(options);
      expect_same(bytes.train, floats.train);
      expect_same(bytes.test, floats.test);
      EXPECT_EQ(bytes.description, floats.description);
      EXPECT_FALSE(bytes.real);
    }
  }
}

TEST_F(LoadData, RefusesAFolderThatIsNotThere) {
  EXPECT_EQ(load_error(from("nowhere")),
            "nowhere (named by --data): there is no such folder" + kAdvice);
  setenv("MNIST_DIR", "/no/where", 1);
  EXPECT_EQ(
      load_error({}),
      "/no/where (named by MNIST_DIR): there is no such folder" + kAdvice);
}

TEST_F(LoadData, RefusesAFileInPlaceOfAFolder) {
  folder_.put("file", "text");
  EXPECT_EQ(load_error(from("file")),
            "file (named by --data): there is no such folder" + kAdvice);
}

// Root may look everywhere; nobody may not.
Ending load_as_nobody(const std::string& directory) {
  return run_child(
      [&](CommandLine&) {
        load_data({.directory = directory});
        return 0;
      },
      {}, "", become_nobody);
}

TEST_F(LoadData, DoesNotCallMissingWhatItMayNotSee) {
  const fs::path inner = folder_ / "closed/inner";
  fs::create_directories(inner);
  fs::permissions(folder_ / "closed", fs::perms::none);
  const Ending hidden = load_as_nobody(inner.string());
  EXPECT_EQ(hidden.status, 2);
  EXPECT_EQ(hidden.errors, "chapter03: " + inner.string() +
                               ": cannot read: Permission denied\n");
  const Ending closed = load_as_nobody((folder_ / "closed").string());
  EXPECT_EQ(closed.errors, "chapter03: " + (folder_ / "closed").string() +
                               "/train-images-idx3-ubyte: cannot read: "
                               "Permission denied\n");
  fs::permissions(folder_ / "closed", fs::perms::owner_all);
}

TEST_F(LoadData, NamesEveryMissingFile) {
  fs::create_directory("a");
  EXPECT_EQ(load_error(from("a")),
            "a (named by --data): there is no train-images-idx3-ubyte and no "
            "train-labels-idx1-ubyte and no t10k-images-idx3-ubyte and no "
            "t10k-labels-idx1-ubyte, plain or .gz" +
                kAdvice);
}

TEST_F(LoadData, RefusesADataMnistThatIsNotComplete) {
  write_small("data/mnist", ".gz");
  fs::remove("data/mnist/t10k-labels-idx1-ubyte.gz");
  EXPECT_EQ(
      load_error({}),
      "data/mnist: there is no t10k-labels-idx1-ubyte, plain or .gz" + kAdvice);
}

TEST_F(LoadData, RefusesCountsThatDiffer) {
  write_small("a");
  write_idx_labels("a/train-labels-idx1-ubyte", Labels(19));
  EXPECT_EQ(load_error(from("a")),
            "a/train-images-idx3-ubyte: byte 4: 20 images, but "
            "a/train-labels-idx1-ubyte: byte 4: 19 labels");
}

TEST_F(LoadData, RefusesTestImagesOfAnotherSize) {
  write_small("a");
  write_idx_images("a/t10k-images-idx3-ubyte", numbered(5).images, {3, 2});
  EXPECT_EQ(load_error(from("a")),
            "a/t10k-images-idx3-ubyte: byte 8: expected images of 2 x 3 like "
            "the training images, found 3 x 2");
}

TEST_F(LoadData, RefusesDataWithoutImages) {
  write_small("a");
  write_set("a", numbered(0), "t10k-images-idx3-ubyte",
            "t10k-labels-idx1-ubyte");
  EXPECT_EQ(load_error(from("a")),
            "a/t10k-images-idx3-ubyte: byte 4: expected at least 1 image"
            ", found 0");
}

TEST_F(LoadData, ReportsABrokenFileByItsName) {
  write_small("a");
  folder_.put("a/t10k-labels-idx1-ubyte", "<html>");
  EXPECT_EQ(load_error(from("a")),
            "a/t10k-labels-idx1-ubyte: byte 0: expected the IDX bytes 00 00 "
            "08 01, found 3c 68 74 6d: it looks like a web page; download the "
            "file again");
}

// ---- The real thing --------------------------------------------------------

TEST(RealData, IsKnownByItsContent) {
  const char* folder = std::getenv("MNIST_DIR");
  if (folder == nullptr) GTEST_SKIP() << "MNIST_DIR is not set";
  const Data data = load_data({});
  EXPECT_TRUE(data.real);
  EXPECT_EQ(data.description,
            std::string("real MNIST from ") + folder +
                ": 60000 training and 10000 test images, 28 x 28");
}

TEST(RealData, IsKnownWhateverTheLimit) {
  if (!std::getenv("MNIST_DIR")) GTEST_SKIP() << "MNIST_DIR is not set";
  for (const std::size_t limit : {1u, 1001u, 59999u}) {
    const Data data = load_data(from("", limit));
    EXPECT_TRUE(data.real) << limit;
    EXPECT_EQ(data.train.images.n_cols, limit);
    EXPECT_EQ(data.train.labels.size(), limit);
  }
}

TEST(RealData, IsNotClaimedForImagesThatWereChanged) {
  if (!std::getenv("MNIST_DIR")) GTEST_SKIP() << "MNIST_DIR is not set";
  const TempFolder folder;
  Data data = load_data({});
  data.train.images(300, 7) = 0.2f;
  write_set(folder.path(), data.train, "train-images-idx3-ubyte",
            "train-labels-idx1-ubyte");
  write_set(folder.path(), data.test, "t10k-images-idx3-ubyte",
            "t10k-labels-idx1-ubyte");
  const Data changed = load_data(from(folder.path()));
  EXPECT_FALSE(changed.real);
  EXPECT_EQ(changed.description,
            "IDX data from " + folder.path().string() +
                ": 60000 training and 10000 test images, 28 x 28");
}

}  // namespace
}  // namespace nn
