public import Fabric

/// One BGP session between a node and a leaf of its rack.
public struct SessionKey: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The node.
    public var node: NodeName
    /// The leaf.
    public var leaf: LeafID

    /// A session's key from its ends.
    public init(node: NodeName, leaf: LeafID) {
        self.node = node
        self.leaf = leaf
    }

    /// By node, then leaf.
    public static func < (a: SessionKey, b: SessionKey) -> Bool {
        a.node == b.node ? a.leaf < b.leaf : a.node < b.node
    }

    /// `node-5/104`.
    public var description: String { "\(node)/\(leaf)" }
}

/// A fault in force, its target resolved against the topology.
struct ActiveFault: Sendable, Hashable {
    enum Target: Sendable, Hashable {
        case session(SessionKey)
        case node(NodeName)
        case leaf(LeafID)
        case service(ObjectName)
        case host(String)
        case none
    }

    var kind: FaultKind
    var target: Target

    /// The fault in words that ``Fault/init(text:)`` reads.
    var fault: Fault {
        switch target {
        case .session(let key): Fault(kind, key.description)
        case .node(let node): Fault(kind, node.text)
        case .leaf(let leaf): Fault(kind, leaf.description)
        case .service(let service): Fault(kind, service.description)
        case .host(let host): Fault(kind, host)
        case .none: Fault(kind)
        }
    }
}

/// What the faults in force mean for sessions, nodes and leaves.
struct Conditions: Sendable, Hashable {
    var shut: Set<SessionKey> = []
    var unknownToLeaf: Set<SessionKey> = []
    var flapping: Set<SessionKey> = []
    var hung: Set<SessionKey> = []
    var refusingServices: Set<SessionKey> = []
    var starved: Set<NodeName> = []
    var birdKilled: Set<NodeName> = []
    var calicoDead: Set<NodeName> = []
    var powerless: Set<NodeName> = []
    var filtered: Set<NodeName> = []
    var reloading: Set<LeafID> = []
    var withoutRelax = false
    var sources: [String: FaultKind] = [:]
    private var kinds: Set<FaultKind> = []
    private var faults: Set<ActiveFault> = []

    init(_ faults: [ActiveFault], leafB: (NodeName) -> LeafID?) {
        self.faults = Set(faults)
        kinds = Set(faults.map(\.kind))
        for fault in faults {
            switch fault.target {
            case .session(let key): add(fault.kind, key)
            case .node(let node):
                add(fault.kind, node)
                if fault.kind == .recoveryWait, let leaf = leafB(node) {
                    shut.insert(SessionKey(node: node, leaf: leaf))
                }
            case .leaf(let leaf): if fault.kind == .oneLeafDown { reloading.insert(leaf) }
            case .host(let host): sources[host] = fault.kind
            case .service: break
            case .none: if fault.kind == .serviceSingleNextHop { withoutRelax = true }
            }
        }
    }

    private mutating func add(_ kind: FaultKind, _ key: SessionKey) {
        switch kind {
        case .leafNeighborShut: shut.insert(key)
        case .leafPeerMissing: unknownToLeaf.insert(key)
        case .sessionFlapping: flapping.insert(key)
        case .oneSided: hung.insert(key)
        case .leavesDisagree: refusingServices.insert(key)
        default: break
        }
    }

    private mutating func add(_ kind: FaultKind, _ node: NodeName) {
        switch kind {
        case .holdTimerExpired: starved.insert(node)
        case .birdKilled: birdKilled.insert(node)
        // calico-node refuses to start where another node has its address.
        case .calicoNodeDead, .duplicateNodeAddress: calicoDead.insert(node)
        case .nodeDown: powerless.insert(node)
        case .importFilterMissing: filtered.insert(node)
        default: break
        }
    }

    /// Whether a fault is in force for any target.
    func has(_ kind: FaultKind) -> Bool { kinds.contains(kind) }

    /// Whether a fault is in force for a session.
    func has(_ kind: FaultKind, _ key: SessionKey) -> Bool { has(kind, .session(key)) }

    /// Whether a fault is in force for a node.
    func has(_ kind: FaultKind, _ node: NodeName) -> Bool { has(kind, .node(node)) }

    /// Whether a fault is in force for a leaf.
    func has(_ kind: FaultKind, _ leaf: LeafID) -> Bool { has(kind, .leaf(leaf)) }

    private func has(_ kind: FaultKind, _ target: ActiveFault.Target) -> Bool {
        kinds.contains(kind) && faults.contains(ActiveFault(kind: kind, target: target))
    }

    /// Whether confd does not look at the cluster on a node.
    func isConfdStuck(_ node: NodeName) -> Bool { has(.confdStuck, node) || has(.staleBlock, node) }

    /// Whether the path between the ends of a session is gone.
    func isCutOff(_ key: SessionKey) -> Bool { has(.linkDown, key) || has(.wrongVLAN, key) }

    /// Whether BIRD runs on a node.
    func runsBIRD(_ node: NodeName) -> Bool {
        !birdKilled.contains(node) && !calicoDead.contains(node) && !powerless.contains(node)
    }
}
