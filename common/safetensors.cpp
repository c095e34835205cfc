#include "common/safetensors.hpp"

#include <jansson.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <set>
#include <span>
#include <stdexcept>
#include <utility>

#include "common/atomic_file.hpp"
#include "common/input_file.hpp"
#include "common/text.hpp"

// The numbers are copied as they stand in memory.
static_assert(std::endian::native == std::endian::little,
              "safetensors files are little-endian");

namespace nn {

namespace {

// Jansson counts the owners of a value; this is one of them.
struct Release {
  void operator()(json_t* value) const { json_decref(value); }
};
using Json = std::unique_ptr<json_t, Release>;

constexpr const char* kMetadata = "__metadata__";
constexpr std::uint64_t kLengthBytes = 8;
// The reference implementation's limit.
constexpr std::uint64_t kLongestHeader = 100'000'000;
constexpr std::uint64_t kLongestSide = 0x7fffffff;

// Names come from a file: on one line, and not all of a megabyte.
std::string quoted(const std::string& name) {
  return "'" + cut_to_width(printable(name), 60) + "'";
}

// Our columns as the file's rows, and back. Armadillo 11 forms a reference to
// no element where there is none, which is undefined.
Matrix transposed(const Matrix& A) {
  if (A.empty()) return Matrix(A.n_cols, A.n_rows);
  return A.t();
}

// ---- Writing ---------------------------------------------------------------

void check_writable(const Tensor& tensor, std::set<std::string>& seen) {
  const Matrix& values = tensor.values;
  const bool fits = tensor.rank == 2 ||
                    (tensor.rank == 1 && values.n_cols == 1) ||
                    (tensor.rank == 0 && values.n_elem == 1);
  if (!fits) {
    throw std::invalid_argument("tensor " + quoted(tensor.name) + " " +
                                shape_of(values) + " has not rank " +
                                std::to_string(tensor.rank));
  }
  if (tensor.name == kMetadata || !seen.insert(tensor.name).second) {
    throw std::invalid_argument("tensor " + quoted(tensor.name) +
                                ": this name is taken");
  }
}

json_t* json_whole(std::uint64_t number) {
  return json_integer(static_cast<json_int_t>(number));
}

// Words that are not UTF-8, a file name say, lose only those bytes.
json_t* json_words(std::string words) {
  json_t* value = json_stringn(words.data(), words.size());
  if (value != nullptr) return value;
  for (char& byte : words) {
    if (static_cast<unsigned char>(byte) >= 0x80) byte = '?';
  }
  return json_stringn(words.data(), words.size());
}

// A value that is handed over with `_new` belongs to its new holder.
void set(json_t* object, const std::string& key, json_t* value) {
  const int status = json_object_set_new(object, key.c_str(), value);
  if (status != 0 || key.find('\0') != std::string::npos) {
    throw std::invalid_argument("the name " + quoted(key) + " is not UTF-8");
  }
}

json_t* shape_json(const Tensor& tensor) {
  json_t* shape = json_array();
  if (tensor.rank >= 1) {
    json_array_append_new(shape, json_whole(tensor.values.n_rows));
  }
  if (tensor.rank >= 2) {
    json_array_append_new(shape, json_whole(tensor.values.n_cols));
  }
  return shape;
}

json_t* entry_json(const Tensor& tensor, std::uint64_t begin,
                   std::uint64_t end) {
  json_t* offsets = json_array();
  json_array_append_new(offsets, json_whole(begin));
  json_array_append_new(offsets, json_whole(end));
  json_t* entry = json_object();
  set(entry, "dtype", json_string("F32"));
  set(entry, "shape", shape_json(tensor));
  set(entry, "data_offsets", offsets);
  return entry;
}

Json header_json(const Safetensors& content) {
  Json header(json_object());
  if (!content.metadata.empty()) {
    json_t* metadata = json_object();
    set(header.get(), kMetadata, metadata);
    for (const auto& [key, words] : content.metadata) {
      set(metadata, key, json_words(words));
    }
  }
  std::uint64_t begin = 0;
  for (const Tensor& tensor : content.tensors) {
    const std::uint64_t end = begin + tensor.values.n_elem * sizeof(float);
    set(header.get(), tensor.name, entry_json(tensor, begin, end));
    begin = end;
  }
  return header;
}

std::string header_text(const Safetensors& content) {
  const std::unique_ptr<char, decltype(&std::free)> dumped(
      json_dumps(header_json(content).get(), JSON_COMPACT), &std::free);
  if (dumped == nullptr) throw std::bad_alloc();
  std::string text = dumped.get();
  // Spaces up to a multiple of 8 let a reader map the numbers in place.
  text.resize((text.size() + 7) / 8 * 8, ' ');
  return text;
}

}  // namespace

const Tensor* Safetensors::find(std::string_view name) const {
  const auto found =
      std::find_if(tensors.begin(), tensors.end(),
                   [&](const Tensor& tensor) { return tensor.name == name; });
  return found == tensors.end() ? nullptr : &*found;
}

void write_safetensors(const std::filesystem::path& path,
                       const Safetensors& content) {
  std::set<std::string> seen;
  for (const Tensor& tensor : content.tensors) check_writable(tensor, seen);
  const std::string header = header_text(content);
  const std::uint64_t length = header.size();
  AtomicFile file(path);
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

// What the header says of a tensor, checked.
struct Entry {
  std::string name;
  std::vector<std::uint64_t> shape;
  std::uint64_t begin = 0;  // in the numbers' part of the file
  std::uint64_t end = 0;
};

template <typename T>
std::span<std::uint8_t> bytes_of(T* values, std::uint64_t count) {
  return {reinterpret_cast<std::uint8_t*>(values), count * sizeof(T)};
}

std::uint64_t read_header_length(InputFile& file) {
  if (file.is_gzip()) file.fail(0, "is packed with gzip: unpack it first");
  std::uint64_t length = 0;
  if (file.read(bytes_of(&length, 1)) < kLengthBytes) {
    file.fail(file.position(),
              "ends within the 8 bytes of the header's length: this is no "
              "safetensors file");
  }
  const std::uint64_t rest = file.most_bytes() - kLengthBytes;
  if (length > std::min(rest, kLongestHeader) || length < 2) {
    file.fail(0, "a header of " + std::to_string(length) +
                     " bytes is announced, and " + std::to_string(rest) +
                     " bytes follow: this is no safetensors file, or it is "
                     "cut off");
  }
  return length;
}

std::string read_header(InputFile& file) {
  std::string text(read_header_length(file), '\0');
  if (file.read(bytes_of(text.data(), text.size())) < text.size()) {
    file.fail(file.position(), "ends within the header");
  }
  if (text[0] != '{') file.fail(kLengthBytes, "the header must begin with {");
  return text;
}

Json parse_header(const InputFile& file, const std::string& text) {
  json_error_t error;
  Json header(
      json_loadb(text.data(), text.size(), JSON_REJECT_DUPLICATES, &error));
  if (header == nullptr) {
    file.fail(kLengthBytes + static_cast<std::uint64_t>(error.position),
              "the header cannot be read: " +
                  cut_to_width(printable(error.text), 100));
  }
  return header;
}

std::string words_of(const json_t* value) {
  return {json_string_value(value), json_string_length(value)};
}

std::map<std::string, std::string> read_metadata(const InputFile& file,
                                                 json_t* header) {
  std::map<std::string, std::string> metadata;
  json_t* words = json_object_get(header, kMetadata);
  if (words == nullptr) return metadata;
  if (!json_is_object(words)) {
    file.fail(kLengthBytes, "__metadata__ must be an object");
  }
  const char* key = nullptr;
  json_t* value = nullptr;
  json_object_foreach(words, key, value) {
    if (!json_is_string(value)) {
      file.fail(kLengthBytes,
                "__metadata__ " + quoted(key) + " must be a string");
    }
    metadata[key] = words_of(value);
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
  if (!valid) {
    refuse(file, name,
           std::string("must have \"") + key + "\" with whole numbers");
  }
  return numbers;
}

void check_dtype(const InputFile& file, const std::string& name,
                 const json_t* tensor) {
  const json_t* dtype = json_object_get(tensor, "dtype");
  if (!json_is_string(dtype)) refuse(file, name, "must have a \"dtype\"");
  if (words_of(dtype) != "F32") {
    refuse(file, name,
           "has dtype " + quoted(words_of(dtype)) +
               ": only F32 is read, so convert it first");
  }
}

// Two sides below 2^31 cannot overflow 64 bits, nor can their bytes.
std::uint64_t byte_count(const InputFile& file, const Entry& entry) {
  if (entry.shape.size() > 2) {
    refuse(file, entry.name,
           "has " + std::to_string(entry.shape.size()) +
               " dimensions: at most 2 are read");
  }
  std::uint64_t count = sizeof(float);
  for (const std::uint64_t side : entry.shape) {
    if (side > kLongestSide) {
      refuse(file, entry.name, "has a side of " + std::to_string(side));
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
           "ends at " + std::to_string(entry.end) + " of only " +
               std::to_string(available) + " bytes: the file is cut off");
  }
  const std::uint64_t needed = byte_count(file, entry);
  if (entry.end - entry.begin != needed) {
    refuse(file, name,
           "has " + std::to_string(entry.end - entry.begin) +
               " bytes where its shape takes " + std::to_string(needed));
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
             "begins at " + std::to_string(entry.begin) +
                 " where the one before ends at " + std::to_string(end));
    }
    end = entry.end;
  }
  if (end != available) {
    file.fail(file.position() + end,
              std::to_string(available - end) + " bytes belong to no tensor");
  }
}

std::vector<Entry> read_entries(const InputFile& file, json_t* header) {
  const std::uint64_t available = file.most_bytes() - file.position();
  std::vector<Entry> entries;
  const char* name = nullptr;
  json_t* tensor = nullptr;
  json_object_foreach(header, name, tensor) {
    if (std::string_view(name) == kMetadata) continue;
    entries.push_back(read_entry(file, name, tensor, available));
  }
  std::stable_sort(
      entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
        return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
      });
  check_order(file, entries, available);
  return entries;
}

