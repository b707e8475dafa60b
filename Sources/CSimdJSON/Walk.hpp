#ifndef WALK_HPP
#define WALK_HPP

#include "Tape.hpp"


/// Goes through an answer and hands its objects to a sink: `begin`, `attributes`, `end`, a parent before its children.
template <class Sink> struct Walk {
    Tape &tape;
    Sink &sink;
    simdjson_envelope &envelope;

    using error_code = simdjson::error_code;

    error_code wrong() const { return tape.next < tape.end ? simdjson::TAPE_ERROR : simdjson::INCOMPLETE_ARRAY_OR_OBJECT; }

    error_code document() {
        if (!tape.take('{')) { return simdjson::INCORRECT_TYPE; }
        if (tape.take('}')) { return trailing(); }
        return members(true);
    }

    /// The rest of an answer, from behind an object that stands `depth` lists deep, or from the bracket of such a list.
    error_code rest(uint32_t depth) {
        SIMDJSON_TRY(tape.peek() == '[' ? list(depth) : elements(depth));
        while (depth > 0) { SIMDJSON_TRY(behind_children(--depth)); }
        bool follows;
        SIMDJSON_TRY(tape.another('}', follows));
        return members(follows);
    }

    /// What stands around the objects.
    error_code members(bool follows) {
        while (follows) {
            auto key = tape.key();
            if (!key) { return wrong(); }
            if (equals(key, "imdata")) {
                envelope.has_imdata = tape.peek() == '[';
                SIMDJSON_TRY(list(0));
            } else {
                simdjson_slice value;
                if (!tape.value(value)) { return wrong(); }
                if (equals(key, "totalCount")) { envelope.total_count = value; }
                // One id, or a list of them with its brackets.
                if (equals(key, "subscriptionId")) { envelope.subscription = value; }
            }
            SIMDJSON_TRY(tape.another('}', follows));
        }
        return trailing();
    }

    error_code trailing() const { return tape.next < tape.end ? simdjson::TRAILING_CONTENT : simdjson::SUCCESS; }

    error_code list(uint32_t depth) {
        if (depth > deepest) { return simdjson::DEPTH_ERROR; }
        if (!tape.take('[')) { return tape.next < tape.end ? simdjson::INCORRECT_TYPE : wrong(); }
        if (tape.take(']')) { return simdjson::SUCCESS; }
        SIMDJSON_TRY(holder(depth));
        return elements(depth);
    }

    /// What follows an object of a list.
    error_code elements(uint32_t depth) {
        bool follows;
        SIMDJSON_TRY(tape.another(']', follows));
        while (follows) {
            SIMDJSON_TRY(holder(depth));
            SIMDJSON_TRY(tape.another(']', follows));
        }
        return simdjson::SUCCESS;
    }

    /// What follows the children of an object that was handed over, up to the end of the list that it stands in.
    error_code behind_children(uint32_t depth) {
        bool follows;
        SIMDJSON_TRY(tape.another('}', follows));
        SIMDJSON_TRY(children(depth, follows));
        count(depth);
        SIMDJSON_TRY(tape.another('}', follows));
        SIMDJSON_TRY(classes(depth, follows));
        return elements(depth);
    }

    void count(uint32_t depth) {
        if (depth == 0) { envelope.top_objects++; }
        envelope.objects++;
    }

    /// `{CLASS: {…}}`
    error_code holder(uint32_t depth) {
        if (!tape.take('{')) { return tape.next < tape.end ? simdjson::INCORRECT_TYPE : wrong(); }
        return classes(depth, !tape.take('}'));
    }

    error_code classes(uint32_t depth, bool follows) {
        while (follows) {
            auto name = tape.key();
            if (!name) { return wrong(); }
            SIMDJSON_TRY(object(name, depth));
            count(depth);
            SIMDJSON_TRY(tape.another('}', follows));
        }
        return simdjson::SUCCESS;
    }

    error_code object(const uint8_t *name, uint32_t depth) {
        if (!tape.take('{')) { return tape.next < tape.end ? simdjson::INCORRECT_TYPE : wrong(); }
        bool is_wanted = sink.begin(name, depth);
        if (!is_wanted) { envelope.other_objects++; }
        auto start = tape.next;
        bool is_told = false;
        bool children_first = false;
        bool follows = !tape.take('}');
        while (follows) {
            auto key = tape.key();
            if (!key) { return wrong(); }
            if (equals(key, "attributes") && is_wanted && !is_told) {
                SIMDJSON_TRY(sink.attributes(tape));
                sink.end(depth);
                is_told = true;
            } else if (equals(key, "children") && (is_told || !is_wanted)) {
                SIMDJSON_TRY(list(depth + 1));
            } else {
                children_first = children_first || equals(key, "children");
                if (!tape.skip()) { return wrong(); }
            }
            SIMDJSON_TRY(tape.another('}', follows));
        }
        if (is_wanted && !is_told) { sink.end(depth); }
        if (!children_first) { return simdjson::SUCCESS; }
        // They stood before their parent's attributes.
        tape.next = start;
        return children(depth, true);
    }

    /// The children among the members of an object, whose attributes are passed by.
    error_code children(uint32_t depth, bool follows) {
        while (follows) {
            auto key = tape.key();
            if (!key) { return wrong(); }
            if (equals(key, "children")) {
                SIMDJSON_TRY(list(depth + 1));
            } else if (!tape.skip()) {
                return wrong();
            }
            SIMDJSON_TRY(tape.another('}', follows));
        }
        return simdjson::SUCCESS;
    }
};

#endif
