/// What can go wrong in the simulated fabric; the raw value is the name that `--fault` takes.
///
/// What each does to both ends follows the captures of Calico's BIRD and of the leaf's side.
public enum FaultKind: String, Sendable, Hashable, CaseIterable {
    /// The leaf shuts the neighbor: Cease/Administrative shutdown, its paths go at once. Target: session.
    case leafNeighborShut = "leaf-neighbor-shut"
    /// The leaf has no neighbor for the node's address: its connections are reset. Target: session.
    case leafPeerMissing = "leaf-peer-missing"
    /// The node's BIRD gets no CPU: both leaves lose it by the hold timer in the same second. Target: node.
    case holdTimerExpired = "hold-timer-expired"
    /// BIRD is killed: the leaves keep its paths as stale for 120 s. Target: node.
    case birdKilled = "bird-killed"
    /// The calico-node pod is gone with all its processes; the leaves keep its paths as stale. Target: node.
    case calicoNodeDead = "calico-node-dead"
    /// The host loses power: hold timers expire, nothing answers. Target: node.
    case nodeDown = "node-down"
    /// A leaf reloads: every session of it is down. Target: leaf.
    case oneLeafDown = "one-leaf-down"
    /// The node's own AS (annotation) is not what the leaves expect. Target: node.
    case wrongNodeAS = "wrong-node-as"
    /// A BGPPeer names another AS than the leaf's Local-AS. Target: session.
    case wrongLeafAS = "wrong-leaf-as"
    /// The BGPPeer for one leaf is deleted. Target: session.
    case peerMissing = "peer-missing"
    /// `birdcl disable` of one session: its row vanishes from calicoctl's table. Target: session.
    case peerDisabled = "peer-disabled"
    /// BIRD restarts while one leaf refuses it: Established with the other, nothing advertised for 240 s. Target: node.
    case recoveryWait = "recovery-wait"
    /// A session is lost by the hold timer every 15 to 20 s. Target: session.
    case sessionFlapping = "session-flapping"
    /// The leaves' default-import does not permit one of a node's blocks. Target: node.
    case importFilterMissing = "import-filter-missing"
    /// The node-to-node mesh is on. No target.
    case meshEnabled = "mesh-enabled"
    /// Multipath relax is off: a service enters through one node. No target.
    case serviceSingleNextHop = "service-single-next-hop"
    /// Most endpoints of a Local service end up on one node. Target: service.
    case serviceSkew = "service-skew"
    /// One leaf of a pair refuses the Local services of a node. Target: session.
    case leavesDisagree = "leaves-disagree"
    /// The leaf's end hangs in Established after the node's end is lost. Target: session.
    case oneSided = "one-sided"
    /// The ssh server of a host refuses connections. Target: host.
    case sourceSSHRefused = "source-ssh-refused"
    /// A host accepts and never answers. Target: host.
    case sourceHang = "source-hang"
    /// A host answers with bytes that are none of its formats. Target: host.
    case sourceGarbage = "source-garbage"
    /// A host asks for a password. Target: host.
    case sourcePasswordPrompt = "source-password-prompt"

    /// What a target names.
    public enum Scope: String, Sendable, Hashable {
        /// `NODE/LEAF`, or `NODE` for the session with leaf B of its rack.
        case session
        /// A node's name.
        case node
        /// A leaf's number or name.
        case leaf
        /// `NAMESPACE/NAME`.
        case service
        /// A controller's, leaf's or node's name.
        case host
        /// The fault is of the whole fabric.
        case none
    }

    /// What its target names.
    public var scope: Scope {
        switch self {
        case .leafNeighborShut, .leafPeerMissing, .wrongLeafAS, .peerMissing, .peerDisabled, .sessionFlapping,
            .leavesDisagree, .oneSided:
            .session
        case .holdTimerExpired, .birdKilled, .calicoNodeDead, .nodeDown, .wrongNodeAS, .recoveryWait,
            .importFilterMissing:
            .node
        case .oneLeafDown: .leaf
        case .serviceSkew: .service
        case .meshEnabled, .serviceSingleNextHop: .none
        case .sourceSSHRefused, .sourceHang, .sourceGarbage, .sourcePasswordPrompt: .host
        }
    }

    /// One line that says what it does, for a list of faults.
    public var summary: String {
        switch self {
        case .leafNeighborShut: "the leaf shuts the neighbor administratively"
        case .leafPeerMissing: "the leaf has no neighbor for the node"
        case .holdTimerExpired: "the node's BIRD starves, hold timers expire on both leaves"
        case .birdKilled: "BIRD is killed, the leaves keep stale paths"
        case .calicoNodeDead: "the calico-node pod is gone"
        case .nodeDown: "the host loses power"
        case .oneLeafDown: "a leaf reloads"
        case .wrongNodeAS: "the node's AS is not what the leaves expect"
        case .wrongLeafAS: "a BGPPeer names a wrong AS for the leaf"
        case .peerMissing: "the BGPPeer for one leaf is deleted"
        case .peerDisabled: "one session is disabled in BIRD by hand"
        case .recoveryWait: "BIRD restarts while one leaf refuses it, and waits 240 s"
        case .sessionFlapping: "a session is lost again and again"
        case .importFilterMissing: "default-import lacks one of a node's blocks"
        case .meshEnabled: "Calico's node-to-node mesh is on"
        case .serviceSingleNextHop: "multipath relax is off, services enter through one node"
        case .serviceSkew: "most endpoints of a service are on one node"
        case .leavesDisagree: "one leaf of a pair refuses a node's services"
        case .oneSided: "the leaf's end hangs in Established, the node's is down"
        case .sourceSSHRefused: "a host refuses ssh"
        case .sourceHang: "a host never answers"
        case .sourceGarbage: "a host answers with garbage"
        case .sourcePasswordPrompt: "a host asks for a password"
        }
    }
}
