#ifndef TAPE_HPP
#define TAPE_HPP

#include "CSimdJSON.h"

#include <simdjson.h>

#include <cstring>
#include <string_view>

/// Deeper trees than any APIC has are refused before the stack runs out.
constexpr uint32_t deepest = 64;

/// A text with the places of its tokens, as simdjson's first stage finds them: brackets, colons, commas, the quote that
/// begins each string, the first byte of each bare value. The text is UTF-8 and every string of it ends.
struct Tape {
    const uint8_t *text;
    const uint32_t *next;
    const uint32_t *end;

    bool has(size_t count) const { return size_t(end - next) >= count; }

    /// The first byte of the next token, 0 behind the last.
    uint8_t peek() const { return next < end ? text[*next] : 0; }

    /// Takes a token that must be there.
    bool take(uint8_t token) {
        if (peek() != token) { return false; }
        next++;
        return true;
    }

    /// Takes a key and its colon; null where there is none. What is given begins behind the quote.
    const uint8_t *key() {
        if (!has(2) || text[next[0]] != '"' || text[next[1]] != ':') { return nullptr; }
        const uint8_t *start = text + next[0] + 1;
        next += 2;
        return start;
    }

    /// A value that is no object and no array, without taking it: it ends before the token that follows.
    simdjson_slice scalar() const {
        const uint8_t *start = text + next[0];
        const uint8_t *stop = text + next[1];
        while (stop > start && (stop[-1] == ' ' || stop[-1] == '\n' || stop[-1] == '\r' || stop[-1] == '\t')) { stop--; }
        size_t length = size_t(stop - start);
        if (*start != '"') { return {start, uint32_t(length), SIMDJSON_BARE}; }
        if (length < 2 || stop[-1] != '"') { return {start, uint32_t(length), SIMDJSON_NESTED}; }
        bool escapes = std::memchr(start + 1, '\\', length - 2) != nullptr;
        return {start + 1, uint32_t(length - 2), uint32_t(escapes ? SIMDJSON_ESCAPED : SIMDJSON_TEXT)};
    }

    /// Takes a value of any kind that something follows; false where the text ends in it or there is none.
    bool value(simdjson_slice &slice) {
        if (!has(2)) { return false; }
        switch (peek()) {
        case '{':
        case '[': {
            const uint8_t *start = text + *next;
            if (!skip()) { return false; }
            slice = {start, uint32_t(text + next[-1] + 1 - start), SIMDJSON_NESTED};
            return true;
        }
        case '}':
        case ']':
        case ':':
        case ',': return false;
        default:
            slice = scalar();
            next++;
            return true;
        }
    }

    /// Passes by a value.
    bool skip() {
        size_t depth = 0;
        while (next < end) {
            switch (text[*next++]) {
            case '{':
            case '[': depth++; break;
            case '}':
            case ']':
                if (depth == 0) { return false; }
                depth--;
                break;
            default: break;
            }
            if (depth == 0) { return true; }
        }
        return false;
    }

    /// Takes what stands behind a member: true where another follows, false behind the closing one.
    simdjson::error_code another(uint8_t closing, bool &follows) {
        follows = peek() == ',';
        if (!follows && peek() != closing) { return next < end ? simdjson::TAPE_ERROR : simdjson::INCOMPLETE_ARRAY_OR_OBJECT; }
        next++;
        return simdjson::SUCCESS;
    }
};

/// The length of a key; the first quote ends it unless a backslash stands before.
inline size_t key_length(const uint8_t *start) {
    size_t length = 0;
    while (start[length] != '"') { length += start[length] == '\\' ? 2 : 1; }
    return length;
}

/// Whether a key is a name; what is read behind a key's end is padding.
inline bool equals(const uint8_t *key, std::string_view name) {
    return std::memcmp(key, name.data(), name.size()) == 0 && key[name.size()] == '"';
}

#endif
