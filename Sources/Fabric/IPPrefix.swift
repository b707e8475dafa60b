/// An IP prefix: an address and a length in bits, with the host bits cleared (RFC 4632).
public struct IPPrefix: Hashable, Sendable {
    /// The network's bits, left-aligned as in ``IPAddress``.
    public let bits: UInt128
    /// The length in bits, 0 to the family's width.
    public let length: UInt8
    /// The family.
    public let family: AddressFamily

    /// The prefix of `length` bits that holds `address`; nil where the length exceeds the family's width.
    public init?(_ address: IPAddress, length: Int) {
        guard length >= 0, length <= address.family.bitWidth else { return nil }
        family = address.family
        self.length = UInt8(length)
        bits = address.bits & IPPrefix.mask(length)
    }

    /// The host prefix of an address: /32 or /128.
    public init(host address: IPAddress) {
        family = address.family
        length = UInt8(address.family.bitWidth)
        bits = address.bits
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
        address.family == family && address.bits & IPPrefix.mask(Int(length)) == bits
    }

    /// Whether another prefix lies inside or is the same.
    public func contains(_ other: IPPrefix) -> Bool {
        other.family == family && other.length >= length && other.bits & IPPrefix.mask(Int(length)) == bits
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
        return a.bits == b.bits ? a.length < b.length : a.bits < b.bits
    }
}

extension IPPrefix: CustomStringConvertible {
    /// `10.244.7.64/26`.
    public var description: String { "\(address)/\(length)" }
}
