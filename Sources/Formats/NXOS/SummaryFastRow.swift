extension SummaryParser {
    /// Reads a whole row in the usual shape and returns the position of the next line; nil leaves everything as it was.
    @inline(__always)
    mutating func fastRow(_ start: Int) -> Int? {
        let view = input
        guard view.count - start > 256, !inOtherTable, tableOutput == transcript.output else { return nil }
        var position = 0
        let neighbor = view.dottedQuad(start, end: &position)
        guard position > 0 else { return nil }
        // A bit for each place where a field begins or ends.
        let text = view.nonBlanks(start)
        let changes = text ^ text << 1
        var edges = changes & (changes &- 1)
        guard start &+ edges.trailingZeroBitCount == position else { return nil }
        var excess: UInt64 = 0
        let version = field(start, &edges, &excess)
        let asn = field(start, &edges, &excess)
        let received = field(start, &edges, &excess)
        let sent = field(start, &edges, &excess)
        let tableVersion = field(start, &edges, &excess)
        let inQueue = field(start, &edges, &excess)
        let outQueue = field(start, &edges, &excess)
        guard excess == 0, edges != 0, version < 100 else { return nil }
        position = start &+ edges.trailingZeroBitCount
        let limit = start + 248
        guard skipBlanks(&position, limit) else { return nil }
        let ageStart = position
        guard let age = age(&position, limit), skipBlanks(&position, limit) else { return nil }
        guard position > ageStart + 1 else { return nil }
        var state: UInt32 = 0
        var prefixes: UInt64 = 0
        if ByteView.isDigit(view[position]) {
            let first = position
            while position < limit, ByteView.isDigit(view[position]) { position += 1 }
            var excess: UInt64 = 0
            prefixes = view.shortDecimal(first, length: position &- first, excess: &excess)
            guard excess == 0 else { return nil }
        } else {
            guard let word = stateWord(&position, limit) else { return nil }
            state = word
        }
        while position < limit, view[position] == 0x20 { position += 1 }
        if view[position] == 0x0d { position += 1 }
        guard position < limit, view[position] == 0x0a else { return nil }
        columns.rows.append(
            SummaryColumns.Row(
                neighbor: AddressCode(value: neighbor, kind: .v4), version: UInt8(truncatingIfNeeded: version),
                asn: UInt32(truncatingIfNeeded: asn), asText: 0, received: received, sent: sent,
                tableVersion: tableVersion, inQueue: inQueue, outQueue: outQueue, age: age, state: state,
                prefixes: prefixes))
        lastRowLine = number + 1
        return position + 1
    }

    /// The next number between edges; the edge of its end is the first that remains.
    @inline(__always)
    private func field(_ start: Int, _ edges: inout UInt64, _ excess: inout UInt64) -> UInt64 {
        edges &= edges &- 1
        let first = edges.trailingZeroBitCount
        edges &= edges &- 1
        let length = edges.trailingZeroBitCount &- first
        return input.shortDecimal(start &+ first, length: length, excess: &excess)
    }

    /// Skips at least one blank.
    @inline(__always)
    private func skipBlanks(_ position: inout Int, _ limit: Int) -> Bool {
        guard input[position] == 0x20 else { return false }
        while position < limit {
            let other = input.word(position) ^ 0x2020_2020_2020_2020
            if other != 0 {
                position += other.trailingZeroBitCount / 8
                return position < limit
            }
            position += 8
        }
        return false
    }

    @inline(__always)
    private func age(_ position: inout Int, _ limit: Int) -> UInt32? {
        if input[position + 8] == 0x20, let clock = PrintedAges.clock(input.word(position)) {
            position += 8
            return clock
        }
        var end = position
        while end < limit, input[end] > 0x20 { end += 1 }
        guard let known = columns.ages.find(input, position..<end) else { return nil }
        position = end
        return known
    }

    /// A text of the last column that was seen before, up to the end of the line.
    @inline(__always)
    private func stateWord(_ position: inout Int, _ limit: Int) -> UInt32? {
        var end = position
        while end < limit, input[end] >= 0x20 { end += 1 }
        let next = end
        while end > position, input[end - 1] == 0x20 { end -= 1 }
        guard let known = columns.stateTexts.find(input, position..<end), isKnownState[known] else { return nil }
        position = next
        return UInt32(truncatingIfNeeded: known + 1)
    }
}
