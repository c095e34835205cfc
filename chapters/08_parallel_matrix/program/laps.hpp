#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/clock.hpp"

namespace nn {

/// A stopwatch that notes what each part of a run took. It begins with the
/// process: what the system did before main() is the first part.
class Laps {
 public:
  Laps();

  /// Ends a part, which began where the last one ended; or goes on with that
  /// one, if it has the same name.
  void end(const std::string& part);

  /// The parts and their seconds, in their order.
  const std::vector<std::pair<std::string, double>>& parts() const {
    return parts_;
  }
  /// The seconds of all parts.
  double total() const;

 private:
  std::vector<std::pair<std::string, double>> parts_;
  double last_ = steady_seconds();
};

}  // namespace nn
