// The shim's common ground: what crosses the border, and how errors do.
#pragma once

#include <ATen/ATen.h>
#include <ATen/core/stack.h>

#include <cstdint>
#include <exception>
#include <vector>

#define TT_EXPORT extern "C" __attribute__((visibility("default")))

namespace shim {

// A tensor crosses the border as the address of its TensorImpl, with one reference held; an undefined one as null.
using Handle = c10::TensorImpl*;

enum Tag : int32_t {
  kNone = 0,
  kTensor = 1,         // pointer: Handle
  kInt = 2,            // integer
  kDouble = 3,         // real
  kBool = 4,           // integer, 0 or 1
  kTensorList = 5,     // pointer: Handle[count]
  kOptionalTensors = 6,// pointer: Handle[count], null for none
  kIntList = 7,        // pointer: int64_t[count]
  kDoubleList = 8,     // pointer: double[count]
  kString = 9,         // pointer: char[count], UTF-8
  kGenerator = 10,     // pointer: at::Generator*
  kDevice = 11,        // integer: device type, count: index
  kComplex = 12,       // pointer: double[2]
  kTuple = 13,         // pointer: Value[count]
  kList = 14,          // pointer: Value[count], a list of anything else
  kBoolList = 15,      // pointer: int64_t[count]
};

// One argument or result: 16 bytes, laid out as the managed side has it.
struct Value {
  int32_t tag;
  int32_t count;
  union {
    int64_t integer;
    double real;
    void* pointer;
  };
};
static_assert(sizeof(Value) == 16, "the managed side counts on 16 bytes");

at::Tensor borrow(Handle handle);    // adds a reference of its own
Handle give(at::Tensor tensor);      // hands its reference over
std::vector<at::Tensor> borrow(const Handle* handles, int64_t count);

c10::IValue to_ivalue(const Value& value);
Value to_value(c10::IValue value);   // lists and tuples are malloc'ed: tt_free
Value* to_array(std::vector<Value> values);

void remember(const char* message) noexcept;
void remember(const std::exception_ptr& error) noexcept;

// Runs body; an exception becomes the thread's last error and result 1.
template <class Body>
int32_t guarded(Body&& body) noexcept {
  try {
    body();
    return 0;
  } catch (...) {
    remember(std::current_exception());
    return 1;
  }
}

}  // namespace shim
