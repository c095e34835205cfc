#include "common/blas.hpp"

#include <sstream>

#ifdef __APPLE__

namespace nn {

// Accelerate decides for itself and shares out large products only.
void use_one_blas_thread() {}

std::string blas_description() {
  return "Apple Accelerate";
}

}  // namespace nn

#else

// OpenBLAS's own header brings all of LAPACK with it.
extern "C" {
void openblas_set_num_threads(int count);
char* openblas_get_config(void);
char* openblas_get_corename(void);
}

namespace nn {

void use_one_blas_thread() {
  openblas_set_num_threads(1);
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
