public import FoundationEssentials

/// How a node's BIRD came by a peering: the prefix of the protocol's name (`Mesh_`, `Node_`, `Global_`).
public enum NodePeerKind: String, Sendable, Hashable {
    /// Calico's full mesh between nodes; the design switches it off.
    case mesh = "node-to-node mesh"
    /// A BGPPeer that selects the node.
    case node = "node specific"
    /// A BGPPeer for every node.
    case global = "global"
    /// A workload on the node (`Local_Workload_`).
    case localWorkload = "local workload"
}

/// One BGP peering as the node tells it: a row of `calicoctl node status` or of BIRD's `show protocols`.
public struct NodePeer: Hashable, Sendable {
    /// The peer's address: a leaf's.
    public var address: IPAddress
    /// The TCP port where the protocol's name carries one (`_port_1790`).
    public var port: Int?
    /// How the peering came to be, nil where the words are not known.
    public var kind: NodePeerKind?
    /// BIRD's name for the protocol, nil from calicoctl.
    public var protocolName: String?
    /// BIRD's protocol state: `up`, `start`, `wait` (graceful-restart recovery), `down`.
    public var protocolState: String
    /// The BGP state: the first word of INFO; nil where the protocol is down or disabled.
    public var state: BGPState?
    /// INFO as printed, wrapped rows joined: `Active Socket: Connection refused`.
    public var info: String
    /// The error behind the state in INFO: `Socket: Connection refused`. BIRD keeps it after its cause has gone.
    public var lastError: String?
    /// SINCE as printed: `19:17:37`, or a date after 20 hours.
    public var since: String
    /// The leaf's router id (BIRD's `Neighbor ID`), nil where not told.
    public var neighborID: IPAddress?
    /// The AS that the node expects of the leaf.
    public var neighborAS: ASN?
    /// The node's own address of the session.
    public var sourceAddress: IPAddress?
    /// Routes handed to the peer, nil where not told.
    public var exported: Int?
    /// Routes taken from the peer, nil where not told.
    public var imported: Int?
    /// The negotiated hold time in seconds, nil where not told.
    public var holdTime: Int?

    /// A peering from its parts.
    public init(
        address: IPAddress, port: Int? = nil, kind: NodePeerKind?, protocolName: String? = nil, protocolState: String,
        state: BGPState?, info: String, lastError: String? = nil, since: String, neighborID: IPAddress? = nil,
        neighborAS: ASN? = nil, sourceAddress: IPAddress? = nil, exported: Int? = nil, imported: Int? = nil,
        holdTime: Int? = nil
    ) {
        self.address = address
        self.port = port
        self.kind = kind
        self.protocolName = protocolName
        self.protocolState = protocolState
        self.state = state
        self.info = info
        self.lastError = lastError
        self.since = since
        self.neighborID = neighborID
        self.neighborAS = neighborAS
        self.sourceAddress = sourceAddress
        self.exported = exported
        self.imported = imported
        self.holdTime = holdTime
    }

    /// Whether the session is Established and routes flow: BIRD in `wait` is Established and advertises nothing.
    public var isUp: Bool { protocolState == "up" && state?.isEstablished == true }

    /// Whether graceful-restart recovery holds the routes back (`wait Established`).
    public var isRecovering: Bool { protocolState == "wait" }
}

/// What `calicoctl node status` says of a node.
public struct CalicoNodeStatus: Hashable, Sendable {
    /// Whether the Calico process runs.
    public var isRunning: Bool
    /// The peers of both families, in the order of the output; nil where a daemon could not be asked.
    public var peers: [NodePeer]
    /// Plain sentences about a family without a table: `BIRDv6 process: 'bird6' is not running.`
    public var remarks: [String]

    /// A status from its parts.
    public init(isRunning: Bool, peers: [NodePeer], remarks: [String]) {
        self.isRunning = isRunning
        self.peers = peers
        self.remarks = remarks
    }

    /// Whether ``peers`` is what the node has: not where calicoctl could not ask BIRD for IPv4, which it says in place
    /// of the table and with status 0 (`Error querying BIRD: unable to connect to BIRDv4 socket: …`, calico.md 1.1).
    public var arePeersTold: Bool {
        !peers.isEmpty
            || !remarks.contains { remark in
                let words = remark.lowercased()
                return words.hasPrefix("error querying bird") && !words.contains("birdv6")
                    || words.hasPrefix("error executing command")
            }
    }
}

/// What BIRD's `show status` says.
public struct BIRDStatus: Hashable, Sendable {
    /// The version: `v0.3.3+birdv1.6.8`.
    public var version: String?
    /// The router id.
    public var routerID: IPAddress?
    /// BIRD's own clock (`Current server time`), read as UTC.
    public var serverTime: Date?
    /// When BIRD started.
    public var lastReboot: Date?
    /// When BIRD last read its configuration.
    public var lastReconfiguration: Date?
    /// Seconds that graceful-restart recovery may still wait, nil where none is under way.
    public var recoverySecondsLeft: Int?
    /// Seconds that recovery waits at most (240).
    public var recoverySecondsTotal: Int?
    /// The number of protocols that recovery waits for.
    public var recoveryProtocols: Int?

