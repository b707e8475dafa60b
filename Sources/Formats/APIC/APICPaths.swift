public import Fabric

/// Reads what leaves accepted from their neighbors from pages of `bgpPath` objects (aci.md 3.3), flat or under their
/// `bgpRoute`, straight into columns.
///
/// A path counts for the neighbor that it came from, whether it is the best or stale; one that came over iBGP, and one
/// that the leaf made itself, is nobody's.
public struct APICPaths {
    private var rows = APICRows<Builder>()

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

    /// Takes in one page, in any order; what stands around its objects, and its error object, come back.
    public mutating func add(_ bytes: [UInt8]) -> Parsed<(envelope: APICEnvelope, failure: APIC.Failure?)> {
        rows.add(bytes)
    }

    /// What was read, by leaf and VRF in the order in which they came.
    public func tables() -> [Table] {
        rows.tables { place, builder in
            Table(
                leaf: place.leaf,
                paths: AcceptedPaths(vrf: place.vrf, family: place.family, prefixes: builder.accepted))
        }
    }
}

extension APICPaths {
    /// The paths of one table while its pages come.
    struct Builder: APICRowBuilder {
        static let rows = [APICClass("bgpPath", "peer", "type", "operSt")]
        static let around = [APICClass("bgpRoute")]
        static let word: StaticString = "a path"

        private static let peerBit: UInt64 = 1 << APICClass.first
        private static let stateBits: UInt64 = 6 << APICClass.first

        private var prefix: IPPrefix?
        private var isAccepted = false
        private var numbers: [IPAddress: Int] = [:]
        private var peers: [IPAddress] = []
        private var prefixes: [[IPPrefix]] = []
        /// The neighbor of the row before.
        private var peer: Int?

        /// Pages may overlap: ``AcceptedPaths`` keeps each prefix of a neighbor once.
        var accepted: [IPAddress: [IPPrefix]] { Dictionary(zip(peers, prefixes)) { $0 + $1 } }

        /// Each neighbor has columns of its own.
        mutating func reserve(_ rows: Int) {}

        mutating func begin(_ prefix: IPPrefix) { self.prefix = prefix }

        mutating func add(_ object: APICObject, changed: inout UInt64) -> StaticString? {
            if changed & Builder.stateBits != 0 { isAccepted = Builder.isAccepted(object) }
            if changed & Builder.peerBit != 0 { peer = Builder.peer(object).map { number(of: $0) } }
            changed = 0
            guard isAccepted else { return nil }
            guard let prefix, let peer else { return "without its peer" }
            prefixes[peer].append(prefix)
            return nil
        }

        private mutating func number(of address: IPAddress) -> Int {
            if let number = numbers[address] { return number }
            numbers[address] = peers.count
            peers.append(address)
            prefixes.append([])
            return peers.count - 1
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
}
