/// @file
/// The text of the growing deque, and its weakenings.
#pragma once

#include <string>
#include <vector>

#include "model/memory_model.hpp"

namespace nn::model {

/// A line of mutations.txt that changes one access.
struct Weakening {
  std::string name;    ///< without "growing: "
  int line = 0;        ///< of the deque's header; 0: nothing is changed
  std::string text;    ///< of that line afterwards
  bool store = false;  ///< the compare-and-swap becomes an ordinary store
  Order order = Order::seq_cst;  ///< otherwise, the access gets this one

  /// Changes the request if it is made in that line.
  void apply(Where where, Request& request) const;
};

/// Lines of the header by number, from 1 on.
class DequeSource {
 public:
  /// Reads the header and mutations.txt below the working folder.
  /// @throws std::runtime_error if they are not there
  DequeSource();

  struct Line {
    int number;
    std::string text;  ///< without comment, indented by its function
  };

  /// The path of the header from the root.
  static const char* path();
  /// The lines of a region that hold code.
  std::vector<Line> region(const std::string& name) const;
  /// The number of the only line of a region with this text.
  /// @throws std::runtime_error if there is none, or several
  int line_with(const std::string& region, const std::string& text) const;
  /// The weakening of that name, which replaces text of one line.
  /// @throws std::runtime_error if there is none
  Weakening weakening(const std::string& name) const;

 private:
  std::vector<std::string> lines_;
  std::vector<std::string> mutations_;
};

}  // namespace nn::model
