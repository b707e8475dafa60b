/// A next hop's line cut into fields: `*via 192.168.2.37%common:default, [20/0], 01:10:02, bgp-65002, …`.
struct HopFields {
    /// The number of stars.
    var stars: UInt8 = 0
    /// The address, nil where there is none.
    var address: Range<Int>?
    /// A name in the place of the address: `Null0`.
    var interface: Range<Int>?
    /// From behind the address up to the age.
    var exit: Range<Int> = 0..<0
    var age: Range<Int> = 0..<0

    /// What a line turned out to be.
    enum Outcome {
        case whole(HopFields)
        /// The line ends too early.
        case begun
        case none
    }

    /// Cuts a line; `begun` where it may go on in the next one.
    static func read(_ view: ByteView, _ range: Range<Int>) -> Outcome {
        var fields = HopFields()
        var position = range.lowerBound
        while position < range.upperBound, view[position] == UInt8(ascii: "*") {
            fields.stars += 1
            position += 1
        }
        guard fields.stars <= 2, view.starts(position..<range.upperBound, "via") else { return .none }
        position += 3
        while position < range.upperBound, ByteView.isBlank(view[position]) { position += 1 }
        let start = position
        while position < range.upperBound, !isEnd(view[position]) { position += 1 }
        if position > start {
            let word = start..<position
            if view.address(word) != nil {
                fields.address = word
            } else if isName(view, word) {
                fields.interface = word
            } else {
                return .begun
            }
        }
        return fields.readRest(view, position..<range.upperBound)
    }

    private mutating func readRest(_ view: ByteView, _ range: Range<Int>) -> Outcome {
        guard let close = view.firstIndex(of: UInt8(ascii: "]"), in: range) else { return .begun }
        var position = close + 1
        guard position < range.upperBound, view[position] == UInt8(ascii: ",") else { return .begun }
        position += 1
        while position < range.upperBound, ByteView.isBlank(view[position]) { position += 1 }
        exit = range.lowerBound..<position
        let start = position
        while position < range.upperBound, !HopFields.isEnd(view[position]) { position += 1 }
        age = start..<position
        return position > start ? .whole(self) : .begun
    }

    private static func isEnd(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "%") || ByteView.isBlank(byte)
    }

    /// An interface's name: a letter first.
    private static func isName(_ view: ByteView, _ range: Range<Int>) -> Bool {
        guard ByteView.isLetter(view[range.lowerBound]), range.count <= 40 else { return false }
        return range.allSatisfy {
            ByteView.isLetter(view[$0]) || ByteView.isDigit(view[$0]) || "/.-_".utf8.contains(view[$0])
        }
    }
}
