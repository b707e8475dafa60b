#include "CSimdJSON.h"
#include "CompactWalk.hpp"
#include "Walk.hpp"

#include <memory>
#include <new>

using namespace simdjson;

namespace {

/// Hands over everything.
struct Visit {
    simdjson_begin begin_object;
    simdjson_attribute hand_over;
    void *context;

    static simdjson_slice key_slice(const uint8_t *key) {
        size_t length = key_length(key);
        return {key, uint32_t(length), uint32_t(std::memchr(key, '\\', length) ? SIMDJSON_ESCAPED : SIMDJSON_TEXT)};
    }

    bool begin(const uint8_t *name, uint32_t depth) {
        begin_object(context, key_slice(name), depth);
        return true;
    }

    error_code attributes(Tape &tape) {
        if (!tape.take('{')) { return tape.next < tape.end ? INCORRECT_TYPE : INCOMPLETE_ARRAY_OR_OBJECT; }
        if (tape.take('}')) { return SUCCESS; }
        for (bool follows = true; follows;) {
            auto key = tape.key();
            simdjson_slice value;
            if (!key || !tape.value(value)) { return tape.next < tape.end ? TAPE_ERROR : INCOMPLETE_ARRAY_OR_OBJECT; }
            hand_over(context, key_slice(key), value);
            SIMDJSON_TRY(tape.another('}', follows));
        }
        return SUCCESS;
    }

    void end(uint32_t) {}
};

}  // namespace

struct simdjson_reader {
    std::unique_ptr<internal::dom_parser_implementation> stage;
    std::vector<uint8_t> copy;

    /// Finds the tokens of a text.
    error_code tokens(const uint8_t *bytes, size_t length) {
        // The next page of a table is about as long; what is laid out for it once is not laid out anew for a few bytes.
        auto room = length + length / 8;
        if (!stage) {
            SIMDJSON_TRY(get_active_implementation()->create_dom_parser_implementation(room, deepest, stage));
        } else if (stage->capacity() < length) {
            SIMDJSON_TRY(stage->set_capacity(room));
        }
        SIMDJSON_TRY(stage->stage1(bytes, length, stage1_mode::regular));
        auto last = stage->structural_indexes[stage->n_structural_indexes - 1];
        return bytes[last] == '}' ? SUCCESS : INCOMPLETE_ARRAY_OR_OBJECT;
    }

    /// The text with room behind it.
    const uint8_t *padded(const uint8_t *bytes, size_t length, size_t capacity) {
        if (capacity >= length && capacity - length >= padding) { return bytes; }
        copy.resize(length + padding);
        if (length > 0) { std::memcpy(copy.data(), bytes, length); }
        std::memset(copy.data() + length, 0, padding);
        return copy.data();
    }

    /// Reads a text token by token, the whole of it or the rest from `from` on.
    template <class Sink>
    void read(const uint8_t *bytes, size_t length, size_t from, uint32_t depth, Sink &sink, simdjson_envelope *envelope) {
        auto error = length == 0 ? EMPTY : tokens(bytes + from, length - from);
        if (error == SUCCESS) {
            auto first = stage->structural_indexes.get();
            Tape tape{bytes + from, first, first + stage->n_structural_indexes};
            Walk<Sink> walk{tape, sink, *envelope};
            error = from == 0 ? walk.document() : walk.rest(depth);
            if (error != SUCCESS) { envelope->error_offset = tape.next < tape.end ? from + *tape.next : length; }
        }
        envelope->error = int32_t(error);
        envelope->error_text = error == SUCCESS ? "" : error_message(error);
    }
};

simdjson_reader *simdjson_reader_make(void) { return new (std::nothrow) simdjson_reader(); }

void simdjson_reader_free(simdjson_reader *reader) { delete reader; }

size_t simdjson_reader_padding(void) { return padding; }

void simdjson_reader_read(
    simdjson_reader *reader, const uint8_t *bytes, size_t length, size_t capacity, const simdjson_class *classes,
    uint32_t class_count, void *context, simdjson_object object, simdjson_envelope *envelope) {
    Table table{};
    table.object = object;
    table.context = context;
    for (uint32_t number = 0; number < class_count; number++) {
        Plan plan;
        plan.name = classes[number].name;
        for (uint32_t place = 0; place < classes[number].attribute_count; place++) {
            plan.attributes.emplace_back(classes[number].attributes[place]);
        }
        plan.values.resize(plan.attributes.size());
        table.plans.push_back(std::move(plan));
    }
    std::memset(envelope, 0, sizeof(*envelope));
    bytes = reader->padded(bytes, length, capacity);
    CompactWalk walk{bytes + length, table, *envelope, bytes};
    if (walk.read()) {
        reader->read(bytes, length, size_t(walk.at - bytes), walk.depth, table, envelope);
    } else {
        std::memset(envelope, 0, sizeof(*envelope));
        reader->read(bytes, length, 0, 0, table, envelope);
    }
}

void simdjson_reader_visit(
    simdjson_reader *reader, const uint8_t *bytes, size_t length, size_t capacity, void *context,
    simdjson_begin begin, simdjson_attribute attribute, simdjson_envelope *envelope) {
    Visit visit{begin, attribute, context};
    std::memset(envelope, 0, sizeof(*envelope));
    reader->read(reader->padded(bytes, length, capacity), length, 0, 0, visit, envelope);
}
