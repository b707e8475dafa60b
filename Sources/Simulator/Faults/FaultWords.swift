extension FaultKind {
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
            .leavesDisagree, .oneSided, .linkDown, .wrongVLAN, .maxPrefixShut, .maxPrefixDrop, .wrongASOnLeaf,
            .localASMissing, .wrongPeerAddress, .wrongNeighborAddress, .passwordMismatch, .holdTimerMismatch,
            .peerNameClash:
            .session
        case .holdTimerExpired, .birdKilled, .calicoNodeDead, .nodeDown, .wrongNodeAS, .recoveryWait,
            .importFilterMissing, .wrongNodeAddress, .calicoNodeRestarted, .confdStuck, .blockPending, .exportFilter,
            .excludeLabelEmpty, .asPathTooLong, .foreignPool, .staleBlock, .routeLeak, .doubleAffinity,
            .blockExhaustion, .duplicateNodeAddress, .duplicateAS, .cordoned, .cordonedLabelEmpty:
            .node
        case .oneLeafDown, .leafKilled, .leafStopped, .lpmFull: .leaf
        case .serviceSkew, .serviceWithoutEndpoints, .serviceOutsideRanges: .service
        case .meshEnabled, .serviceSingleNextHop, .maximumPathsOne, .meshByDefault, .overlayEnabled,
            .natOutgoingEnabled, .apiDown:
            .none
        case .sourceSSHRefused, .sourceHang, .sourceGarbage, .sourcePasswordPrompt: .host
        }
    }

    /// One line that says what it does, for a list of faults.
    public var summary: String { FaultKind.summaries[self] ?? rawValue }

    private static let summaries: [FaultKind: String] = [
        .leafNeighborShut: "the leaf shuts the neighbor administratively",
        .leafPeerMissing: "the leaf has no neighbor for the node",
        .holdTimerExpired: "the node's BIRD starves, hold timers expire on both leaves",
        .birdKilled: "BIRD is killed, the leaves keep stale paths",
        .calicoNodeDead: "the calico-node pod is gone",
        .nodeDown: "the host loses power",
        .oneLeafDown: "a leaf reloads",
        .wrongNodeAS: "the node's AS is not what the leaves expect",
        .wrongLeafAS: "a BGPPeer names a wrong AS for the leaf",
        .peerMissing: "the BGPPeer for one leaf is deleted",
        .peerDisabled: "one session is disabled in BIRD by hand",
        .recoveryWait: "BIRD restarts while one leaf refuses it, and waits 240 s",
        .sessionFlapping: "a session is lost again and again",
        .importFilterMissing: "default-import lacks one of a node's blocks",
        .meshEnabled: "Calico's node-to-node mesh is on",
        .serviceSingleNextHop: "multipath relax is off, services enter through one node",
        .serviceSkew: "most endpoints of a service are on one node",
        .leavesDisagree: "one leaf of a pair refuses a node's services",
        .oneSided: "the leaf's end hangs in Established, the node's is down",
        .linkDown: "the link between a leaf and a node is out",
        .wrongVLAN: "the leaf's port is in another VLAN",
        .leafKilled: "BGP on a leaf is gone, connections are refused",
        .leafStopped: "BGP on a leaf stands still",
        .maxPrefixShut: "the leaf ends a session at its prefix limit",
        .maxPrefixDrop: "the leaf drops what is beyond its prefix limit",
        .wrongASOnLeaf: "the leaf expects another AS of the node",
        .localASMissing: "the leaf shows the fabric's AS instead of the rack's",
        .wrongPeerAddress: "a BGPPeer names an address that no leaf has",
        .wrongNodeAddress: "Calico detects a wrong address of a node",
        .wrongNeighborAddress: "the leaf has another address for the node",
        .passwordMismatch: "the ends of a session have different passwords",
        .holdTimerMismatch: "the leaf proposes a hold time of 60 s",
        .calicoNodeRestarted: "calico-node restarts and comes back at once",
        .confdStuck: "confd does not reload BIRD, a new block is not advertised",
        .blockPending: "a block's affinity is pending",
        .exportFilter: "a BGPFilter keeps one of a node's blocks back",
        .excludeLabelEmpty: "the exclude label of a node has no value",
        .asPathTooLong: "the node prepends its AS beyond the leaves' limit",
        .foreignPool: "a node has a block outside the pods' subnet",
        .lpmFull: "a leaf's LPM table is full",
        .staleBlock: "a node advertises a block that is no longer its own",
        .routeLeak: "a node advertises a route of its own making",
        .doubleAffinity: "two nodes own one block",
        .blockExhaustion: "pods borrow addresses of another node's block",
        .maximumPathsOne: "leaves install one path of a route",
        .serviceWithoutEndpoints: "a Local service has no endpoint",
        .serviceOutsideRanges: "a service has an address outside the advertised ranges",
        .meshByDefault: "there is no default BGPConfiguration",
        .overlayEnabled: "the pool uses IP-in-IP",
        .natOutgoingEnabled: "the pool hides pods behind their nodes",
        .duplicateNodeAddress: "two nodes have one address",
        .duplicateAS: "two nodes have one AS",
        .peerNameClash: "a BGPPeer was replaced by another of its name",
        .cordoned: "a node is cordoned and still advertises",
        .cordonedLabelEmpty: "a node is cordoned, its exclude label has no value",
        .apiDown: "the cluster's API is gone",
        .sourceSSHRefused: "a host refuses ssh",
        .sourceHang: "a host never answers",
        .sourceGarbage: "a host answers with garbage",
        .sourcePasswordPrompt: "a host asks for a password",
    ]
}
