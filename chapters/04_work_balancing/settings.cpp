#include "04_work_balancing/settings.hpp"

#include <algorithm>
#include <cstdio>

#include "common/error.hpp"
#include "common/text.hpp"

namespace nn {

void take_ensemble_options(CommandLine& line, EnsembleSettings& settings) {
  line.integer("--models", settings.models, 1, 100000,
               "how many models, each with a shard of its own");
  line.take(settings.common, {"--threads"});
  line.integer("--threshold", settings.threshold, 0, 1000000,
               "two workers even out if one has more than so many tasks more");
  line.real("--skew", settings.skew, 0, 5,
            "how uneven the shards are, the exponent of Zipf's law; 0 is even");
  line.take(settings.common, {"--epochs", "--batch", "--rate", "--hidden"});
  line.integer("--alone", settings.alone_epochs, 1, 100000,
               "epochs of the one network that is trained on all images");
  line.text("--trace", settings.trace, "FILE",
            "write who ran what and when, for https://ui.perfetto.dev");
  line.take(settings.common,
            {"--data", "--seed", "--limit", "--quiet", "--csv"});
}

void refuse_shared_file(const EnsembleSettings& settings) {
  if (settings.trace.empty() || settings.trace != settings.common.csv) return;
  throw InputError("--csv and --trace: both name " + settings.trace +
                   "; give each a file of its own");
}

EnsembleOptions ensemble_options(const EnsembleSettings& settings,
                                 Starts starts) {
  const CommonOptions& common = settings.common;
  EnsembleOptions options;
  options.hidden = {common.hidden.begin(), common.hidden.end()};
  options.training.batch = static_cast<std::size_t>(common.batch);
  options.training.rate = common.rate;
  options.epochs = static_cast<std::size_t>(common.epochs);
  options.seed = common.seed;
  options.starts = starts;
  return options;
}

ShardOptions shard_options(const EnsembleSettings& settings) {
  return {.count = static_cast<std::size_t>(settings.models),
          .skew = settings.skew,
          .seed = settings.common.seed};
}

DataOptions data_options(const EnsembleSettings& settings) {
  return {.directory = settings.common.data,
          .limit = static_cast<std::size_t>(settings.common.limit),
          .threads = static_cast<unsigned>(settings.common.threads)};
}

std::string shape_text(const Dataset& data, const EnsembleSettings& settings) {
  std::string text = std::to_string(data.images.n_rows) + "-";
  for (const int units : settings.common.hidden) {
    text += std::to_string(units) + "-";
  }
  return text + std::to_string(kClasses);
}

namespace {

// "1,000 images", "1 image"
std::string counted(std::size_t count, const std::string& what) {
  return thousands(count) + " " + what + (count == 1 ? "" : "s");
}

}  // namespace

std::string shards_text(std::span<const Dataset> shards) {
  const auto is_smaller = [](const Dataset& a, const Dataset& b) {
    return a.size() < b.size();
  };
  const auto [least, most] =
      std::minmax_element(shards.begin(), shards.end(), is_smaller);
  std::string text = counted(shards.size(), "shard") + " of ";
  if (most->size() > least->size()) text += thousands(least->size()) + " to ";
  return text + counted(most->size(), "image");
}

std::string digest_text(std::uint64_t digest) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx",
                static_cast<unsigned long long>(digest));
  return text;
}

}  // namespace nn
