import Fabric

/// The routes of `show ip route` as the parser keeps them: fixed-size rows for routes and next hops, each text once.
///
/// It holds everything that was printed, in the order of the output. ``tables()`` makes Fabric's sorted tables of it.
public struct RouteColumns: Sendable {
    var outputs: [Output] = []
    var routes: [Row] = []
    var hops: [Hop] = []
    var addresses = PrintedAddresses()
    var prefixes = PrintedPrefixes()
    var ages = PrintedAges()
    /// What stands between a next hop's address and its age, as printed and as read.
    var exitTexts = ByteTable()
    var exits: [RouteExit] = []
    /// What stands behind the age, as printed and as read.
    var originTexts = ByteTable()
    var origins: [RouteOrigin] = []
    /// What stands behind `ubest/mbest: 1/0`, as printed and as read; number 0 is nothing.
    var flagTexts = ByteTable()
    var flags: [[String]] = []
    var recursives = ByteTable()

    /// Where routes come from: a node of a banner and a table's title.
    struct Output: Hashable {
        var node: Int?
        var vrf: String?
        var family: AddressFamily?
    }

    /// One route; its next hops end where the next route's begin.
    struct Row {
        /// An IPv4 network, or an index into ``PrintedPrefixes``.
        var prefix: UInt32
        var output: UInt32
        var flags: UInt32
        var firstHop: UInt32
        var bestUnicast: UInt32
        var bestMulticast: UInt32
        var length: UInt8
        var kind: AddressCode.Kind
    }

    /// One next hop.
    struct Hop {
        var address: UInt32
        var age: UInt32
        var exit: UInt32
        var origin: UInt32
        /// 0 none, 1 the address as a host prefix in the VRF of the next hop, else the number of its text plus 2.
        var recursive: UInt32
        var kind: AddressCode.Kind
        /// The number of stars: 0, 1 (best unicast) or 2 (best multicast).
        var stars: UInt8
    }

    init() {}

    /// The number of routes.
    public var routeCount: Int { routes.count }

    /// The number of next hops of all routes.
    public var nextHopCount: Int { hops.count }

    /// The bytes that the rows take, without the texts.
    public var rowBytes: Int {
        routes.count * MemoryLayout<Row>.stride + hops.count * MemoryLayout<Hop>.stride
    }

    /// The next hops of a route.
    @inline(__always)
    func hops(of route: Int) -> Range<Int> {
        let end = route + 1 < routes.count ? Int(routes[route + 1].firstHop) : hops.count
        return Int(routes[route].firstHop)..<end
    }

    /// The prefix of a route, nil where the capture lost it.
    func prefix(_ row: Row) -> IPPrefix? {
        switch row.kind {
        case .none: nil
        case .v4: IPPrefix(IPAddress(v4: row.prefix), length: Int(row.length))
        case .other: prefixes.prefix(Int(row.prefix))
        }
    }
}

/// What stands between a next hop's address and its age: `%common:default, vlan60, [20/0], `.
struct RouteExit: Hashable, Sendable {
    var vrf: String?
    var interface: String?
    var preference: UInt32
    var metric: UInt32
}

/// What stands behind a next hop's age: `, bgp-65002, external, tag 65113, rwVnid: vxlan-3112960`.
struct RouteOrigin: Hashable, Sendable {
    var owner: String?
    var attributes: [String] = []
    var tag: UInt64?
    var notes: [String] = []
    var segmentID: UInt64?
    var tunnelID: String?
    var encapsulation: String?
    var rewriteVNID: String?
}

/// Prefixes that do not fit 32 bits and a length, with the text as it was printed.
struct PrintedPrefixes {
    private var texts = ByteTable()
    private var prefixes: [IPPrefix] = []

    /// The number of a prefix's text.
    mutating func insert(_ prefix: IPPrefix, _ view: ByteView, _ range: Range<Int>) -> UInt32 {
        let number = texts.insert(view, range)
        if number == prefixes.count { prefixes.append(prefix) }
        return UInt32(truncatingIfNeeded: number)
    }

    /// The prefix of a number.
    func prefix(_ number: Int) -> IPPrefix { prefixes[number] }

    /// Calls with the text of a number.
    func withText<Result>(_ number: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        texts.withBytes(number, body)
    }
}
