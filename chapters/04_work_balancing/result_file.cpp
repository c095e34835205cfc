#include "04_work_balancing/result_file.hpp"

namespace nn {

ResultFile::ResultFile(const std::string& path) {
  if (!path.empty()) file_.emplace(path);
}

void ResultFile::write(const std::string& text) {
  if (!file_) return;
  file_->write(text);
  file_->commit();
}

}  // namespace nn
