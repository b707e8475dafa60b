import Fabric

/// Lines that go on with the line before: releases and terminals break rows in several places.
extension RouteParser {
    /// Keeps a prefix that stands alone; false where the line is anything else.
    mutating func holdPrefix(_ view: ByteView, _ range: Range<Int>) -> Bool {
        guard view.prefix(view.withoutComma(range)) != nil else { return false }
        held = HeldLine(bytes: Array(view.buffer(range)), line: number)
        return true
    }

    /// Reports what nothing continued.
    mutating func dropHeld() {
        guard let row = held else { return }
        held = nil
        log.add(
            .warning, line: row.line, "a route or next hop whose line is not complete", excerpt: excerpt(row.bytes))
    }

    /// Continues the line that the lines before began; it is broken between fields or within a word.
    mutating func joinHeld(_ view: ByteView, _ range: Range<Int>) -> Bool {
        guard let row = held, row.lines < 4, row.bytes.count + range.count < 2048 else { return false }
        let spaced = row.bytes + [0x20] + view.buffer(range)
        let glued = row.bytes + view.buffer(range)
        for bytes in [spaced, glued] {
            held = nil
            let placed = withView(bytes, { joined in placeJoined(joined, line: row.line) }, empty: false)
            if placed, held == nil { return true }
        }
        guard row.bytes.first == UInt8(ascii: "*") || row.bytes.first == UInt8(ascii: "v"), isWordLine(view, range)
        else {
            held = row
            return false
        }
        held = HeldLine(bytes: spaced, line: row.line, lines: row.lines + 1)
        return true
    }

    private mutating func placeJoined(_ view: ByteView, line: Int) -> Bool {
        if let counts = view.find("ubest/mbest:", in: view.range) {
            return view.prefix(view.withoutComma(0..<counts)) != nil && readRoute(view, view.range)
        }
        return readHop(view, view.range, line: line)
    }

    /// Whether a line may be the middle of a next hop: bytes that stand in one, and not a prefix.
    private func isWordLine(_ view: ByteView, _ range: Range<Int>) -> Bool {
        view.prefix(view.withoutComma(range)) == nil && range.count < 100
    }

    /// Goes on with the fields behind the last next hop's age; false where the line does not look like that.
    mutating func continueHop(_ view: ByteView, _ range: Range<Int>) -> Bool {
        guard hopIsOpen, let hop = columns.hops.last, range.count < 512 else { return false }
        let before = columns.originTexts.withBytes(Int(hop.origin)) { Array($0) }
        guard before.count < 1024, let first = view.token(from: range.lowerBound, limit: range.upperBound) else {
            return false
        }
        let isGlued = glues(before, view, first)
        guard isGlued || follows(before, view, first) else { return false }
        let joined = before + (isGlued ? [] : [0x20]) + view.buffer(range)
        return withView(joined, { replaceOrigin($0) }, empty: false)
    }

    private mutating func replaceOrigin(_ view: ByteView) -> Bool {
        var origin = insertOrigin(view, view.range)
        var isLast = false
        if origin == nil, let end = Transcript.rowEnd(beforePromptIn: view, view.range) {
            origin = insertOrigin(view, 0..<end)
            isLast = true
        }
        guard let origin else { return false }
        columns.hops[columns.hops.count - 1].origin = origin
        if isLast { endOutput() }
        return true
    }

    /// Whether the line begins with a field that may stand behind an age.
    private func follows(_ before: [UInt8], _ view: ByteView, _ first: Range<Int>) -> Bool {
        if view[first.lowerBound] == UInt8(ascii: ",") || view[first.lowerBound] == UInt8(ascii: "(") { return true }
        let keys: [StaticString] = ["tag", "segid:", "tunnelid:", "encap:", "rwVnid:"]
        if keys.contains(where: { view.equals(first, $0) }) { return true }
        switch before.last {
        case UInt8(ascii: ":"): return true
        case UInt8(ascii: ","):
            return NXOSWords.holds(NXOSWords.attributes, view, view.withoutComma(first))
        default: return false
        }
    }

    /// Whether the line before was broken within its last word, which the first word completes.
    private func glues(_ before: [UInt8], _ view: ByteView, _ first: Range<Int>) -> Bool {
        let isAtEdge = first.lowerBound == 0 || ByteView.isBlank(view[0]) == false
        guard isAtEdge, let start = before.lastIndex(where: { $0 == 0x20 || $0 == 0x2c }) else { return false }
        let last = Array(before[(start + 1)...])
        guard !last.isEmpty else { return false }
        let token = view.withoutComma(first)
        let word = last + view.buffer(token)
        return withView(
            word,
            { joined in
                if RouteOrigin.isVNID(joined, joined.range) { return true }
                if before[...start].ends(with: "tag ") { return joined.decimal(joined.range) != nil }
                return !NXOSWords.holds(NXOSWords.attributes, joined, 0..<last.count)
                    && NXOSWords.holds(NXOSWords.attributes, joined, joined.range)
            }, empty: false)
    }
}

extension ArraySlice<UInt8> {
    /// Whether the bytes end with a text.
    fileprivate func ends(with text: StaticString) -> Bool {
        text.withUTF8Buffer { suffix(text.utf8CodeUnitCount).elementsEqual($0) && count >= text.utf8CodeUnitCount }
    }
}
