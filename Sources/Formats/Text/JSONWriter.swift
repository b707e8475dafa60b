/// Writes JSON (RFC 8259) as bytes, in the order of the calls, without a tree of values.
///
/// Commas are the writer's; the caller keeps begin and end in pairs and gives each value of an object its key. With a
/// sink the bytes leave in pieces of about 64 KiB, so that a document of any length needs no more memory than that.
public struct JSONWriter {
    /// What takes the bytes of a piece.
    public typealias Sink = (UnsafeRawBufferPointer) -> Void

    /// The bytes that were not yet given to the sink; without a sink, all of them.
    public private(set) var bytes: [UInt8] = []
    private let sink: Sink?
    private var needsComma = false
    private static let pieceSize = 64 * 1024

    /// A writer that keeps the whole document in ``bytes``.
    public init() { sink = nil }

    /// A writer that gives its bytes away in pieces; call ``flush()`` at the end.
    public init(sink: @escaping Sink) {
        self.sink = sink
        bytes.reserveCapacity(JSONWriter.pieceSize + 4096)
    }

    /// Opens an object.
    public mutating func beginObject() { open(UInt8(ascii: "{")) }

    /// Closes the object.
    public mutating func endObject() { close(UInt8(ascii: "}")) }

    /// Opens an array.
    public mutating func beginArray() { open(UInt8(ascii: "[")) }

    /// Closes the array.
    public mutating func endArray() { close(UInt8(ascii: "]")) }

    /// The key of the next value. It is written as it is: no quote, backslash or control character may stand in it.
    public mutating func key(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    /// The key of the next value, from outside: escaped.
    public mutating func key(_ name: String) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// A string.
    public mutating func string(_ value: String) {
        var copy = value
        copy.withUTF8 { string(utf8: $0) }
    }

    /// A string, or null.
    public mutating func string(_ value: String?) {
        guard let value else { return null() }
        string(value)
    }

    /// A string from bytes that should be UTF-8; what is not becomes U+FFFD.
    public mutating func string(utf8 value: UnsafeBufferPointer<UInt8>) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        escape(value)
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    /// A whole number.
    public mutating func number(_ value: some FixedWidthInteger) {
        separate()
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        digits(UInt64(clamping: value.magnitude))
        needsComma = true
    }

    /// A whole number, or null.
    public mutating func number(_ value: (some FixedWidthInteger)?) {
        guard let value else { return null() }
        number(value)
    }

    /// A whole number as a string.
    public mutating func quoted(_ value: some FixedWidthInteger & UnsignedInteger) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        digits(UInt64(clamping: value))
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    /// `true` or `false`.
    public mutating func boolean(_ value: Bool) { literal(value ? "true" : "false") }

    /// `true`, `false` or null.
    public mutating func boolean(_ value: Bool?) {
        guard let value else { return null() }
        boolean(value)
    }

    /// `null`.
    public mutating func null() { literal("null") }

    /// An array of strings.
    public mutating func strings(_ values: some Sequence<String>) {
        beginArray()
        for value in values { string(value) }
        endArray()
    }

    /// A line feed between or after documents.
    public mutating func newline() {
        bytes.append(UInt8(ascii: "\n"))
        needsComma = false
    }

    /// Gives what is left to the sink; without a sink nothing happens.
    public mutating func flush() {
        guard let sink, !bytes.isEmpty else { return }
        bytes.withUnsafeBytes(sink)
        bytes.removeAll(keepingCapacity: true)
    }
}

extension JSONWriter {
    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
        if bytes.count >= JSONWriter.pieceSize { flush() }
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = false
    }

    private mutating func literal(_ text: StaticString) {
        separate()
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
        needsComma = true
    }

    private mutating func digits(_ value: UInt64) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { buffer in
            var rest = value
            var start = 20
            repeat {
                start -= 1
                buffer[start] = UInt8(truncatingIfNeeded: rest % 10) + 48
                rest /= 10
            } while rest > 0
            bytes.append(contentsOf: UnsafeMutableBufferPointer(rebasing: buffer[start...]))
        }
    }

    private mutating func escape(_ value: UnsafeBufferPointer<UInt8>) {
        var start = 0
        for index in value.indices {
            let byte = value[index]
            if byte >= 0x80 { return escapeRepaired(value, from: start) }
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            bytes.append(contentsOf: value[start..<index])
            escape(byte)
            start = index + 1
        }
        bytes.append(contentsOf: value[start...])
    }

    private mutating func escapeRepaired(_ value: UnsafeBufferPointer<UInt8>, from start: Int) {
        for byte in String(decoding: value[start...], as: UTF8.self).utf8 {
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                escape(byte)
            } else {
                bytes.append(byte)
            }
        }
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x0a: bytes.append(UInt8(ascii: "n"))
        case 0x0d: bytes.append(UInt8(ascii: "r"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x0c: bytes.append(UInt8(ascii: "f"))
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        default:
            let hex: StaticString = "0123456789abcdef"
            bytes.append(contentsOf: [UInt8(ascii: "u"), 48, 48])
            hex.withUTF8Buffer { bytes.append(contentsOf: [$0[Int(byte >> 4)], $0[Int(byte & 15)]]) }
        }
    }
}
