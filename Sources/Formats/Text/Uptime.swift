/// The time since a change as NX-OS prints it: `00:01:30`, `3d02h`, `24w2d`, `1y10w`, `02w00d`, `0.599405`, `never`.
///
/// The usual form is kept as seconds in 31 bits; any other keeps its text in a table, so that it is printed as it came.
struct PrintedAges {
    private var texts = ByteTable()
    private var seconds: [UInt64] = []

    private static let other: UInt32 = 1 << 31
    /// What ``PrintedAges`` holds for `never`: no time at all.
    private static let never = UInt64.max

    /// The code of `hh:mm:ss` in eight bytes; nil for anything else.
    @inline(__always)
    static func clock(_ word: UInt64) -> UInt32? {
        let digits = word ^ 0x3030_3a30_303a_3030
        let excess = (digits &+ 0x7676_7f76_767f_7676) | digits
        guard excess & 0x8080_8080_8080_8080 == 0 else { return nil }
        let pairs = digits &* 10 &+ digits >> 8
        let hours = UInt32(truncatingIfNeeded: pairs & 0xff)
        let minutes = UInt32(truncatingIfNeeded: pairs >> 24 & 0xff)
        let rest = UInt32(truncatingIfNeeded: pairs >> 48 & 0xff)
        guard minutes < 60, rest < 60 else { return nil }
        return hours &* 3600 &+ minutes &* 60 &+ rest
    }

    /// The code of a text that was seen before.
    @inline(__always)
    func find(_ view: ByteView, _ range: Range<Int>) -> UInt32? {
        guard let number = texts.find(view, range) else { return nil }
        return PrintedAges.other | UInt32(truncatingIfNeeded: number)
    }

    /// The code of any form; nil where the text is none.
    mutating func insert(_ view: ByteView, _ range: Range<Int>) -> UInt32? {
        if range.count == 8, let clock = PrintedAges.clock(view.word(range.lowerBound, length: 8)) { return clock }
        guard let value = PrintedAges.parse(view, range) else { return nil }
        let number = texts.insert(view, range)
        if number == seconds.count { seconds.append(value) }
        return PrintedAges.other | UInt32(truncatingIfNeeded: number)
    }

    /// The whole seconds of a code, a lower bound; nil for `never`.
    func seconds(_ code: UInt32) -> UInt64? {
        guard code & PrintedAges.other != 0 else { return UInt64(code) }
        let value = seconds[Int(code ^ PrintedAges.other)]
        return value == PrintedAges.never ? nil : value
    }

    /// Calls with the text of a code.
    func withText<Result>(_ code: UInt32, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        guard code & PrintedAges.other == 0 else { return texts.withBytes(Int(code ^ PrintedAges.other), body) }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 8) { buffer in
            buffer.initialize(repeating: UInt8(ascii: ":"))
            for (place, part) in [(0, code / 3600), (3, code / 60 % 60), (6, code % 60)] as InlineParts {
                buffer[place] = UInt8(truncatingIfNeeded: part / 10) + 48
                buffer[place + 1] = UInt8(truncatingIfNeeded: part % 10) + 48
            }
            return body(UnsafeBufferPointer(buffer))
        }
    }

    private typealias InlineParts = [(Int, UInt32)]

    /// The text of a code.
    func text(_ code: UInt32) -> String { withText(code) { String(decoding: $0, as: UTF8.self) } }

    private static func parse(_ view: ByteView, _ range: Range<Int>) -> UInt64? {
        guard (1...24).contains(range.count) else { return nil }
        if view.equals(range, "never") { return never }
        if view.firstIndex(of: UInt8(ascii: ":"), in: range) != nil { return parseClock(view, range) }
        if let dot = view.firstIndex(of: UInt8(ascii: "."), in: range) {
            guard view.decimal((dot + 1)..<range.upperBound) != nil else { return nil }
            return view.decimal(range.lowerBound..<dot)
        }
        return parseUnits(view, range)
    }

    private static func parseClock(_ view: ByteView, _ range: Range<Int>) -> UInt64? {
        let parts = view.buffer(range).split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 3, (2...6).contains(parts[0].count), parts[1].count == 2, parts[2].count == 2 else {
            return nil
        }
        let numbers = parts.compactMap { part in
            view.decimal((range.lowerBound + part.startIndex)..<(range.lowerBound + part.endIndex))
        }
        guard numbers.count == 3, numbers[1] < 60, numbers[2] < 60 else { return nil }
        return numbers[0] * 3600 + numbers[1] * 60 + numbers[2]
    }

    private static func parseUnits(_ view: ByteView, _ range: Range<Int>) -> UInt64? {
        var total: UInt64 = 0
        var position = range.lowerBound
        var lastUnit = UInt64.max
        while position < range.upperBound {
            var overflow = false
            guard let number = view.decimal(&position, limit: range.upperBound, overflow: &overflow),
                number < 1_000_000, position < range.upperBound, let unit = unit(view[position]), unit < lastUnit
            else { return nil }
            total += number * unit
            lastUnit = unit
            position += 1
        }
        return total
    }

    private static func unit(_ letter: UInt8) -> UInt64? {
        switch letter {
        case UInt8(ascii: "y"): 365 * 86400
        case UInt8(ascii: "w"): 7 * 86400
        case UInt8(ascii: "d"): 86400
        case UInt8(ascii: "h"): 3600
        case UInt8(ascii: "m"): 60
        case UInt8(ascii: "s"): 1
        default: nil
        }
    }
}
