#include "tests/programs/checks.hpp"

#include <regex>  // here alone: it takes the compiler seconds

namespace nn {

std::vector<std::string> all_matches(const std::string& text,
                                     const std::string& pattern) {
  const std::regex regex(pattern);
  std::vector<std::string> found;
  for (std::sregex_iterator it(text.begin(), text.end(), regex), end; it != end;
       ++it) {
    found.push_back((*it)[it->size() > 1 ? 1 : 0]);
  }
  return found;
}

std::vector<std::string> groups_of(const std::string& text,
                                   const std::string& pattern) {
  std::smatch found;
  std::regex_match(text, found, std::regex(pattern));
  return {found.begin(), found.end()};
}

}  // namespace nn
