/// One neighbor of a leaf: a row of `show ip bgp summary`.
public struct LeafPeer: Hashable, Sendable {
    /// The neighbor's address: a node's.
    public var neighbor: IPAddress
    /// The BGP version, 4.
    public var version: Int
    /// The neighbor's AS.
    public var asn: ASN
    /// The AS as printed: plain or asdot.
    public var asPrinted: String
    /// Messages received.
    public var messagesReceived: UInt64
    /// Messages sent.
    public var messagesSent: UInt64
    /// The table version that the neighbor has been sent; 0 where down.
    public var tableVersion: UInt64
    /// Bytes waiting to be read.
    public var inQueue: UInt64
    /// Bytes waiting to be sent.
    public var outQueue: UInt64
    /// Time since the last change as printed: `00:01:30`, `3d02h`, `never`.
    public var upDown: String
    /// The same as a duration, a lower bound since the text is truncated; nil for `never`.
    public var age: Duration?
    /// The session's state; `Established` where the last column is a number.
    public var state: BGPState
    /// Paths accepted from the neighbor, nil where not established.
    public var prefixesReceived: Int?
    /// The last column as printed: `3`, `Idle (Admin)`, `0 (No Cap)`.
    public var stateOrPrefixes: String
    /// What the leaf's objects tell beyond the row; nil where the row was printed as text.
    public var detail: BGPSession?

    /// A row from its parts.
    public init(
        neighbor: IPAddress, version: Int = 4, asn: ASN, asPrinted: String, messagesReceived: UInt64,
        messagesSent: UInt64, tableVersion: UInt64, inQueue: UInt64, outQueue: UInt64, upDown: String, age: Duration?,
        state: BGPState, prefixesReceived: Int?, stateOrPrefixes: String
    ) {
        self.neighbor = neighbor
        self.version = version
        self.asn = asn
        self.asPrinted = asPrinted
        self.messagesReceived = messagesReceived
        self.messagesSent = messagesSent
        self.tableVersion = tableVersion
        self.inQueue = inQueue
        self.outQueue = outQueue
        self.upDown = upDown
        self.age = age
        self.state = state
        self.prefixesReceived = prefixesReceived
        self.stateOrPrefixes = stateOrPrefixes
    }
}

/// One table of `show ip bgp summary`: a VRF and address family on a leaf.
public struct LeafSummary: Hashable, Sendable {
    /// The number in the banner `Node 203 (Leaf203)`, nil without a banner.
    public var node: Int?
    /// The name in the banner, nil without one.
    public var nodeName: String?
    /// The VRF, `tenant:vrf`; nil where the table has no title.
    public var vrf: String?
    /// The family in lower case: `ipv4 unicast`; nil where the table has no title.
    public var family: String?
    /// The leaf's router id in this VRF.
    public var routerID: IPAddress?
    /// The *fabric* AS; never the Local-AS that the nodes see (ACI prints the fabric's here).
    public var localAS: ASN?
    /// The BGP table version: moves whenever a path changes.
    public var tableVersion: UInt64?
    /// The rows, in the order of the output.
    public var peers: [LeafPeer]

    /// A table from its parts.
    public init(
        node: Int? = nil, nodeName: String? = nil, vrf: String? = nil, family: String? = nil,
        routerID: IPAddress? = nil, localAS: ASN? = nil, tableVersion: UInt64? = nil, peers: [LeafPeer] = []
    ) {
        self.node = node
        self.nodeName = nodeName
        self.vrf = vrf
        self.family = family
        self.routerID = routerID
        self.localAS = localAS
        self.tableVersion = tableVersion
        self.peers = peers
    }
}
