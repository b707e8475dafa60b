public import Fabric
public import FoundationEssentials

/// Reads leaves' routing tables from pages of `uribv4Nexthop` and `uribv6Nexthop` objects (aci.md 3.4), flat or under
/// their `uribv4Route`, straight into columns.
///
/// One next hop has two names on some releases (`rt-[…]/nh-[…]` and `rt-[…]/owner-[…]/nh-[…]`), and pages may overlap:
/// the same next hop of the same prefix counts once.
public struct APICRoutes {
    private var rows = APICRows<Builder>()

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

    /// Takes in one page, in any order; what stands around its objects, and its error object, come back.
    public mutating func add(_ bytes: [UInt8]) -> Parsed<(envelope: APICEnvelope, failure: APIC.Failure?)> {
        rows.add(bytes)
    }

    /// The tables, by leaf and VRF in the order in which they came; `age` is counted to `now`.
    ///
    /// - Parameter skew: how many seconds a leaf's clock is ahead of the one that told `now`.
    public func tables(now: Date, skew: (LeafID) -> Double) -> [Table] {
        rows.tables { place, builder in
            let seconds = Int64(now.timeIntervalSince1970 + skew(place.leaf))
            return Table(leaf: place.leaf, table: builder.table(vrf: place.vrf, family: place.family, at: seconds))
        }
    }

    /// How many next hops were taken in.
    public var nextHopCount: Int { rows.tables { $1.count }.reduce(0, +) }
}
