#include "CSimdJSON.h"

namespace {

int hex(uint8_t byte) {
    if (byte >= '0' && byte <= '9') { return byte - '0'; }
    if (byte >= 'a' && byte <= 'f') { return byte - 'a' + 10; }
    if (byte >= 'A' && byte <= 'F') { return byte - 'A' + 10; }
    return -1;
}

int32_t unit(const uint8_t *start, size_t length, size_t at) {
    if (at + 4 > length) { return -1; }
    int32_t value = 0;
    for (size_t place = 0; place < 4; place++) {
        int digit = hex(start[at + place]);
        if (digit < 0) { return -1; }
        value = value << 4 | digit;
    }
    return value;
}

size_t encode(uint32_t scalar, uint8_t *out) {
    if (scalar < 0x80) {
        out[0] = uint8_t(scalar);
        return 1;
    }
    if (scalar < 0x800) {
        out[0] = uint8_t(0xc0 | scalar >> 6);
        out[1] = uint8_t(0x80 | (scalar & 0x3f));
        return 2;
    }
    if (scalar < 0x10000) {
        out[0] = uint8_t(0xe0 | scalar >> 12);
        out[1] = uint8_t(0x80 | (scalar >> 6 & 0x3f));
        out[2] = uint8_t(0x80 | (scalar & 0x3f));
        return 3;
    }
    out[0] = uint8_t(0xf0 | scalar >> 18);
    out[1] = uint8_t(0x80 | (scalar >> 12 & 0x3f));
    out[2] = uint8_t(0x80 | (scalar >> 6 & 0x3f));
    out[3] = uint8_t(0x80 | (scalar & 0x3f));
    return 4;
}

}  // namespace

ptrdiff_t simdjson_unescape(const uint8_t *start, size_t length, uint8_t *out) {
    size_t written = 0;
    for (size_t at = 0; at < length; at++) {
        if (start[at] != '\\') {
            out[written++] = start[at];
            continue;
        }
        if (++at >= length) { return -1; }
        switch (start[at]) {
        case '"': out[written++] = '"'; break;
        case '\\': out[written++] = '\\'; break;
        case '/': out[written++] = '/'; break;
        case 'b': out[written++] = '\b'; break;
        case 'f': out[written++] = '\f'; break;
        case 'n': out[written++] = '\n'; break;
        case 'r': out[written++] = '\r'; break;
        case 't': out[written++] = '\t'; break;
        case 'u': {
            int32_t first = unit(start, length, at + 1);
            if (first < 0) { return -1; }
            at += 4;
            uint32_t scalar = uint32_t(first);
            if (first >= 0xd800 && first < 0xdc00 && at + 6 < length && start[at + 1] == '\\' && start[at + 2] == 'u') {
                int32_t second = unit(start, length, at + 3);
                if (second >= 0xdc00 && second < 0xe000) {
                    scalar = 0x10000 + ((uint32_t(first) - 0xd800) << 10) + (uint32_t(second) - 0xdc00);
                    at += 6;
                }
            }
            // Half a pair stands for nothing.
            if (scalar >= 0xd800 && scalar < 0xe000) { scalar = 0xfffd; }
            written += encode(scalar, out + written);
            break;
        }
        default: return -1;
        }
    }
    return ptrdiff_t(written);
}
