#include "CAllocation.h"

#include <stdlib.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

void ca_keep_little(int pools, int bytes) {
#ifdef __GLIBC__
  mallopt(M_ARENA_MAX, pools);
  mallopt(M_MMAP_THRESHOLD, bytes);
  mallopt(M_TRIM_THRESHOLD, bytes);
#else
  (void)pools;
  (void)bytes;
#endif
}
