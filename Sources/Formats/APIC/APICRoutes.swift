public import Fabric
public import FoundationEssentials

/// Reads leaves' routing tables from pages of `uribv4Nexthop` and `uribv6Nexthop` objects (aci.md 3.4), flat or under
/// their `uribv4Route`, straight into columns.
///
/// One next hop has two names on some releases (`rt-[…]/nh-[…]` and `rt-[…]/owner-[…]/nh-[…]`), and pages may overlap:
/// the same next hop of the same prefix counts once.
public struct APICRoutes {
    private var tables: [Place: Builder] = [:]
    private var order: [Place] = []
    private var reading = Reading()
    private let reader = APICReader()

    struct Place: Hashable {
        var leaf: LeafID
        var vrf: String
        var family: AddressFamily
    }

    /// A table that was read.
    public struct Table: Sendable {
        /// The leaf.
        public var leaf: LeafID
        /// The routes.
        public var table: RouteTable

        /// A table of a leaf.
        public init(leaf: LeafID, table: RouteTable) {
            self.leaf = leaf
            self.table = table
        }
    }

    /// No page read yet.
    public init() {}

    static let classes = [
        APICClass(
            "uribv4Nexthop", "addr", "if", "metric", "owner", "pref", "routeType", "tag", "vrf", "createTs", "active"),
        APICClass("uribv4Route", "prefix"),
        APICClass(
            "uribv6Nexthop", "addr", "if", "metric", "owner", "pref", "routeType", "tag", "vrf", "createTs", "active"),
        APICClass("uribv6Route", "prefix"),
        APICClass("error", "code", "text"),
    ]

    /// Takes in one page, in any order; what stands around its objects, and its error object, come back.
    public mutating func add(_ bytes: [UInt8]) -> Parsed<(envelope: APICEnvelope, failure: APIC.Failure?)> {
        var log = DiagnosticLog()
        var failure: APIC.Failure?
        reading.nested = nil
        let envelope = reader.read(bytes, APICRoutes.classes) { object in
            switch object.classNumber {
            case 0, 2: take(object, &log)
            case 1, 3: reading.nested = object.bytes(APICClass.dn).map(Array.init)
            default:
                failure =
                    failure ?? APIC.Failure(code: object.own(0) ?? "", text: object.own(1) ?? "no reason told")
            }
        }
        APIC.refuse(envelope, bytes, &log)
        return Parsed((envelope, failure), diagnostics: log.finish())
    }

    /// The tables, by leaf and VRF in the order in which they came; `age` is counted to `now`.
    ///
    /// - Parameter skew: how many seconds a leaf's clock is ahead of the one that told `now`.
    public func tables(now: Date, skew: (LeafID) -> Double) -> [Table] {
        order.compactMap { place in
            tables[place].map { builder in
                let seconds = Int64(now.timeIntervalSince1970 + skew(place.leaf))
                return Table(leaf: place.leaf, table: builder.table(vrf: place.vrf, family: place.family, at: seconds))
            }
        }
    }

    /// How many next hops were taken in.
    public var nextHopCount: Int { tables.values.reduce(0) { $0 + $1.count } }
}

/// Where the reading of a page stands: the names of one table begin alike.
private struct Reading {
    /// The beginning of the last name, up to and with `rt-[`.
    var head: [UInt8] = []
    var place: APICRoutes.Place?
    /// The prefix of the last name, as written, and its number in the table.
    var prefixText: [UInt8] = []
    var prefix: UInt32 = 0
    /// The name of the route that nested next hops without one belong to.
    var nested: [UInt8]?
}

extension APICRoutes {
    private mutating func take(_ object: APICObject, _ log: inout DiagnosticLog) {
        if let name = object.bytes(APICClass.dn) {
            take(object, named: name, &log)
        } else if let nested = reading.nested {
            nested.withUnsafeBufferPointer { take(object, named: $0, &log) }
        } else {
            log.add(.warning, line: 1, "a next hop without a name and without a route around it")
        }
    }

    private mutating func take(
        _ object: APICObject, named name: UnsafeBufferPointer<UInt8>, _ log: inout DiagnosticLog
    ) {
        guard begins(name, with: reading.head) || enter(name, object.classNumber < 2 ? .ipv4 : .ipv6) else {
            return log.add(.warning, line: 1, "a next hop whose name tells no table", excerpt: excerpt(Array(name)))
        }
        guard let place = reading.place, let builder = tables[place] else { return }
        let start = reading.head.count
        var end = start
        while end < name.count, name[end] != UInt8(ascii: "]") { end += 1 }
        let text = UnsafeBufferPointer(rebasing: name[start..<end])
        if !same(text, reading.prefixText) {
            guard let prefix = APICRoutes.prefix(text) else {
                return log.add(
                    .warning, line: 1, "a next hop whose prefix cannot be read", excerpt: excerpt(Array(name)))
            }
            reading.prefix = builder.add(prefix)
            reading.prefixText.replaceSubrange(reading.prefixText.indices, with: text)
        }
        builder.add(object, to: reading.prefix)
    }

    @inline(__always)
    private func begins(_ name: UnsafeBufferPointer<UInt8>, with head: [UInt8]) -> Bool {
        guard !head.isEmpty, name.count > head.count else { return false }
        return same(UnsafeBufferPointer(rebasing: name[..<head.count]), head)
    }

    @inline(__always)
    private func same(_ a: UnsafeBufferPointer<UInt8>, _ b: [UInt8]) -> Bool {
        a.count == b.count
            && b.withUnsafeBufferPointer { b in
                guard let x = a.baseAddress, let y = b.baseAddress else { return true }
                return APICBytes.equal(x, y, a.count)
            }
    }

    /// Notes the table that a name belongs to: `topology/pod-1/node-203/sys/uribv4/dom-T:V/db-rt/rt-[`.
    private mutating func enter(_ name: UnsafeBufferPointer<UInt8>, _ family: AddressFamily) -> Bool {
        let mark = Array("/rt-[".utf8)
        guard let found = name.indices.first(where: { name[$0...].starts(with: mark) }) else { return false }
        let parts = DistinguishedName(bytes: name[..<found])
        guard let leaf = parts.leaf, let vrf = parts.domain else { return false }
        let place = Place(leaf: leaf, vrf: vrf, family: family)
        if tables[place] == nil {
            tables[place] = Builder()
            order.append(place)
        }
        reading.place = place
        reading.head = Array(name[..<(found + mark.count)])
        reading.prefixText = []
        return true
    }

    /// `10.96.12.34/32` without an allocation; other forms through the general reading.
    private static func prefix(_ text: UnsafeBufferPointer<UInt8>) -> IPPrefix? {
        guard let slash = text.lastIndex(of: UInt8(ascii: "/")) else {
            return IPAddress(bytes: text).map { IPPrefix(host: $0) }
        }
        guard let address = IPAddress(bytes: UnsafeBufferPointer(rebasing: text[..<slash])),
            let length = APICText.decimal(UnsafeBufferPointer(rebasing: text[(slash + 1)...])), length <= 128
        else { return nil }
        return IPPrefix(address, length: Int(length))
    }
}
