#ifndef COMPACTWALK_HPP
#define COMPACTWALK_HPP

#include "Table.hpp"

/// Goes through an answer as APICs write them: no white space, an object's attributes before its children. Tokens are
/// looked for only where an object differs from the one of its class before; simdjson reads what is written otherwise,
/// from there on.
struct CompactWalk {
    const uint8_t *const stop;
    Table &table;
    simdjson_envelope &envelope;
    /// Where it has come to: behind an object, or the bracket before the first of a list.
    const uint8_t *at;
    /// How deep the list is that this stands in.
    uint32_t depth = 0;

    /// Goes as far as it can.
    ///
    /// - Returns: whether any object was handed over.
    bool read() {
        if (!opening()) { return false; }
        bool has_read = false;
        for (const uint8_t *before = at - 1;;) {
            bool opens;
            if (!object(opens)) {
                at = before;
                return has_read;
            }
            has_read = true;
            if (opens) {
                depth++;
                before = at - 1;
            } else {
                if (!another()) { return true; }
                before = at++;
            }
        }
    }

    bool is(std::string_view words) const {
        return size_t(stop - at) > words.size() && std::memcmp(at, words.data(), words.size()) == 0;
    }

    /// What stands before the first object.
    bool opening() {
        if (!is("{")) { return false; }
        at++;
        while (!is("\"imdata\":[")) {
            const uint8_t *key = at + 1;
            if (*at != '"' || !(at = plain_end(key, stop)) || !is("\":\"")) { return false; }
            const uint8_t *start = at + 3;
            if (!(at = plain_end(start, stop)) || !is("\",")) { return false; }
            simdjson_slice value{start, uint32_t(at - start), SIMDJSON_TEXT};
            if (equals(key, "totalCount")) { envelope.total_count = value; }
            if (equals(key, "subscriptionId")) { envelope.subscription = value; }
            at += 2;
        }
        at += 10;
        envelope.has_imdata = true;
        return true;
    }

    /// Reads an object up to its end, or to its first child.
    bool object(bool &opens) {
        if (!is("{\"") || !table.begin(at + 2, depth)) { return false; }
        Plan &plan = *table.plan;
        const uint8_t *start = at;
        at = plan.mould.former ? plan.again(start, stop) : nullptr;
        if (!at) {
            at = plain_end(start + 2, stop);
            if (!at || !is("\":{\"attributes\":{")) { return false; }
            at = plan.learn(start, at + 17, stop);
            if (!at) { return false; }
        }
        bool ends = is("}}");
        opens = !ends && depth < deepest && is(",\"children\":[");
        if (!ends && !opens) { return false; }
        table.hand_over(depth);
        at += ends ? 2 : 13;
        if (ends) { count(); }
        return true;
    }

    void count() {
        if (depth == 0) { envelope.top_objects++; }
        envelope.objects++;
    }

    /// Passes by the ends of lists up to a comma that another object follows.
    bool another() {
        while (!is(",{")) {
            if (depth == 0 || !is("]}}")) { return false; }
            at += 3;
            depth--;
            count();
        }
        return true;
    }
};

#endif
