#include "common/program/cores.hpp"

#ifdef __linux__
#include <pthread.h>
#include <sched.h>
#endif

namespace nn {

#ifdef __linux__
std::vector<std::size_t> allowed_cores() {
  std::vector<std::size_t> found;
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return found;
  for (std::size_t core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(core, &set)) found.push_back(core);
  }
  return found;
}

void pin_this_thread(std::size_t i) {
  const std::vector<std::size_t> cores = allowed_cores();
  if (cores.empty()) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cores[i % cores.size()], &set);
  pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}
#else
std::vector<std::size_t> allowed_cores() {
  return {};
}

void pin_this_thread(std::size_t) {}
#endif

}  // namespace nn
