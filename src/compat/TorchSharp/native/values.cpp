// Values between the managed side's tagged struct and libtorch's IValue.
#include "shim.h"

#include <cstdlib>
#include <cstring>
#include <new>

namespace shim {
namespace {

template <class T>
T* allocate(size_t count) {
  auto* memory = static_cast<T*>(std::malloc(sizeof(T) * (count == 0 ? 1 : count)));
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

template <class T, class Source>
Value copied(int32_t tag, const Source& source) {
  Value value{tag, static_cast<int32_t>(source.size()), {0}};
  T* memory = allocate<T>(source.size());
  for (size_t i = 0; i < source.size(); i++) memory[i] = static_cast<T>(source[i]);
  value.pointer = memory;
  return value;
}

Value tensors(const c10::IValue& list) {
  auto source = list.toTensorVector();
  Value value{kTensorList, static_cast<int32_t>(source.size()), {0}};
  Handle* memory = allocate<Handle>(source.size());
  for (size_t i = 0; i < source.size(); i++) memory[i] = give(std::move(source[i]));
  value.pointer = memory;
  return value;
}

template <class Elements>
Value nested(int32_t tag, const Elements& elements) {
  std::vector<Value> values;
  values.reserve(elements.size());
  for (const auto& element : elements) values.push_back(to_value(c10::IValue(element)));
  Value value{tag, static_cast<int32_t>(values.size()), {0}};
  value.pointer = to_array(std::move(values));
  return value;
}

}  // namespace

at::Tensor borrow(Handle handle) {
  if (handle == nullptr) return at::Tensor();
  return at::Tensor(c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim_copy(handle));
}

Handle give(at::Tensor tensor) {
  return tensor.defined() ? tensor.unsafeReleaseTensorImpl() : nullptr;
}

std::vector<at::Tensor> borrow(const Handle* handles, int64_t count) {
  std::vector<at::Tensor> tensors;
  tensors.reserve(count);
  for (int64_t i = 0; i < count; i++) tensors.push_back(borrow(handles[i]));
  return tensors;
}

Value* to_array(std::vector<Value> values) {
  Value* memory = allocate<Value>(values.size());
  if (!values.empty()) std::memcpy(memory, values.data(), values.size() * sizeof(Value));
  return memory;
}

c10::IValue to_ivalue(const Value& value) {
  switch (value.tag) {
    case kNone: return c10::IValue();
    case kTensor: return c10::IValue(borrow(static_cast<Handle>(value.pointer)));
    case kInt: return c10::IValue(value.integer);
    case kDouble: return c10::IValue(value.real);
    case kBool: return c10::IValue(value.integer != 0);
    case kTensorList: return c10::IValue(borrow(static_cast<Handle*>(value.pointer), value.count));
    case kOptionalTensors: {
      c10::List<decltype(std::declval<c10::IValue>().toOptional<at::Tensor>())> list;
      list.reserve(value.count);
      auto* handles = static_cast<Handle*>(value.pointer);
      for (int32_t i = 0; i < value.count; i++) {
        if (handles[i] == nullptr) list.push_back({}); else list.push_back(borrow(handles[i]));
      }
      return c10::IValue(std::move(list));
    }
    case kIntList: return c10::IValue(at::IntArrayRef(static_cast<int64_t*>(value.pointer), value.count));
    case kDoubleList: return c10::IValue(at::ArrayRef<double>(static_cast<double*>(value.pointer), value.count));
    case kBoolList: {
      c10::List<bool> list;
      for (int32_t i = 0; i < value.count; i++) list.push_back(static_cast<int64_t*>(value.pointer)[i] != 0);
      return c10::IValue(std::move(list));
    }
    case kString: return c10::IValue(std::string(static_cast<char*>(value.pointer), value.count));
    case kGenerator: return c10::IValue(*static_cast<at::Generator*>(value.pointer));
    case kDevice: return c10::IValue(c10::Device(static_cast<c10::DeviceType>(value.integer), static_cast<c10::DeviceIndex>(value.count)));
    case kComplex: {
      auto* parts = static_cast<double*>(value.pointer);
      return c10::IValue(c10::complex<double>(parts[0], parts[1]));
    }
    case kTuple: {
      std::vector<c10::IValue> elements;
      for (int32_t i = 0; i < value.count; i++) elements.push_back(to_ivalue(static_cast<Value*>(value.pointer)[i]));
      return c10::ivalue::Tuple::create(std::move(elements));
    }
    default: TORCH_CHECK(false, "the shim knows no argument with tag ", value.tag);
  }
}

Value to_value(c10::IValue value) {
  Value result{kNone, 0, {0}};
  if (value.isNone()) return result;
  if (value.isTensor()) {
    result.tag = kTensor;
    result.pointer = give(std::move(value).toTensor());
  } else if (value.isInt()) {
    result.tag = kInt;
    result.integer = value.toInt();
  } else if (value.isDouble()) {
    result.tag = kDouble;
    result.real = value.toDouble();
  } else if (value.isBool()) {
    result.tag = kBool;
    result.integer = value.toBool();
  } else if (value.isTensorList()) {
    return tensors(value);
  } else if (value.isIntList()) {
    return copied<int64_t>(kIntList, value.toIntVector());
  } else if (value.isDoubleList()) {
    return copied<double>(kDoubleList, value.toDoubleVector());
  } else if (value.isString()) {
    return copied<char>(kString, value.toStringRef());
  } else if (value.isComplexDouble()) {
    auto number = value.toComplexDouble();
    return copied<double>(kComplex, std::vector<double>{number.real(), number.imag()});
  } else if (value.isDevice()) {
    result.tag = kDevice;
    result.integer = static_cast<int64_t>(value.toDevice().type());
    result.count = value.toDevice().index();
  } else if (value.isTuple()) {
    return nested(kTuple, value.toTupleRef().elements());
  } else if (value.isList()) {
    return nested(kList, value.toListRef());
  } else {
    TORCH_CHECK(false, "the shim passes no value of type ", value.tagKind());
  }
  return result;
}

}  // namespace shim
