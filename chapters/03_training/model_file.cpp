#include "03_training/model_file.hpp"

#include <charconv>

#include "common/dataset.hpp"
#include "common/error.hpp"
#include "common/safetensors.hpp"

namespace nn {

namespace {

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  throw InputError(path + ": " + why);
}

std::size_t size_in(const Safetensors& file, const std::string& path,
                    const std::string& key) {
  const auto found = file.metadata.find(key);
  if (found == file.metadata.end()) {
    refuse(path, "the metadata do not say '" + key +
                     "', so this was not written by --save");
  }
  const std::string& text = found->second;
  std::size_t value = 0;
  const auto end =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (end.ec != std::errc{} || end.ptr != text.data() + text.size()) {
    refuse(path, "'" + key + "' is '" + text + "' and not a whole number");
  }
  return value;
}

// Layer k of the file, or nothing where the layers end.
bool add_layer(const Safetensors& file, const std::string& path, std::size_t k,
               Network& network) {
  const std::string number = std::to_string(k);
  const Tensor* W = file.find("W" + number);
  const Tensor* b = file.find("b" + number);
  if (W == nullptr && b == nullptr) return false;
  if (W == nullptr || b == nullptr) {
    refuse(path, "there is " + std::string(W == nullptr ? "b" : "W") + number +
                     " without " + (W == nullptr ? "W" : "b") + number);
  }
  if (b->rank != 1 || b->values.n_rows != W->values.n_rows) {
    refuse(path, "W" + number + " " + shape_of(W->values) + " and b" + number +
                     " " + shape_of(b->values) + " do not fit");
  }
  network.layers.push_back({W->values, b->values});
  return true;
}

void check_fit(const std::string& path, const Model& model) {
  const std::vector<Layer<float>>& layers = model.network.layers;
  if (layers.empty()) refuse(path, "there is no W1 and b1: not a network");
  for (std::size_t l = 1; l < layers.size(); ++l) {
    if (layers[l].W.n_cols == layers[l - 1].W.n_rows) continue;
    refuse(path, "W" + std::to_string(l + 1) + " " + shape_of(layers[l].W) +
                     " does not fit on W" + std::to_string(l) + " " +
                     shape_of(layers[l - 1].W));
  }
  // Divided, not multiplied: rows * columns of a hostile file may overflow.
  const std::size_t inputs = model.network.inputs();
  if (model.rows == 0 || inputs % model.rows != 0 ||
      inputs / model.rows != model.columns) {
    refuse(path, "images of " + std::to_string(model.rows) + " x " +
                     std::to_string(model.columns) + " pixels do not fit W1 " +
                     shape_of(layers.front().W));
  }
  if (model.network.classes() != kClasses) {
    refuse(path, "the last layer gives " +
                     std::to_string(model.network.classes()) +
                     " scores; ten digits need 10");
  }
}

}  // namespace

// [SAVE]
void save_model(const std::string& path, const Model& model) {
  Safetensors file;
  file.metadata = {{"rows", std::to_string(model.rows)},
                   {"columns", std::to_string(model.columns)}};
  for (std::size_t l = 0; l < model.network.layers.size(); ++l) {
    const std::string number = std::to_string(l + 1);
    const Layer<float>& layer = model.network.layers[l];
    file.tensors.push_back({"W" + number, layer.W, 2});
    file.tensors.push_back({"b" + number, layer.b, 1});
  }
  write_safetensors(path, file);
}
// [/SAVE]

// [LOAD]
Model load_model(const std::string& path) {
  const Safetensors file = read_safetensors(path);
  Model model;
  model.rows = size_in(file, path, "rows");
  model.columns = size_in(file, path, "columns");
  for (std::size_t k = 1; add_layer(file, path, k, model.network);) ++k;
  check_fit(path, model);
  return model;
}
// [/LOAD]

}  // namespace nn
