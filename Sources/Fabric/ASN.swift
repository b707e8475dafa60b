/// An autonomous system number of two or four bytes (RFC 6793).
public struct ASN: Hashable, Sendable, Comparable {
    /// The plain number.
    public let value: UInt32

    /// An AS number from its plain value.
    public init(_ value: UInt32) { self.value = value }

    /// Reads `64501`, or asdot `1.57920` = 1 × 65536 + 57920 (RFC 5396); nil for anything else.
    public init?(text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }) else { return nil }
        switch parts.count {
        case 1:
            guard let value = UInt32(parts[0]) else { return nil }
            self.value = value
        case 2:
            guard let high = UInt16(parts[0]), let low = UInt16(parts[1]) else { return nil }
            value = UInt32(high) << 16 | UInt32(low)
        default:
            return nil
        }
    }

    /// Numeric order.
    public static func < (a: ASN, b: ASN) -> Bool { a.value < b.value }
}

extension ASN: CustomStringConvertible {
    /// The plain decimal number.
    public var description: String { String(value) }
}
