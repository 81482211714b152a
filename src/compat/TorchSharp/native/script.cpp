// TorchScript: load, call, and the tensors a module holds.
#include "shim.h"

#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/serialization/import.h>

#include <cstring>
#include <istream>
#include <streambuf>
#include <string>

using torch::jit::Module;

namespace {

struct MemoryBuffer : std::streambuf {
  MemoryBuffer(char* data, int64_t size) { setg(data, data, data + size); }

  pos_type seekoff(off_type offset, std::ios_base::seekdir way, std::ios_base::openmode) override {
    char* from = way == std::ios_base::beg ? eback() : way == std::ios_base::cur ? gptr() : egptr();
    char* to = from + offset;
    if (to < eback() || to > egptr()) return pos_type(off_type(-1));
    setg(eback(), to, egptr());
    return to - eback();
  }

  pos_type seekpos(pos_type position, std::ios_base::openmode mode) override { return seekoff(position, std::ios_base::beg, mode); }
};

Module& module_of(void* handle) { return *static_cast<Module*>(handle); }

template <class List>
shim::Value named(const List& list) {
  std::vector<shim::Value> values;
  for (const auto& item : list) {
    values.push_back(shim::to_value(c10::IValue(item.name)));
    values.push_back(shim::to_value(c10::IValue(item.value)));
  }
  shim::Value result{shim::kList, static_cast<int32_t>(values.size()), {0}};
  result.pointer = shim::to_array(std::move(values));
  return result;
}

}  // namespace

TT_EXPORT int32_t tt_script_load(const char* path, int32_t type, int32_t index, void** result) {
  return shim::guarded([&] {
    c10::Device device(static_cast<c10::DeviceType>(type), static_cast<c10::DeviceIndex>(index));
    *result = new Module(torch::jit::load(std::string(path), device));
  });
}

TT_EXPORT int32_t tt_script_load_bytes(char* data, int64_t size, int32_t type, int32_t index, void** result) {
  return shim::guarded([&] {
    c10::Device device(static_cast<c10::DeviceType>(type), static_cast<c10::DeviceIndex>(index));
    MemoryBuffer buffer(data, size);
    std::istream stream(&buffer);
    *result = new Module(torch::jit::load(stream, device));
  });
}

TT_EXPORT void tt_script_free(void* handle) { delete static_cast<Module*>(handle); }

TT_EXPORT int32_t tt_script_invoke(void* handle, const char* method, const shim::Value* arguments, int32_t count, shim::Value* result) {
  return shim::guarded([&] {
    std::vector<c10::IValue> inputs;
    inputs.reserve(count);
    for (int32_t i = 0; i < count; i++) inputs.push_back(shim::to_ivalue(arguments[i]));
    *result = shim::to_value(module_of(handle).get_method(method)(std::move(inputs)));
  });
}

// The number of inputs of forward, without self.
TT_EXPORT int32_t tt_script_inputs(void* handle, int32_t* count) {
  return shim::guarded([&] { *count = static_cast<int32_t>(module_of(handle).get_method("forward").num_inputs()) - 1; });
}

// which 0: parameters, 1: buffers, 2: every tensor attribute. The result is a flat list: name, tensor, name, tensor, ...
TT_EXPORT int32_t tt_script_tensors(void* handle, int32_t which, int32_t recurse, shim::Value* result) {
  return shim::guarded([&] {
    auto& module = module_of(handle);
    if (which == 0) *result = named(module.named_parameters(recurse != 0));
    else if (which == 1) *result = named(module.named_buffers(recurse != 0));
    else {
      std::vector<shim::Value> values;
      for (const auto& item : module.named_attributes(recurse != 0)) {
        if (!item.value.isTensor()) continue;
        values.push_back(shim::to_value(c10::IValue(item.name)));
        values.push_back(shim::to_value(item.value));
      }
      *result = shim::Value{shim::kList, static_cast<int32_t>(values.size()), {0}};
      result->pointer = shim::to_array(std::move(values));
    }
  });
}

TT_EXPORT int32_t tt_script_train(void* handle, int32_t on) {
  return shim::guarded([&] { module_of(handle).train(on != 0); });
}

TT_EXPORT int32_t tt_script_is_training(void* handle, int32_t* on) {
  return shim::guarded([&] { *on = module_of(handle).is_training(); });
}

// dtype -1: keep; type -1: keep the device.
TT_EXPORT int32_t tt_script_to(void* handle, int32_t dtype, int32_t type, int32_t index, int32_t non_blocking) {
  return shim::guarded([&] {
    auto& module = module_of(handle);
    if (type >= 0) module.to(c10::Device(static_cast<c10::DeviceType>(type), static_cast<c10::DeviceIndex>(index)), non_blocking != 0);
    if (dtype >= 0) module.to(static_cast<at::ScalarType>(dtype), non_blocking != 0);
  });
}