    /// A status from its parts.
    public init(
        version: String? = nil, routerID: IPAddress? = nil, serverTime: Date? = nil, lastReboot: Date? = nil,
        lastReconfiguration: Date? = nil, recoverySecondsLeft: Int? = nil, recoverySecondsTotal: Int? = nil,
        recoveryProtocols: Int? = nil
    ) {
        self.version = version
        self.routerID = routerID
        self.serverTime = serverTime
        self.lastReboot = lastReboot
        self.lastReconfiguration = lastReconfiguration
        self.recoverySecondsLeft = recoverySecondsLeft
        self.recoverySecondsTotal = recoverySecondsTotal
        self.recoveryProtocols = recoveryProtocols
    }
}

/// One route in a node's BIRD: a line of `show route`.
///
/// All but the prefix is held once for routes that are alike in it, as hundreds on every node are.
public struct NodeRoute: Hashable, Sendable {
    /// The prefix.
    public var prefix: IPPrefix
    private var rest: Rest

    /// A route from its parts.
    public init(
        prefix: IPPrefix, gateway: IPAddress? = nil, interface: String? = nil, type: String? = nil,
        protocolName: String, since: String = "", from: IPAddress? = nil, isPrimary: Bool = false,
        metric: String? = nil, origin: String? = nil
    ) {
        self.prefix = prefix
        rest = Rest(
            Fields(
                gateway: gateway, interface: interface, type: type, protocolName: protocolName, since: since,
                from: from, isPrimary: isPrimary, metric: metric, origin: origin))
    }

    /// A route that differs from another in its prefix alone, and shares all else with it.
    public init(prefix: IPPrefix, like other: NodeRoute) {
        self.prefix = prefix
        rest = other.rest
    }

    /// Whether two routes differ in their prefix at most.
    public func isLike(_ other: NodeRoute) -> Bool { rest == other.rest }

    /// Where the runs of routes begin that differ in nothing but the prefix; of most nodes' exports there is one.
    public static func runs(of routes: [NodeRoute]) -> [Int] {
        routes.withUnsafeBufferPointer { routes in
            routes.indices.filter { $0 == 0 || routes[$0].rest != routes[$0 - 1].rest }
        }
    }

    /// The routes, with what is the same in neighbouring ones held once.
    public static func sharing(_ routes: [NodeRoute]) -> [NodeRoute] {
        var last: NodeRoute?
        return routes.map { route in
            if let like = last, like.isLike(route) { return NodeRoute(prefix: route.prefix, like: like) }
            last = route
            return route
        }
    }

    private struct Fields: Hashable, Sendable {
        var gateway: IPAddress?
        var interface: String?
        var type: String?
        var protocolName: String
        var since: String
        var from: IPAddress?
        var isPrimary: Bool
        var metric: String?
        var origin: String?
    }

    private final class Rest: Hashable, Sendable {
        let fields: Fields

        init(_ fields: Fields) { self.fields = fields }

        static func == (a: Rest, b: Rest) -> Bool { a === b || a.fields == b.fields }

        func hash(into hasher: inout Hasher) { fields.hash(into: &hasher) }
    }

    private func changed(_ change: (inout Fields) -> Void) -> Rest {
        var fields = rest.fields
        change(&fields)
        return Rest(fields)
    }

    /// The next hop, nil for device and blackhole routes.
    public var gateway: IPAddress? {
        get { rest.fields.gateway }
        set { rest = changed { $0.gateway = newValue } }
    }
    /// The interface, nil where none is shown.
    public var interface: String? {
        get { rest.fields.interface }
        set { rest = changed { $0.interface = newValue } }
    }
    /// `blackhole`, `unreachable`, `prohibited`, `multipath`; nil for a plain next hop or device.
    public var type: String? {
        get { rest.fields.type }
        set { rest = changed { $0.type = newValue } }
    }
    /// The protocol that brought it: `static1`, `kernel1`, `Node_192_168_2_4`.
    public var protocolName: String {
        get { rest.fields.protocolName }
        set { rest = changed { $0.protocolName = newValue } }
    }
    /// The time as printed.
    public var since: String {
        get { rest.fields.since }
        set { rest = changed { $0.since = newValue } }
    }
    /// The peer it was learned from where that is not the next hop.
    public var from: IPAddress? {
        get { rest.fields.from }
        set { rest = changed { $0.from = newValue } }
    }
    /// Best, and installed (a star).
    public var isPrimary: Bool {
        get { rest.fields.isPrimary }
        set { rest = changed { $0.isPrimary = newValue } }
    }
    /// The preference, and for BGP the metric behind the slash.
    public var metric: String? {
        get { rest.fields.metric }
        set { rest = changed { $0.metric = newValue } }
    }
    /// The last AS and origin: `AS64500i`.
    public var origin: String? {
        get { rest.fields.origin }
        set { rest = changed { $0.origin = newValue } }
    }
}
