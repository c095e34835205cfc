#include "03_training/program/model_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "common/dataset.hpp"
#include "common/error.hpp"
#include "common/files/safetensors.hpp"
#include "common/terminal/text.hpp"

namespace nn {

namespace {

constexpr std::size_t kMostLayers = 128;

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  throw InputError(path + ": " + why);
}

const std::string& text_in(const Safetensors& file, const std::string& path,
                           const std::string& key) {
  const auto found = file.metadata.find(key);
  if (found != file.metadata.end()) return found->second;
  refuse(path, fmt::format("the metadata do not say '{}', so this was not "
                           "written by --save",
                           key));
}

[[noreturn]] void refuse_text(const std::string& path, const std::string& key,
                              const std::string& text, const char* expected) {
  refuse(path, fmt::format("'{}' is '{:.60}' and not {}", key, printable(text),
                           expected));
}

std::size_t size_in(const Safetensors& file, const std::string& path,
                    const std::string& key) {
  const std::string& text = text_in(file, path, key);
  std::size_t value = 0;
  const auto end =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (end.ec != std::errc{} || end.ptr != text.data() + text.size()) {
    refuse_text(path, key, text, "a whole number");
  }
  return value;
}

float number_in(const Safetensors& file, const std::string& path,
                const std::string& key) {
  const std::string& text = text_in(file, path, key);
  char* end = nullptr;
  const float value = std::strtof(text.c_str(), &end);
  if (text.empty() || end != text.data() + text.size() ||
      !std::isfinite(value)) {
    refuse_text(path, key, text, "a number");
  }
  return value;
}

Standardisation read_standardisation(const Safetensors& file,
                                     const std::string& path) {
  if (!file.metadata.contains("mean") && !file.metadata.contains("deviation")) {
    return {};
  }
  const Standardisation s = {number_in(file, path, "mean"),
                             number_in(file, path, "deviation")};
  if (s.deviation <= 0) refuse(path, "'deviation' is not above 0");
  return s;
}

bool read_dark_ink(const Safetensors& file, const std::string& path) {
  if (!file.metadata.contains("ink")) return false;
  const std::string& text = text_in(file, path, "ink");
  if (text != "dark") refuse_text(path, "ink", text, "'dark'");
  return true;
}

// Layer k of the file, or nothing where the layers end.
bool add_layer(const Safetensors& file, const std::string& path, std::size_t k,
               Network& network) {
  const std::string number = fmt::to_string(k);
  const Tensor* W = file.find("W" + number);
  const Tensor* b = file.find("b" + number);
  if (W == nullptr && b == nullptr) return false;
  if (W == nullptr || b == nullptr) {
    const char present = W == nullptr ? 'b' : 'W';
    const char absent = W == nullptr ? 'W' : 'b';
    refuse(path,
           fmt::format("there is {1}{0} without {2}{0}", k, present, absent));
  }
  if (W->values.empty() || b->rank != 1 ||
      b->values.n_rows != W->values.n_rows) {
    refuse(path, fmt::format("W{0} {1} and b{0} {2} do not fit", k,
                             shape_of(W->values), shape_of(b->values)));
  }
  network.layers.push_back({W->values, b->values});
  return true;
}

// Nothing is left out: what is neither W nor b of a layer, or stands after a
// gap, would be lost without a word.
Network read_layers(const Safetensors& file, const std::string& path) {
  const std::size_t tensors = file.tensors.size();
  if (tensors > 2 * kMostLayers) {
    refuse(path, fmt::format("holds {} tensors: at most {} layers are read",
                             thousands(tensors), kMostLayers));
  }
  Network network;
  while (add_layer(file, path, network.layers.size() + 1, network)) continue;
  const std::size_t layers = network.layers.size();
  if (layers == 0) refuse(path, "there is no W1 and b1: not a network");
  if (tensors > 2 * layers) {
    refuse(path, fmt::format("besides W1 to W{} and their biases it holds {} "
                             "other tensors: layers are numbered without a gap",
                             layers, tensors - 2 * layers));
  }
  return network;
}

// The largest size of an input, for pixels from 0 to 1.
double largest_input(const Standardisation& s) {
  const double mean = s.mean;
  return std::max(std::abs(mean), std::abs(1 - mean)) / s.deviation;
}

// No unit's sum is above that of its weights' sizes times the largest inputs.
// If that fits a float, so does every score.
void check_size_of_weights(const std::string& path, const Model& model) {
  Vec<double> largest(model.network.inputs());
  largest.fill(largest_input(model.standardisation));
  for (const auto& [W, b] : model.network.layers) {
    largest = arma::conv_to<Mat<double>>::from(arma::abs(W)) * largest +
              arma::conv_to<Vec<double>>::from(arma::abs(b));
  }
  if (!(largest.max() < double{std::numeric_limits<float>::max()})) {
    refuse(path, "the weights are so large that scores may be infinite");
  }
}

void check_fit(const std::string& path, const Model& model) {
  const std::vector<Layer<float>>& layers = model.network.layers;
  for (std::size_t l = 1; l < layers.size(); ++l) {
    if (layers[l].W.n_cols == layers[l - 1].W.n_rows) continue;
    refuse(path,
           fmt::format("W{} {} does not fit on W{} {}", l + 1,
                       shape_of(layers[l].W), l, shape_of(layers[l - 1].W)));
  }
  // Divided, not multiplied: height * width of a hostile file may overflow.
  const std::size_t inputs = model.network.inputs();
  const auto [height, width] = model.image_size;
  if (height == 0 || inputs % height != 0 || inputs / height != width) {
    refuse(path, fmt::format("images of {} pixels do not fit W1 {}",
                             to_string(model.image_size),
                             shape_of(layers.front().W)));
  }
  if (model.network.classes() != kClasses) {
    refuse(path, fmt::format("the last layer gives {} scores; ten digits need "
                             "10",
                             model.network.classes()));
  }
}

}  // namespace

// [SAVE]
void save_model(AtomicFile& file, const Model& model) {
  Safetensors content;
  content.metadata = {{"rows", fmt::to_string(model.image_size.height)},
                      {"columns", fmt::to_string(model.image_size.width)}};
  if (model.standardisation != Standardisation{}) {
    const auto [mean, deviation] = model.standardisation;
    content.metadata["mean"] = fmt::format("{}", mean);
    content.metadata["deviation"] = fmt::format("{}", deviation);
  }
  if (model.dark_ink) content.metadata["ink"] = "dark";
  for (std::size_t l = 0; l < model.network.layers.size(); ++l) {
    const std::string number = fmt::to_string(l + 1);
    const Layer<float>& layer = model.network.layers[l];
    content.tensors.push_back({"W" + number, layer.W, 2});
    content.tensors.push_back({"b" + number, layer.b, 1});
  }
  write_safetensors(file, content);
}
// [/SAVE]

// [LOAD]
Model load_model(const std::string& path) {
  const Safetensors file = read_safetensors(path);
  Model model;
  model.image_size.height = size_in(file, path, "rows");
  model.image_size.width = size_in(file, path, "columns");
  model.standardisation = read_standardisation(file, path);
  model.dark_ink = read_dark_ink(file, path);
  model.network = read_layers(file, path);
  check_fit(path, model);
  check_size_of_weights(path, model);
  return model;
}
// [/LOAD]

}  // namespace nn
