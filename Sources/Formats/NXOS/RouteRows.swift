import Fabric

/// Routes and next hops on the slow path.
extension RouteParser {
    /// Reads `10.244.7.64/26, ubest/mbest: 1/0, attached`; false without counts.
    mutating func readRoute(_ view: ByteView, _ range: Range<Int>) -> Bool {
        guard let start = view.find("ubest/mbest:", in: range) else { return false }
        var position = start + 12
        while position < range.upperBound, ByteView.isBlank(view[position]) { position += 1 }
        var overflow = false
        guard let unicast = view.decimal(&position, limit: range.upperBound, overflow: &overflow),
            position < range.upperBound, view[position] == UInt8(ascii: "/")
        else { return false }
        position += 1
        guard let multicast = view.decimal(&position, limit: range.upperBound, overflow: &overflow) else {
            return false
        }
        if tableOutput != transcript.output { openTable() }
        sawOutput = true
        var row = RouteColumns.Row(
            prefix: 0, output: UInt32(truncatingIfNeeded: columns.outputs.count - 1), flags: 0,
            firstHop: UInt32(truncatingIfNeeded: columns.hops.count), bestUnicast: UInt32(clamping: unicast),
            bestMulticast: UInt32(clamping: multicast), length: 0, kind: .none)
        readPrefix(view, view.withoutComma(range.lowerBound..<start), into: &row)
        let tail = position..<range.upperBound
        let end = Transcript.rowEnd(beforePromptIn: view, range)
        row.flags = readFlags(view, end.map { position..<max(position, $0) } ?? tail)
        openRoute(row)
        if end != nil {
            closeRoute()
            transcript.endOutput()
        }
        return true
    }

    private mutating func readPrefix(_ view: ByteView, _ range: Range<Int>, into row: inout RouteColumns.Row) {
        guard let prefix = view.prefix(range) else {
            log.add(
                .note, line: number, "the route's prefix is missing in the capture",
                excerpt: excerpt(view.buffer(view.range)))
            return
        }
        row.length = prefix.length
        if let v4 = prefix.address.v4, view.buffer(range).elementsEqual(prefix.description.utf8) {
            row.prefix = v4
            row.kind = .v4
        } else {
            row.prefix = columns.prefixes.insert(prefix, view, range)
            row.kind = .other
        }
    }

    /// The number of the flags; text that a person wrote behind them is left out.
    private mutating func readFlags(_ view: ByteView, _ range: Range<Int>) -> UInt32 {
        let strange = range.first { !RouteParser.isFlagByte(view[$0]) }
        let text = view.trimmed(range.lowerBound..<(strange ?? range.upperBound))
        if let strange {
            log.add(
                .note, line: number, column: strange + 1, "text behind the route was left out",
                excerpt: excerpt(view.buffer(strange..<range.upperBound)))
        }
        guard !text.isEmpty else { return 0 }
        // The fast path looks for the text up to the end of the line, with what separates it from the counts.
        let whole = range.lowerBound..<text.upperBound
        let known = columns.flagTexts.insert(view, whole)
        if known == columns.flags.count { columns.flags.append(RouteFlags.read(view, whole)) }
        return UInt32(truncatingIfNeeded: known + 1)
    }

    private static func isFlagByte(_ byte: UInt8) -> Bool {
        if ByteView.isLetter(byte) || ByteView.isDigit(byte) { return true }
        let marks: StaticString = " ,-_()./:"
        return marks.withUTF8Buffer { $0.contains(byte) }
    }

    /// Reads a next hop of the running route; false where it has none or the line cannot be read.
    mutating func readHop(_ view: ByteView, _ range: Range<Int>, line: Int) -> Bool {
        guard routeIsOpen else { return false }
        switch HopFields.read(view, range) {
        case .whole(let fields) where append(fields, view, range, line: line):
            return true
        case .none:
            return false
        default:
            return readBeforePrompt(view, range, line: line) || hold(view, range)
        }
    }

