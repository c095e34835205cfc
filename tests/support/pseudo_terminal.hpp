#pragma once

#include <unistd.h>

#ifdef __APPLE__
#include <util.h>
#else
#include <pty.h>
#endif

namespace nn {

/// Whether the system has pseudo-terminals: a bare chroot has none.
inline bool terminals_exist() {
  int ours = -1;
  int theirs = -1;
  if (openpty(&ours, &theirs, nullptr, nullptr, nullptr) != 0) return false;
  close(ours);
  close(theirs);
  return true;
}

}  // namespace nn
