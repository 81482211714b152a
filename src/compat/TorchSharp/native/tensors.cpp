// What must be asked of a tensor without an operator: its shape, its memory, its references.
#include "shim.h"

#include <cstring>

using shim::Handle;

namespace {

// Runs the managed side's deleter when libtorch lets go of memory that it does not own.
using Deleter = void (*)(void* context);

at::TensorOptions options_of(int32_t dtype) {
  return at::TensorOptions().dtype(static_cast<at::ScalarType>(dtype));
}

}  // namespace

// A CPU tensor with a copy of `bytes` bytes at `data`.
TT_EXPORT int32_t tt_from_copy(const void* data, int64_t bytes, const int64_t* sizes, int32_t rank, int32_t dtype, Handle* result) {
  return shim::guarded([&] {
    at::Tensor tensor = at::empty(at::IntArrayRef(sizes, rank), options_of(dtype));
    TORCH_CHECK(static_cast<int64_t>(tensor.nbytes()) == bytes, "expected ", tensor.nbytes(), " bytes, got ", bytes);
    if (bytes > 0) std::memcpy(tensor.data_ptr(), data, static_cast<size_t>(bytes));
    *result = shim::give(std::move(tensor));
  });
}

// A CPU tensor over memory of the caller's; `deleter(context)` runs when the last tensor over it goes.
TT_EXPORT int32_t tt_from_memory(void* data, const int64_t* sizes, int32_t rank, int32_t dtype, Deleter deleter, void* context, Handle* result) {
  return shim::guarded([&] {
    auto tensor = at::from_blob(data, at::IntArrayRef(sizes, rank), [deleter, context](void*) { deleter(context); }, options_of(dtype));
    *result = shim::give(std::move(tensor));
  });
}

TT_EXPORT void tt_release(Handle handle) {
  if (handle != nullptr) c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim(handle);
}

TT_EXPORT void tt_retain(Handle handle) { shim::give(shim::borrow(handle)); }
TT_EXPORT int32_t tt_rank(Handle handle) { return static_cast<int32_t>(handle->dim()); }
TT_EXPORT int64_t tt_numel(Handle handle) { return handle->numel(); }
TT_EXPORT int32_t tt_dtype(Handle handle) { return static_cast<int32_t>(c10::typeMetaToScalarType(handle->dtype())); }
TT_EXPORT int64_t tt_element_size(Handle handle) { return static_cast<int64_t>(handle->itemsize()); }
TT_EXPORT int32_t tt_is_contiguous(Handle handle) { return handle->is_contiguous(); }

TT_EXPORT void tt_device(Handle handle, int32_t* type, int32_t* index) {
  auto device = handle->device();
  *type = static_cast<int32_t>(device.type());
  *index = device.index();
}

TT_EXPORT int32_t tt_sizes(Handle handle, int64_t* sizes) {
  return shim::guarded([&] {
    auto source = handle->sizes();
    std::copy(source.begin(), source.end(), sizes);
  });
}

TT_EXPORT int32_t tt_strides(Handle handle, int64_t* strides) {
  return shim::guarded([&] {
    auto source = handle->strides();
    std::copy(source.begin(), source.end(), strides);
  });
}

TT_EXPORT int32_t tt_storage_offset(Handle handle, int64_t* offset) {
  return shim::guarded([&] { *offset = handle->storage_offset(); });
}

TT_EXPORT int32_t tt_data(Handle handle, void** data) {
  return shim::guarded([&] { *data = shim::borrow(handle).data_ptr(); });
}

// Bit 0: pinned, 1: sparse.
TT_EXPORT int32_t tt_flags(Handle handle, int32_t* flags) {
  return shim::guarded([&] {
    at::Tensor tensor = shim::borrow(handle);
    *flags = (tensor.is_sparse() ? 2 : 0) | (!tensor.is_sparse() && tensor.is_pinned() ? 1 : 0);
  });
}
