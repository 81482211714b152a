// Autograd: leaves, gradients, modes, and functions whose forward and backward are managed code.
#include "shim.h"

#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/anomaly_mode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/custom_class.h>

#include <stdexcept>

using shim::Handle;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

TT_EXPORT int32_t tt_requires_grad(Handle handle) { return handle->requires_grad(); }

TT_EXPORT int32_t tt_set_requires_grad(Handle handle, int32_t value) {
  return shim::guarded([&] { shim::borrow(handle).set_requires_grad(value != 0); });
}

TT_EXPORT int32_t tt_is_leaf(Handle handle, int32_t* value) {
  return shim::guarded([&] { *value = shim::borrow(handle).is_leaf(); });
}

TT_EXPORT int32_t tt_retain_grad(Handle handle) {
  return shim::guarded([&] { shim::borrow(handle).retain_grad(); });
}

TT_EXPORT int32_t tt_grad(Handle handle, Handle* gradient) {
  return shim::guarded([&] { *gradient = shim::give(shim::borrow(handle).grad()); });
}

TT_EXPORT int32_t tt_set_grad(Handle handle, Handle gradient) {
  return shim::guarded([&] { shim::borrow(handle).mutable_grad() = shim::borrow(gradient); });
}

TT_EXPORT int32_t tt_backward(
    const Handle* tensors, int32_t tensor_count, const Handle* gradients, int32_t gradient_count,
    int32_t retain_graph, int32_t create_graph, const Handle* inputs, int32_t input_count) {
  return shim::guarded([&] {
    torch::autograd::backward(
        shim::borrow(tensors, tensor_count), shim::borrow(gradients, gradient_count),
        retain_graph != 0, create_graph != 0, shim::borrow(inputs, input_count));
  });
}

// Writes one handle per input to `results`; null for an input that the outputs do not depend on.
TT_EXPORT int32_t tt_gradients(
    const Handle* outputs, int32_t output_count, const Handle* inputs, int32_t input_count,
    const Handle* gradients, int32_t gradient_count,
    int32_t retain_graph, int32_t create_graph, int32_t allow_unused, Handle* results) {
  return shim::guarded([&] {
    auto found = torch::autograd::grad(
        shim::borrow(outputs, output_count), shim::borrow(inputs, input_count), shim::borrow(gradients, gradient_count),
        retain_graph != 0, create_graph != 0, allow_unused != 0);
    for (size_t i = 0; i < found.size(); i++) results[i] = shim::give(std::move(found[i]));
  });
}

TT_EXPORT int32_t tt_grad_mode() { return c10::GradMode::is_enabled(); }
TT_EXPORT void tt_set_grad_mode(int32_t enabled) { c10::GradMode::set_enabled(enabled != 0); }
TT_EXPORT int32_t tt_inference_mode() { return c10::InferenceMode::is_enabled(); }
TT_EXPORT void* tt_enter_inference_mode(int32_t enabled) { return new c10::InferenceMode(enabled != 0); }
TT_EXPORT void tt_leave_inference_mode(void* guard) { delete static_cast<c10::InferenceMode*>(guard); }

TT_EXPORT int32_t tt_anomaly_mode(int32_t* check_nan) {
  *check_nan = torch::autograd::AnomalyMode::should_check_nan();
  return torch::autograd::AnomalyMode::is_enabled();
}

TT_EXPORT void tt_set_anomaly_mode(int32_t enabled, int32_t check_nan) {
  torch::autograd::AnomalyMode::set_enabled(enabled != 0, check_nan != 0);
}

namespace {

// The managed half of a custom function. Each callback returns null, or a message that becomes a C++ exception.
struct ManagedCalls {
  // Fills `*outputs` with a malloc'ed array of handles, which pass to the caller.
  const char* (*forward)(void* state, AutogradContext* context, Handle** outputs, int32_t* count);
  const char* (*backward)(void* state, AutogradContext* context, const Handle* gradients, int32_t gradient_count, Handle** results, int32_t* count);
  void (*release)(void* state);
};

struct ManagedState : torch::CustomClassHolder {
  ManagedState(const ManagedCalls& calls, void* state) : calls(calls), state(state) {}
  ~ManagedState() override { calls.release(state); }
  ManagedCalls calls;
  void* state;
};

constexpr const char* kState = "managed";

variable_list taken(const char* message, Handle* handles, int32_t count) {
  if (message != nullptr) throw std::runtime_error(message);
  variable_list tensors;
  for (int32_t i = 0; i < count; i++) {
    tensors.push_back(shim::borrow(handles[i]));
    if (handles[i] != nullptr) c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim(handles[i]);
  }
  std::free(handles);
  return tensors;
}

struct ManagedFunction : torch::autograd::Function<ManagedFunction> {
  static variable_list forward(AutogradContext* context, at::TensorList /*inputs*/, c10::intrusive_ptr<ManagedState> managed) {
    context->saved_data[kState] = c10::IValue::make_capsule(managed);
    Handle* outputs = nullptr;
    int32_t count = 0;
    const char* message = managed->calls.forward(managed->state, context, &outputs, &count);
    return taken(message, outputs, count);
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    auto capsule = context->saved_data[kState].toCapsule();
    auto* managed = static_cast<ManagedState*>(capsule.get());
    std::vector<Handle> given;
    for (auto& gradient : gradients) given.push_back(gradient.defined() ? gradient.unsafeGetTensorImpl() : nullptr);
    Handle* results = nullptr;
    int32_t count = 0;
    const char* message = managed->calls.backward(managed->state, context, given.data(), static_cast<int32_t>(given.size()), &results, &count);
    auto found = taken(message, results, count);
    found.emplace_back();  // for the managed state, which is no variable
    return found;
  }
};

}  // namespace

// Runs a custom function. `state` belongs to the graph from here on: `release` is called once, also after an error.
TT_EXPORT int32_t tt_custom_function(
    const Handle* inputs, int32_t input_count, ManagedCalls calls, void* state, shim::Value* result) {
  return shim::guarded([&] {
    auto managed = c10::make_intrusive<ManagedState>(calls, state);
    auto held = shim::borrow(inputs, input_count);
    auto outputs = ManagedFunction::apply(at::TensorList(held), managed);  // as a vector, its tensors would not count as inputs
    *result = shim::to_value(c10::IValue(std::move(outputs)));
  });
}

TT_EXPORT int32_t tt_context_save(AutogradContext* context, const Handle* tensors, int32_t count) {
  return shim::guarded([&] { context->save_for_backward(shim::borrow(tensors, count)); });
}

TT_EXPORT int32_t tt_context_saved(AutogradContext* context, shim::Value* result) {
  return shim::guarded([&] { *result = shim::to_value(c10::IValue(context->get_saved_variables())); });
}

TT_EXPORT int32_t tt_context_mark(AutogradContext* context, int32_t dirty, const Handle* tensors, int32_t count) {
  return shim::guarded([&] {
    if (dirty != 0) context->mark_dirty(shim::borrow(tensors, count));
    else context->mark_non_differentiable(shim::borrow(tensors, count));
  });
}

TT_EXPORT void tt_context_materialize(AutogradContext* context, int32_t value) { context->set_materialize_grads(value != 0); }
