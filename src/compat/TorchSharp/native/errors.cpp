// Errors: kept per thread, fetched by the managed side after a call that returned 1.
#include "shim.h"

#include <string>

namespace {
thread_local std::string last_error;
}

namespace shim {

void remember(const char* message) noexcept {
  try {
    last_error = message;
  } catch (...) {
    last_error.clear();
  }
}

void remember(const std::exception_ptr& error) noexcept {
  try {
    std::rethrow_exception(error);
  } catch (const c10::Error& e) {
    remember(e.what_without_backtrace());
  } catch (const std::bad_alloc&) {
    remember("out of memory (std::bad_alloc)");
  } catch (const std::exception& e) {
    remember(e.what());
  } catch (...) {
    remember("an error of unknown type in libtorch");
  }
}

}  // namespace shim

TT_EXPORT const char* tt_last_error() { return last_error.c_str(); }
TT_EXPORT void tt_free(void* memory) { std::free(memory); }
