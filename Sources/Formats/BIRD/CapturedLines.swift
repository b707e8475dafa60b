/// One line of a capture.
struct CapturedLine {
    /// The line's number, from 1.
    let number: Int
    /// The line without its end (LF or CR LF) and trailing blanks.
    let text: ByteText
}

/// The lines of a capture, split in one pass.
struct CapturedLines {
    /// A line longer than this is no line of any command read here.
    static let longest = 16_384

    private let base: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var number = 0

    init(_ base: UnsafeBufferPointer<UInt8>) { self.base = base }

    /// The next line, nil behind the last; a last line without an end counts.
    mutating func next() -> CapturedLine? {
        guard position < base.count else { return nil }
        let start = position
        while position < base.count, base[position] != 0x0a { position += 1 }
        var end = position
        position += 1
        number += 1
        while end > start, ByteText.isBlank(base[end - 1]) || base[end - 1] == 0x0d { end -= 1 }
        return CapturedLine(number: number, text: ByteText(base, start, end))
    }
}

/// Undoes what a terminal and a pager leave in a capture: escape sequences, erased characters, `--More--`.
///
/// Rows are replayed as a terminal would show them, so that text which was wiped by backspaces or a carriage return
/// is gone. Line numbers stay.
enum Replay {
    /// Calls the body with the input, or with its replay where it holds anything to undo.
    static func cleaned<Result>(
        _ input: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        guard isNeeded(input) else { return body(input) }
        return replayed(input).withUnsafeBufferPointer(body)
    }

    private static func isNeeded(_ input: UnsafeBufferPointer<UInt8>) -> Bool {
        for index in input.indices {
            switch input[index] {
            case 0x1b, 0x08: return true
            case 0x0d where index + 1 < input.count && input[index + 1] != 0x0a && input[index + 1] != 0x0d: return true
            case 0x2d where ByteText(input, index, input.count).hasPrefix("--More--"): return true
            default: continue
            }
        }
        return false
    }

    private static func replayed(_ input: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(input.count)
        var row = Row()
        var index = 0
        while index < input.count {
            switch input[index] {
            case 0x0a:
                row.flush(into: &output)
                output.append(0x0a)
            case 0x0d: row.carriageReturn()
            case 0x08: row.cursor = max(0, row.cursor - 1)
            case 0x1b: index = escape(input, at: index, &row)
            default: row.put(input[index])
            }
            index += 1
        }
        row.flush(into: &output)
        return output
    }

    /// Skips an escape sequence and returns the index of its last byte; only "erase to the end of line" has an effect.
    private static func escape(_ input: UnsafeBufferPointer<UInt8>, at start: Int, _ row: inout Row) -> Int {
        guard start + 1 < input.count else { return start }
        var index = start + 1
        let limit = min(input.count, start + 256)
        if input[index] == UInt8(ascii: "[") {
            index += 1
            while index < limit, input[index] < 0x40, input[index] >= 0x20 { index += 1 }
            guard index < limit, input[index] >= 0x40 else { return index - 1 }
            if input[index] == UInt8(ascii: "K") { row.erase(whole: input[index - 1] == UInt8(ascii: "2")) }
            return index
        }
        guard input[index] == UInt8(ascii: "]") else { return input[index] == 0x0a ? start : index }
        while index < limit {
            if input[index] == 0x07 { return index }
            if input[index] == 0x0a { return index - 1 }
            if input[index] == UInt8(ascii: "\\"), input[index - 1] == 0x1b { return index }
            index += 1
        }
        return index - 1
    }

    private struct Row {
        var bytes: [UInt8] = []
        var cursor = 0

        mutating func put(_ byte: UInt8) {
            if cursor < bytes.count { bytes[cursor] = byte } else { bytes.append(byte) }
            cursor += 1
        }

        mutating func carriageReturn() {
            cursor = 0
            if isPagerMark { bytes.removeAll(keepingCapacity: true) }
        }

        mutating func erase(whole: Bool) {
            bytes.removeLast(max(0, bytes.count - (whole ? 0 : cursor)))
            cursor = min(cursor, bytes.count)
        }

        var isPagerMark: Bool {
            bytes.withUnsafeBufferPointer {
                let text = ByteText($0, 0, $0.count).trimmed
                return text.hasPrefix("--More--") && text.count < 40 || text.equals(":") || text.equals("(END)")
            }
        }

        mutating func flush(into output: inout [UInt8]) {
            let mark = Array("--More--".utf8)
            var kept = bytes[...]
            if kept.starts(with: mark) { kept = kept.dropFirst(mark.count).drop { $0 == 0x20 } }
            output.append(contentsOf: kept)
            bytes.removeAll(keepingCapacity: true)
            cursor = 0
        }
    }
}
