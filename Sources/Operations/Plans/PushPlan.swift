public import Correlation
public import Fabric
public import Polling

/// What a push does to one BGPPeer.
public enum PeerChange: Sendable, Hashable {
    /// It does not exist and is created.
    case create(CalicoPeer)
    /// It differs and is replaced as a whole.
    case replace(live: CalicoPeer, intended: CalicoPeer)
    /// It is as intended.
    case keep(CalicoPeer)
    /// It selects the node, the design does not ask for it, and a push leaves it alone.
    case extra(CalicoPeer)
}

/// What a push does to the node's AS number.
public struct ASChange: Sendable, Hashable {
    /// The annotation now; nil: inherited from the BGPConfiguration.
    public var live: ASN?
    /// The AS that the inventory gives the node.
    public var intended: ASN
    /// Whether the push carries it; else only said, because the Node object cannot be written faithfully.
    public var isEmitted: Bool

    /// A change from its parts.
    public init(live: ASN?, intended: ASN, isEmitted: Bool) {
        self.live = live
        self.intended = intended
        self.isEmitted = isEmitted
    }
}

/// An object that differs, by the name that an operator leaves it out by.
public struct PushObject: Sendable, Hashable {
    /// `bgppeer/NAME`, `node/NAME`, `bgpPeerP/DN`.
    public var name: String
    /// Whether the push leaves it as it is.
    public var isLeft: Bool
}

/// BIRD's name of a node's session with a leaf.
public struct LeafProtocol: Sendable, Hashable {
    /// The leaf.
    public var leaf: LeafID
    /// The protocol's name: `Node_192_168_2_4`.
    public var name: String
}

/// The difference between the intended peer configuration of a node and the live one, and the document that removes it.
public struct PushPlan: PlanBody {
    /// The node.
    public var node: NodeName
    /// Its rack, nil where unknown.
    public var rack: String?
    /// What the operation needs to know of the node.
    public var target: OperationTarget
    /// The leaves whose sessions must be up afterwards, side A first.
    public var leaves: [LeafID]
    /// What the design intends, leaf A first.
    public var intended: [CalicoPeer]
    /// What happens to each BGPPeer.
    public var peers: [PeerChange]
    /// What happens to the AS number; nil where it is right or nothing is known to compare.
    public var asChange: ASChange?
    /// The YAML for `calicoctl apply -f -`; empty where nothing differs.
    public var document: String
    /// The YAML of the objects that are replaced, to go back; empty where none is.
    public var rollback: String
    /// What differs on the controllers.
    public var profiles: [ProfileChange]
    /// Whether the controllers can be written.
    public var writesControllers: Bool
    /// Names of objects that the push leaves as they are, though they differ.
    public var leaving: Set<String>
    /// How sessions are started anew, one leaf after the other, where nothing differs; nil: they are not.
    public var reset: SessionReset?
    /// BIRD's names of the node's sessions, by leaf, side A first; a leaf whose session is not known is left out.
    public var protocols: [LeafProtocol]
    /// The sessions that restart.
    public var resets: [SessionKey]
    /// The node's sessions.
    public var sessions: [Session]
    /// The age of what the plan rests on.
    public var ages: [SourceAge]
    /// What forbids it.
    public var blockers: [Blocker]
    /// What deserves a second thought.
    public var warnings: [PlanLine]
}
