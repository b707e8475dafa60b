#ifndef TABLE_HPP
#define TABLE_HPP

#include "Tape.hpp"

#include <array>
#include <vector>

/// Longer attribute names than this are not compared by what was seen before; they never read past the padding.
constexpr size_t longest_name = 96;
constexpr size_t padding = simdjson::SIMDJSON_PADDING + longest_name;

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

/// The wanted attributes of one class, their values in the object read last, and how that object was written: those of a
/// table have the same attributes in the same order, and of most attributes the same values.
///
/// The attributes are divided into runs: one whose value changes from object to object is alone, those between that do
/// not are compared as one stretch of text. Equal text holds equal tokens.
struct Plan {
    struct Place {
        KeyText name;
        /// Which of the wanted ones it is, or -1.
        int32_t number;
        /// Where it begins in the object that taught it, and with which token.
        const uint8_t *start;
        const uint32_t *token;
        bool varies = false;
        /// Of the run that begins here: its text, its tokens, the place behind it; nothing where none begins.
        const uint8_t *run = nullptr;
        size_t run_length = 0;
        size_t run_tokens = 0;
        size_t run_end = 0;
    };

    std::string_view name;
    std::vector<std::string_view> attributes;
    std::vector<simdjson_slice> values;
    std::vector<Place> places;
    /// Which values are not those of the object before.
    uint64_t changed = 0;
    bool is_known = false;

    int32_t find(const uint8_t *key) const {
        for (size_t number = 0; number < attributes.size(); number++) {
            if (equals(key, attributes[number])) { return int32_t(number); }
        }
        return -1;
    }

    void forget() {
        std::fill(values.begin(), values.end(), simdjson_slice{nullptr, 0, SIMDJSON_ABSENT});
        changed = ~uint64_t(0);
        is_known = false;
    }

    void set(int32_t number, const simdjson_slice &value) {
        auto &held = values[size_t(number)];
        if (held.length != value.length || held.kind != value.kind
            || std::memcmp(held.start, value.start, value.length) != 0) {
            changed |= number < 64 ? uint64_t(1) << number : ~uint64_t(0);
        }
        held = value;
    }

    /// Reads the attributes of an object, with their braces.
    simdjson::error_code read(Tape &tape) {
        auto start = tape.next;
        if (is_known) {
            changed = 0;
            if (again(tape)) { return simdjson::SUCCESS; }
            tape.next = start;
        }
        return learn(tape);
    }

    /// Reads an object of any form, and how it is written.
    simdjson::error_code learn(Tape &tape) {
        forget();
        places.clear();
        if (!tape.take('{')) { return tape.next < tape.end ? simdjson::INCORRECT_TYPE : simdjson::INCOMPLETE_ARRAY_OR_OBJECT; }
        if (tape.take('}')) { return simdjson::SUCCESS; }
        bool is_plain = true;
        for (bool follows = true; follows;) {
            auto token = tape.next;
            auto key = tape.key();
            simdjson_slice value;
            if (!key || !tape.value(value)) {
                return tape.next < tape.end ? simdjson::TAPE_ERROR : simdjson::INCOMPLETE_ARRAY_OR_OBJECT;
            }
            int32_t number = find(key);
            size_t length = key_length(key);
            is_plain = is_plain && length < longest_name && value.kind != SIMDJSON_NESTED && places.size() < 256
                && (number < 0 || values[size_t(number)].kind == SIMDJSON_ABSENT);
            if (number >= 0) { values[size_t(number)] = value; }
            if (is_plain) { places.push_back({KeyText(key, length), number, key - 1, token}); }
            SIMDJSON_TRY(tape.another('}', follows));
        }
        is_known = is_plain;
        if (is_known) { divide(0, places.size(), tape.text + tape.next[-1] + 1, tape.next); }
        return simdjson::SUCCESS;
    }

    /// Reads an object that is written as the one before; false where it is not, or is none.
    bool again(Tape &tape) {
        if (!tape.take('{')) { return false; }
        for (size_t at = 0; at < places.size();) {
            Place &place = places[at];
            if (place.run == nullptr) {
                if (!one(tape, place, at + 1 == places.size())) { return false; }
                at++;
            } else {
                size_t end = place.run_end;
                if (!same(tape, place) && !apart(tape, at)) { return false; }
                at = end;
            }
        }
        return true;
    }

