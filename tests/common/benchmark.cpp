// How long the 60,000 training images take to load, against the least that
// any loader has to do. The two take turns, so that both meet the same noise,
// and the median of the ratios counts. And how long all the built-in digits
// take to draw.

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "common/clock.hpp"
#include "common/data/idx.hpp"
#include "common/data/load.hpp"
#include "common/dataset.hpp"
#include "common/digits/synthetic.hpp"
#include "tests/support/idx_write.hpp"

namespace {

namespace fs = std::filesystem;
using nn::Matrix;

constexpr int kPairs = 15;
constexpr std::size_t kHeader = 16;

// The training images, plain and gzip, in a folder that goes with this object.
// The plain file was just written, so both loaders read it from memory.
class Files {
 public:
  Files() {
    fs::create_directories(folder_);
    const nn::Data data = nn::load_data({});
    description_ = data.description;
    const nn::Dataset& train = data.train;
    for (const fs::path& file : {plain(), gzip()}) {
      nn::write_idx_images(file, train.images, train.image_size);
    }
  }
  ~Files() { fs::remove_all(folder_); }
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;

  fs::path plain() const { return folder_ / "images"; }
  fs::path gzip() const { return folder_ / "images.gz"; }
  const std::string& description() const { return description_; }

 private:
  fs::path folder_ =
      fs::temp_directory_path() / ("nn-benchmark-" + std::to_string(getpid()));
  std::string description_;
};

const Files& files() {
  static const Files files;
  return files;
}

// What a loader must do at least: map the file and convert each byte, into
// memory of the same kind. It trusts the file, as no loader should.
Matrix map_and_convert(const fs::path& file, nn::ImageSize size) {
  const std::size_t bytes = fs::file_size(file);
  const int fd = ::open(file.c_str(), O_RDONLY);
  void* mapped = ::mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE, fd, 0);
  const auto* pixels = static_cast<const std::uint8_t*>(mapped) + kHeader;
  Matrix out = nn::room_for_images(size, (bytes - kHeader) / size.pixels());
  float* to = out.memptr();
  for (std::size_t i = 0; i < bytes - kHeader; ++i) {
    to[i] = static_cast<float>(pixels[i]) / 255.0f;
  }
  ::munmap(mapped, bytes);
  ::close(fd);
  return out;
}

std::vector<std::uint8_t> bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// zlib alone, from memory to memory, the checksum included.
void inflate_only(std::vector<std::uint8_t>& packed,
                  std::vector<std::uint8_t>& out) {
  z_stream zip = {};
  inflateInit2(&zip, 16 + MAX_WBITS);
  zip.next_in = packed.data();
  zip.avail_in = static_cast<uInt>(packed.size());
  zip.next_out = out.data();
  zip.avail_out = static_cast<uInt>(out.size());
  inflate(&zip, Z_FINISH);
  inflateEnd(&zip);
}

template <typename Work>
double milliseconds(Work work) {
  return 1e3 * nn::seconds_of([&] { benchmark::DoNotOptimize(work()); });
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

template <typename Ours, typename Bare>
void take_turns(benchmark::State& state, Ours ours, Bare bare) {
  std::vector<double> our_times;
  std::vector<double> bare_times;
  std::vector<double> ratios;
  for (auto _ : state) {
    our_times.push_back(milliseconds(ours));
    bare_times.push_back(milliseconds(bare));
    ratios.push_back(our_times.back() / bare_times.back());
  }
  state.counters["ours_ms"] = median(our_times);
  state.counters["bare_ms"] = median(bare_times);
  state.counters["ratio"] = median(ratios);
}

void load_plain(benchmark::State& state) {
  const nn::ImageSize size = nn::read_idx_images(files().plain()).size;
  take_turns(
      state, [] { return nn::read_idx_images(files().plain()); },
      [&] { return map_and_convert(files().plain(), size); });
  state.SetLabel("target: ratio <= 2.0; " + files().description());
}
BENCHMARK(load_plain)->Iterations(kPairs)->Unit(benchmark::kMillisecond);

void load_gzip(benchmark::State& state) {
  std::vector<std::uint8_t> packed = bytes_of(files().gzip());
  std::vector<std::uint8_t> out(fs::file_size(files().plain()));
  take_turns(
      state, [] { return nn::read_idx_images(files().gzip()); },
      [&] {
        inflate_only(packed, out);
        return out.back();
      });
  state.SetLabel("bare: zlib's inflate alone; " + files().description());
}
BENCHMARK(load_gzip)->Iterations(kPairs)->Unit(benchmark::kMillisecond);

void draw_all(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(nn::synthetic_digits(70000, 1, 0));
  }
  state.SetLabel("70,000 digits; target: 1500 ms on two cores");
}
BENCHMARK(draw_all)
    ->Iterations(3)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
