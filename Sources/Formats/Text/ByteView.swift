#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Bytes that someone else owns, read without bounds checks in release builds.
///
/// This is the one place of the text parsers that touches memory through a pointer. A view must not outlive the call
/// that made it. Positions are the caller's duty; debug builds (tests, fuzzing) check each of them.
struct ByteView {
    private let base: UnsafePointer<UInt8>
    /// The number of bytes.
    let count: Int

    @inline(__always)
    private init(base: UnsafePointer<UInt8>, count: Int) {
        self.base = base
        self.count = count
    }

    /// A view of a buffer; nil of an empty one.
    init?(_ buffer: UnsafeBufferPointer<UInt8>) {
        guard let base = buffer.baseAddress, !buffer.isEmpty else { return nil }
        self.init(base: base, count: buffer.count)
    }

    /// The byte at a position.
    @inline(__always)
    subscript(_ position: Int) -> UInt8 {
        assert(position >= 0 && position < count)
        return base[position]
    }

    /// Eight bytes, the first in the lowest bits.
    @inline(__always)
    func word(_ position: Int) -> UInt64 {
        assert(position >= 0 && position + 8 <= count)
        let loaded = UnsafeRawPointer(base + position).loadUnaligned(as: UInt64.self)
        return UInt64(littleEndian: loaded)
    }

    /// The first `length` (0 to 8) bytes of a word, the rest zero, also near the end of the view.
    @inline(__always)
    func word(_ position: Int, length: Int) -> UInt64 {
        if length == 0 { return 0 }
        if position + 8 <= count { return word(position) & (UInt64.max >> UInt64(64 - 8 * length)) }
        var value: UInt64 = 0
        for offset in 0..<length { value |= UInt64(self[position + offset]) << UInt64(8 * offset) }
        return value
    }

    /// Whether two stretches of at most a few dozen bytes are the same; both have eight readable bytes at the start.
    @inline(__always)
    func matches(_ position: Int, _ other: Int, length: Int) -> Bool {
        var offset = 0
        while offset + 8 <= length {
            if word(position + offset) != word(other + offset) { return false }
            offset += 8
        }
        return word(position + offset, length: length - offset) == word(other + offset, length: length - offset)
    }

    /// The position of a byte in a range, or nil.
    @inline(__always)
    func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        assert(range.lowerBound >= 0 && range.upperBound <= count)
        guard let found = memchr(base + range.lowerBound, Int32(byte), range.count) else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }

    /// The bytes of a range, for calls that take a buffer.
    @inline(__always)
    func buffer(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
        assert(range.lowerBound >= 0 && range.upperBound <= count)
        return UnsafeBufferPointer(start: base + range.lowerBound, count: range.count)
    }

    /// The text of a range; what is not UTF-8 becomes U+FFFD.
    func string(_ range: Range<Int>) -> String { String(decoding: buffer(range), as: UTF8.self) }

    /// The whole view as a range.
    var range: Range<Int> { 0..<count }
}

/// Makes a view of an array's bytes for the length of a call; an empty array has none.
func withView<Result>(_ bytes: [UInt8], _ body: (ByteView) -> Result, empty: Result) -> Result {
    bytes.withUnsafeBufferPointer { buffer in
        guard let view = ByteView(buffer) else { return empty }
        return body(view)
    }
}
