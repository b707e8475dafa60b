public import Fabric
public import FoundationEssentials

/// Reads leaves' routing tables from pages of `uribv4Nexthop` and `uribv6Nexthop` objects (aci.md 3.4), flat or under
/// their `uribv4Route`, straight into columns.
///
/// One next hop has two names on some releases (`rt-[…]/nh-[…]` and `rt-[…]/owner-[…]/nh-[…]`), and pages may overlap:
/// the same next hop of the same prefix counts once.
public struct APICRoutes {
    private var tables: [RowNames.Place: Builder] = [:]
    private var order: [RowNames.Place] = []
    private var reading = Reading()
    private let reader = APICReader()

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
        order.map { place in
            let seconds = Int64(now.timeIntervalSince1970 + skew(place.leaf))
            let table = builder(of: place).table(vrf: place.vrf, family: place.family, at: seconds)
            return Table(leaf: place.leaf, table: table)
        }
    }

    /// How many next hops were taken in.
    public var nextHopCount: Int { order.reduce(0) { $0 + builder(of: $1).count } }
}

/// Where the reading of a page stands.
private struct Reading {
    var names = RowNames()
    /// The table of the last name, held here while its rows come, and its prefix's number there.
    var place: RowNames.Place?
    var builder = APICRoutes.Builder()
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
        switch reading.names.read(name) {
        case .same: break
        case .next(let prefix): reading.prefix = reading.builder.add(prefix)
        case .elsewhere(let place, let prefix):
            enter(place)
            reading.prefix = reading.builder.add(prefix)
        case .noTable:
            return log.add(.warning, line: 1, "a next hop whose name tells no table", excerpt: excerpt(Array(name)))
        case .noPrefix:
            return log.add(
                .warning, line: 1, "a next hop whose prefix cannot be read", excerpt: excerpt(Array(name)))
        }
        guard reading.place != nil else { return }
        reading.builder.add(object, to: reading.prefix)
    }

    /// Puts the table at hand away and takes another.
    private mutating func enter(_ place: RowNames.Place) {
        if let former = reading.place { tables[former] = reading.builder }
        reading.builder = Builder()
        if let known = tables.removeValue(forKey: place) {
            reading.builder = known
        } else if place != reading.place {
            order.append(place)
        }
        reading.place = place
    }

    private func builder(of place: RowNames.Place) -> Builder {
        place == reading.place ? reading.builder : tables[place] ?? Builder()
    }
}
