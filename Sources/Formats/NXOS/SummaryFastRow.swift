extension SummaryParser {
    /// Reads a whole row in the usual shape and returns the position of the next line; nil leaves everything as it was.
    @inline(__always)
    mutating func fastRow(_ start: Int) -> Int? {
        let view = input
        guard view.count - start > 256, !inOtherTable, tableOutput == transcript.output else { return nil }
        var position = 0
        let neighbor = view.dottedQuad(start, end: &position)
        guard position > 0 else { return nil }
        let limit = start + 248
        guard let version = field(&position, limit), version < 100, let asn = field(&position, limit),
            asn <= UInt64(UInt32.max), let received = field(&position, limit), let sent = field(&position, limit),
            let tableVersion = field(&position, limit), let inQueue = field(&position, limit),
            let outQueue = field(&position, limit), skipBlanks(&position, limit)
        else { return nil }
        let ageStart = position
        guard let age = age(&position, limit), skipBlanks(&position, limit) else { return nil }
        guard position > ageStart + 1 else { return nil }
        var state: UInt32 = 0
        var prefixes: UInt64 = 0
        if ByteView.isDigit(view[position]) {
            prefixes = digits(&position, limit)
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

    /// Blanks, then a number of at most 18 digits without leading zeros, then a blank.
    @inline(__always)
    private func field(_ position: inout Int, _ limit: Int) -> UInt64? {
        guard skipBlanks(&position, limit) else { return nil }
        let start = position
        let value = digits(&position, limit)
        let length = position - start
        guard length > 0, length <= 18, input[start] != UInt8(ascii: "0") || length == 1 else { return nil }
        return input[position] == 0x20 ? value : nil
    }

    @inline(__always)
    private func digits(_ position: inout Int, _ limit: Int) -> UInt64 {
        var value: UInt64 = 0
        let end = min(limit, position + 18)
        while position < end {
            let digit = input[position] &- 48
            guard digit < 10 else { break }
            value = value &* 10 &+ UInt64(digit)
            position += 1
        }
        return value
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
        guard let known = columns.stateTexts.find(input, position..<end) else { return nil }
        position = next
        return UInt32(truncatingIfNeeded: known + 1)
    }
}
