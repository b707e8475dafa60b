public import Fabric
public import FoundationEssentials

/// The verdict on a session, the first that holds in this order.
public enum SessionVerdict: String, Sendable, Hashable, CaseIterable {
    /// Configured on one side only.
    case missing
    /// No sample of either side.
    case unknown
    /// Both samples are old.
    case stale
    /// Neither end is Established.
    case down
    /// One end is Established, the other is not.
    case oneSided = "one-sided"
    /// Lost several times in the watched window.
    case flapping
    /// Established and exchanging routes.
    case up
}

/// Names a session: a node and a leaf.
public struct SessionKey: Hashable, Sendable, Comparable {
    /// The node.
    public var node: NodeName
    /// The leaf.
    public var leaf: LeafID

    /// A key from its parts.
    public init(node: NodeName, leaf: LeafID) {
        self.node = node
        self.leaf = leaf
    }

    /// By node, then leaf.
    public static func < (a: SessionKey, b: SessionKey) -> Bool { (a.node, a.leaf) < (b.node, b.leaf) }
}

/// A session as both ends tell it.
///
/// It is held once however many lists, nodes and pictures show it: at the design's maximum there are 4,800 of a
/// kilobyte each, most of which stay as they are from picture to picture.
public struct Session: Hashable, Sendable {
    private var held: Held

    private final class Held: Sendable {
        let fields: Fields
        // What the rules ask of every session, so that none of them has to take its ends in hand.
        let isRecovering: Bool
        let holdTime: Int?

        init(_ fields: Fields) {
            self.fields = fields
            let peer = fields.nodePeer?.value
            isRecovering = peer?.isRecovering == true
            holdTime = peer?.state?.isEstablished == true ? peer?.holdTime : nil
        }
    }

    private struct Fields: Hashable, Sendable {
        var key: SessionKey
        var rack: String?
        var leafAddress: IPAddress?
        var nodeAddress: IPAddress?
        var leafAS: ASN?
        var nodeAS: ASN?
        var leafPeer: Observed<LeafPeer>?
        var nodePeer: Observed<NodePeer>?
        var isLeafRead: Bool
        var isNodeRead: Bool
        var verdict: SessionVerdict
        var since: Date?
        var accepted: Int?
        var advertised: Int?
        var losses: Int
    }

    /// A session from its parts.
    public init(
        key: SessionKey, rack: String?, leafAddress: IPAddress?, nodeAddress: IPAddress?, leafAS: ASN?, nodeAS: ASN?,
        leafPeer: Observed<LeafPeer>?, nodePeer: Observed<NodePeer>?, isLeafRead: Bool, isNodeRead: Bool,
        verdict: SessionVerdict, since: Date?, accepted: Int?, advertised: Int?, losses: Int
    ) {
        held = Held(
            Fields(
                key: key, rack: rack, leafAddress: leafAddress, nodeAddress: nodeAddress, leafAS: leafAS,
                nodeAS: nodeAS, leafPeer: leafPeer, nodePeer: nodePeer, isLeafRead: isLeafRead,
                isNodeRead: isNodeRead, verdict: verdict, since: since, accepted: accepted, advertised: advertised,
                losses: losses))
    }

    /// Node and leaf.
    public var key: SessionKey { held.fields.key }
    /// The rack's name.
    public var rack: String? { held.fields.rack }
    /// The leaf's address on the node's subnet.
    public var leafAddress: IPAddress? { held.fields.leafAddress }
    /// The node's address.
    public var nodeAddress: IPAddress? { held.fields.nodeAddress }
    /// The AS that the node sees on the leaf (Local-AS).
    public var leafAS: ASN? { held.fields.leafAS }
    /// The node's AS.
    public var nodeAS: ASN? { held.fields.nodeAS }
    /// The leaf's row and where it stands; nil: no row, or the leaf was not read.
    public var leafPeer: Observed<LeafPeer>? { held.fields.leafPeer }
    /// The node's row and where it stands; nil: no row, or the node was not read.
    public var nodePeer: Observed<NodePeer>? {
        get { held.fields.nodePeer }
        set {
            var fields = held.fields
            fields.nodePeer = newValue
            held = Held(fields)
        }
    }
    /// Whether the leaf's summary was read at all.
    public var isLeafRead: Bool { held.fields.isLeafRead }
    /// Whether the node's peers were read at all.
    public var isNodeRead: Bool { held.fields.isNodeRead }
    /// The verdict.
    public var verdict: SessionVerdict { held.fields.verdict }
    /// Since when the session is in this state, nil where unknown.
    public var since: Date? { held.fields.since }
    /// Paths that the leaf accepts from the node (PfxRcd), nil where unknown.
    public var accepted: Int? { held.fields.accepted }
    /// Prefixes that the node advertises to the leaf, nil where unknown.
    public var advertised: Int? { held.fields.advertised }
    /// Losses seen while watching.
    public var losses: Int { held.fields.losses }

    /// The leaf's state word, nil where unknown.
    public var leafState: BGPState? { leafPeer?.value.state }

    /// The node's state word, nil where unknown.
    public var nodeState: BGPState? { nodePeer?.value.state }

    /// Whether the node is in graceful-restart recovery, by its own word.
    var isRecovering: Bool { held.isRecovering }

    /// The negotiated hold time, in seconds; nil where the node does not call the session Established.
    var holdTime: Int? { held.holdTime }

    /// Whether there is something about it that a rule may have a word on.
    var isNotable: Bool { held.fields.verdict != .up || held.fields.losses > 0 || held.isRecovering }

    /// Whether both are one and the same, which is known without a look at what they hold.
    func isSame(as other: Session) -> Bool { held === other.held }

    /// Whether both hold the same.
    public static func == (a: Session, b: Session) -> Bool {
        a.held === b.held || a.held.fields == b.held.fields
    }

    /// Hashes what it holds.
    public func hash(into hasher: inout Hasher) { hasher.combine(held.fields) }
}
