/// The allocator of the C library, whose header Swift's module of it leaves out.
#ifndef C_ALLOCATION_H
#define C_ALLOCATION_H

/// Blocks of at least `bytes` go back to the system as soon as they are freed, threads share `pools` pools, and each pool
/// keeps `spare` free bytes at its end: giving a page back and asking for it again costs more than reading it. Does nothing
/// where the C library has no such settings.
void ca_keep_little(int pools, int bytes, int spare);

#endif
