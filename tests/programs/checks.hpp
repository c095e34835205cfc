#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "tests/programs/run.hpp"

namespace nn {

/// The share after `words` in a program's output: "Test accuracy: 97.82%".
/// -1 if the words are not there.
inline double share_after(const std::string& words, const std::string& text) {
  const std::size_t at = text.find(words);
  if (at == std::string::npos) return -1;
  return std::stod(text.substr(at + words.size())) / 100;
}

/// The text that follows these words; empty if they are not there.
inline std::string after(const std::string& words, const std::string& text) {
  const std::size_t at = text.find(words);
  return at == std::string::npos ? "" : text.substr(at + words.size());
}

/// How a program ends that was refused something or failed: with this status
/// and one line that has the program's name and these words in it.
inline void expect_one_line(const Ended& ended, int status,
                            const std::string& chapter,
                            const std::string& words) {
  EXPECT_EQ(ended.status, status);
  EXPECT_EQ(std::ranges::count(ended.err, '\n'), 1) << ended.err;
  EXPECT_TRUE(ended.err.starts_with("chapter" + chapter + ": ")) << ended.err;
  EXPECT_NE(ended.err.find(words), std::string::npos) << ended.err;
}

/// How a refusal must look.
inline void expect_refusal(const Ended& ended, const std::string& chapter,
                           const std::string& words) {
  expect_one_line(ended, 2, chapter, words);
}

/// The text's lines, without their ends.
inline std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// All that the pattern matches, or its first group if it has one.
std::vector<std::string> all_matches(const std::string& text,
                                     const std::string& pattern);

/// The text and the pattern's groups in it, if it matches the whole of it;
/// else nothing.
std::vector<std::string> groups_of(const std::string& text,
                                   const std::string& pattern);

}  // namespace nn
