// How the C library gives memory to tensors.
#include "shim.h"

#include <climits>
#include <cstdlib>
#include <malloc.h>

namespace {

// glibc maps every block above 32 MiB (at first: above 128 KiB) afresh and unmaps it when it is freed, so each activation
// of a network is page-faulted in again on every pass: most of a pass on the CPU. Here such blocks come from the heap, which keeps them.
// Whoever sets glibc's own variables has chosen otherwise.
[[gnu::constructor]] void keep_large_blocks() {
#ifdef __GLIBC__
  if (std::getenv("MALLOC_MMAP_MAX_") || std::getenv("MALLOC_MMAP_THRESHOLD_") || std::getenv("MALLOC_TRIM_THRESHOLD_")) return;
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, INT_MAX);
  mallopt(M_TOP_PAD, 64 << 20);
#endif
}

}  // namespace
