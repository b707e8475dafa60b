/// A BGPPeer whose scope is changed so that the hold label takes the node out of it.
public struct HeldPeer: Sendable, Hashable, Codable {
    /// The object's name.
    public var name: String
    /// Its node before; nil: it had a selector.
    public var node: String?
    /// Its selector before; nil: it had a node.
    public var selector: String?
    /// The selector that leaves out nodes with the hold label.
    public var heldSelector: String

    /// A peer from its parts.
    public init(name: String, node: String?, selector: String?, heldSelector: String) {
        self.name = name
        self.node = node
        self.selector = selector
        self.heldSelector = heldSelector
    }

    /// Whether the selector leaves held nodes out already.
    public var isReady: Bool { node == nil && selector == heldSelector }
}

/// How a node's BGP sessions are held down during maintenance, so that no reload and no reboot brings them back.
public enum SessionHold: Sendable, Hashable, Codable {
    /// `bgpPeerP.adminSt` disabled on the controllers, by the objects' names; empty: all of the node's address.
    case controllers([String])
    /// The hold label, which these BGPPeers leave out by their selectors.
    case label([HeldPeer])
    /// They are not held, and why.
    case none(String)

    /// Whether they are not held.
    public var isNone: Bool { if case .none = self { true } else { false } }
}

/// A prefix of the node's ledger before it was drained.
public struct FormerPrefix: Sendable, Hashable, Codable {
    /// The prefix.
    public var prefix: String
    /// Its kind: a ``PrefixKind``'s word.
    public var kind: String
    /// The leaves that forwarded it to the node, by number.
    public var leaves: [Int]

    /// A prefix from its parts.
    public init(prefix: String, kind: String, leaves: [Int]) {
        self.prefix = prefix
        self.kind = kind
        self.leaves = leaves
    }
}

/// What must be put back after a drain: written on the node and in the journal before anything is changed.
public struct FormerState: Sendable, Hashable, Codable {
    /// The exclude label's value; nil: there was no such label.
    public var excludeLabel: String?
    /// Whether the node was cordoned.
    public var wasCordoned: Bool
    /// The address that the leaves named as next hop.
    public var address: String?
    /// How its sessions are held down.
    public var hold: SessionHold
    /// The node's ledger.
    public var prefixes: [FormerPrefix]
    /// Prefixes of the ledger that are not named because there are too many for an annotation.
    public var omitted: Int

    /// A state from its parts.
    public init(
        excludeLabel: String?, wasCordoned: Bool, address: String?, hold: SessionHold, prefixes: [FormerPrefix],
        omitted: Int = 0
    ) {
        self.excludeLabel = excludeLabel
        self.wasCordoned = wasCordoned
        self.address = address
        self.hold = hold
        self.prefixes = prefixes
        self.omitted = omitted
    }

    /// The most prefixes that an annotation names: the API server takes 256 KiB of annotations an object, and a kernel
    /// 128 KiB an argument.
    static let annotationLimit = 1000

    /// The state as an annotation takes it.
    var forAnnotation: FormerState {
        guard prefixes.count > FormerState.annotationLimit else { return self }
        var short = self
        // Blocks and ranges are few and weigh most.
        let order = prefixes.sorted { ($0.kind == "service" ? 1 : 0) < ($1.kind == "service" ? 1 : 0) }
        short.prefixes = Array(order.prefix(FormerState.annotationLimit))
        short.omitted = prefixes.count - FormerState.annotationLimit
        return short
    }
}