    private mutating func readBeforePrompt(_ view: ByteView, _ range: Range<Int>, line: Int) -> Bool {
        let vrfs = columns.outputs.compactMap(\.vrf)
        guard let end = Transcript.rowEnd(beforePromptIn: view, range, words: vrfs),
            case .whole(let fields) = HopFields.read(view, view.trimmed(range.lowerBound..<end)),
            append(fields, view, view.trimmed(range.lowerBound..<end), line: line)
        else { return false }
        endOutput()
        return true
    }

    mutating func endOutput() {
        held = nil
        closeRoute()
        transcript.endOutput()
    }

    private mutating func hold(_ view: ByteView, _ range: Range<Int>) -> Bool {
        held = HeldLine(bytes: Array(view.buffer(range)), line: number)
        hopIsOpen = false
        return true
    }

    /// Appends a whole next hop; false where its age or what follows it is none.
    private mutating func append(_ fields: HopFields, _ view: ByteView, _ range: Range<Int>, line: Int) -> Bool {
        guard let age = columns.ages.insert(view, fields.age),
            let origin = insertOrigin(view, fields.age.upperBound..<range.upperBound),
            columns.origins[Int(origin)].owner != nil, let exit = insertExit(fields, view)
        else { return false }
        let address = hopAddress(fields, view, line: line)
        appendHop(
            RouteColumns.Hop(
                address: address.value, age: age, exit: exit, origin: origin, recursive: 0, kind: address.kind,
                stars: fields.stars))
        return true
    }

    private mutating func hopAddress(_ fields: HopFields, _ view: ByteView, line: Int) -> AddressCode {
        if let range = fields.address, let code = columns.addresses.insert(view, range) { return code }
        if fields.interface == nil {
            log.add(
                .note, line: line, "the next hop's address is missing in the capture",
                excerpt: excerpt(view.buffer(view.range)))
        }
        return .none
    }

    private mutating func insertExit(_ fields: HopFields, _ view: ByteView) -> UInt32? {
        guard let name = fields.interface else { return insertExit(view, fields.exit) }
        let text = Array(", ".utf8) + view.buffer(name) + view.buffer(fields.exit)
        return withView(text, { insertExit($0, $0.range) }, empty: nil)
    }

    private mutating func insertExit(_ view: ByteView, _ range: Range<Int>) -> UInt32? {
        guard let exit = RouteExit.read(view, range) else { return nil }
        let number = columns.exitTexts.insert(view, range)
        if number == columns.exits.count { columns.exits.append(exit) }
        return UInt32(truncatingIfNeeded: number)
    }

    /// The number of the fields behind an age; nil where one of them cannot be placed.
    mutating func insertOrigin(_ view: ByteView, _ range: Range<Int>) -> UInt32? {
        let text = range.lowerBound..<view.trimmed(range).upperBound
        if let known = columns.originTexts.find(view, text) { return UInt32(truncatingIfNeeded: known) }
        guard let origin = RouteOrigin.read(view, text) else { return nil }
        let number = columns.originTexts.insert(view, text)
        if number == columns.origins.count { columns.origins.append(origin) }
        return UInt32(truncatingIfNeeded: number)
    }

    /// Reads `192.168.2.37/32%common:default` behind `recursive next hop:`.
    mutating func readRecursive(_ view: ByteView, _ range: Range<Int>) -> Bool {
        guard routeIsOpen, let route = columns.routes.last, columns.hops.count > Int(route.firstHop), !range.isEmpty
        else { return false }
        let end = Transcript.rowEnd(
            beforePromptIn: view, view.range, words: columns.recursiveWords(view.string(range)))
        let text = range.lowerBound..<min(range.upperBound, end ?? range.upperBound)
        let last = columns.hops.count - 1
        let before = columns.recursiveText(columns.hops[last])
        let whole = (before.map { Array($0.utf8) + Array(", ".utf8) } ?? []) + view.buffer(text)
        let number = withView(whole, { columns.recursives.insert($0, $0.range) }, empty: 0)
        columns.hops[last].recursive = UInt32(truncatingIfNeeded: number + 2)
        hopIsOpen = false
        if end != nil { endOutput() }
        return true
    }
}
