import Fabric
import FoundationEssentials

/// Bytes that are not the facts they should be.
struct FactError: Error, Sendable, Hashable {}

/// A value that goes over the socket in a compact form, which only this program writes and reads.
protocol FactCodable {
    func write(to writer: inout FactWriter)
    init(from reader: inout FactReader) throws(FactError)
}

/// Writes facts: numbers in groups of seven bits, each text once.
struct FactWriter {
    private(set) var bytes: [UInt8] = []
    private var texts: [String: Int] = [:]

    mutating func put(_ value: some FactCodable) { value.write(to: &self) }

    mutating func byte(_ value: UInt8) { bytes.append(value) }

    mutating func number(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func text(_ text: String) {
        if let known = texts[text] { return number(UInt64(known)) }
        number(UInt64(texts.count))
        texts[text] = texts.count
        number(UInt64(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }
}

/// Reads what ``FactWriter`` wrote.
struct FactReader {
    private let bytes: [UInt8]
    private var place = 0
    private var texts: [String] = []

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func get<Value: FactCodable>(_ type: Value.Type = Value.self) throws(FactError) -> Value {
        try Value(from: &self)
    }

    mutating func number() throws(FactError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while place < bytes.count, shift < 64 {
            let byte = bytes[place]
            place += 1
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw FactError()
    }

    mutating func byte() throws(FactError) -> UInt8 {
        guard place < bytes.count else { throw FactError() }
        defer { place += 1 }
        return bytes[place]
    }

    /// A number of things, each of which takes a byte at least.
    mutating func count() throws(FactError) -> Int {
        let value = try number()
        guard value <= UInt64(bytes.count - place) else { throw FactError() }
        return Int(value)
    }

    mutating func text() throws(FactError) -> String {
        let known = try number()
        if known < UInt64(texts.count) { return texts[Int(known)] }
        let length = try count()
        let text = String(decoding: bytes[place..<place + length], as: UTF8.self)
        place += length
        texts.append(text)
        return text
    }
}

extension Int: FactCodable {
    func write(to writer: inout FactWriter) {
        writer.number(UInt64(bitPattern: Int64(self << 1 ^ self >> (Int.bitWidth - 1))))
    }
    init(from reader: inout FactReader) throws(FactError) {
        let value = try reader.number()
        self = Int(truncatingIfNeeded: value >> 1) ^ -Int(truncatingIfNeeded: value & 1)
    }
}

extension Bool: FactCodable {
    func write(to writer: inout FactWriter) { writer.number(self ? 1 : 0) }
    init(from reader: inout FactReader) throws(FactError) { self = try reader.number() != 0 }
}

extension String: FactCodable {
    func write(to writer: inout FactWriter) { writer.text(self) }
    init(from reader: inout FactReader) throws(FactError) { self = try reader.text() }
}

extension Optional: FactCodable where Wrapped: FactCodable {
    func write(to writer: inout FactWriter) {
        writer.put(self != nil)
        if let value = self { writer.put(value) }
    }
    init(from reader: inout FactReader) throws(FactError) { self = try reader.get(Bool.self) ? try reader.get() : nil }
}

extension Array: FactCodable where Element: FactCodable {
    func write(to writer: inout FactWriter) {
        writer.number(UInt64(count))
        for element in self { writer.put(element) }
    }
    init(from reader: inout FactReader) throws(FactError) {
        let count = try reader.count()
        self = []
        reserveCapacity(count)
        for _ in 0..<count { append(try reader.get()) }
    }
}

extension Dictionary: FactCodable where Key == String, Value == String {
    func write(to writer: inout FactWriter) {
        writer.number(UInt64(count))
        for (key, value) in sorted(by: { $0.key < $1.key }) {
            writer.text(key)
            writer.text(value)
        }
    }
    init(from reader: inout FactReader) throws(FactError) {
        self = [:]
        for _ in 0..<(try reader.count()) {
            let key = try reader.text()
            self[key] = try reader.text()
        }
    }
}

extension Date: FactCodable {
    func write(to writer: inout FactWriter) { writer.put(Int(timeIntervalSince1970)) }
    init(from reader: inout FactReader) throws(FactError) {
        self.init(timeIntervalSince1970: Double(try reader.get(Int.self)))
    }
}

extension UInt8: FactCodable {
    func write(to writer: inout FactWriter) { writer.byte(self) }
    init(from reader: inout FactReader) throws(FactError) { self = try reader.byte() }
}
