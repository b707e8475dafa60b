#include "CTerminal.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

// Only async-signal-safe calls below the handlers: endwin is none, so the bytes are prepared in advance.

static const int crash_signals[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT};
enum { signal_count = sizeof crash_signals / sizeof crash_signals[0] };

static struct sigaction previous[signal_count];
static struct termios saved;
static int saved_descriptor = -1;
static uint8_t restore_bytes[256];
static size_t restore_count;
static volatile sig_atomic_t is_active;
static volatile sig_atomic_t error_duplicate = -1;

int ct_save_terminal(int descriptor) {
    if (tcgetattr(descriptor, &saved) != 0) return -1;
    saved_descriptor = descriptor;
    return 0;
}

void ct_restore_terminal(void) {
    if (saved_descriptor >= 0) tcsetattr(saved_descriptor, TCSANOW, &saved);
}

void ct_set_restore_bytes(const uint8_t *bytes, size_t count) {
    restore_count = count < sizeof restore_bytes ? count : sizeof restore_bytes;
    memcpy(restore_bytes, bytes, restore_count);
}

void ct_set_active(int active) { is_active = active; }

int ct_redirect_errors(const char *path) {
    int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0) return -1;
    int duplicate = fcntl(2, F_DUPFD_CLOEXEC, 3);
    if (duplicate >= 0 && dup2(file, 2) >= 0) error_duplicate = duplicate;
    close(file);
    return duplicate;
}

void ct_restore_errors(int duplicate) {
    if (duplicate < 0) return;
    error_duplicate = -1;
    dup2(duplicate, 2);
    close(duplicate);
}

/// Gives the screen back, and stderr to the terminal.
static void leave_screen(void) {
    if (!is_active) return;
    is_active = 0;
    ssize_t written = write(STDOUT_FILENO, restore_bytes, restore_count);
    (void)written;
    ct_restore_terminal();
    if (error_duplicate >= 0) dup2(error_duplicate, 2);
}

/// The runtime's reporter waits for a key where it can read one.
static void close_input(void) {
    int null = open("/dev/null", O_RDONLY);
    if (null >= 0) dup2(null, STDIN_FILENO);
}

static void handle_crash(int number, siginfo_t *info, void *context) {
    (void)context;
    if (is_active) {
        leave_screen();
        close_input();
    }
    for (int i = 0; i < signal_count; i++) {
        if (crash_signals[i] == number) sigaction(number, &previous[i], NULL);
    }
    // A fault happens again on return, now with the previous handler. A signal that was sent does not, and the
    // handler before may return: it is called from here, and then the default ends the process.
    if (info != NULL && info->si_code > 0 && number != SIGABRT) return;
    sigset_t only;
    sigemptyset(&only);
    sigaddset(&only, number);
    pthread_sigmask(SIG_UNBLOCK, &only, NULL);
    raise(number);
    signal(number, SIG_DFL);
    raise(number);
}

void ct_install_crash_handlers(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = handle_crash;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < signal_count; i++) sigaction(crash_signals[i], &action, &previous[i]);
    atexit(leave_screen);
}
