#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/programs/checks.hpp"
#include "tests/programs/run.hpp"
#include "tests/programs/small_data.hpp"

namespace nn {

using Arguments = std::vector<std::string>;

/// The programs of chapters 4 and 5 on ten shards of 20 small images each,
/// which takes a moment.
class Ensembles : public ::testing::Test {
 protected:
  Ensembles() { write_small_data(folder / "small"); }

  Ended run_with(const std::string& chapter, const Arguments& more = {},
                 const Start& start = {}) const {
    Arguments all = {"--data", "small", "--hidden", "8"};
    // What is given once more is not given here.
    for (const auto& [name, value] : {std::pair{"--models", "10"},
                                      {"--epochs", "3"},
                                      {"--alone", "2"},
                                      {"--threads", "3"}}) {
      if (std::ranges::find(more, name) != more.end()) continue;
      all.insert(all.end(), {name, value});
    }
    all.insert(all.end(), more.begin(), more.end());
    return run(chapter, all, folder, start);
  }

  TempFolder folder;
};

/// The same for either chapter.
class EitherEnsemble : public Ensembles,
                       public ::testing::WithParamInterface<std::string> {
 protected:
  Ended run_either(const Arguments& more = {}, const Start& start = {}) const {
    return run_with(GetParam(), more, start);
  }
};

/// The table of combinations: six lines.
inline std::vector<std::string> combinations_of(const std::string& out) {
  std::vector<std::string> found;
  for (const std::string& line : lines_of(out)) {
    for (const std::string start :
         {"single model, on average ", "best single model ",
          "average of weights ", "average of predictions ", "majority vote ",
          "one network on all images "}) {
      if (line.starts_with(start) && line.find('%') != std::string::npos) {
        found.push_back(line);
      }
    }
  }
  return found;
}

}  // namespace nn
