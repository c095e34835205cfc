#include "common/files/result_file.hpp"

#include <fmt/format.h>

#include "common/error.hpp"

namespace nn {

ResultFile::ResultFile(const std::string& path, const ResultFile* other) {
  if (path.empty()) return;
  file_.emplace(path);
  if (other == nullptr || !other->file_) return;
  if (file_->target() != other->file_->target()) return;
  throw InputError(
      fmt::format("{} and {}: the same file for two results; give each its own",
                  path, other->file_->path().string()));
}

void ResultFile::write(const std::string& text) {
  if (!file_) return;
  file_->write(text);
  file_->commit();
}

}  // namespace nn