    /// Passes by a run that is written as before.
    bool same(Tape &tape, const Place &first) const {
        if (!tape.has(first.run_tokens)) { return false; }
        const uint8_t *start = tape.text + *tape.next;
        // Behind the last token of all there is nothing to compare with.
        if (tape.text + tape.end[-1] + 1 < start + first.run_length) { return false; }
        if (std::memcmp(start, first.run, first.run_length) != 0) { return false; }
        tape.next += first.run_tokens;
        return true;
    }

    /// Reads a run whose values are others, and divides it.
    bool apart(Tape &tape, size_t first) {
        size_t end = places[first].run_end;
        for (size_t at = first; at < end; at++) {
            const uint8_t *former = places[at].start;
            size_t length = (at + 1 < end ? places[at + 1].start : places[first].run + places[first].run_length) - former;
            auto token = tape.next;
            if (!one(tape, places[at], at + 1 == places.size())) { return false; }
            const uint8_t *start = tape.text + *token;
            const uint8_t *stop = tape.next < tape.end ? tape.text + *tape.next : tape.text + tape.next[-1] + 1;
            if (at + 1 == places.size()) { stop = tape.text + tape.next[-1] + 1; }
            places[at].varies = size_t(stop - start) != length || std::memcmp(start, former, length) != 0;
            places[at].token = token;
        }
        for (size_t at = first; at < end; at++) { places[at].start = tape.text + *places[at].token; }
        bool closes = end == places.size();
        divide(first, end, closes ? tape.text + tape.next[-1] + 1 : tape.text + *tape.next, tape.next);
        return true;
    }

    /// Reads one attribute, and what follows it.
    bool one(Tape &tape, const Place &place, bool is_last) {
        auto key = tape.key();
        if (!key || !place.name.is(key) || !tape.has(2)) { return false; }
        uint8_t first = tape.peek();
        if (first == '{' || first == '[' || first == '}' || first == ']' || first == ':' || first == ',') { return false; }
        if (place.number >= 0) {
            auto value = tape.scalar();
            if (value.kind == SIMDJSON_NESTED) { return false; }
            set(place.number, value);
        }
        tape.next++;
        return tape.take(is_last ? '}' : ',');
    }

    /// Divides places into runs; they end before `stop` and the token `behind`.
    void divide(size_t first, size_t end, const uint8_t *stop, const uint32_t *behind) {
        for (size_t at = first; at < end;) {
            size_t to = at + 1;
            if (!places[at].varies) {
                while (to < end && !places[to].varies) { to++; }
            }
            Place &place = places[at];
            place.run = place.varies ? nullptr : place.start;
            place.run_length = size_t((to < end ? places[to].start : stop) - place.start);
            place.run_tokens = size_t((to < end ? places[to].token : behind) - place.token);
            place.run_end = to;
            at = to;
        }
    }
};

/// Hands over wanted objects.
struct Table {
    std::vector<Plan> plans;
    simdjson_object object;
    void *context;
    Plan *plan = nullptr;
    size_t last = 0;
    bool is_told = false;

    bool begin(const uint8_t *name, uint32_t) {
        is_told = false;
        plan = nullptr;
        if (last < plans.size() && equals(name, plans[last].name)) {
            plan = &plans[last];
            return true;
        }
        for (size_t number = 0; number < plans.size(); number++) {
            if (equals(name, plans[number].name)) {
                plan = &plans[number];
                last = number;
                return true;
            }
        }
        // The last class may stand for all others.
        if (!plans.empty() && plans.back().name.empty()) { plan = &plans.back(); }
        return plan != nullptr;
    }

    simdjson::error_code attributes(Tape &tape) {
        is_told = true;
        return plan->read(tape);
    }

    void end(uint32_t depth) {
        if (!is_told) { plan->forget(); }
        object(context, uint32_t(plan - plans.data()), depth, plan->values.data(), plan->changed);
    }
};

#endif
