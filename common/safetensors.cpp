#include "common/safetensors.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
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

using Json = nlohmann::json;

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

Json shape_json(const Tensor& tensor) {
  Json shape = Json::array();
  if (tensor.rank >= 1) shape.push_back(tensor.values.n_rows);
  if (tensor.rank >= 2) shape.push_back(tensor.values.n_cols);
  return shape;
}

std::string header_text(const Safetensors& content) {
  Json header = Json::object();
  if (!content.metadata.empty()) header[kMetadata] = content.metadata;
  std::uint64_t offset = 0;
  for (const Tensor& tensor : content.tensors) {
    const std::uint64_t end = offset + tensor.values.n_elem * sizeof(float);
    header[tensor.name] = {{"dtype", "F32"},
                           {"shape", shape_json(tensor)},
                           {"data_offsets", {offset, end}}};
    offset = end;
  }
  // Words that are not UTF-8, a file name say, lose only those bytes.
  std::string text =
      header.dump(-1, ' ', false, Json::error_handler_t::replace);
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

// Stops at what JSON allows and the format does not: a name given twice, of
// which the parser would keep the last one, and anything deep.
class HeaderGuard {
 public:
  explicit HeaderGuard(const InputFile& file) : file_(file) {}

  bool operator()(int depth, Json::parse_event_t event, const Json& value) {
    constexpr int kDeepest = 3;  // header, tensor, shape
    const auto level = static_cast<std::size_t>(depth);
    if (depth > kDeepest) {
      file_.fail(kLengthBytes, "the header is nested too deeply");
    }
    if (event == Json::parse_event_t::object_start) {
      // The keys inside are reported one level deeper.
      keys_[level + 1].clear();
    } else if (event == Json::parse_event_t::key &&
               !keys_[level].insert(value.get<std::string>()).second) {
      file_.fail(kLengthBytes, "the header names " +
                                   quoted(value.get<std::string>()) + " twice");
    }
    return true;
  }

 private:
  const InputFile& file_;
  std::set<std::string> keys_[5];  // of the open object at each depth
};

Json parse_header(const InputFile& file, const std::string& text) {
  try {
    return Json::parse(text, HeaderGuard(file));
  } catch (const Json::parse_error& error) {
    file.fail(kLengthBytes + (error.byte > 0 ? error.byte - 1 : 0),
              "the header is not valid JSON here");
  }
}

std::map<std::string, std::string> read_metadata(const InputFile& file,
                                                 const Json& header) {
  std::map<std::string, std::string> metadata;
  if (!header.contains(kMetadata)) return metadata;
  const Json& words = header[kMetadata];
  if (!words.is_object()) {
    file.fail(kLengthBytes, "__metadata__ must be an object");
  }
  for (const auto& [key, value] : words.items()) {
    if (!value.is_string()) {
      file.fail(kLengthBytes,
                "__metadata__ " + quoted(key) + " must be a string");
    }
    metadata[key] = value.get<std::string>();
  }
  return metadata;
}

[[noreturn]] void refuse(const InputFile& file, const std::string& name,
                         const std::string& problem) {
  file.fail(kLengthBytes, "tensor " + quoted(name) + " " + problem);
}

// The array of whole numbers under `key`. A negative number, a fraction and
// one above 2^64 all have another type in the parser.
std::vector<std::uint64_t> whole_numbers(const InputFile& file,
                                         const std::string& name,
                                         const Json& tensor, const char* key) {
  const auto found = tensor.find(key);
  if (found == tensor.end() || !found->is_array() ||
      !std::all_of(found->begin(), found->end(),
                   [](const Json& n) { return n.is_number_unsigned(); })) {
    refuse(file, name,
           std::string("must have \"") + key + "\" with whole numbers");
  }
  return found->get<std::vector<std::uint64_t>>();
}

void check_dtype(const InputFile& file, const std::string& name,
                 const Json& tensor) {
  const auto dtype = tensor.find("dtype");
  if (dtype == tensor.end() || !dtype->is_string()) {
    refuse(file, name, "must have a \"dtype\"");
  }
  if (*dtype != "F32") {
    refuse(file, name,
           "has dtype " + quoted(dtype->get<std::string>()) +
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
                 const Json& tensor, std::uint64_t available) {
  if (!tensor.is_object()) refuse(file, name, "must be an object");
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

std::vector<Entry> read_entries(const InputFile& file, const Json& header) {
  const std::uint64_t available = file.most_bytes() - file.position();
  std::vector<Entry> entries;
  for (const auto& [name, tensor] : header.items()) {
    if (name == kMetadata) continue;
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
  content.metadata = read_metadata(file, header);
  for (const Entry& entry : read_entries(file, header)) {
    content.tensors.push_back(read_tensor(file, entry));
  }
  return content;
}

}  // namespace nn
