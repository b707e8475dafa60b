import Fabric

/// A row of a summary as tokens: `neighbor V AS MsgRcvd MsgSent TblVer InQ OutQ Up/Down State/PfxRcd`.
///
/// Rows are read by tokens and never by columns: widths differ between releases and pasted text shifts them.
struct SummaryRow {
    /// The neighbor's address, nil where the capture lost it.
    var neighbor: Range<Int>?
    var version: UInt8 = 0
    var asn: UInt32 = 0
    var asRange: Range<Int> = 0..<0
    /// MsgRcvd, MsgSent, TblVer, InQ, OutQ.
    var counters: (UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0)
    var upDown: Range<Int> = 0..<0
    /// The rest of the line.
    var state: Range<Int> = 0..<0
    /// The position behind a state that is one number or word.
    var end = 0
    /// Whether a counter was larger than 64 bits.
    var saturated = false

    /// What a line turned out to be.
    enum Outcome {
        case row(SummaryRow)
        /// The beginning of a row.
        case begun
        case none
    }

    /// Reads a row from a range; `begun` where it holds the first fields only and all of them are right.
    static func read(_ line: ByteView, _ range: Range<Int>) -> Outcome {
        var row = SummaryRow()
        guard let first = line.token(from: range.lowerBound, limit: range.upperBound) else { return .none }
        var position = first.lowerBound
        if line.count(first, of: UInt8(ascii: ".")) == 3 || line.count(first, of: UInt8(ascii: ":")) >= 2 {
            guard line.address(first) != nil else { return broken(line, first, range) }
            row.neighbor = first
            position = first.upperBound
        }
        guard let version = line.token(from: position, limit: range.upperBound) else { return .begun }
        guard let number = line.decimal(version), number < 100 else { return .none }
        row.version = UInt8(number)
        guard let asn = line.token(from: version.upperBound, limit: range.upperBound) else {
            return row.neighbor == nil ? .none : .begun
        }
        guard let value = autonomousSystem(line, asn) else { return .none }
        row.asn = value
        row.asRange = asn
        return row.readRest(line, asn.upperBound, limit: range.upperBound)
    }

    /// An address that a broken line cut: nothing else may stand beside it.
    private static func broken(_ line: ByteView, _ token: Range<Int>, _ range: Range<Int>) -> Outcome {
        let digits = token.allSatisfy { isHexadecimal(line[$0]) || line[$0] == 0x3a || line[$0] == 0x2e }
        return digits && line.trimmed(token.upperBound..<range.upperBound).isEmpty ? .begun : .none
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        ByteView.isDigit(byte) || (byte | 0x20) &- 97 < 6
    }

    /// `4233316914` or `1.57920`.
    static func autonomousSystem(_ line: ByteView, _ range: Range<Int>) -> UInt32? {
        if let plain = line.decimal(range) { return UInt32(exactly: plain) }
        guard let dot = line.firstIndex(of: UInt8(ascii: "."), in: range),
            let high = line.decimal(range.lowerBound..<dot), let low = line.decimal((dot + 1)..<range.upperBound),
            high < 65536, low < 65536
        else { return nil }
        return UInt32(high) << 16 | UInt32(low)
    }

    private mutating func readRest(_ line: ByteView, _ start: Int, limit: Int) -> Outcome {
        var position = start
        var numbers: (UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0)
        for column in 0..<5 {
            guard let token = line.token(from: position, limit: limit) else { return incomplete }
            var cursor = token.lowerBound
            let value = line.decimal(&cursor, limit: token.upperBound, overflow: &saturated)
            guard let value, cursor == token.upperBound else { return .none }
            switch column {
            case 0: numbers.0 = value
            case 1: numbers.1 = value
            case 2: numbers.2 = value
            case 3: numbers.3 = value
            default: numbers.4 = value
            }
            position = token.upperBound
        }
        counters = numbers
        guard let age = line.token(from: position, limit: limit) else { return incomplete }
        upDown = age
        guard let last = line.token(from: age.upperBound, limit: limit) else { return incomplete }
        end = last.upperBound
        state = last.lowerBound..<line.trimmed(last.lowerBound..<limit).upperBound
        return .row(self)
    }

    private var incomplete: Outcome { neighbor == nil ? .none : .begun }
}

extension ByteView {
    /// How often a byte stands in a range.
    func count(_ range: Range<Int>, of byte: UInt8) -> Int { range.count { self[$0] == byte } }
}

/// The last column: a number of prefixes or a state in words.
enum SummaryState {
    case prefixes(UInt64)
    /// Known words, or a word that no release known here prints.
    case words(known: Bool)

    /// Reads `3`, `0 (No Cap)`, `Idle (Admin)`; nil where more or something else stands there.
    static func read(_ line: ByteView, _ range: Range<Int>) -> SummaryState? {
        if let number = line.decimal(range) { return .prefixes(number) }
        guard let word = line.token(from: range.lowerBound, limit: range.upperBound) else { return nil }
        let rest = line.trimmed(word.upperBound..<range.upperBound)
        let isNumber = line.decimal(word) != nil
        let letters = word.allSatisfy { ByteView.isLetter(line[$0]) || line[$0] == UInt8(ascii: "-") }
        guard isNumber || (letters && word.count <= 24) else { return nil }
        if rest.isEmpty { return .words(known: NXOSWords.holds(NXOSWords.states, line, word)) }
        guard rest.count <= 40, line[rest.lowerBound] == UInt8(ascii: "(") else { return nil }
        let closed = line[rest.upperBound - 1] == UInt8(ascii: ")")
        if !closed, line.firstIndex(of: UInt8(ascii: ")"), in: rest) != nil { return nil }
        return .words(known: closed && (isNumber || NXOSWords.holds(NXOSWords.states, line, word)))
    }
}
