#include "04_work_balancing/pool/task.hpp"

#include <cstddef>
#include <new>

#include "04_work_balancing/pool/bell.hpp"
#include "04_work_balancing/pool/waiting.hpp"

namespace nn {
namespace {

// [OUTSIDERS]
// Where threads sleep that wait for a task of an executor that is not theirs.
// All executors have it in common, as it must outlive every one of them: the
// sleeper may still be leaving when the executor is gone. (Never destroyed, so
// that this holds at the end of the program, too; and not from the heap, as a
// wait must not fail when memory is scarce: a thread waits because the task
// uses something of its own.)
Bell<>& outsiders() {
  alignas(Bell<>) static std::byte memory[sizeof(Bell<>)];
  static auto* const bell = new (memory) Bell<>;
  return *bell;
}
// [/OUTSIDERS]

}  // namespace

void Task::sleep_until_done() {
  nn::sleep_until_done(state_, outsiders());
}

void Task::wake_outsiders() noexcept {
  outsiders().ring_for_all();
}

}  // namespace nn
