#ifndef CSPAWN_H
#define CSPAWN_H

#include <sys/types.h>

/// Starts a program, looked for in PATH, that leads a session of its own with three descriptors as its standard streams
/// and no other; it begins with no signal held back and a broken pipe as the system has it. Gives 0, or errno's number.
///
/// In C because Swift imports neither posix_spawn's flag for a session nor glibc's closing of all further descriptors.
int cspawn_session(
    pid_t *process, const char *program, int input, int output, int errors, char *const arguments[],
    char *const environment[]);

#endif
