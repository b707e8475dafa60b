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

    /// Reads the dotted quad at a position as a leaf prints it (no leading zeros); `end` is -1 where none stands there.
    ///
    /// Without a branch on the lengths of its numbers, which a processor cannot foresee. Twenty-four bytes must be
    /// readable.
    @inline(__always)
    func dottedQuad(_ start: Int, end: inout Int) -> UInt32 {
        var stops = ByteView.nonDigits(word(start)) | ByteView.nonDigits(word(start + 8)) << 8
        let first = stops.trailingZeroBitCount
        stops &= stops &- 1
        let second = stops.trailingZeroBitCount
        stops &= stops &- 1
        let third = stops.trailingZeroBitCount
        stops &= stops &- 1
        let last = stops.trailingZeroBitCount
        guard last <= 15 else {
            end = -1
            return 0
        }
        var excess: UInt64 = 0
        let a = octet(start, first, &excess)
        let b = octet(start &+ first &+ 1, second &- first &- 1, &excess)
        let c = octet(start &+ second &+ 1, third &- second &- 1, &excess)
        let d = octet(start &+ third &+ 1, last &- third &- 1, &excess)
        let dots =
            self[start &+ first] == 0x2e && self[start &+ second] == 0x2e && self[start &+ third] == 0x2e
        end = dots && excess <= 255 ? start &+ last : -1
        return UInt32(truncatingIfNeeded: a << 24 | b << 16 | c << 8 | d)
    }

    /// One bit for each of the 64 bytes from a position on that is no blank, the first in the lowest bit.
    @inline(__always)
    func nonBlanks(_ start: Int) -> UInt64 {
        var result: UInt64 = 0
        for part in 0..<8 {
            let bytes = word(start &+ part &* 8) ^ 0x2020_2020_2020_2020
            let marks = ((bytes & 0x7f7f_7f7f_7f7f_7f7f) &+ 0x7f7f_7f7f_7f7f_7f7f | bytes) & 0x8080_8080_8080_8080
            let bits = ((marks >> 7) &* 0x0102_0408_1020_4080) >> 56
            result |= bits << UInt64(truncatingIfNeeded: part &* 8)
        }
        return result
    }

    /// Reads one to eight digits without a leading zero; `excess` becomes other than 0 where they are not. Eight bytes
    /// must be readable.
    @inline(__always)
    func shortDecimal(_ start: Int, length: Int, excess: inout UInt64) -> UInt64 {
        let digits = (word(start) ^ 0x3030_3030_3030_3030) << UInt64(truncatingIfNeeded: (64 &- 8 &* length) & 63)
        let high = (digits & 0x7f7f_7f7f_7f7f_7f7f) &+ 0x7676_7676_7676_7676 | digits
        excess |= high & 0x8080_8080_8080_8080
        if length &- 1 > 7 || length < 1 || (length > 1 && self[start] == 0x30) { excess |= 1 }
        let pairs = (digits &* 10 &+ digits >> 8) & 0x00ff_00ff_00ff_00ff
        let fours = (pairs &* 100 &+ pairs >> 16) & 0x0000_ffff_0000_ffff
        return (fours &* 10000 &+ fours >> 32) & 0xffff_ffff
    }

    /// One bit for each of eight bytes that is no decimal digit.
    @inline(__always)
    private static func nonDigits(_ word: UInt64) -> UInt64 {
        let digits = word ^ 0x3030_3030_3030_3030
        let marks = ((digits & 0x7f7f_7f7f_7f7f_7f7f) &+ 0x7676_7676_7676_7676 | digits) & 0x8080_8080_8080_8080
        return ((marks >> 7) &* 0x0102_0408_1020_4080) >> 56
    }

    /// The number of one to three digits at a position; `excess` becomes large where it is none or above 255.
    @inline(__always)
    private func octet(_ start: Int, _ length: Int, _ excess: inout UInt64) -> UInt64 {
        guard length &- 1 < 3, length > 0 else {
            excess = .max
            return 0
        }
        let digits = (word(start) ^ 0x3030_3030_3030_3030) << UInt64(truncatingIfNeeded: 64 &- 8 &* length)
        let value = (digits >> 56) &+ (digits >> 48 & 0xff) &* 10 &+ (digits >> 40 & 0xff) &* 100
        excess |= length > 1 && self[start] == 0x30 ? 256 : value & ~255
        return value
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
