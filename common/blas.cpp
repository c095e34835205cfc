#include "common/blas.hpp"

#include <fmt/format.h>
#ifndef __APPLE__
#include <sys/mman.h>
#endif

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <stdexcept>
#include <vector>

#ifdef __APPLE__

namespace nn {

// Accelerate decides for itself and shares out large products only.
void use_one_blas_thread() {}

void take_blas_memory(std::size_t) {}

std::string blas_description() {
  return "Apple Accelerate";
}

}  // namespace nn

#else

// OpenBLAS's own header brings all of LAPACK with it.
extern "C" {
void openblas_set_num_threads(int count);
int openblas_get_num_threads(void);
void* blas_memory_alloc(int purpose);  // purpose: not looked at
void blas_memory_free(void* buffer);
char* openblas_get_config(void);
char* openblas_get_corename(void);
}

namespace nn {

void use_one_blas_thread() {
  openblas_set_num_threads(1);
}

namespace {

// The memory that each thread takes for its first product, and keeps.
// Source: OpenBLAS 0.3.21, BUFFER_SIZE in common_x86_64.h; nowhere common is
// it more.
constexpr std::size_t kBlasBufferBytes = std::size_t{32} << 22;
// Of more buffers at a time an OpenBLAS for few cores complains.
// Source: NUM_BUFFERS in common.h.
constexpr std::size_t kMostBlasBuffers = 50;

// Asks for addresses and gives them back. Without MAP_NORESERVE the system may
// refuse in one piece what OpenBLAS gets in several.
bool is_room_for(std::size_t buffers) {
  const std::size_t bytes = buffers * kBlasBufferBytes;
  void* const address =
      mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (address == MAP_FAILED) return false;
  munmap(address, bytes);
  return true;
}

[[noreturn]] void refuse_memory(std::size_t buffers) {
  // OpenBLAS's own threads may be looking for theirs, for ever, and its
  // clean-up would wait for them: leave without it. All has been printed.
  std::atexit([] { std::_Exit(1); });
  throw std::runtime_error(fmt::format(
      "too little memory: OpenBLAS needs {} MB of addresses for its "
      "threads and ours; use fewer threads, or raise `ulimit -v`",
      buffers * (kBlasBufferBytes >> 20)));
}

// OpenBLAS keeps its buffers, so what it has got it need not ask for later.
void take_buffers(std::size_t count) {
  std::vector<void*> buffers(count);
  for (void*& buffer : buffers) buffer = blas_memory_alloc(0);
  for (void* const buffer : buffers) blas_memory_free(buffer);
}

}  // namespace

void take_blas_memory(std::size_t others) {
  // OpenBLAS's threads, one less than this, begin as it is loaded, and take a
  // buffer each: theirs, or one of ours as we give it back. So we take theirs,
  // too, and there is room for both, or somebody would look for one for ever.
  const auto own = static_cast<std::size_t>(openblas_get_num_threads()) - 1;
  const std::size_t all = 1 + others + own;
  if (!is_room_for(all + own)) refuse_memory(all + own);
  take_buffers(std::min(all, kMostBlasBuffers));
}

std::string blas_description() {
  // The configuration begins with the name and the version.
  std::istringstream config(openblas_get_config());
  std::string name;
  std::string version;
  config >> name >> version;
  return name + " " + version + ", " + openblas_get_corename() + " kernels";
}

}  // namespace nn

#endif
