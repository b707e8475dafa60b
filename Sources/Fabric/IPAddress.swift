/// The two address families that leaves and nodes route (RFC 791, RFC 8200).
public enum AddressFamily: UInt8, Sendable, Hashable, Comparable, CaseIterable {
    case ipv4 = 4
    case ipv6 = 6

    /// The number of bits of an address: 32 or 128.
    public var bitWidth: Int { self == .ipv4 ? 32 : 128 }

    /// `ipv4` or `ipv6`, as the JSON of routes names the family.
    public var name: String { self == .ipv4 ? "ipv4" : "ipv6" }

    /// IPv4 sorts before IPv6.
    public static func < (a: AddressFamily, b: AddressFamily) -> Bool { a.rawValue < b.rawValue }
}

/// An IPv4 or IPv6 address.
///
/// The bits are left-aligned in 128: an IPv4 address stands in the top 32. One mask and one comparison then serve
/// both families. They are held as two words, since a `UInt128` would align every value to 16 bytes.
public struct IPAddress: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64
    /// The family.
    public let family: AddressFamily

    /// The address bits, left-aligned.
    public var bits: UInt128 { UInt128(high) << 64 | UInt128(low) }

    /// An address from left-aligned bits; bits beyond the family's width are cleared.
    public init(family: AddressFamily, bits: UInt128) {
        self.family = family
        high = UInt64(truncatingIfNeeded: bits >> 64) & (family == .ipv4 ? UInt64(UInt32.max) << 32 : .max)
        low = family == .ipv4 ? 0 : UInt64(truncatingIfNeeded: bits)
    }

    /// An IPv4 address from its 32 bits in host order.
    public init(v4 value: UInt32) {
        family = .ipv4
        high = UInt64(value) << 32
        low = 0
    }

    /// The 32 bits of an IPv4 address, nil for IPv6.
    public var v4: UInt32? { family == .ipv4 ? UInt32(truncatingIfNeeded: high >> 32) : nil }

    /// Reads `192.0.2.1`, `2001:db8::1` or `::ffff:192.0.2.1` (RFC 4291 section 2.2); nil for anything else.
    public init?(_ text: some StringProtocol) {
        var copy = String(text)
        guard let parsed = copy.withUTF8({ IPAddress(bytes: $0) }) else { return nil }
        self = parsed
    }

    /// Reads the same forms from ASCII bytes, without allocating.
    public init?(bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count >= 2, bytes.count <= 45 else { return nil }
        if let value = IPAddress.parseV4(bytes[...]) {
            self.init(v4: value)
        } else if let value = IPAddress.parseV6(bytes) {
            self.init(family: .ipv6, bits: value)
        } else {
            return nil
        }
    }

    private static func parseV4(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> UInt32? {
        var value: UInt32 = 0
        var octet: UInt32 = 0
        var digits = 0
        var dots = 0
        for byte in bytes {
            if byte == UInt8(ascii: ".") {
                guard digits > 0, dots < 3 else { return nil }
                value = value << 8 | octet
                octet = 0
                digits = 0
                dots += 1
            } else {
                let digit = UInt32(byte &- 48)
                guard digit < 10, digits < 3 else { return nil }
                octet = octet * 10 + digit
                digits += 1
                guard octet < 256 else { return nil }
            }
        }
        guard dots == 3, digits > 0 else { return nil }
        return value << 8 | octet
    }

    private static func parseV6(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt128? {
        var reader = V6Reader()
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: ":") {
                let doubled = index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: ":")
                guard reader.colon(doubled: doubled, atStart: index == 0) else { return nil }
                index += doubled ? 2 : 1
                guard doubled || index < bytes.count else { return nil }
                continue
            }
            var end = index
            while end < bytes.count, bytes[end] != UInt8(ascii: ":") { end += 1 }
            let group = bytes[index..<end]
            if group.contains(UInt8(ascii: ".")) {
                guard end == bytes.count, let tail = parseV4(group) else { return nil }
                guard reader.group(UInt16(tail >> 16)), reader.group(UInt16(tail & 0xffff)) else { return nil }
            } else {
                guard let value = hexadecimal(group), reader.group(value) else { return nil }
            }
            index = end
        }
        return reader.finish()
    }

    private static func hexadecimal(_ group: Slice<UnsafeBufferPointer<UInt8>>) -> UInt16? {
        guard (1...4).contains(group.count) else { return nil }
        var value: UInt16 = 0
        for byte in group {
            let digit: UInt16
            switch byte {
            case 48...57: digit = UInt16(byte - 48)
            case 97...102: digit = UInt16(byte - 87)
            case 65...70: digit = UInt16(byte - 55)
            default: return nil
            }
            value = value << 4 | digit
        }
        return value
    }
}

/// Collects the groups of an IPv6 address before and after its `::`.
private struct V6Reader {
    private var value: UInt128 = 0
    private var groups = 0
    private var gap: Int?

    mutating func group(_ group: UInt16) -> Bool {
        guard groups < 8 else { return false }
        value = value << 16 | UInt128(group)
        groups += 1
        return true
    }

    mutating func colon(doubled: Bool, atStart: Bool) -> Bool {
        guard doubled else { return !atStart }
        guard gap == nil else { return false }
        gap = groups
        return true
    }

    func finish() -> UInt128? {
        guard let gap else { return groups == 8 ? value : nil }
        guard groups < 8 else { return nil }
        let after = groups - gap
        let low = after == 0 ? 0 : value & ((1 << UInt128(16 * after)) - 1)
        let high = gap == 0 ? 0 : (value >> UInt128(16 * after)) << UInt128(16 * (8 - gap))
        return high | low
    }
}

extension IPAddress: Comparable {
    /// IPv4 before IPv6, then by value.
    public static func < (a: IPAddress, b: IPAddress) -> Bool {
        if a.family != b.family { return a.family < b.family }
        return a.high == b.high ? a.low < b.low : a.high < b.high
    }
}

extension IPAddress: CustomStringConvertible {
    /// Dotted quad, or the canonical IPv6 text of RFC 5952 (lower case, longest run of zeros shortened); an
    /// IPv4-mapped address keeps its dotted tail, as leaves print TEP next hops (`::ffff:10.0.32.66`).
    public var description: String {
        if let v4 { return IPAddress.dotted(v4) }
        if bits >> 32 == 0xffff { return "::ffff:" + IPAddress.dotted(UInt32(truncatingIfNeeded: bits)) }
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: bits >> UInt128(112 - 16 * $0)) }
        let gap = IPAddress.longestZeroRun(groups)
        func text(_ range: Range<Int>) -> String {
            groups[range].map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard let gap else { return text(0..<8) }
        return text(0..<gap.lowerBound) + "::" + text(gap.upperBound..<8)
    }

    private static func dotted(_ value: UInt32) -> String {
        "\(value >> 24).\(value >> 16 & 255).\(value >> 8 & 255).\(value & 255)"
    }

    private static func longestZeroRun(_ groups: [UInt16]) -> Range<Int>? {
        var best: Range<Int>?
        var start = 0
        while start < 8 {
            guard groups[start] == 0 else {
                start += 1
                continue
            }
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > max(1, best?.count ?? 0) { best = start..<end }
            start = end
        }
        return best
    }
}
