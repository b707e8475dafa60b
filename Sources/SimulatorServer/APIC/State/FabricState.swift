public import Fabric
public import Simulator

/// Where a simulated controller's facts come from: the simulator's fabric, or real routers that stand for one.
///
/// The controllers ask for the picture several times a second, publish what changed between two pictures as events, and
/// ask for tables only when a request wants them and their version has moved. Everything that a client sees (names,
/// attributes, spellings, errors) is the controllers' own work: a state only tells facts.
///
/// Another process can provide it. Each closure is one question with one answer, all its values are numbers and texts,
/// and nothing is shared: over a Unix socket, a line `{"ask": "picture"}`, `{"ask": "routes", "leaf": 203}`,
/// `{"ask": "paths", "leaf": 203}` or `{"configure": {…}, "address": "192.168.2.1", "leaf": 203}` is answered by one line
/// of JSON with the members of ``FabricPicture``, ``LeafRoutes`` or ``LeafPaths``, addresses and prefixes as text. A state
/// for real routers makes its closures ask that socket, or run a command (`vtysh -c 'show bgp summary json'`) and convert
/// its output; ``VRFPicture/tableVersion`` then is the table version that the router prints.
public struct FabricState: Sendable {
    /// The newest picture.
    public var picture: @Sendable () async throws -> FabricPicture
    /// The routing table of a leaf's first VRF.
    public var routes: @Sendable (LeafID) async throws -> LeafRoutes
    /// The BGP table of a leaf's first VRF.
    public var paths: @Sendable (LeafID) async throws -> LeafPaths
    /// Takes what the controllers configure for a neighbor's address on a leaf.
    public var configure: @Sendable (PeerSettings, IPAddress, LeafID) async throws -> Void
    /// What is configured at the start.
    public var configuration: FabricConfiguration

    /// A state from its closures.
    public init(
        configuration: FabricConfiguration, picture: @escaping @Sendable () async throws -> FabricPicture,
        routes: @escaping @Sendable (LeafID) async throws -> LeafRoutes,
        paths: @escaping @Sendable (LeafID) async throws -> LeafPaths,
        configure: @escaping @Sendable (PeerSettings, IPAddress, LeafID) async throws -> Void
    ) {
        self.configuration = configuration
        self.picture = picture
        self.routes = routes
        self.paths = paths
        self.configure = configure
    }
}

/// What an administrator has configured on the controllers for the paper's design: one L3Out with a node profile for
/// each rack and a vPC path for each Kubernetes node.
public struct FabricConfiguration: Sendable, Hashable {
    /// A pair of leaves with its Local-AS.
    public struct Rack: Sendable, Hashable {
        /// The name of the node profile.
        public var name: String
        /// The AS that nodes see.
        public var localAS: ASN
        /// The leaves, side A first, with their router ids.
        public var leaves: [(id: LeafID, routerID: IPAddress)] {
            zip(leafIDs, routerIDs).map { (id: $0, routerID: $1) }
        }
        /// The nodes behind the pair.
        public var nodes: [Node]

        var leafIDs: [LeafID]
        var routerIDs: [IPAddress]

        /// A rack from its parts.
        public init(name: String, localAS: ASN, leaves: [(id: LeafID, routerID: IPAddress)], nodes: [Node]) {
            self.name = name
            self.localAS = localAS
            self.nodes = nodes
            leafIDs = leaves.map(\.id)
            routerIDs = leaves.map(\.routerID)
        }
    }

    /// A Kubernetes node as the L3Out knows it.
    public struct Node: Sendable, Hashable {
        /// The name of its vPC policy group.
        public var name: String
        /// Its address and AS.
        public var address: IPAddress, asn: ASN
        /// The leaves' addresses, side A first, and the shared secondary.
        public var leafAddresses: [IPAddress], gateway: IPAddress
        /// The length of the subnet.
        public var subnetLength: Int
        /// The VLAN of the SVI.
        public var vlan: Int

        /// A node from its parts.
        public init(
            name: String, address: IPAddress, asn: ASN, leafAddresses: [IPAddress], gateway: IPAddress,
            subnetLength: Int, vlan: Int
        ) {
            self.name = name
            self.address = address
            self.asn = asn
            self.leafAddresses = leafAddresses
            self.gateway = gateway
            self.subnetLength = subnetLength
            self.vlan = vlan
        }
    }

    /// `tenant:vrf`.
    public var vrf: String
    /// The L3Out's name.
    public var l3out: String
    /// The ACI release.
    public var release: String
    /// The fabric's AS.
    public var fabricAS: ASN
    /// What default-import permits.
    public var permitted: [IPPrefix]
    /// The maximum AS limit, and eBGP next hops at most.
    public var maximumASPath: Int, ecmpLimit: Int
    /// Whether paths of equal length from different AS share the load.
    public var relaxesMultipath: Bool
    /// The racks.
    public var racks: [Rack]

    /// A configuration from its parts.
    public init(
        vrf: String, l3out: String, release: String, fabricAS: ASN, permitted: [IPPrefix], maximumASPath: Int,
        ecmpLimit: Int, relaxesMultipath: Bool, racks: [Rack]
    ) {
        self.vrf = vrf
        self.l3out = l3out
        self.release = release
        self.fabricAS = fabricAS
        self.permitted = permitted
        self.maximumASPath = maximumASPath
        self.ecmpLimit = ecmpLimit
        self.relaxesMultipath = relaxesMultipath
        self.racks = racks
    }

    /// The tenant's name.
    var tenant: String { String(vrf.prefix { $0 != ":" }) }
    /// The VRF's name within the tenant.
    var vrfName: String { String(vrf.drop { $0 != ":" }.dropFirst()) }
}
