#ifndef MOULD_HPP
#define MOULD_HPP

#include "Tape.hpp"

#include <vector>

/// What must be readable behind every text, whatever it holds: comparisons go by blocks, names are compared whole.
constexpr size_t padding = simdjson::SIMDJSON_PADDING + 96;

/// Where two texts begin to differ, in bytes; at least `count` where they do not before. `b` lies behind `a`; neither is
/// read further than a block behind `stop`.
inline size_t mismatch(const uint8_t *a, const uint8_t *b, size_t count, const uint8_t *stop) {
    constexpr size_t block = 32;
    static_assert(block <= padding);
    size_t at = 0;
    while (at < count && b + at < stop && std::memcmp(a + at, b + at, block) == 0) { at += block; }
    if (at >= count || b + at >= stop) { return at; }
    if constexpr (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__) {
        for (;; at += sizeof(uint64_t)) {
            uint64_t x, y;
            std::memcpy(&x, a + at, sizeof x);
            std::memcpy(&y, b + at, sizeof y);
            if (x != y) { return at + size_t(__builtin_ctzll(x ^ y)) / 8; }
        }
    }
    while (a[at] == b[at]) { at++; }
    return at;
}

/// The quote that ends a string of printable ASCII without escapes; null where something else comes first.
inline const uint8_t *plain_end(const uint8_t *at, const uint8_t *stop) {
    for (; at < stop; at++) {
        if (*at == '"') { return at; }
        if (*at == '\\' || *at < 0x20 || *at >= 0x80) { return nullptr; }
    }
    return nullptr;
}

/// What ends a number or a literal: a comma or a brace; null where something else comes first.
inline const uint8_t *bare_end(const uint8_t *at, const uint8_t *stop) {
    for (; at < stop; at++) {
        if (*at == ',' || *at == '}') { return at; }
        bool is_digit = *at >= '0' && *at <= '9';
        bool is_letter = (*at | 0x20) >= 'a' && (*at | 0x20) <= 'z';
        if (!is_digit && !is_letter && *at != '-' && *at != '+' && *at != '.') { return nullptr; }
    }
    return nullptr;
}

/// How objects of one class are written: the one before, `{"CLASS":{"attributes":{…}`, and where its values stand. The
/// next is compared with it in one go; where they differ a value has to differ.
///
/// Only what an APIC writes is taken: no white space, no escapes, ASCII. So equal text needs no second look.
struct Mould {
    struct Value {
        /// Within the object; what ends it is its quote, or the comma or brace behind a bare one.
        uint32_t start, end;
        /// Which of the wanted attributes it is of, or -1.
        int32_t number;
        simdjson_kind kind;
    };

    const uint8_t *former = nullptr;
    uint32_t length = 0;
    std::vector<Value> values;

    /// Reads an object that is written as the one before.
    ///
    /// - Returns: where its attributes end; null where it is not, the mould is then broken.
    template <class Changed> const uint8_t *match(const uint8_t *text, const uint8_t *stop, Changed changed) {
        const uint8_t *model = former;
        former = nullptr;
        size_t at = 0;
        uint32_t shift = 0;  // May stand for less than nothing: offsets wrap and come back.
        size_t next = 0;
        while (true) {
            at += mismatch(model + at, text + uint32_t(at + shift), length - at, stop);
            if (at >= length) { break; }
            for (; next < values.size() && values[next].end < at; next++) { move(values[next], shift); }
            if (next == values.size() || at < values[next].start) { return nullptr; }
            auto &value = values[next++];
            auto from = text + uint32_t(at + shift);
            auto end = value.kind == SIMDJSON_TEXT ? plain_end(from, stop) : bare_end(from, stop);
            if (!end) { return nullptr; }
            at = value.end;
            value.start += shift;
            shift = uint32_t(end - text) - value.end;
            value.end += shift;
            if (value.number >= 0) { changed(value, text); }
        }
        if (shift != 0) {
            for (; next < values.size(); next++) { move(values[next], shift); }
            length += shift;
        }
        if (text + length > stop) { return nullptr; }
        former = text;
        return text + length;
    }

    static void move(Value &value, uint32_t shift) {
        value.start += shift;
        value.end += shift;
    }

    /// Reads an object of any attributes.
    ///
    /// - Parameter text: its opening brace.
    /// - Parameter attributes: behind the brace that opens its attributes.
    /// - Parameter find: the number of an attribute; -2: it was there before.
    /// - Returns: where its attributes end; null where it is written otherwise than an APIC does.
    template <class Find>
    const uint8_t *learn(const uint8_t *text, const uint8_t *attributes, const uint8_t *stop, Find find) {
        former = nullptr;
        values.clear();
        const uint8_t *at = attributes;
        for (bool follows = *at != '}'; follows;) {
            if (*at != '"') { return nullptr; }
            const uint8_t *key = at + 1;
            at = plain_end(key, stop);
            if (!at || at[1] != ':') { return nullptr; }
            bool is_text = at[2] == '"';
            const uint8_t *start = at + (is_text ? 3 : 2);
            const uint8_t *end = is_text ? plain_end(start, stop) : bare_end(start, stop);
            int32_t number = find(key);
            if (!end || number < -1 || (!is_text && end == start)) { return nullptr; }
            auto kind = is_text ? SIMDJSON_TEXT : SIMDJSON_BARE;
            values.push_back({uint32_t(start - text), uint32_t(end - text), number, kind});
            at = end + (is_text ? 1 : 0);
            follows = *at == ',';
            if (!follows && *at != '}') { return nullptr; }
            if (follows) { at++; }
        }
        at++;
        if (at > stop) { return nullptr; }
        former = text;
        length = uint32_t(at - text);
        return at;
    }
};

#endif
