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
    /// The cable between a leaf and the node's VLAN is out. Target: session.
    case linkDown = "link-down"
    /// The leaf's port is in another VLAN: links are up, nobody answers. Target: session.
    case wrongVLAN = "wrong-vlan"
    /// BGP on a leaf is gone, its kernel refuses connections. Target: leaf.
    case leafKilled = "leaf-killed"
    /// BGP on a leaf stands still: TCP is accepted, nothing is said. Target: leaf.
    case leafStopped = "leaf-stopped"
    /// The leaf's prefix limit ends the session. Target: session.
    case maxPrefixShut = "max-prefix-shut"
    /// The leaf's prefix limit drops what is beyond it, without a word. Target: session.
    case maxPrefixDrop = "max-prefix-drop"
    /// The leaf expects another AS of the node. Target: session.
    case wrongASOnLeaf = "wrong-as-on-leaf"
    /// The leaf's peer has no Local-AS: the node sees the fabric's AS. Target: session.
    case localASMissing = "local-as-missing"
    /// A BGPPeer names an address that no leaf has. Target: session.
    case wrongPeerAddress = "wrong-peer-address"
    /// Calico detects an address of another interface. Target: node.
    case wrongNodeAddress = "wrong-node-address"
    /// The leaf has another address for the node. Target: session.
    case wrongNeighborAddress = "wrong-neighbor-address"
    /// The two ends have different passwords: no packet arrives. Target: session.
    case passwordMismatch = "password-mismatch"
    /// The leaf proposes a hold time of 60 s. Target: session.
    case holdTimerMismatch = "hold-timer-mismatch"
    /// BIRD is killed and started at once. Target: node.
    case calicoNodeRestarted = "calico-node-restarted"
    /// confd does not reload BIRD: a new block is not advertised. Target: node.
    case confdStuck = "confd-stuck"
    /// The affinity of one of a node's blocks is pending. Target: node.
    case blockPending = "block-pending"
    /// A BGPFilter of the node's peers rejects one of its blocks. Target: node.
    case exportFilter = "export-filter"
    /// The label that excludes a node from services is there, without the value `true`. Target: node.
    case excludeLabelEmpty = "exclude-label-empty"
    /// The node prepends its AS: paths are longer than the leaves' limit. Target: node.
    case asPathTooLong = "as-path-too-long"
    /// The node has a block of a pool outside the pods' subnet. Target: node.
    case foreignPool = "foreign-pool"
    /// A leaf's LPM table has no room for some blocks that it accepts. Target: leaf.
    case lpmFull = "lpm-full"
    /// A block's affinity is gone, and BIRD has not been told. Target: node.
    case staleBlock = "stale-block"
    /// The node advertises a route inside the pods' subnet that is no block of it. Target: node.
    case routeLeak = "route-leak"
    /// Another node has an affinity for the node's first block as well. Target: node.
    case doubleAffinity = "double-affinity"
    /// Pods of the node have addresses of another node's block. Target: node.
    case blockExhaustion = "block-exhaustion"
    /// Leaves install one path of a route. No target.
    case maximumPathsOne = "maximum-paths-one"
    /// A Local service has no endpoint any more. Target: service.
    case serviceWithoutEndpoints = "service-without-endpoints"
    /// A service has an external address outside the advertised ranges. Target: service.
    case serviceOutsideRanges = "service-outside-ranges"
    /// There is no default BGPConfiguration: the mesh is on, no service range is advertised. No target.
    case meshByDefault = "mesh-by-default"
    /// The pool's traffic goes through IP-in-IP. No target.
    case overlayEnabled = "overlay-enabled"
    /// The pool's traffic hides behind the nodes' addresses. No target.
    case natOutgoingEnabled = "nat-outgoing-enabled"
    /// The node has another node's address: calico-node refuses to start. Target: node.
    case duplicateNodeAddress = "duplicate-node-address"
    /// The node has another node's AS, on both sides. Target: node.
    case duplicateAS = "duplicate-as"
    /// The BGPPeer of a session was replaced by another node's of the same name. Target: session.
    case peerNameClash = "peer-name-clash"
    /// The node takes no new pods, and everything else stays. Target: node.
    case cordoned = "cordoned"
    /// The node takes no new pods, and its exclude label has no value. Target: node.
    case cordonedLabelEmpty = "cordoned-label-empty"
    /// The cluster's API is gone. No target.
    case apiDown = "api-down"
    /// The ssh server of a host refuses connections. Target: host.
    case sourceSSHRefused = "source-ssh-refused"
    /// A host accepts and never answers. Target: host.
    case sourceHang = "source-hang"
    /// A host answers with bytes that are none of its formats. Target: host.
    case sourceGarbage = "source-garbage"
    /// A host asks for a password. Target: host.
    case sourcePasswordPrompt = "source-password-prompt"
}
