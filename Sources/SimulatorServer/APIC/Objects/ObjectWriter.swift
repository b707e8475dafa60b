import NIOCore

/// Writes managed objects as JSON straight into the bytes of an answer.
struct ObjectWriter {
    private(set) var buffer: ByteBuffer
    /// The objects written, nested ones included.
    private(set) var written = 0
    private var needsComma = false
    let include: PropertyInclusion

    init(
        allocator: ByteBufferAllocator = ByteBufferAllocator(), capacity: Int = 4096, include: PropertyInclusion = .all
    ) {
        buffer = allocator.buffer(capacity: capacity)
        self.include = include
    }

    mutating func raw(_ text: StaticString) { buffer.writeStaticString(text) }

    mutating func raw(_ text: String) { buffer.writeString(text) }

    /// A separator before every object of a list but the first.
    mutating func separate() {
        if needsComma { buffer.writeInteger(UInt8(ascii: ",")) }
        needsComma = true
        written += 1
    }

    /// Lets rows write themselves.
    mutating func rows(_ count: Int, capacity: Int, _ body: (UnsafeMutableRawBufferPointer) -> Int) {
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: capacity, body)
        written += count
        needsComma = true
    }

    /// Counts objects that rows have written inside them.
    mutating func count(_ more: Int) { written += more }

    /// Whether a row that follows needs a comma.
    var isContinued: Bool { needsComma }

    /// An object with the children that it still holds; a nested one has `rn` in place of `dn` (aci.md 2.3).
    mutating func object(_ object: ManagedObject, isNested: Bool = false) {
        separate()
        let schema = object.schema
        buffer.writeBytes(schema.opening)
        var isFirst = true
        for index in schema.properties.indices {
            if index == (isNested ? schema.dnIndex : schema.rnIndex) { continue }
            guard include == .all || schema.isIncluded(index, include) else { continue }
            if !isFirst { buffer.writeInteger(UInt8(ascii: ",")) }
            isFirst = false
            buffer.writeBytes(schema.keys[index])
            escaped(index == schema.dnIndex ? object.dn : index == schema.rnIndex ? object.rn : object.values[index])
            buffer.writeInteger(UInt8(ascii: "\""))
        }
        buffer.writeInteger(UInt8(ascii: "}"))
        children(object.children)
        buffer.writeStaticString("}}")
    }

    private mutating func children(_ children: [ManagedObject]) {
        guard !children.isEmpty else { return }
        buffer.writeStaticString(",\"children\":[")
        needsComma = false
        for child in children { object(child, isNested: true) }
        buffer.writeStaticString("]")
        needsComma = true
    }

    /// A text as the inside of a JSON string.
    mutating func escaped(_ text: String) {
        let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
        guard !isPlain else {
            buffer.writeString(text)
            return
        }
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): buffer.writeStaticString("\\\"")
            case UInt8(ascii: "\\"): buffer.writeStaticString("\\\\")
            case UInt8(ascii: "\n"): buffer.writeStaticString("\\n")
            case ..<0x20:
                let digits = String(byte, radix: 16)
                buffer.writeString("\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits)
            default: buffer.writeInteger(byte)
            }
        }
    }
}
