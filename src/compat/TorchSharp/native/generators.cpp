// Random number generators.
#include "shim.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>

#include <mutex>

namespace {

at::Generator& generator_of(void* handle) { return *static_cast<at::Generator*>(handle); }

}  // namespace

// A new generator on a device (CPU: seeded as asked; others: the device's default generator, cloned, then seeded).
TT_EXPORT int32_t tt_generator_new(uint64_t seed, int32_t type, int32_t index, void** result) {
  return shim::guarded([&] {
    c10::Device device(static_cast<c10::DeviceType>(type), static_cast<c10::DeviceIndex>(index));
    at::Generator generator = device.is_cpu() ? at::detail::createCPUGenerator(seed) : at::globalContext().defaultGenerator(device).clone();
    generator.set_current_seed(seed);
    *result = new at::Generator(std::move(generator));
  });
}

TT_EXPORT int32_t tt_generator_default(void** result) {
  return shim::guarded([&] { *result = new at::Generator(at::detail::getDefaultCPUGenerator()); });
}

TT_EXPORT void tt_generator_free(void* handle) { delete static_cast<at::Generator*>(handle); }

TT_EXPORT int32_t tt_generator_set_seed(void* handle, uint64_t seed) {
  return shim::guarded([&] {
    std::lock_guard<std::mutex> lock(generator_of(handle).mutex());
    generator_of(handle).set_current_seed(seed);
  });
}

TT_EXPORT int32_t tt_generator_current_seed(void* handle, uint64_t* seed) {
  return shim::guarded([&] { *seed = generator_of(handle).current_seed(); });
}

TT_EXPORT int32_t tt_generator_seed(void* handle, uint64_t* seed) {
  return shim::guarded([&] {
    std::lock_guard<std::mutex> lock(generator_of(handle).mutex());
    *seed = generator_of(handle).seed();
  });
}

TT_EXPORT int32_t tt_generator_state(void* handle, shim::Handle* state) {
  return shim::guarded([&] {
    std::lock_guard<std::mutex> lock(generator_of(handle).mutex());
    *state = shim::give(generator_of(handle).get_state());
  });
}

TT_EXPORT int32_t tt_generator_set_state(void* handle, shim::Handle state) {
  return shim::guarded([&] {
    std::lock_guard<std::mutex> lock(generator_of(handle).mutex());
    generator_of(handle).set_state(shim::borrow(state));
  });
}
