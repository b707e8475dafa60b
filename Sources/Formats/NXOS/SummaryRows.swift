import Fabric

/// Rows on the slow path: broken over lines, with words for states, with a prompt at their end.
extension SummaryParser {
    /// Places a row, or a part of one; false where the line is neither.
    mutating func readRow(_ view: ByteView, _ range: Range<Int>) -> Bool {
        if held != nil {
            if joinHeld(view, range) { return true }
            dropHeld()
        }
        if amendState(view, range) { return true }
        switch complete(view, range) {
        case .row(let row, let state):
            return append(row, view, state: state, line: number)
        case .unknownState:
            hold(Array(view.buffer(range)), isComplete: true)
            return true
        case .begun:
            guard !inOtherTable else { return false }
            hold(Array(view.buffer(range)), isComplete: false)
            return true
        case .none:
            return readBeforePrompt(view, range)
        }
    }

    private mutating func hold(_ bytes: [UInt8], isComplete: Bool) {
        held = HeldRow(bytes: bytes, line: number, isComplete: isComplete)
    }

    private enum Completeness {
        case row(SummaryRow, state: Range<Int>)
        case unknownState
        case begun
        case none
    }

    private mutating func complete(_ view: ByteView, _ range: Range<Int>) -> Completeness {
        switch SummaryRow.read(view, range) {
        case .row(let row):
            guard columns.ages.insert(view, row.upDown) != nil else { return row.neighbor == nil ? .none : .begun }
            switch SummaryState.read(view, row.state) {
            case .prefixes, .words(known: true): return .row(row, state: row.state)
            case .words(known: false): return row.neighbor == nil ? .none : .unknownState
            case nil: return .none
            }
        case .begun: return .begun
        case .none: return .none
        }
    }

    /// The last row of an output, and the next prompt in the same line.
    private mutating func readBeforePrompt(_ view: ByteView, _ range: Range<Int>) -> Bool {
        guard let end = Transcript.rowEnd(beforePromptIn: view, range),
            case .row(let row, let state) = complete(view, view.trimmed(range.lowerBound..<end)),
            append(row, view, state: state, line: number)
        else { return false }
        transcript.endOutput()
        return true
    }

    /// Continues the row that the lines before began; a line is broken between fields or within a word.
    private mutating func joinHeld(_ view: ByteView, _ range: Range<Int>) -> Bool {
        guard let row = held, row.lines < 4, row.bytes.count + range.count < 1024 else { return false }
        let spaced = row.bytes + [0x20] + view.buffer(range)
        let glued = row.bytes + view.buffer(range)
        let isLoneWord = row.lines == 1 && !row.bytes.contains(0x20)
        for bytes in row.isComplete ? [glued, spaced] : [spaced, glued] {
            if withView(bytes, { finishHeld($0, line: row.line) }, empty: false) { return true }
            if row.lines > 1, bytes.count == spaced.count { break }
        }
        for bytes in isLoneWord ? [spaced, glued] : [spaced] {
            guard case .begun = withView(bytes, { SummaryRow.read($0, $0.range) }, empty: .none) else { continue }
            held?.bytes = bytes
            held?.lines += 1
            return true
        }
        return false
    }

    private mutating func finishHeld(_ view: ByteView, line: Int) -> Bool {
        var range = view.range
        var isLast = false
        if case .none = complete(view, range), let end = Transcript.rowEnd(beforePromptIn: view, range) {
            range = view.trimmed(0..<end)
            isLast = true
        }
        guard case .row(let row, let state) = complete(view, range), append(row, view, state: state, line: line) else {
            return false
        }
        held = nil
        if isLast { transcript.endOutput() }
        return true
    }

    /// `(Admin)` in the line after its word.
    private mutating func amendState(_ view: ByteView, _ range: Range<Int>) -> Bool {
        guard view[range.lowerBound] == UInt8(ascii: "("), hasRows, lastRowLine == number - 1,
            let row = columns.rows.last
        else { return false }
        let before = row.state == 0 ? String(row.prefixes) : columns.stateTexts.string(Int(row.state) - 1)
        let text = Array(before.utf8) + [0x20] + view.buffer(range)
        return withView(
            text,
            { joined in
                guard case .words(known: true) = SummaryState.read(joined, joined.range) else { return false }
                let state = columns.stateTexts.insert(joined, joined.range) + 1
                columns.rows[columns.rows.count - 1].state = UInt32(truncatingIfNeeded: state)
                return true
            }, empty: false)
    }

    /// Appends a row; false where a field is none.
    mutating func append(_ row: SummaryRow, _ view: ByteView, state: Range<Int>, line: Int) -> Bool {
        guard let age = columns.ages.insert(view, row.upDown), let last = SummaryState.read(view, state) else {
            return false
        }
        ensureTable()
        inOtherTable = false
        sawOutput = true
        lastRowLine = number
        columns.rows.append(
            SummaryColumns.Row(
                neighbor: neighbor(row, view, line: line), version: row.version, asn: row.asn,
                asText: asText(row, view), received: row.counters.0, sent: row.counters.1,
                tableVersion: row.counters.2, inQueue: row.counters.3, outQueue: row.counters.4, age: age,
                state: stateText(last, view, state), prefixes: prefixes(last)))
        if row.saturated {
            log.add(
                .note, line: line, "a counter is larger than 64 bits and was cut to the largest number",
                excerpt: excerpt(view.buffer(view.range)))
        }
        return true
    }

    private mutating func neighbor(_ row: SummaryRow, _ view: ByteView, line: Int) -> AddressCode {
        if let range = row.neighbor, let code = columns.addresses.insert(view, range) { return code }
        log.add(
            .note, line: line, "the row's neighbor address is missing in the capture",
            excerpt: excerpt(view.buffer(view.range)))
        return .none
    }

    private mutating func asText(_ row: SummaryRow, _ view: ByteView) -> UInt32 {
        if view.buffer(row.asRange).elementsEqual(String(row.asn).utf8) { return 0 }
        return UInt32(truncatingIfNeeded: columns.asTexts.insert(view, row.asRange) + 1)
    }

    private func prefixes(_ state: SummaryState) -> UInt64 {
        if case .prefixes(let count) = state { return count }
        return 0
    }

    /// Stores a text of the last column with runs of blanks as one.
    private mutating func stateText(_ state: SummaryState, _ view: ByteView, _ range: Range<Int>) -> UInt32 {
        if case .prefixes = state { return 0 }
        let words = view.buffer(range).split { ByteView.isBlank($0) }
        let text = Array(words.joined(separator: [0x20]))
        let number = withView(text, { columns.stateTexts.insert($0, $0.range) }, empty: 0)
        return UInt32(truncatingIfNeeded: number + 1)
    }
}
