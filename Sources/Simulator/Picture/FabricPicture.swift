public import Fabric
public import FoundationEssentials

/// A fabric as its controllers know it at one moment: what the simulated APIC answers from, whether the facts come
/// from the simulator or from real routers.
///
/// Route tables are not part of it: they are asked for by leaf when their version has moved (see ``LeafRoutes``).
public struct FabricPicture: Sendable, Hashable {
    /// The fabric's clock.
    public var now: Date
    /// The ACI release, such as `4.2(1)`.
    public var release: String
    /// The fabric's own AS.
    public var fabricAS: ASN
    /// The leaves, in order of their numbers.
    public var leaves: [LeafPicture]

    /// A picture from its parts.
    public init(now: Date, release: String, fabricAS: ASN, leaves: [LeafPicture]) {
        self.now = now
        self.release = release
        self.fabricAS = fabricAS
        self.leaves = leaves
    }
}

/// A leaf and its BGP at one moment.
public struct LeafPicture: Sendable, Hashable {
    /// The number in the fabric.
    public var id: LeafID
    /// The name.
    public var name: String
    /// The TEP that other leaves forward to.
    public var tep: IPAddress
    /// The out-of-band address, which ssh reaches.
    public var management: IPAddress
    /// Whether it is in service; a leaf that reloads is not, and has no BGP objects.
    public var isInService: Bool
    /// When it came up last.
    public var bootedAt: Date
    /// The other leaf of its vPC pair, nil where it has none.
    public var pair: LeafID?
    /// Whether the other leaf of the pair answers.
    public var isPairUp: Bool
    /// The VRFs that run BGP on it.
    public var vrfs: [VRFPicture]
    /// Prefixes in its LPM table, and how many its profile holds.
    public var prefixEntries: (used: Int, limit: Int) {
        get { (usedEntries, entryLimit) }
        set { (usedEntries, entryLimit) = newValue }
    }

    private var usedEntries = 0
    private var entryLimit = 20_000

    /// A leaf from its parts, in service.
    public init(
        id: LeafID, name: String, tep: IPAddress, management: IPAddress, bootedAt: Date, pair: LeafID? = nil,
        vrfs: [VRFPicture]
    ) {
        self.id = id
        self.name = name
        self.tep = tep
        self.management = management
        self.bootedAt = bootedAt
        self.pair = pair
        self.vrfs = vrfs
        isInService = true
        isPairUp = pair != nil
    }
}

/// BGP in one VRF of a leaf.
public struct VRFPicture: Sendable, Hashable {
    /// `tenant:vrf`.
    public var name: String
    /// The router id.
    public var routerID: IPAddress
    /// The version of the BGP table: as long as it stands still, routes and paths are the same.
    public var tableVersion: Int
    /// eBGP next hops of one prefix at most.
    public var ecmpLimit: Int
    /// The longest AS path that is accepted.
    public var maximumASPath: Int
    /// The neighbors, in order of their addresses.
    public var peers: [PeerPicture]

    /// A VRF from its parts.
    public init(
        name: String, routerID: IPAddress, tableVersion: Int, ecmpLimit: Int, maximumASPath: Int, peers: [PeerPicture]
    ) {
        self.name = name
        self.routerID = routerID
        self.tableVersion = tableVersion
        self.ecmpLimit = ecmpLimit
        self.maximumASPath = maximumASPath
        self.peers = peers
    }
}

/// A neighbor of a leaf.
public struct PeerPicture: Sendable, Hashable {
    /// The states of aci.md 3.2 that a leaf shows; the raw value is the attribute's.
    public enum State: String, Sendable, Hashable {
        case idle, connect, active, established, closing, shut
        case openSent = "open-sent"
        case openConfirm = "open-confirm"
    }

    /// Why a leaf keeps a neighbor down; the raw value is the attribute's.
    public enum Shutdown: String, Sendable, Hashable {
        case none = "unspecified"
        case admin
        case prefixLimit = "exceeded-pfxlimit"
    }

    /// What counts every second, apart from what makes an event.
    public struct Messages: Sendable, Hashable {
        /// Messages received and sent since the leaf came up.
        public var received: Int, sent: Int
        /// Notifications received and sent.
        public var notificationsReceived = 0, notificationsSent = 0

        /// Counters from their values.
        public init(received: Int, sent: Int) {
            self.received = received
            self.sent = sent
        }
    }

    /// The neighbor's address.
    public var address: IPAddress
    /// The subnet of a dynamic neighbor's listener, nil for a neighbor with an address of its own.
    public var listener: IPPrefix?
    /// The AS that the leaf expects.
    public var asn: ASN
    /// The leaf's address towards it.
    public var localAddress: IPAddress
    /// The interface, such as `vlan12`.
    public var interface: String
    /// Whether the leaf holds a session object: a neighbor may be configured without (aci.md 3.2).
    public var hasSession = true
    /// The state.
    public var state: State
    /// The state before.
    public var previous: State = .idle
    /// Why it is kept down.
    public var shutdown: Shutdown = .none
    /// The last time that it came up or was lost; nil: never.
    public var changedAt: Date?
    /// When its End-of-RIB came in the present session; nil: not yet.
    public var endOfRIBAt: Date?
    /// Times that it came up, and was lost.
    public var established = 0, drops = 0
    /// Paths accepted from it, and prefixes sent to it.
    public var acceptedPaths = 0, sentPrefixes = 0
    /// Whether it offered graceful restart when the session came up.
    public var hasGracefulRestart = true
    /// Paths kept though the session is lost (graceful restart).
    public var stalePaths = 0
    /// Hold time and keepalive interval in seconds.
    public var holdTime = 3, keepalive = 1
    /// The most prefixes that are taken from it, nil: no policy.
    public var prefixLimit: Int?
    /// The last error in the words of aci.md 3.2: major such as `open-msg-err`, minor such as `bad-peer-as`.
    public var error: (major: String, minor: String) {
        get { (majorError, minorError) }
        set { (majorError, minorError) = newValue }
    }
    /// The counters.
    public var messages = Messages(received: 0, sent: 0)

    private var majorError = "none"
    private var minorError = "none"

    /// A neighbor from what identifies it.
    public init(address: IPAddress, asn: ASN, localAddress: IPAddress, interface: String, state: State) {
        self.address = address
        self.asn = asn
        self.localAddress = localAddress
        self.interface = interface
        self.state = state
    }
}
