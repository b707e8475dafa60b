import Fabric

/// A run of an input's bytes; valid only while the input's buffer is borrowed.
struct ByteText {
    /// The whole input.
    let base: UnsafeBufferPointer<UInt8>
    /// The first byte's index.
    var start: Int
    /// The index behind the last byte.
    var end: Int

    init(_ base: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) {
        self.base = base
        self.start = start
        self.end = max(start, end)
    }

    var count: Int { end - start }
    var isEmpty: Bool { start >= end }
    var first: UInt8? { isEmpty ? nil : base[start] }
    var last: UInt8? { isEmpty ? nil : base[end - 1] }

    /// The byte at an offset from the start, nil beyond the end.
    subscript(offset: Int) -> UInt8? { offset >= 0 && offset < count ? base[start + offset] : nil }

    /// The bytes as a buffer of their own.
    var buffer: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: base[start..<end]) }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    /// The number of blanks (not tabs) at the start.
    var leadingBlanks: Int {
        var index = start
        while index < end, base[index] == 0x20 { index += 1 }
        return index - start
    }

    /// Without blanks and tabs at both ends.
    var trimmed: ByteText {
        var low = start
        var high = end
        while low < high, ByteText.isBlank(base[low]) { low += 1 }
        while high > low, ByteText.isBlank(base[high - 1]) { high -= 1 }
        return ByteText(base, low, high)
    }

    func dropFirst(_ number: Int) -> ByteText { ByteText(base, min(end, start + number), end) }

    func prefix(_ number: Int) -> ByteText { ByteText(base, start, min(end, start + number)) }

    /// Takes the next word off the front, nil where only blanks are left.
    mutating func nextWord() -> ByteText? {
        while start < end, ByteText.isBlank(base[start]) { start += 1 }
        guard start < end else { return nil }
        let from = start
        while start < end, !ByteText.isBlank(base[start]) { start += 1 }
        return ByteText(base, from, start)
    }

    /// The offset of a byte, nil where it does not occur.
    func offset(of byte: UInt8) -> Int? {
        var index = start
        while index < end {
            if base[index] == byte { return index - start }
            index += 1
        }
        return nil
    }
}

// Comparisons; those with `ignoringCase` expect lower-case ASCII on the right.
extension ByteText {
    func equals(_ text: StaticString) -> Bool { count == text.utf8CodeUnitCount && hasPrefix(text) }

    func hasPrefix(_ text: StaticString) -> Bool { matches(text, at: start, folding: false) }

    func hasPrefix(ignoringCase text: StaticString) -> Bool { matches(text, at: start, folding: true) }

    func equals(ignoringCase text: StaticString) -> Bool {
        count == text.utf8CodeUnitCount && hasPrefix(ignoringCase: text)
    }

    func hasSuffix(_ text: StaticString) -> Bool {
        count >= text.utf8CodeUnitCount && matches(text, at: end - text.utf8CodeUnitCount, folding: false)
    }

    func contains(_ text: StaticString) -> Bool { find(text, folding: false) != nil }

    func contains(ignoringCase text: StaticString) -> Bool { find(text, folding: true) != nil }

    private func find(_ text: StaticString, folding: Bool) -> Int? {
        var index = start
        while index + text.utf8CodeUnitCount <= end {
            if matches(text, at: index, folding: folding) { return index }
            index += 1
        }
        return nil
    }

    private func matches(_ text: StaticString, at index: Int, folding: Bool) -> Bool {
        guard index >= start, index + text.utf8CodeUnitCount <= end else { return false }
        return text.withUTF8Buffer { wanted in
            for offset in 0..<wanted.count {
                var byte = base[index + offset]
                if folding, byte >= 0x41, byte <= 0x5a { byte |= 0x20 }
                if byte != wanted[offset] { return false }
            }
            return true
        }
    }
}

// Values
extension ByteText {
    /// A decimal number without sign, nil for anything else.
    var number: Int? {
        guard count > 0, count <= 18 else { return nil }
        var value = 0
        for index in start..<end {
            guard ByteText.isDigit(base[index]) else { return nil }
            value = value * 10 + Int(base[index] - 0x30)
        }
        return value
    }

    /// An IP address, nil for anything else.
    var address: IPAddress? { IPAddress(bytes: buffer) }

    /// An address, a slash and a length, nil for anything else.
    var prefix: IPPrefix? {
        guard let slash = offset(of: UInt8(ascii: "/")), let address = prefix(slash).address,
            let length = dropFirst(slash + 1).number
        else { return nil }
        return IPPrefix(address, length: length)
    }

    /// The text as printed; control and format characters become U+FFFD, so that no output can steer a terminal.
    var string: String {
        let buffer = buffer
        let plain = buffer.allSatisfy { $0 >= 0x20 && $0 < 0x7f }
        let text = String(decoding: buffer, as: UTF8.self)
        return plain ? text : ByteText.sanitised(text)
    }

    /// The text with blanks at the ends removed and runs of blanks as one.
    var squeezed: String {
        let text = trimmed
        var run = false
        for byte in text.buffer {
            if byte == 0x09 || (byte == 0x20 && run) { return text.squeezedSlowly }
            run = byte == 0x20
        }
        return text.string
    }

    private var squeezedSlowly: String {
        var kept: [UInt8] = []
        kept.reserveCapacity(count)
        for byte in buffer {
            guard ByteText.isBlank(byte) else {
                kept.append(byte)
                continue
            }
            if kept.last != 0x20 { kept.append(0x20) }
        }
        return kept.withUnsafeBufferPointer { ByteText($0, 0, $0.count).string }
    }

    static func sanitised(_ text: String) -> String {
        var kept = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: kept.append("\u{fffd}")
            default: kept.append(scalar)
            }
        }
        return String(kept)
    }
}
