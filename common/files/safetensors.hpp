#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/matrix.hpp"

namespace nn {

class AtomicFile;

/// A matrix with a name, as it stands in a safetensors file.
struct Tensor {
  std::string name = {};  ///< the key in the header, one of its kind
  Matrix values = {};     ///< rows x columns, in column-major order
  /// Dimensions in the file. 2: shape [rows, columns]. 1: a column, shape
  /// [rows], as PyTorch has a bias. 0: one number, shape [].
  int rank = 2;
};

/// The contents of a safetensors file: tensors, and metadata about them.
struct Safetensors {
  std::vector<Tensor> tensors;                  ///< in the order of their data
  std::map<std::string, std::string> metadata;  ///< words, by key

  /// The tensor of that name, or nullptr.
  const Tensor* find(std::string_view name) const;
};

/// Writes the tensors as F32, whole or not at all (see AtomicFile). NumPy and
/// PyTorch see the shape (rows, columns): the file is row-major, as they are,
/// so our columns are transposed on the way.
///
/// Source: the format's description at github.com/huggingface/safetensors:
/// 8 bytes with the header's length N (little-endian), N bytes of JSON, then
/// the numbers, little-endian, without holes.
/// @throws std::invalid_argument if two tensors share a name, a name is
///   `__metadata__`, values do not have the shape that `rank` says, or a name
///   or a word is not UTF-8
/// @throws InputError if the file cannot be created
/// @throws std::runtime_error if it cannot be written
void write_safetensors(const std::filesystem::path& path,
                       const Safetensors& content);

/// The same into a file that is open already, and commits it.
void write_safetensors(AtomicFile& file, const Safetensors& content);

/// Reads a file of F32 tensors with at most two dimensions, and a header of at
/// most a megabyte: a hundred layers need 20 kB. Tensors come in the order of
/// their data. What the header promises is checked against the
/// file before anything is allocated for it.
/// @throws InputError if the file is missing or malformed, or a value is not
///   finite: no network works with it. The message names the file and the byte.
/// @throws Interrupted if the user presses Ctrl-C
Safetensors read_safetensors(const std::filesystem::path& path);

}  // namespace nn
