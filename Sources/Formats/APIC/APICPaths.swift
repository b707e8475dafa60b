public import Fabric

/// Reads what leaves accepted from their neighbors from pages of `bgpPath` objects (aci.md 3.3), flat or under their
/// `bgpRoute`, straight into columns.
///
/// A path counts for the neighbor that it came from, whether it is the best or stale; one that came over iBGP, and one
/// that the leaf made itself, is nobody's.
public struct APICPaths {
    private var builders: [RowNames.Place: Builder] = [:]
    private var order: [RowNames.Place] = []
    private var reading = Reading()
    private let reader = APICReader()

    /// The paths of one leaf, VRF and family.
    public struct Table: Sendable {
        /// The leaf.
        public var leaf: LeafID
        /// What it accepted.
        public var paths: AcceptedPaths

        /// Paths of a leaf.
        public init(leaf: LeafID, paths: AcceptedPaths) {
            self.leaf = leaf
            self.paths = paths
        }
    }

    /// No page read yet.
    public init() {}

    private static let classes = [
        APICClass("bgpPath", "peer", "type", "operSt"), APICClass("bgpRoute"), APICClass("error", "code", "text"),
    ]

    /// Takes in one page, in any order; what stands around its objects, and its error object, come back.
    public mutating func add(_ bytes: [UInt8]) -> Parsed<(envelope: APICEnvelope, failure: APIC.Failure?)> {
        var log = DiagnosticLog()
        var failure: APIC.Failure?
        reading.nested = nil
        let envelope = reader.read(bytes, APICPaths.classes) { object in
            switch object.classNumber {
            case 0: take(object, &log)
            case 1: reading.nested = object.bytes(APICClass.dn).map(Array.init)
            default:
                failure =
                    failure ?? APIC.Failure(code: object.own(0) ?? "", text: object.own(1) ?? "no reason told")
            }
        }
        APIC.refuse(envelope, bytes, &log)
        return Parsed((envelope, failure), diagnostics: log.finish())
    }

    /// What was read, by leaf and VRF in the order in which they came.
    public func tables() -> [Table] {
        order.map { place in
            let told = place == reading.place ? reading.builder : builders[place] ?? Builder()
            return Table(
                leaf: place.leaf, paths: AcceptedPaths(vrf: place.vrf, family: place.family, prefixes: told.prefixes))
        }
    }
}

/// Where the reading of a page stands.
private struct Reading {
    var names = RowNames()
    /// The table of the last name, held here while its rows come, and its prefix.
    var place: RowNames.Place?
    var builder = APICPaths.Builder()
    var prefix: IPPrefix?
    /// The name of the route that nested paths without one belong to.
    var nested: [UInt8]?
}

extension APICPaths {
    /// The paths of one table while its pages come.
    struct Builder {
        private(set) var prefixes: [IPAddress: [IPPrefix]] = [:]

        /// Pages may overlap: ``AcceptedPaths`` keeps each prefix of a neighbor once.
        mutating func add(_ prefix: IPPrefix, from peer: IPAddress) { prefixes[peer, default: []].append(prefix) }
    }

    private mutating func take(_ object: APICObject, _ log: inout DiagnosticLog) {
        if let name = object.bytes(APICClass.dn) {
            take(object, named: name, &log)
        } else if let nested = reading.nested {
            nested.withUnsafeBufferPointer { take(object, named: $0, &log) }
        } else {
            log.add(.warning, line: 1, "a path without a name and without a route around it")
        }
    }

    private mutating func take(
        _ object: APICObject, named name: UnsafeBufferPointer<UInt8>, _ log: inout DiagnosticLog
    ) {
        switch reading.names.read(name) {
        case .same: break
        case .next(let prefix): reading.prefix = prefix
        case .elsewhere(let place, let prefix):
            enter(place)
            reading.prefix = prefix
        case .noTable:
            return log.add(.warning, line: 1, "a path whose name tells no table", excerpt: excerpt(Array(name)))
        case .noPrefix:
            return log.add(.warning, line: 1, "a path whose prefix cannot be read", excerpt: excerpt(Array(name)))
        }
        guard APICPaths.isAccepted(object) else { return }
        guard let prefix = reading.prefix, let peer = APICPaths.peer(object) else {
            return log.add(.warning, line: 1, "a path without its peer", excerpt: excerpt(Array(name)))
        }
        reading.builder.add(prefix, from: peer)
    }

    /// Puts the table at hand away and takes another.
    private mutating func enter(_ place: RowNames.Place) {
        if let former = reading.place { builders[former] = reading.builder }
        reading.builder = Builder()
        if let known = builders.removeValue(forKey: place) {
            reading.builder = known
        } else if place != reading.place {
            order.append(place)
        }
        reading.place = place
    }

    /// Whether it came over eBGP and is still there: `external`, and neither `history` nor `deleted`.
    private static func isAccepted(_ object: APICObject) -> Bool {
        if let type = object.bytes(APICClass.first + 1), type.first != UInt8(ascii: "e") { return false }
        guard let state = object.bytes(APICClass.first + 2), let first = state.first else { return true }
        return first != UInt8(ascii: "h") && !(first == UInt8(ascii: "d") && state.count == 7)
    }

    private static func peer(_ object: APICObject) -> IPAddress? {
        object.bytes(APICClass.first).flatMap { bytes in
            IPAddress(bytes: UnsafeBufferPointer(rebasing: bytes.prefix { $0 != UInt8(ascii: "/") }))
        }
    }
}
