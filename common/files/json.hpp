#pragma once

#include <jansson.h>

#include <memory>
#include <string>

namespace nn {

/// Gives a JSON value back to Jansson, which counts its owners.
struct ReleaseJson {
  /// @param value may have other owners
  void operator()(json_t* value) const { json_decref(value); }
};

/// An owner of a JSON value.
using Json = std::unique_ptr<json_t, ReleaseJson>;

/// The value as text, without spaces.
inline std::string json_text(const Json& value) {
  std::string text;
  const auto append = [](const char* bytes, std::size_t size, void* to) {
    static_cast<std::string*>(to)->append(bytes, size);
    return 0;
  };
  json_dump_callback(value.get(), append, &text, JSON_COMPACT);
  return text;
}

}  // namespace nn
