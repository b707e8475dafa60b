#define _GNU_SOURCE
#include "CTerminal.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// Curses flushes when it likes: with each change of the cursor's looks, and whenever its buffer is full. What a slow
// link should carry is one write per frame. So curses has a descriptor of its own, which points to memory while a
// frame is drawn and to the terminal at all other times, when curses asks for the terminal's settings.

static int curses_descriptor = -1;
static int terminal_descriptor = -1;
static int memory_descriptor = -1;
static uint8_t *frame;
static size_t frame_capacity;

FILE *ct_frame_open(void) {
    terminal_descriptor = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    curses_descriptor = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    memory_descriptor = memfd_create("frame", MFD_CLOEXEC);
    if (terminal_descriptor < 0 || curses_descriptor < 0) return NULL;
    return fdopen(curses_descriptor, "w");
}

void ct_frame_begin(void) {
    if (memory_descriptor >= 0) dup3(memory_descriptor, curses_descriptor, O_CLOEXEC);
}

static int reserve(size_t count) {
    if (count <= frame_capacity) return 0;
    uint8_t *larger = realloc(frame, count);
    if (larger == NULL) return -1;
    frame = larger;
    frame_capacity = count;
    return 0;
}

size_t ct_frame_end(const char *before, const char *after) {
    if (memory_descriptor < 0) return 0;
    dup3(terminal_descriptor, curses_descriptor, O_CLOEXEC);
    off_t drawn = lseek(memory_descriptor, 0, SEEK_CUR);
    if (drawn <= 0) return 0;
    size_t prefix = strlen(before), suffix = strlen(after), count = prefix + (size_t)drawn + suffix;
    if (reserve(count) != 0 || pread(memory_descriptor, frame + prefix, (size_t)drawn, 0) != drawn) count = 0;
    if (ftruncate(memory_descriptor, 0) != 0) count = 0;
    lseek(memory_descriptor, 0, SEEK_SET);
    if (count == 0) return 0;
    memcpy(frame, before, prefix);
    memcpy(frame + prefix + drawn, after, suffix);
    ct_write(frame, count);
    return count;
}