Tensor read_tensor(InputFile& file, const Entry& entry) {
  const std::uint64_t rows = entry.shape.empty() ? 1 : entry.shape[0];
  const std::uint64_t columns = entry.shape.size() < 2 ? 1 : entry.shape[1];
  Matrix values(columns, rows);
  const auto bytes = bytes_of(values.memptr(), values.n_elem);
  const std::uint64_t start = file.position();
  if (file.read(bytes) < bytes.size()) {
    file.fail(file.position(), "ends within tensor " + quoted(entry.name));
  }
  const auto strange =
      std::find_if_not(values.begin(), values.end(),
                       [](float value) { return std::isfinite(value); });
  if (strange != values.end()) {
    const auto index = static_cast<std::uint64_t>(strange - values.begin());
    file.fail(
        start + index * sizeof(float),
        "tensor " + quoted(entry.name) + " holds a value that is not finite");
  }
  return {entry.name, transposed(values), static_cast<int>(entry.shape.size())};
}

}  // namespace

Safetensors read_safetensors(const std::filesystem::path& path) {
  InputFile file(path);
  const Json header = parse_header(file, read_header(file));
  Safetensors content;
  content.metadata = read_metadata(file, header.get());
  for (const Entry& entry : read_entries(file, header.get())) {
    content.tensors.push_back(read_tensor(file, entry));
  }
  return content;
}

}  // namespace nn
