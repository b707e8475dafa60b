#include "CSimdJSON.h"

#include <simdjson.h>

#include <array>
#include <cstring>
#include <new>
#include <string>
#include <string_view>
#include <vector>

using namespace simdjson;

namespace {

/// Longer attribute names than this are not compared by what was seen before; they never read past the padding.
constexpr size_t longest_name = 96;
constexpr size_t padding = SIMDJSON_PADDING + longest_name;
/// Deeper trees than any APIC has are refused before the stack runs out.
constexpr uint32_t deepest = 64;

const uint8_t *bytes_of(ondemand::raw_json_string text) { return reinterpret_cast<const uint8_t *>(text.raw()); }

/// The length of a key; the first quote ends it unless a backslash stands before.
size_t key_length(const uint8_t *start) {
    size_t length = 0;
    while (start[length] != '"') { length += start[length] == '\\' ? 2 : 1; }
    return length;
}

bool equals(const uint8_t *key, std::string_view name) {
    return std::memcmp(key, name.data(), name.size()) == 0 && key[name.size()] == '"';
}

simdjson_slice slice_of(std::string_view token) {
    while (!token.empty() && (token.back() == ' ' || token.back() == '\n' || token.back() == '\r' || token.back() == '\t')) {
        token.remove_suffix(1);
    }
    if (token.empty()) { return {nullptr, 0, SIMDJSON_ABSENT}; }
    auto start = reinterpret_cast<const uint8_t *>(token.data());
    switch (token.front()) {
    case '"':
        if (token.size() < 2 || token.back() != '"') { return {start, uint32_t(token.size()), SIMDJSON_NESTED}; }
        return {
            start + 1, uint32_t(token.size() - 2),
            uint32_t(std::memchr(start + 1, '\\', token.size() - 2) ? SIMDJSON_ESCAPED : SIMDJSON_TEXT)};
    case '{':
    case '[': return {start, uint32_t(token.size()), SIMDJSON_NESTED};
    default: return {start, uint32_t(token.size()), SIMDJSON_BARE};
    }
}

/// A name with the quote that ends it, compared in words: keys are short, and each is compared with the one that stood in
/// its place before. What is read behind a key's end is padding.
struct KeyText {
    static constexpr size_t room = 104;
    static_assert(room <= padding, "a key is compared within what is behind every text");

    std::array<char, room> text{};
    size_t length = 0;

    KeyText(const uint8_t *start, size_t count) : length(count + 1) {
        std::memcpy(text.data(), start, count);
        text[count] = '"';
    }

    bool is(const uint8_t *key) const {
        if (length >= 8) { return is<uint64_t>(key); }
        if (length >= 4) { return is<uint32_t>(key); }
        return std::memcmp(key, text.data(), length) == 0;
    }

    /// Word by word, the last one overlapping the one before.
    template <class Word> bool is(const uint8_t *key) const {
        for (size_t at = 0; at + sizeof(Word) < length; at += sizeof(Word)) {
            if (word<Word>(key + at) != word<Word>(text.data() + at)) { return false; }
        }
        size_t end = length - sizeof(Word);
        return word<Word>(key + end) == word<Word>(text.data() + end);
    }

    template <class Word> static Word word(const void *place) {
        Word value;
        std::memcpy(&value, place, sizeof(Word));
        return value;
    }
};

/// The wanted attributes of one class, and the order in which its objects were last seen to have theirs.
struct Plan {
    struct Seen {
        KeyText name;
        int32_t number;
    };

    std::string_view name;
    std::vector<std::string_view> attributes;
    std::vector<Seen> order;

    int32_t find(const uint8_t *key) const {
        for (size_t number = 0; number < attributes.size(); number++) {
            if (equals(key, attributes[number])) { return int32_t(number); }
        }
        return -1;
    }

