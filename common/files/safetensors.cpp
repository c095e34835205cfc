#include "common/files/safetensors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <utility>

#include "common/files/atomic_file.hpp"
#include "common/files/input_file.hpp"
#include "common/files/json.hpp"
#include "common/program/interrupt.hpp"
#include "common/terminal/text.hpp"

// The numbers are copied as they stand in memory.
static_assert(std::endian::native == std::endian::little,
              "safetensors files are little-endian");

namespace nn {

namespace {

constexpr const char* kMetadata = "__metadata__";
constexpr std::uint64_t kLengthBytes = 8;
constexpr std::uint64_t kLongestHeader = 1 << 20;
constexpr std::uint64_t kLongestSide = 0x7fffffff;

// Names come from a file: on one line, and not all of a megabyte.
std::string quoted(const std::string& name) {
  return fmt::format("'{:.60}'", printable(name));
}

// Our columns as the file's rows, and back. Armadillo 11 forms a reference to
// no element where there is none, which is undefined.
Matrix transposed(const Matrix& A) {
  if (A.empty()) return Matrix(A.n_cols, A.n_rows);
  return A.t();
}

// ---- Writing ---------------------------------------------------------------

// Refuses a null value, too: Jansson gives one for words that are not UTF-8.
void add(const Json& object, const std::string& key, Json value) {
  const bool taken = json_object_get(object.get(), key.c_str()) != nullptr;
  if (taken || key.find('\0') != std::string::npos ||
      json_object_set_new(object.get(), key.c_str(), value.release()) != 0) {
    throw std::invalid_argument(
        quoted(key) +
        " cannot be written: the name is taken, or it is not UTF-8");
  }
}

Json entry_of(const Tensor& tensor, std::uint64_t begin, std::uint64_t end) {
  const Matrix& values = tensor.values;
  const json_int_t sides[] = {static_cast<json_int_t>(values.n_rows),
                              static_cast<json_int_t>(values.n_cols)};
  json_t* shape = json_array();
  for (int side = 0; side < tensor.rank; ++side) {
    json_array_append_new(shape, json_integer(sides[side]));
  }
  return Json(json_pack("{s:s, s:o, s:[I, I]}", "dtype", "F32", "shape", shape,
                        "data_offsets", json_int_t(begin), json_int_t(end)));
}

void check_rank(const Tensor& tensor) {
  const Matrix& values = tensor.values;
  if (tensor.rank == 2 || (tensor.rank == 1 && values.n_cols == 1) ||
      (tensor.rank == 0 && values.n_elem == 1)) {
    return;
  }
  throw std::invalid_argument(fmt::format("tensor {} {} has not rank {}",
                                          quoted(tensor.name), shape_of(values),
                                          tensor.rank));
}

std::string header_of(const Safetensors& content) {
  Json metadata(json_object());
  for (const auto& [key, words] : content.metadata) {
    add(metadata, key, Json(json_stringn(words.data(), words.size())));
  }
  const Json header(json_object());
  add(header, kMetadata, std::move(metadata));
  std::uint64_t begin = 0;
  for (const Tensor& tensor : content.tensors) {
    check_rank(tensor);
    const std::uint64_t end = begin + tensor.values.n_elem * sizeof(float);
    add(header, tensor.name, entry_of(tensor, begin, end));
    begin = end;
  }
  std::string text = json_text(header);
  // Spaces up to a multiple of 8 let a reader map the numbers in place.
  text.resize((text.size() + 7) / 8 * 8, ' ');
  return text;
}

}  // namespace

const Tensor* Safetensors::find(std::string_view name) const {
  const auto found = std::ranges::find(tensors, name, &Tensor::name);
  return found == tensors.end() ? nullptr : &*found;
}

void write_safetensors(const std::filesystem::path& path,
                       const Safetensors& content) {
  AtomicFile file(path);
  write_safetensors(file, content);
}

void write_safetensors(AtomicFile& file, const Safetensors& content) {
  const std::string header = header_of(content);
  const std::uint64_t length = header.size();
  file.write(&length, sizeof length);
  file.write(header);
  for (const Tensor& tensor : content.tensors) {
    const Matrix rows = transposed(tensor.values);
    file.write(rows.memptr(), rows.n_elem * sizeof(float));
  }
  file.commit();
}

// ---- Reading ---------------------------------------------------------------

namespace {

// The header's entry of a tensor, checked.
struct Entry {
  std::string name;
  std::vector<std::uint64_t> shape;
  std::uint64_t begin = 0;  // in the numbers' part of the file
  std::uint64_t end = 0;
};

template <typename T>
void read_all(InputFile& file, std::span<T> out, const std::string& what) {
  const std::span<std::uint8_t> bytes(
      reinterpret_cast<std::uint8_t*>(out.data()), out.size_bytes());
  if (file.read(bytes) < bytes.size()) {
    file.fail(file.position(), "ends within " + what);
  }
}

std::string read_header(InputFile& file) {
  if (file.is_gzip()) file.fail(0, "is packed with gzip: unpack it first");
  std::uint64_t length = 0;
  read_all(file, std::span(&length, 1),
           "the 8 bytes of the header's length: this is no safetensors file");
  const std::uint64_t rest = file.most_bytes() - kLengthBytes;
  if (length > rest || length < 2) {
    file.fail(0, fmt::format("a header of {} bytes is announced, and {} bytes "
                             "follow: this is no safetensors file, or it is "
                             "cut off",
                             length, rest));
  }
  if (length > kLongestHeader) {
    file.fail(0, fmt::format("the header has {} bytes: at most {} are read",
                             thousands(length), thousands(kLongestHeader)));
  }
  std::string text(length, '\0');
  read_all(file, std::span(text), "the header");
  if (text[0] != '{') file.fail(kLengthBytes, "the header must begin with {");
  return text;
}

Json parse_header(const InputFile& file, const std::string& text) {
  json_error_t error;
  Json header(
      json_loadb(text.data(), text.size(), JSON_REJECT_DUPLICATES, &error));
  if (header == nullptr) {
    file.fail(kLengthBytes + static_cast<std::uint64_t>(error.position),
              fmt::format("the header cannot be read: {:.100}",
                          printable(error.text)));
  }
  return header;
}

std::map<std::string, std::string> read_metadata(const InputFile& file,
                                                 const Json& header) {
  std::map<std::string, std::string> metadata;
  json_t* words = json_object_get(header.get(), kMetadata);
  if (words != nullptr && !json_is_object(words)) {
    file.fail(kLengthBytes, "__metadata__ must be an object");
  }
  const char* key = nullptr;
  json_t* value = nullptr;
  json_object_foreach(words, key, value) {
    if (!json_is_string(value)) {
      file.fail(kLengthBytes,
                "__metadata__ " + quoted(key) + " must be a string");
    }
    metadata[key] = json_string_value(value);
  }
  return metadata;
}

[[noreturn]] void refuse(const InputFile& file, const std::string& name,
                         const std::string& problem) {
  file.fail(kLengthBytes, "tensor " + quoted(name) + " " + problem);
}

// The array of whole numbers, from 0 to 2^63 - 1, under `key`.
std::vector<std::uint64_t> whole_numbers(const InputFile& file,
                                         const std::string& name,
                                         const json_t* tensor,
                                         const char* key) {
  const json_t* array = json_object_get(tensor, key);
  bool valid = json_is_array(array);
  std::vector<std::uint64_t> numbers;
  for (std::size_t i = 0; valid && i < json_array_size(array); ++i) {
    const json_t* number = json_array_get(array, i);
    valid = json_is_integer(number) && json_integer_value(number) >= 0;
    numbers.push_back(static_cast<std::uint64_t>(json_integer_value(number)));
  }
  if (valid) return numbers;
  refuse(file, name, fmt::format("must have \"{}\" with whole numbers", key));
}

void check_dtype(const InputFile& file, const std::string& name,
                 const json_t* tensor) {
  const char* dtype = json_string_value(json_object_get(tensor, "dtype"));
  if (dtype == nullptr) refuse(file, name, "must have a \"dtype\"");
  if (std::string_view(dtype) != "F32") {
    refuse(file, name,
           fmt::format("has dtype {}: only F32 is read, so convert it first",
                       quoted(dtype)));
  }
}

// Two sides below 2^31 cannot overflow 64 bits, nor can their bytes.
std::uint64_t byte_count(const InputFile& file, const Entry& entry) {
  if (entry.shape.size() > 2) {
    refuse(file, entry.name,
           fmt::format("has {} dimensions: at most 2 are read",
                       entry.shape.size()));
  }
  std::uint64_t count = sizeof(float);
  for (const std::uint64_t side : entry.shape) {
    if (side > kLongestSide) {
      refuse(file, entry.name, fmt::format("has a side of {}", side));
    }
    count *= side;
  }
  return count;
}

Entry read_entry(const InputFile& file, const std::string& name,
                 const json_t* tensor, std::uint64_t available) {
  if (!json_is_object(tensor)) refuse(file, name, "must be an object");
  check_dtype(file, name, tensor);
  Entry entry = {name, whole_numbers(file, name, tensor, "shape")};
  const auto offsets = whole_numbers(file, name, tensor, "data_offsets");
  if (offsets.size() != 2 || offsets[0] > offsets[1]) {
    refuse(file, name, "must have two \"data_offsets\", begin and end");
  }
  entry.begin = offsets[0];
  entry.end = offsets[1];
  if (entry.end > available) {
    refuse(file, name,
           fmt::format("ends at {} of only {} bytes: the file is cut off",
                       entry.end, available));
  }
  const std::uint64_t needed = byte_count(file, entry);
  if (entry.end - entry.begin != needed) {
    refuse(file, name,
           fmt::format("has {} bytes where its shape takes {}",
                       entry.end - entry.begin, needed));
  }
  return entry;
}

// In the order of the data, each beginning where the one before ends.
void check_order(const InputFile& file, const std::vector<Entry>& entries,
                 std::uint64_t available) {
  std::uint64_t end = 0;
  for (const Entry& entry : entries) {
    if (entry.begin != end) {
      refuse(file, entry.name,
             fmt::format("begins at {} where the one before ends at {}",
                         entry.begin, end));
    }
    end = entry.end;
  }
  if (end != available) {
    file.fail(file.position() + end,
              fmt::format("{} bytes belong to no tensor", available - end));
  }
}

std::vector<Entry> read_entries(const InputFile& file, const Json& header) {
  const std::uint64_t available = file.most_bytes() - file.position();
  std::vector<Entry> entries;
  const char* name = nullptr;
  json_t* tensor = nullptr;
  json_object_foreach(header.get(), name, tensor) {
    if (std::string_view(name) == kMetadata) continue;
    entries.push_back(read_entry(file, name, tensor, available));
  }
  std::ranges::stable_sort(entries, {}, [](const Entry& entry) {
    return std::pair(entry.begin, entry.end);
  });
  check_order(file, entries, available);
  return entries;
}

Tensor read_tensor(InputFile& file, const Entry& entry) {
  const std::uint64_t rows = entry.shape.empty() ? 1 : entry.shape[0];
  const std::uint64_t columns = entry.shape.size() < 2 ? 1 : entry.shape[1];
  Matrix values(columns, rows);
  const std::uint64_t start = file.position();
  read_all(file, std::span(values.memptr(), values.n_elem),
           "tensor " + quoted(entry.name));
  for (arma::uword i = 0; i < values.n_elem; ++i) {
    if (std::isfinite(values[i])) continue;
    file.fail(
        start + i * sizeof(float),
        "tensor " + quoted(entry.name) + " holds a value that is not finite");
  }
  return {entry.name, transposed(values), static_cast<int>(entry.shape.size())};
}

}  // namespace

Safetensors read_safetensors(const std::filesystem::path& path) {
  InputFile file(path);
  const Json header = parse_header(file, read_header(file));
  Safetensors content;
  content.metadata = read_metadata(file, header);
  for (const Entry& entry : read_entries(file, header)) {
    throw_if_interrupted();
    content.tensors.push_back(read_tensor(file, entry));
  }
  return content;
}

}  // namespace nn
