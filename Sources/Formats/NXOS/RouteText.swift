/// The texts around a next hop's age.
extension RouteExit {
    /// Reads `%vrf, interface, [20/0], ` from behind the address; nil where it is not that.
    static func read(_ view: ByteView, _ range: Range<Int>) -> RouteExit? {
        var exit = RouteExit(preference: 0, metric: 0)
        guard let open = view.firstIndex(of: UInt8(ascii: "["), in: range) else { return nil }
        guard exit.readFigures(view, view.trimmed(open..<range.upperBound)) else { return nil }
        let marks = view.trimmed(range.lowerBound..<open)
        guard let first = marks.first else { return exit }
        guard view[first] == UInt8(ascii: "%") || view[first] == UInt8(ascii: ",") else { return nil }
        let fields = view.buffer(marks).split(separator: UInt8(ascii: ","))
        for (index, field) in fields.enumerated() {
            let isVRF = index == 0 && view[first] == UInt8(ascii: "%")
            guard let word = word(isVRF ? field.dropFirst() : field) else { return nil }
            guard !word.isEmpty else { continue }
            if isVRF {
                exit.vrf = word
            } else if exit.interface == nil, word.utf8.first.map(ByteView.isLetter) == true {
                exit.interface = word
            } else {
                return nil
            }
        }
        return exit
    }

    /// One word without the blanks around it; nil where there are more.
    private static func word(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> String? {
        let words = bytes.split { ByteView.isBlank($0) }
        guard let first = words.first else { return "" }
        return words.count > 1 ? nil : String(decoding: first, as: UTF8.self)
    }

    /// `[20/0],`
    private mutating func readFigures(_ view: ByteView, _ range: Range<Int>) -> Bool {
        var position = range.lowerBound + 1
        var overflow = false
        guard let first = view.decimal(&position, limit: range.upperBound, overflow: &overflow),
            position < range.upperBound, view[position] == UInt8(ascii: "/")
        else { return false }
        position += 1
        guard let second = view.decimal(&position, limit: range.upperBound, overflow: &overflow),
            view.equals(position..<range.upperBound, "],")
        else { return false }
        preference = UInt32(clamping: first)
        metric = UInt32(clamping: second)
        return true
    }
}

extension RouteOrigin {
    /// Reads the fields behind the age, which begin with a comma; nil where a field cannot be placed.
    static func read(_ view: ByteView, _ range: Range<Int>) -> RouteOrigin? {
        var origin = RouteOrigin()
        var start = range.lowerBound
        while start < range.upperBound {
            let end = view.firstIndex(of: UInt8(ascii: ","), in: start..<range.upperBound) ?? range.upperBound
            guard origin.readField(view, start..<end) else { return nil }
            start = end + 1
        }
        return origin
    }

    private mutating func readField(_ view: ByteView, _ range: Range<Int>) -> Bool {
        var words: [String] = []
        var position = range.lowerBound
        while let token = view.token(from: position, limit: range.upperBound) {
            position = token.upperBound
            if let known = readKnown(view, token, &position, limit: range.upperBound) {
                guard known else { return false }
            } else {
                guard token.allSatisfy({ RouteOrigin.isWordByte(view[$0]) }) else { return false }
                words.append(view.string(token))
            }
        }
        guard !words.isEmpty else { return true }
        if owner == nil {
            owner = words.removeFirst()
            guard !words.isEmpty else { return true }
        }
        attributes.append(words.joined(separator: " "))
        return true
    }

    /// Reads a word with a value and the value; nil for any other word, false for a value that is none.
    private mutating func readKnown(
        _ view: ByteView, _ token: Range<Int>, _ position: inout Int, limit: Int
    ) -> Bool? {
        if view[token.lowerBound] == UInt8(ascii: "(") {
            return readNote(view, token.lowerBound, &position, limit: limit)
        }
        if RouteOrigin.isVNID(view, token), owner != nil {
            rewriteVNID = view.string(token)
            return true
        }
        let keys: [StaticString] = ["tag", "segid:", "tunnelid:", "encap:", "rwVnid:"]
        guard let key = keys.firstIndex(where: { view.equals(token, $0) }) else { return nil }
        guard let value = view.token(from: position, limit: limit) else { return key > 0 }
        position = value.upperBound
        switch key {
        case 0: return RouteOrigin.number(view, value, into: &tag)
        case 1: return RouteOrigin.number(view, value, into: &segmentID)
        case 2: tunnelID = view.string(value)
        case 3: encapsulation = view.string(value)
        default: rewriteVNID = view.string(value)
        }
        return true
    }

    private mutating func readNote(_ view: ByteView, _ open: Int, _ position: inout Int, limit: Int) -> Bool {
        guard let close = view.firstIndex(of: UInt8(ascii: ")"), in: open..<limit) else { return false }
        notes.append(view.string((open + 1)..<close))
        position = close + 1
        return true
    }

    private static func number(_ view: ByteView, _ range: Range<Int>, into value: inout UInt64?) -> Bool {
        value = view.decimal(range)
        return value != nil
    }

    /// `vxlan-3112960`, which some releases put on a line of its own.
    static func isVNID(_ view: ByteView, _ range: Range<Int>) -> Bool {
        guard let digits = view.after("vxlan-", in: range), digits < range.upperBound else { return false }
        return (digits..<range.upperBound).allSatisfy { ByteView.isDigit(view[$0]) }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        if ByteView.isLetter(byte) || ByteView.isDigit(byte) { return true }
        let marks: StaticString = "-_.:/*+"
        return marks.withUTF8Buffer { $0.contains(byte) }
    }
}

/// The flags of a route.
enum RouteFlags {
    /// Reads `, attached, direct` or ` time` from behind the counts: the words between commas, runs of blanks as one.
    static func read(_ view: ByteView, _ range: Range<Int>) -> [String] {
        view.buffer(range).split(separator: UInt8(ascii: ",")).compactMap { part in
            let words = part.split { ByteView.isBlank($0) }
            return words.isEmpty ? nil : String(decoding: Array(words.joined(separator: [0x20])), as: UTF8.self)
        }
    }
}