    /// Which attribute a key is, asked at the place where it stood in the object before.
    int32_t number(const uint8_t *key, size_t place) {
        if (place < order.size() && order[place].name.is(key)) { return order[place].number; }
        int32_t found = find(key);
        size_t length = key_length(key);
        if (length >= longest_name) { return found; }
        Seen seen{KeyText(key, length), found};
        if (place < order.size()) {
            order[place] = std::move(seen);
        } else if (place == order.size() && place < 256) {
            order.push_back(std::move(seen));
        }
        return found;
    }
};

/// Hands over wanted objects.
struct Table {
    std::vector<Plan> plans;
    simdjson_object object;
    void *context;
    std::vector<simdjson_slice> values;
    Plan *plan = nullptr;
    size_t place = 0;
    size_t last = 0;

    bool begin(const uint8_t *name, uint32_t) {
        plan = nullptr;
        if (last < plans.size() && equals(name, plans[last].name)) {
            plan = &plans[last];
        } else {
            for (size_t number = 0; number < plans.size(); number++) {
                if (equals(name, plans[number].name)) {
                    plan = &plans[number];
                    last = number;
                    break;
                }
            }
            // The last class may stand for all others.
            if (!plan && !plans.empty() && plans.back().name.empty()) { plan = &plans.back(); }
        }
        if (!plan) { return false; }
        place = 0;
        std::memset(values.data(), 0, plan->attributes.size() * sizeof(simdjson_slice));
        return true;
    }

    error_code attribute(const uint8_t *key, ondemand::value &value) {
        int32_t number = plan->number(key, place++);
        if (number < 0) { return SUCCESS; }
        values[size_t(number)] = slice_of(value.raw_json_token());
        return SUCCESS;
    }

    void end(uint32_t depth) { object(context, uint32_t(plan - plans.data()), depth, values.data()); }
};

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

    error_code attribute(const uint8_t *key, ondemand::value &value) {
        hand_over(context, key_slice(key), slice_of(value.raw_json_token()));
        return SUCCESS;
    }

    void end(uint32_t) {}
};

template <class Sink> struct Walk {
    Sink &sink;
    simdjson_envelope &envelope;

    error_code list(ondemand::array objects, uint32_t depth) {
        if (depth > deepest) { return DEPTH_ERROR; }
        for (auto element : objects) {
            ondemand::object holder;
            SIMDJSON_TRY(element.get_object().get(holder));
            for (auto entry : holder) {
                ondemand::field field;
                SIMDJSON_TRY(std::move(entry).get(field));
                ondemand::object body;
                SIMDJSON_TRY(field.value().get_object().get(body));
                SIMDJSON_TRY(object(bytes_of(field.key()), body, depth));
                if (depth == 0) { envelope.top_objects++; }
                envelope.objects++;
            }
        }
        return SUCCESS;
    }

    error_code object(const uint8_t *name, ondemand::object body, uint32_t depth) {
        bool is_wanted = sink.begin(name, depth);
        if (!is_wanted) { envelope.other_objects++; }
        bool is_told = false;
        bool children_first = false;
        for (auto entry : body) {
            ondemand::field part;
            SIMDJSON_TRY(std::move(entry).get(part));
            auto key = bytes_of(part.key());
            if (equals(key, "attributes")) {
                if (is_told || !is_wanted) { continue; }
                SIMDJSON_TRY(attributes(part.value()));
                sink.end(depth);
                is_told = true;
            } else if (equals(key, "children")) {
                if (is_wanted && !is_told) {
                    children_first = true;
                    continue;
                }
                SIMDJSON_TRY(children(part.value(), depth));
            }
        }
        if (is_wanted && !is_told) { sink.end(depth); }
        if (!children_first) { return SUCCESS; }
        SIMDJSON_TRY(body.reset().error());
        for (auto entry : body) {
            ondemand::field part;
            SIMDJSON_TRY(std::move(entry).get(part));
            if (equals(bytes_of(part.key()), "children")) { SIMDJSON_TRY(children(part.value(), depth)); }
        }
        return SUCCESS;
    }

    error_code attributes(ondemand::value &value) {
        ondemand::object attributes;
        SIMDJSON_TRY(value.get_object().get(attributes));
        for (auto entry : attributes) {
            ondemand::field attribute;
            SIMDJSON_TRY(std::move(entry).get(attribute));
            SIMDJSON_TRY(sink.attribute(bytes_of(attribute.key()), attribute.value()));
        }
        return SUCCESS;
    }

    error_code children(ondemand::value &value, uint32_t depth) {
        ondemand::array list;
        SIMDJSON_TRY(value.get_array().get(list));
        return this->list(list, depth + 1);
    }

    error_code document(ondemand::document &document) {
        ondemand::object top;
        SIMDJSON_TRY(document.get_object().get(top));
        for (auto entry : top) {
            ondemand::field field;
            SIMDJSON_TRY(std::move(entry).get(field));
            auto key = bytes_of(field.key());
            if (equals(key, "imdata")) {
                ondemand::array objects;
                SIMDJSON_TRY(field.value().get_array().get(objects));
                envelope.has_imdata = true;
                SIMDJSON_TRY(list(objects, 0));
            } else if (equals(key, "totalCount")) {
                envelope.total_count = slice_of(field.value().raw_json_token());
            } else if (equals(key, "subscriptionId")) {
                SIMDJSON_TRY(subscription(field.value()));
            }
        }
        // Where nothing is left there is no location.
        return document.current_location().error() == SUCCESS ? TRAILING_CONTENT : SUCCESS;
    }

    /// One id, or a list of them with its brackets.
    error_code subscription(ondemand::value &value) {
        ondemand::json_type type;
        SIMDJSON_TRY(value.type().get(type));
        if (type != ondemand::json_type::array) {
            envelope.subscription = slice_of(value.raw_json_token());
            return SUCCESS;
        }
        ondemand::array ids;
        SIMDJSON_TRY(value.get_array().get(ids));
        std::string_view text;
        SIMDJSON_TRY(ids.raw_json().get(text));
        envelope.subscription = slice_of(text);
        return SUCCESS;
    }
};

}  // namespace

