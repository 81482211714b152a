// Process-wide settings: threads, devices, precision of matrix products.
#include "shim.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <torch/cuda.h>
#include <torch/version.h>

TT_EXPORT const char* tt_version() { return TORCH_VERSION; }

TT_EXPORT int32_t tt_threads() { return at::get_num_threads(); }
TT_EXPORT int32_t tt_set_threads(int32_t count) {
  return shim::guarded([&] { at::set_num_threads(count); });
}
TT_EXPORT int32_t tt_interop_threads() { return static_cast<int32_t>(at::get_num_interop_threads()); }
TT_EXPORT int32_t tt_set_interop_threads(int32_t count) {
  return shim::guarded([&] { at::set_num_interop_threads(count); });
}

TT_EXPORT int32_t tt_cuda_available() {
  int32_t available = 0;
  shim::guarded([&] { available = torch::cuda::is_available(); });
  return available;
}
TT_EXPORT int32_t tt_cudnn_available() {
  int32_t available = 0;
  shim::guarded([&] { available = torch::cuda::cudnn_is_available(); });
  return available;
}
TT_EXPORT int32_t tt_cuda_count() {
  int32_t count = 0;
  shim::guarded([&] { count = static_cast<int32_t>(torch::cuda::device_count()); });
  return count;
}
TT_EXPORT int32_t tt_cuda_synchronize(int64_t index) {
  return shim::guarded([&] { torch::cuda::synchronize(index); });
}
TT_EXPORT int32_t tt_cuda_seed_all(uint64_t seed) {
  return shim::guarded([&] { torch::cuda::manual_seed_all(seed); });
}
TT_EXPORT int32_t tt_cuda_seed(uint64_t seed) {
  return shim::guarded([&] { torch::cuda::manual_seed(seed); });
}

// which 0: matrix products (cuBLAS), 1: cuDNN
TT_EXPORT int32_t tt_allow_tf32(int32_t which, int32_t* value) {
  return shim::guarded([&] {
    *value = which == 0 ? at::globalContext().allowTF32CuBLAS() : at::globalContext().allowTF32CuDNN();
  });
}
TT_EXPORT int32_t tt_set_allow_tf32(int32_t which, int32_t value) {
  return shim::guarded([&] {
    if (which == 0) at::globalContext().setAllowTF32CuBLAS(value != 0);
    else at::globalContext().setAllowTF32CuDNN(value != 0);
  });
}

TT_EXPORT int32_t tt_default_dtype() { return static_cast<int32_t>(c10::get_default_dtype_as_scalartype()); }
TT_EXPORT int32_t tt_set_default_dtype(int32_t dtype) {
  return shim::guarded([&] { c10::set_default_dtype(c10::scalarTypeToTypeMeta(static_cast<at::ScalarType>(dtype))); });
}
