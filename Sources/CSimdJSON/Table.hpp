#ifndef TABLE_HPP
#define TABLE_HPP

#include "Mould.hpp"

/// The wanted attributes of one class, their values in the object read last, and how that object was written.
struct Plan {
    std::string_view name;
    std::vector<std::string_view> attributes;
    std::vector<simdjson_slice> values;
    /// Which values are not those of the object before.
    uint64_t changed = 0;
    Mould mould;

    int32_t find(const uint8_t *key) const {
        for (size_t number = 0; number < attributes.size(); number++) {
            if (equals(key, attributes[number])) { return int32_t(number); }
        }
        return -1;
    }

    void forget() {
        std::fill(values.begin(), values.end(), simdjson_slice{nullptr, 0, SIMDJSON_ABSENT});
        changed = ~uint64_t(0);
    }

    /// Reads the attributes of an object of any form, with their braces.
    simdjson::error_code read(Tape &tape) {
        forget();
        if (!tape.take('{')) { return tape.next < tape.end ? simdjson::INCORRECT_TYPE : simdjson::INCOMPLETE_ARRAY_OR_OBJECT; }
        if (tape.take('}')) { return simdjson::SUCCESS; }
        for (bool follows = true; follows;) {
            auto key = tape.key();
            simdjson_slice value;
            if (!key || !tape.value(value)) {
                return tape.next < tape.end ? simdjson::TAPE_ERROR : simdjson::INCOMPLETE_ARRAY_OR_OBJECT;
            }
            int32_t number = find(key);
            if (number >= 0) { values[size_t(number)] = value; }
            SIMDJSON_TRY(tape.another('}', follows));
        }
        return simdjson::SUCCESS;
    }

    /// Reads an object that is written as the one before; null where it is not.
    const uint8_t *again(const uint8_t *text, const uint8_t *stop) {
        changed = 0;
        return mould.match(text, stop, [&](const Mould::Value &value, const uint8_t *text) { set(value, text); });
    }

    /// Reads an object as an APIC writes it; null where it is written otherwise.
    const uint8_t *learn(const uint8_t *text, const uint8_t *open, const uint8_t *stop) {
        forget();
        uint64_t seen = 0;
        auto end = mould.learn(text, open, stop, [&](const uint8_t *key) {
            int32_t number = find(key);
            if (number < 0) { return number; }
            uint64_t bit = number < 64 ? uint64_t(1) << number : 0;
            if (bit == 0 || seen & bit) { return int32_t(-2); }
            seen |= bit;
            return number;
        });
        if (!end) { return nullptr; }
        for (auto &value : mould.values) {
            if (value.number >= 0) { set(value, text); }
        }
        changed = ~uint64_t(0);
        return end;
    }

    void set(const Mould::Value &value, const uint8_t *text) {
        values[size_t(value.number)] = {text + value.start, value.end - value.start, uint32_t(value.kind)};
        changed |= uint64_t(1) << value.number;
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
        hand_over(depth);
    }

    void hand_over(uint32_t depth) {
        object(context, uint32_t(plan - plans.data()), depth, plan->values.data(), plan->changed);
    }
};

#endif