struct simdjson_reader {
    ondemand::parser parser;
    std::vector<uint8_t> copy;
    std::vector<simdjson_slice> values;

    template <class Sink>
    void run(const uint8_t *bytes, size_t length, size_t capacity, Sink &sink, simdjson_envelope *envelope) {
        std::memset(envelope, 0, sizeof(*envelope));
        if (capacity < length || capacity - length < padding) {
            copy.resize(length + padding);
            if (length > 0) { std::memcpy(copy.data(), bytes, length); }
            std::memset(copy.data() + length, 0, padding);
            bytes = copy.data();
        }
        ondemand::document document;
        auto text = padded_string_view(reinterpret_cast<const char *>(bytes), length, length + padding);
        auto error = parser.iterate(text).get(document);
        if (error == SUCCESS) {
            Walk<Sink> walk{sink, *envelope};
            error = walk.document(document);
            const char *place = nullptr;
            if (error != SUCCESS && document.current_location().get(place) == SUCCESS) {
                envelope->error_offset = size_t(place - reinterpret_cast<const char *>(bytes));
            } else if (error != SUCCESS) {
                envelope->error_offset = length;
            }
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
    size_t widest = 1;
    for (uint32_t number = 0; number < class_count; number++) {
        Plan plan;
        plan.name = classes[number].name;
        for (uint32_t place = 0; place < classes[number].attribute_count; place++) {
            plan.attributes.emplace_back(classes[number].attributes[place]);
        }
        if (plan.attributes.size() > widest) { widest = plan.attributes.size(); }
        table.plans.push_back(std::move(plan));
    }
    table.values.resize(widest);
    reader->run(bytes, length, capacity, table, envelope);
}

void simdjson_reader_visit(
    simdjson_reader *reader, const uint8_t *bytes, size_t length, size_t capacity, void *context,
    simdjson_begin begin, simdjson_attribute attribute, simdjson_envelope *envelope) {
    Visit visit{begin, attribute, context};
    reader->run(bytes, length, capacity, visit, envelope);
}

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
