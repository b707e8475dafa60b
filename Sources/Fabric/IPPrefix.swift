/// An IP prefix: an address and a length in bits, with the host bits cleared (RFC 4632).
public struct IPPrefix: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64
    /// The length in bits, 0 to the family's width.
    public let length: UInt8
    /// The family.
    public let family: AddressFamily

    /// The network's bits, left-aligned as in ``IPAddress``.
    public var bits: UInt128 { UInt128(high) << 64 | UInt128(low) }

    /// The prefix of `length` bits that holds `address`; nil where the length exceeds the family's width.
    public init?(_ address: IPAddress, length: Int) {
        guard length >= 0, length <= address.family.bitWidth else { return nil }
        family = address.family
        self.length = UInt8(length)
        let bits = address.bits & IPPrefix.mask(length)
        high = UInt64(truncatingIfNeeded: bits >> 64)
        low = UInt64(truncatingIfNeeded: bits)
    }

    /// The host prefix of an address: /32 or /128.
    public init(host address: IPAddress) {
        family = address.family
        length = UInt8(address.family.bitWidth)
        let bits = address.bits
        high = UInt64(truncatingIfNeeded: bits >> 64)
        low = UInt64(truncatingIfNeeded: bits)
    }

    /// Reads `10.244.7.64/26`; a bare address is its host prefix; host bits are cleared. Nil for anything else.
    public init?(_ text: some StringProtocol) {
        guard let slash = text.firstIndex(of: "/") else {
            guard let address = IPAddress(text) else { return nil }
            self.init(host: address)
            return
        }
        let tail = text[text.index(after: slash)...]
        guard let address = IPAddress(text[..<slash]), tail.utf8.allSatisfy({ (48...57).contains($0) }),
            let length = Int(tail)
        else { return nil }
        self.init(address, length: length)
    }

    /// The network address.
    public var address: IPAddress { IPAddress(family: family, bits: bits) }

    /// Whether this is a single address: /32 or /128.
    public var isHost: Bool { Int(length) == family.bitWidth }

    /// The number of addresses, saturated at the largest `UInt128`.
    public var addressCount: UInt128 {
        let free = family.bitWidth - Int(length)
        return free >= 128 ? .max : 1 << UInt128(free)
    }

    /// The address at an offset from the network address; nil beyond the prefix.
    public func address(at offset: UInt128) -> IPAddress? {
        guard offset < addressCount else { return nil }
        return IPAddress(family: family, bits: bits + (offset << UInt128(128 - family.bitWidth)))
    }

    /// Whether an address lies inside.
    public func contains(_ address: IPAddress) -> Bool {
        address.family == family && (address.bits ^ bits) & IPPrefix.mask(Int(length)) == 0
    }

    /// Whether another prefix lies inside or is the same.
    public func contains(_ other: IPPrefix) -> Bool {
        guard other.family == family, other.length >= length else { return false }
        if length <= 64 { return (other.high ^ high) & (length == 0 ? 0 : .max << UInt64(64 - length)) == 0 }
        return (other.bits ^ bits) & IPPrefix.mask(Int(length)) == 0
    }

    /// The left-aligned mask of a length.
    static func mask(_ length: Int) -> UInt128 {
        length == 0 ? 0 : UInt128.max << UInt128(128 - length)
    }
}

extension IPPrefix: Comparable {
    /// By family, network, then shorter first: the order of a routing table.
    public static func < (a: IPPrefix, b: IPPrefix) -> Bool {
        if a.family != b.family { return a.family < b.family }
        if a.high != b.high { return a.high < b.high }
        return a.low == b.low ? a.length < b.length : a.low < b.low
    }
}

extension IPPrefix {
    /// An IPv4 prefix in one word that sorts as prefixes do: the network, then the length. Nil for IPv6.
    public var v4Key: UInt64? { family == .ipv4 ? high | UInt64(length) : nil }

    /// The IPv4 prefix of a key that ``v4Key`` made.
    public init(v4Key key: UInt64) {
        high = key & ~0xffff_ffff
        low = 0
        length = UInt8(truncatingIfNeeded: key & 0xff)
        family = .ipv4
    }
}

extension IPPrefix: CustomStringConvertible {
    /// `10.244.7.64/26`.
    public var description: String { "\(address)/\(length)" }
}
