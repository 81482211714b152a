// The one generic door: any operator, by schema name, through the dispatcher's boxed interface.
#include "shim.h"

#include <ATen/core/dispatch/Dispatcher.h>

#include <atomic>
#include <string>

namespace {

struct Operator {
  c10::OperatorHandle handle;
  std::vector<c10::IValue> defaults;  // per argument; None where the schema names no default
  size_t required;                    // arguments that have no default
};

// A thread's stack is kept for its memory. A call inside a call (a managed autograd function) finds it taken and makes its own.
thread_local torch::jit::Stack spare;

}  // namespace

// Finds an operator and keeps it for the life of the process. With must_exist false, a missing one is null and no error.
TT_EXPORT int32_t tt_operator(const char* name, const char* overload, int32_t must_exist, void** result) {
  return shim::guarded([&] {
    auto& dispatcher = c10::Dispatcher::singleton();
    auto found = dispatcher.findSchema({name, overload});
    *result = nullptr;
    if (!found.has_value() && must_exist == 0) return;
    auto handle = found.has_value() ? *found : dispatcher.findSchemaOrThrow(name, overload);
    auto* entry = new Operator{handle, {}, 0};
    for (const auto& argument : handle.schema().arguments()) {
      bool has_default = argument.default_value().has_value();
      entry->defaults.push_back(has_default ? *argument.default_value() : c10::IValue());
      if (!has_default) entry->required = entry->defaults.size();
    }
    *result = entry;
  });
}

// Calls an operator. Arguments left out at the end take the schema's defaults. Results: up to `capacity` values, `*produced` of them.
TT_EXPORT int32_t tt_call(void* op, const shim::Value* arguments, int32_t count, shim::Value* results, int32_t capacity, int32_t* produced) {
  return shim::guarded([&] {
    auto* entry = static_cast<Operator*>(op);
    size_t given = static_cast<size_t>(count);
    const auto& name = entry->handle.operator_name().name;
    TORCH_CHECK(given <= entry->defaults.size(), name, " takes ", entry->defaults.size(), " arguments, not ", given);
    TORCH_CHECK(given >= entry->required, name, " needs ", entry->required, " arguments, not ", given);

    torch::jit::Stack stack = std::move(spare);
    stack.clear();
    for (size_t i = 0; i < given; i++) stack.push_back(shim::to_ivalue(arguments[i]));
    for (size_t i = given; i < entry->defaults.size(); i++) stack.push_back(entry->defaults[i]);

    entry->handle.callBoxed(&stack);

    TORCH_CHECK(stack.size() <= static_cast<size_t>(capacity), name, " returned ", stack.size(), " values");
    for (size_t i = 0; i < stack.size(); i++) results[i] = shim::to_value(std::move(stack[i]));
    *produced = static_cast<int32_t>(stack.size());
    stack.clear();
    spare = std::move(stack);
  });
}
