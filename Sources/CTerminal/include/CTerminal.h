#pragma once
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/// Remembers the terminal's settings of a descriptor; call before curses changes them. 0, or -1 where it is no terminal.
int ct_save_terminal(int descriptor);

/// Puts the remembered settings back; safe in a signal handler.
void ct_restore_terminal(void);

/// Keeps the bytes that a crash writes to give the screen back; longer ones than 256 are cut.
void ct_set_restore_bytes(const uint8_t *bytes, size_t count);

/// Takes the signals of a crash: gives the terminal back, then hands over to whoever had the signal before.
/// An exit past the backend gives the terminal back too.
void ct_install_crash_handlers(void);

/// Says whether curses has the screen now; a crash touches the terminal only then.
void ct_set_active(int active);

/// Size of the terminal behind a descriptor; 0, or -1 where it has none.
int ct_window_size(int descriptor, int *columns, int *rows);

/// Whether the locale of the environment, once set, encodes text as UTF-8.
int ct_locale_is_utf8(void);

/// Stops this process as the shell's Ctrl-Z does; returns when it is continued.
void ct_stop(void);

/// Sends descriptor 2 to a file that is made with mode 0600; a duplicate of the old one, or -1.
int ct_redirect_errors(const char *path);

/// Sends descriptor 2 back to a duplicate and closes that.
void ct_restore_errors(int duplicate);

/// Whether no more will come from a descriptor: the terminal hung up or the file ended.
int ct_input_ended(int descriptor);

/// Writes all bytes to standard output; gives up where that is closed.
void ct_write(const uint8_t *bytes, size_t count);

/// Opens the stream that curses writes to, a duplicate of standard output; NULL where there is none to be had.
FILE *ct_frame_open(void);

/// From here on what curses writes is kept in memory.
void ct_frame_begin(void);

/// Sends what was kept, between two strings, as one write; answers its bytes, 0 where nothing was drawn.
size_t ct_frame_end(const char *before, const char *after);
