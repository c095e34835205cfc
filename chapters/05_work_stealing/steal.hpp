/// @file
/// The result of an attempt to steal.
#pragma once

namespace nn {

// [STEAL]
/// How an attempt to steal ended.
enum class StealOutcome {
  kGot,    ///< The item is the thief's alone.
  kEmpty,  ///< There was nothing: look elsewhere.
  kLost,   ///< Another thread was faster: there may be more, so try again.
};

/// The result of `steal()`: the item is null unless the outcome is `kGot`.
template <typename T>
struct Steal {
  StealOutcome outcome;  ///< tells an empty deque from a lost race
  T* item = nullptr;     ///< the stolen item
};
// [/STEAL]

}  // namespace nn
