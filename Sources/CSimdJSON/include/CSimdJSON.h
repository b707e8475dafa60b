#ifndef CSIMDJSON_H
#define CSIMDJSON_H

// An APIC's answer, handed over object by object without a tree. Objects that are written as the one of their class before
// are compared with it; what is written otherwise than APICs do is read with simdjson's first stage, token by token.
// Nothing here throws; pointers in what is handed over are valid during the call only.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// How an attribute's value stands in the text.
typedef enum {
    SIMDJSON_ABSENT = 0,
    /// A string without escapes; start and length are what stands between the quotes.
    SIMDJSON_TEXT = 1,
    /// A string with escapes, as written.
    SIMDJSON_ESCAPED = 2,
    /// A number, true, false or null, as written.
    SIMDJSON_BARE = 3,
    /// An object or array.
    SIMDJSON_NESTED = 4,
} simdjson_kind;

/// A value as it stands in the text.
typedef struct {
    const uint8_t *start;
    uint32_t length;
    uint32_t kind;
} simdjson_slice;

/// A class of objects that is wanted, and its attributes that are. One without a name, the last, stands for all others.
typedef struct {
    const char *name;
    const char *const *attributes;
    uint32_t attribute_count;
} simdjson_class;

/// Called for each object of a wanted class, before its children: the number of its class, how deep it lies in
/// `children` (0: in `imdata`), one slice for each wanted attribute, in that order, and a bit for each of the first 64; one
/// that is not set tells that the value is that of the object of this class before, in the same text.
typedef void (*simdjson_object)(
    void *context, uint32_t class_number, uint32_t depth, const simdjson_slice *values, uint64_t changed);

/// Called for each object of any class, before its attributes.
typedef void (*simdjson_begin)(void *context, simdjson_slice name, uint32_t depth);

/// Called for each attribute of the object that began last.
typedef void (*simdjson_attribute)(void *context, simdjson_slice name, simdjson_slice value);

/// What stands around the objects, and how the reading ended.
typedef struct {
    /// `totalCount` as written.
    simdjson_slice total_count;
    /// `subscriptionId` as written; an array with its brackets.
    simdjson_slice subscription;
    /// Whether there is an `imdata`.
    bool has_imdata;
    /// Objects in `imdata` itself.
    uint64_t top_objects;
    /// Objects, those in `children` included.
    uint64_t objects;
    /// Objects of classes that are not wanted.
    uint64_t other_objects;
    /// 0, or simdjson's error code.
    int32_t error;
    /// simdjson's words for the error; static.
    const char *error_text;
    /// Where the reading stopped, in bytes.
    size_t error_offset;
} simdjson_envelope;

/// A parser's memory, used again from page to page.
typedef struct simdjson_reader simdjson_reader;

/// A reader, or null without memory.
simdjson_reader *simdjson_reader_make(void);
void simdjson_reader_free(simdjson_reader *reader);

/// How many bytes behind the text must be readable, whatever they hold; where there are fewer the text is copied.
size_t simdjson_reader_padding(void);

/// Reads the objects of wanted classes.
void simdjson_reader_read(
    simdjson_reader *reader, const uint8_t *bytes, size_t length, size_t capacity, const simdjson_class *classes,
    uint32_t class_count, void *context, simdjson_object object, simdjson_envelope *envelope);

/// Reads every object with every attribute.
void simdjson_reader_visit(
    simdjson_reader *reader, const uint8_t *bytes, size_t length, size_t capacity, void *context,
    simdjson_begin begin, simdjson_attribute attribute, simdjson_envelope *envelope);

/// Turns what stands between a string's quotes into UTF-8; returns the number of bytes, or -1 for an escape that JSON
/// does not know. `out` has room for `length` bytes.
ptrdiff_t simdjson_unescape(const uint8_t *start, size_t length, uint8_t *out);

#ifdef __cplusplus
}
#endif

#endif
