/// What surrounds a command's output in a pasted or logged session: the controllers' banners, prompts, echoed
/// commands.
struct Transcript {
    /// What a line is.
    enum Kind {
        /// Nothing but blanks.
        case blank
        /// A banner, a rule of dashes, or a note of the person who cut the text.
        case furniture
        /// A prompt or an echoed command: a new output begins.
        case prompt
        /// Part of an output.
        case content
    }

    /// The number in the last banner ` Node 203 (Leaf203)` of the running command.
    private(set) var node: Int?
    /// The name in that banner.
    private(set) var nodeName: String?
    /// Counts the outputs: moves with each banner and each prompt.
    private(set) var output = 0

    /// Classifies a cleaned line and follows banners and prompts.
    mutating func read(_ line: ByteView, _ trimmed: Range<Int>) -> Kind {
        guard !trimmed.isEmpty else { return .blank }
        if Transcript.isRule(line, trimmed) { return .furniture }
        if let rest = line.after("Node ", in: trimmed), readBanner(line, rest..<trimmed.upperBound) {
            return .furniture
        }
        if Transcript.isPrompt(line, trimmed) {
            endOutput()
            return .prompt
        }
        return .content
    }

    /// A prompt was found at the end of a row: what follows is another output.
    mutating func endOutput() {
        node = nil
        nodeName = nil
        output += 1
    }

    private mutating func readBanner(_ line: ByteView, _ range: Range<Int>) -> Bool {
        var position = range.lowerBound
        var overflow = false
        let number = line.decimal(&position, limit: range.upperBound, overflow: &overflow)
        guard let number, number <= 1_000_000 else { return false }
        let rest = line.trimmed(position..<range.upperBound)
        if rest.isEmpty {
            nodeName = nil
        } else {
            guard rest.count > 2, line[rest.lowerBound] == UInt8(ascii: "("),
                line[rest.upperBound - 1] == UInt8(ascii: ")")
            else { return false }
            nodeName = line.string((rest.lowerBound + 1)..<(rest.upperBound - 1))
        }
        node = Int(number)
        output += 1
        return true
    }

    /// Dashes or `=` only, or the mark of a cut: `<==== SNIP ====>`, `...`.
    private static func isRule(_ line: ByteView, _ range: Range<Int>) -> Bool {
        let marks: [UInt8] = [UInt8(ascii: "-"), UInt8(ascii: "="), UInt8(ascii: "."), UInt8(ascii: "_")]
        if range.count >= 3, range.allSatisfy({ marks.contains(line[$0]) }) { return true }
        guard line.contains("SNIP", in: range) || line.contains("snip", in: range) else { return false }
        let allowed = Array("<>=-. []()snipedSNIPED".utf8)
        return range.allSatisfy { allowed.contains(line[$0]) }
    }

    /// `Leaf203# show ip route`, `admin@apic1:~>`, `leaf(config)#`, or a command that was pasted without its prompt.
    private static func isPrompt(_ line: ByteView, _ range: Range<Int>) -> Bool {
        if line.starts(range, "show ") || line.starts(range, "fabric ") || line.starts(range, "terminal length") {
            return true
        }
        guard ByteView.isLetter(line[range.lowerBound]) || line[range.lowerBound] == UInt8(ascii: "[") else {
            return false
        }
        let name = nameEnd(line, range.lowerBound, limit: range.upperBound)
        guard name < range.upperBound, name > range.lowerBound else { return false }
        switch line[name] {
        case UInt8(ascii: "#"):
            return true
        case UInt8(ascii: ">"), UInt8(ascii: "$"):
            return name + 1 == range.upperBound || ByteView.isBlank(line[name + 1])
        default:
            return false
        }
    }

    /// The end of the bytes that may stand in a host's prompt before its mark.
    private static func nameEnd(_ line: ByteView, _ start: Int, limit: Int) -> Int {
        var position = start
        while position < limit, position - start < 80, isPromptByte(line[position]) { position += 1 }
        return position
    }

    private static func isPromptByte(_ byte: UInt8) -> Bool {
        if ByteView.isLetter(byte) || ByteView.isDigit(byte) { return true }
        let marks: StaticString = "-_.@:~()/[]"
        return marks.withUTF8Buffer { $0.contains(byte) }
    }

    /// Where the row ends in a line whose last field and the next prompt run together: `tag 64500Leaf203# show …`.
    ///
    /// Digits end where letters begin, a known word where it is complete; nil where no prompt is in the line.
    static func rowEnd(beforePromptIn line: ByteView, _ range: Range<Int>, words: [String] = []) -> Int? {
        guard let mark = promptMark(line, range) else { return nil }
        var start = mark
        while start > range.lowerBound, isPromptByte(line[start - 1]) { start -= 1 }
        guard start < mark else { return nil }
        if start == range.lowerBound { return nil }
        var position = start
        if line.starts(start..<mark, "vxlan-") { position += 6 }
        while position < mark, ByteView.isDigit(line[position]) { position += 1 }
        if position > start { return position }
        if let close = line.firstIndex(of: UInt8(ascii: ")"), in: start..<mark) { return close + 1 }
        let known = words.map { Array($0.utf8) }.filter { word in
            word.count < mark - start && word.indices.allSatisfy { line[start + $0] == word[$0] }
        }
        let longest = known.map(\.count).max() ?? knownWord(line, start..<mark)
        return start + longest
    }

    private static func promptMark(_ line: ByteView, _ range: Range<Int>) -> Int? {
        if let hash = line.firstIndex(of: UInt8(ascii: "#"), in: range) { return hash }
        let last = line.trimmed(range).upperBound - 1
        guard last > range.lowerBound else { return nil }
        return line[last] == UInt8(ascii: ">") || line[last] == UInt8(ascii: "$") ? last : nil
    }

    private static func knownWord(_ line: ByteView, _ range: Range<Int>) -> Int {
        var longest = 0
        for word in NXOSWords.rowEnds where word.utf8CodeUnitCount < range.count && line.starts(range, word) {
            longest = max(longest, word.utf8CodeUnitCount)
        }
        return longest
    }
}

/// The words that NX-OS prints in these tables.
enum NXOSWords {
    /// Session states in the last column of a summary.
    static let states: [StaticString] = [
        "Idle", "Active", "Connect", "OpenSent", "OpenConfirm", "Established", "Closing", "Shut",
    ]

    /// Words after a route's protocol, and flags of a route.
    static let attributes: [StaticString] = [
        "external", "internal", "local", "direct", "attached", "pervasive", "static", "broadcast", "pending", "time",
        "intra", "inter", "nssa", "type-1", "type-2", "discard", "summary", "confed", "evpn", "hsrp", "vrrp", "am",
        "L1", "L2",
    ]

    /// Whatever may be the last word of a row.
    static let rowEnds = states + attributes + ["VXLAN", "default", "overlay-1", "management"]

    /// Whether a range is one of the words.
    static func holds(_ words: [StaticString], _ line: ByteView, _ range: Range<Int>) -> Bool {
        words.contains { line.equals(range, $0) }
    }
}
