import Fabric

/// Readers of numbers and addresses in bytes. A position of -1 means: not what was asked for.
extension ByteView {
    /// Whether a byte is a decimal digit.
    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }

    /// Whether a byte is an ASCII letter.
    @inline(__always)
    static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 97 < 26 }

    /// Whether a byte is a blank or a tab.
    @inline(__always)
    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// Reads the dotted quad at a position as a leaf prints it (no leading zeros). Sixteen bytes must be readable.
    @inline(__always)
    func dottedQuad(_ start: Int, end: inout Int) -> UInt32 {
        var position = start
        var value: UInt32 = 0
        for octet in 0..<4 {
            let first = self[position] &- 48
            guard first < 10 else { return fail(&end) }
            var part = UInt32(first)
            position += 1
            let second = self[position] &- 48
            if second < 10 {
                guard first != 0 else { return fail(&end) }
                part = part &* 10 &+ UInt32(second)
                position += 1
                let third = self[position] &- 48
                if third < 10 {
                    part = part &* 10 &+ UInt32(third)
                    position += 1
                    guard part < 256 else { return fail(&end) }
                }
            }
            value = value << 8 | part
            guard octet < 3 else { break }
            guard self[position] == UInt8(ascii: ".") else { return fail(&end) }
            position += 1
        }
        end = position
        return value
    }

    @inline(__always)
    private func fail(_ end: inout Int) -> UInt32 {
        end = -1
        return 0
    }

    /// Reads the digits at a position; nil without any, `overflow` set and the value saturated beyond 64 bits.
    @inline(__always)
    func decimal(_ position: inout Int, limit: Int, overflow: inout Bool) -> UInt64? {
        let start = position
        var value: UInt64 = 0
        while position < limit {
            let digit = self[position] &- 48
            guard digit < 10 else { break }
            let (product, high) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
            if high || carry {
                overflow = true
                value = .max
            } else if !overflow {
                value = sum
            }
            position += 1
        }
        return position == start ? nil : value
    }

    /// Reads a range that holds digits only; saturates, nil for anything else.
    func decimal(_ range: Range<Int>) -> UInt64? {
        var position = range.lowerBound
        var overflow = false
        let value = decimal(&position, limit: range.upperBound, overflow: &overflow)
        return position == range.upperBound ? value : nil
    }

    /// Reads an address, nil where the range holds anything else.
    func address(_ range: Range<Int>) -> IPAddress? { IPAddress(bytes: buffer(range)) }

    /// Reads `10.244.7.64/26`; nil where the range holds anything else or the length is missing.
    func prefix(_ range: Range<Int>) -> IPPrefix? {
        guard let slash = firstIndex(of: UInt8(ascii: "/"), in: range), range.upperBound - slash <= 4,
            let address = address(range.lowerBound..<slash), let length = decimal((slash + 1)..<range.upperBound)
        else { return nil }
        return IPPrefix(address, length: Int(clamping: length))
    }
}
