#pragma once
// The wide-character interface is hidden unless both are set, and SwiftPM drops pkg-config's flags.
#define NCURSES_WIDECHAR 1
#define _XOPEN_SOURCE_EXTENDED 1
#include <ncursesw/curses.h>
#include <stdint.h>
#include <wchar.h>

// Globals and macros that Swift cannot see or would take for shared mutable state.

/// stdscr
static inline WINDOW *cn_stdscr(void) { return stdscr; }
/// COLORS
static inline int cn_colors(void) { return COLORS; }
/// KEY_F(n)
static inline int cn_key_f(int n) { return KEY_F(n); }
/// A_BOLD
static inline attr_t cn_bold(void) { return A_BOLD; }
/// A_DIM
static inline attr_t cn_dim(void) { return A_DIM; }
/// A_UNDERLINE
static inline attr_t cn_underline(void) { return A_UNDERLINE; }
/// A_REVERSE
static inline attr_t cn_reverse(void) { return A_REVERSE; }
/// newterm on an output stream and standard input, without stdin as a Swift global
static inline SCREEN *cn_newterm(FILE *output) { return output == NULL ? NULL : newterm(NULL, output, stdin); }

/// wattr_set with a pair beyond a short
static inline void cn_attr_set(WINDOW *window, attr_t attributes, int pair) {
    wattr_set(window, attributes, (short)(pair > 32767 ? 0 : pair), &pair);
}

/// tigetstr, nil where the terminal lacks the capability
static inline const char *cn_capability(const char *name) {
    const char *text = tigetstr(name);
    return text == (const char *)-1 ? NULL : text;
}

/// setupterm, whose header would define hundreds of short words as macros; 0 where TERM is known
int setupterm(const char *term, int descriptor, int *error);
static inline int cn_knows_terminal(void) {
    int error = 0;
    return setupterm(NULL, 1, &error) == OK;
}

/// wget_wch: 0 for a character, 1 for a key code, -1 where nothing waits
static inline int cn_read(WINDOW *window, uint32_t *value) {
    wint_t read = 0;
    int kind = wget_wch(window, &read);
    *value = (uint32_t)read;
    return kind == OK ? 0 : kind == KEY_CODE_YES ? 1 : -1;
}

/// wcwidth of the C library, by which curses places a character
static inline int cn_width(wchar_t character) { return wcwidth(character); }
