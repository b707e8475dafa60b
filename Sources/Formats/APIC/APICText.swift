import CSimdJSON

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Comparing stretches of memory.
enum APICBytes {
    /// Whether a stretch begins with known bytes.
    @inline(__always)
    static func begins(_ bytes: UnsafeBufferPointer<UInt8>, with known: [UInt8]) -> Bool {
        guard bytes.count >= known.count else { return false }
        return known.withUnsafeBufferPointer { known in
            guard let a = bytes.baseAddress, let b = known.baseAddress else { return known.isEmpty }
            return memcmp(a, b, known.count) == 0
        }
    }
}

/// How an APIC writes values.
enum APICText {
    /// A decimal number without a sign; nil for anything else or beyond 64 bits.
    @inline(__always)
    static func decimal(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64? {
        guard !bytes.isEmpty, bytes.count <= 20 else { return nil }
        var value: UInt64 = 0
        for byte in bytes {
            let digit = UInt64(byte &- 48)
            guard digit < 10 else { return nil }
            let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = scaled.addingReportingOverflow(digit)
            guard !overflow, !carry else { return nil }
            value = sum
        }
        return value
    }

    /// The text of a JSON string with its escapes read; what no escape stands for is kept as it is written.
    static func unescaped(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        var out = [UInt8](repeating: 0, count: bytes.count)
        let count = out.withUnsafeMutableBufferPointer {
            simdjson_unescape(bytes.baseAddress, bytes.count, $0.baseAddress)
        }
        guard count >= 0 else { return String(decoding: bytes, as: UTF8.self) }
        return String(decoding: out.prefix(count), as: UTF8.self)
    }

    /// Milliseconds since 1970 of `2026-01-10T09:58:32.000+00:00`; nil for `never`, the epoch itself ("no time") and
    /// anything else (aci.md 2.3).
    static func milliseconds(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
        guard bytes.count >= 19, bytes[4] == dash, bytes[7] == dash, bytes[10] == UInt8(ascii: "T") else { return nil }
        guard let year = digits(bytes, 0, 4), let month = digits(bytes, 5, 2), let day = digits(bytes, 8, 2),
            let hour = digits(bytes, 11, 2), let minute = digits(bytes, 14, 2), let second = digits(bytes, 17, 2),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61
        else { return nil }
        var at = 19
        var thousandths: Int64 = 0
        if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
            at += 1
            var scale: Int64 = 100
            while at < bytes.count, bytes[at] &- 48 < 10 {
                thousandths += Int64(bytes[at] - 48) * scale
                scale /= 10
                at += 1
            }
        }
        guard let offset = zone(bytes, at) else { return nil }
        let days = daysSince1970(year, month, day)
        let seconds = days * 86400 + hour * 3600 + minute * 60 + second - offset
        return seconds <= 0 ? nil : seconds * 1000 + thousandths
    }

    private static let dash = UInt8(ascii: "-")

    /// Seconds east of Greenwich: `+01:00`, `Z`, or nothing.
    private static func zone(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int) -> Int64? {
        guard at < bytes.count else { return 0 }
        if bytes[at] == UInt8(ascii: "Z"), at + 1 == bytes.count { return 0 }
        guard at + 6 == bytes.count, bytes[at] == UInt8(ascii: "+") || bytes[at] == dash,
            let hours = digits(bytes, at + 1, 2), let minutes = digits(bytes, at + 4, 2)
        else { return nil }
        let seconds = hours * 3600 + minutes * 60
        return bytes[at] == dash ? -seconds : seconds
    }

    private static func digits(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int, _ count: Int) -> Int64? {
        var value: Int64 = 0
        for place in at..<(at + count) {
            let digit = Int64(bytes[place] &- 48)
            guard digit < 10, bytes[place] >= 48 else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// Days since 1970-01-01 in the Gregorian calendar.
    private static func daysSince1970(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let era = year / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}

/// A distinguished name: `topology/pod-1/node-203/sys/…/peer-[192.168.2.5/32]/ent-[192.168.2.5]`.
public struct DistinguishedName: Hashable, Sendable, CustomStringConvertible {
    /// Its relative names in order; what stands in brackets is never split, however many slashes it holds.
    public let parts: [String]

    /// Splits a name; brackets may be nested (`rspathL3OutAtt-[topology/…/pathep-[PG-1]]`).
    public init(_ text: String) {
        self.init(bytes: Array(text.utf8))
    }

    init(bytes: some Collection<UInt8>) {
        var parts: [String] = []
        var part: [UInt8] = []
        var depth = 0
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "]"): depth = max(0, depth - 1)
            case UInt8(ascii: "/") where depth == 0:
                parts.append(String(decoding: part, as: UTF8.self))
                part = []
                continue
            default: break
            }
            part.append(byte)
        }
        if !part.isEmpty { parts.append(String(decoding: part, as: UTF8.self)) }
        self.parts = parts
    }

    /// What follows a prefix in the first relative name that begins with it: `node-` gives `203`; the brackets around
    /// the whole rest are taken off.
    public func value(after prefix: String) -> String? {
        guard let part = parts.first(where: { $0.hasPrefix(prefix) }) else { return nil }
        let rest = part.dropFirst(prefix.count)
        return rest.hasPrefix("[") && rest.hasSuffix("]") ? String(rest.dropFirst().dropLast()) : String(rest)
    }

    /// The name with slashes.
    public var description: String { parts.joined(separator: "/") }
}
