/// @file
/// What a thief brings home.
#pragma once

namespace nn {

/// How an attempt to steal ended.
enum class StealOutcome {
  kGot,    ///< The item is the thief's, and nobody else's.
  kEmpty,  ///< There was nothing: look elsewhere.
  kLost,   ///< Another thread was faster: there may be more, so try again.
};

/// The result of `steal()`: the item is null unless the outcome is `kGot`.
template <typename T>
struct Steal {
  StealOutcome outcome;  ///< tells an empty deque from a lost race
  T* item = nullptr;     ///< what was stolen
};

}  // namespace nn
