/// A line as a person would have seen it on the terminal.
///
/// Pasted and logged output holds what the terminal acted on: colours, a pager's prompt and how it was wiped out,
/// carriage returns. They are acted on here: a carriage return goes back to the first column, a backspace one
/// column, `ESC [ K` wipes the rest; colours, titles, bells and the word `--More--` vanish; tabs are blanks.
struct TerminalLine {
    /// The bytes of the last line that was read.
    private(set) var bytes: [UInt8] = []
    private var column = 0

    /// Reads a line without its line feed.
    mutating func read(_ view: ByteView, _ range: Range<Int>) {
        bytes.removeAll(keepingCapacity: true)
        column = 0
        var end = range.upperBound
        while end > range.lowerBound, view[end - 1] == 0x0d { end -= 1 }
        let line = range.lowerBound..<end
        if line.allSatisfy({ view[$0] >= 0x20 && view[$0] != 0x7f }) {
            bytes.append(contentsOf: view.buffer(line))
        } else {
            replay(view, line)
        }
        dropPager()
    }

    private mutating func replay(_ view: ByteView, _ line: Range<Int>) {
        var position = line.lowerBound
        while position < line.upperBound {
            let byte = view[position]
            position += 1
            switch byte {
            case 0x1b: position = escape(view, position, limit: line.upperBound)
            case 0x0d: column = 0
            case 0x08: column = max(0, column - 1)
            case 0x09: put(0x20)
            case 0..<0x20, 0x7f: break
            default: put(byte)
            }
        }
    }

    private mutating func put(_ byte: UInt8) {
        if column < bytes.count { bytes[column] = byte } else { bytes.append(byte) }
        column += 1
    }

    /// Acts on the sequence after an ESC and returns the position behind it.
    private mutating func escape(_ view: ByteView, _ start: Int, limit: Int) -> Int {
        guard start < limit else { return limit }
        var position = start + 1
        switch view[start] {
        case UInt8(ascii: "["):
            while position < limit, !(0x40...0x7e).contains(view[position]) { position += 1 }
            if position < limit, view[position] == UInt8(ascii: "K"), column < bytes.count {
                bytes.removeLast(bytes.count - column)
            }
            return min(limit, position + 1)
        case UInt8(ascii: "]"):
            while position < limit, view[position] != 0x07, view[position] != 0x1b { position += 1 }
            let isString = position + 1 < limit && view[position] == 0x1b && view[position + 1] == UInt8(ascii: "\\")
            return min(limit, position + (isString ? 2 : 1))
        case 0x20...0x2f:
            return min(limit, position + 1)
        default:
            return position
        }
    }

    private mutating func dropPager() {
        var start = 0
        while start + 8 <= bytes.count {
            let found = withView(bytes, { $0.find("--More--", in: start..<$0.count) }, empty: nil)
            guard let found else { return }
            bytes.replaceSubrange(found..<(found + 8), with: repeatElement(0x20, count: 8))
            start = found + 8
        }
    }
}
