#include "CTerminal.h"

#include <errno.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

int ct_window_size(int descriptor, int *columns, int *rows) {
    struct winsize size;
    if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return -1;
    *columns = size.ws_col;
    *rows = size.ws_row;
    return 0;
}

int ct_locale_is_utf8(void) { return strcmp(nl_langinfo(CODESET), "UTF-8") == 0; }

// raise stops the calling thread at once; kill to the own process lets it run on for a moment.
void ct_stop(void) { raise(SIGSTOP); }

int ct_input_ended(int descriptor) {
    struct pollfd state = {.fd = descriptor, .events = POLLIN};
    int waiting = 0;
    if (poll(&state, 1, 0) < 0) return 0;
    if (state.revents & (POLLHUP | POLLERR | POLLNVAL)) return 1;
    return (state.revents & POLLIN) && ioctl(descriptor, FIONREAD, &waiting) == 0 && waiting == 0;
}

void ct_write(const uint8_t *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = write(STDOUT_FILENO, bytes, count);
        if (written < 0 && errno == EAGAIN) {
            // Whoever shares the terminal may have made it non-blocking; half a sequence must not be left behind.
            struct pollfd state = {.fd = STDOUT_FILENO, .events = POLLOUT};
            if (poll(&state, 1, -1) < 0 && errno != EINTR) return;
            if (state.revents & (POLLHUP | POLLERR | POLLNVAL)) return;
            continue;
        }
        if (written < 0 && errno != EINTR) return;
        if (written > 0) {
            bytes += written;
            count -= (size_t)written;
        }
    }
}
