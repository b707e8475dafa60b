#include "CAllocation.h"

#include <stdlib.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

void ca_keep_little(int pools, int bytes, int spare) {
#ifdef __GLIBC__
  mallopt(M_ARENA_MAX, pools);
  mallopt(M_MMAP_THRESHOLD, bytes);
  mallopt(M_TRIM_THRESHOLD, spare);
#else
  (void)pools;
  (void)bytes;
  (void)spare;
#endif
}
