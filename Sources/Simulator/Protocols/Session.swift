import Fabric

/// The states of a BGP session's end (RFC 4271 section 8.2.2), and BIRD's `Down` for a disabled protocol.
enum PeerState: String, Sendable, Hashable {
    case idle = "Idle"
    case connect = "Connect"
    case active = "Active"
    case openSent = "OpenSent"
    case openConfirm = "OpenConfirm"
    case established = "Established"
    case down = "Down"
}

/// A path that a leaf has accepted from a node.
struct AcceptedPath: Sendable, Hashable {
    /// The AS path as the leaf holds it: its own Local-AS first.
    var asPath: [ASN]
    /// When it arrived.
    var since: Duration
}

/// The node's end: one protocol of BIRD.
struct NodeEnd: Sendable, Hashable {
    enum Phase: String, Sendable, Hashable {
        case down, start, wait, up
    }

    /// The peer's AS that the running configuration names; nil: no such protocol.
    var neighborAS: ASN?
    var isDisabled = false
    var phase = Phase.start
    var state = PeerState.active
    /// The last error as INFO prints it: `Received: Cease`. It outlives its cause until the next success.
    var error: String?
    /// The last change of ``phase``.
    var since = Duration.zero
    /// When a wait ends and the next step is tried.
    var retryAt = Duration.zero
    /// When the node's hold timer ends, where its peer has fallen silent.
    var holdExpiresAt: Duration?
    /// The length of the wait, for `Error wait:` and `Connect delay:`.
    var waitTotal = 0
    /// The next error wait in seconds: 5, 10, 20, 30.
    var errorWait = 5
    /// Times that routes were sent, for the change statistics.
    var feeds = 0
}

/// The leaf's end: one neighbor.
struct LeafEnd: Sendable, Hashable {
    var state = PeerState.idle
    /// The last time that the session came up or was lost; nil: never.
    var since: Duration?
    /// Messages of earlier sessions, received and sent.
    var received = 0
    var sent = 0
    /// Times that the session was lost.
    var drops = 0
    var paths: [IPPrefix: AcceptedPath] = [:]
    /// When stale paths are dropped, nil where none are kept.
    var staleUntil: Duration?
    /// When an undetected loss becomes known to the hold timer.
    var holdExpiresAt: Duration?
    /// Whether the leaf's process for this neighbor stands still.
    var frozenAt: Duration?
}

/// A session: both ends and what they have exchanged.
struct Session: Sendable, Hashable {
    var node = NodeEnd()
    var leaf = LeafEnd()
    /// The version of the node's exports that the leaf has; nil: none.
    var syncedVersion: Int?
    /// The hold time that the ends agreed on when the session came up, in seconds (RFC 4271 section 4.2).
    var holdTime = 3
    /// Whether the node offered graceful restart when the session came up (RFC 4724).
    var hasGracefulRestart = true
    /// The next loss of a flapping session.
    var nextFlap: Duration?

    var isEstablished: Bool { node.state == .established && leaf.state == .established }

    /// Messages counted by the leaf at a moment: one keepalive a second each way (paper, ACI step 10).
    func messages(at now: Duration) -> (received: Int, sent: Int) {
        guard leaf.state == .established, let since = leaf.since else { return (leaf.received, leaf.sent) }
        let seconds = max(0, ((leaf.frozenAt ?? now) - since).wholeSeconds)
        return (leaf.received + seconds + 2, leaf.sent + seconds + 2)
    }
}

/// A node's BIRD with the configuration that confd has rendered for it.
struct Daemon: Sendable, Hashable {
    var isRunning = true
    var startedAt = Duration.zero
    var reconfiguredAt = Duration.zero
    /// When graceful-restart recovery gives up; nil: none is under way.
    var recoveryUntil: Duration?
    /// When the last recovery ended.
    var recoveredAt = Duration.zero
    var configuration = DaemonConfiguration()
    /// The version of the cluster that confd has looked at.
    var seenVersion = -1
    /// When a route came that was not there from the start.
    var addedAt: [IPPrefix: Duration] = [:]
    /// When a changed configuration is loaded: confd gathers changes for a second.
    var reloadAt: Duration?
    /// The exported prefixes with the AS path as sent, and a number that moves with them.
    var exports: [IPPrefix: [ASN]] = [:]
    var exportVersion = 0
}

/// What confd renders: equal configurations cause no reload.
struct DaemonConfiguration: Sendable, Hashable {
    var asn = ASN(0)
    /// The node's address by its annotation; nil: none.
    var address: IPAddress?
    /// Host routes of pods with addresses of other nodes' blocks.
    var borrowed: Set<IPPrefix> = []
    var peers: [LeafID: ASN] = [:]
    /// Peers that lead to no leaf of the node's rack.
    var strayPeers: [IPAddress: ASN] = [:]
    var isMeshEnabled = false
    /// Static blackhole routes: blocks and service prefixes.
    var statics: Set<IPPrefix> = []

    /// Everything that is exported of the node's own.
    var routes: Set<IPPrefix> { borrowed.isEmpty ? statics : statics.union(borrowed) }
}

/// A leaf as a whole.
struct LeafState: Sendable, Hashable {
    var tableVersion = 1
    /// Local and direct routes are as old as this.
    var bootedAt = Duration.zero
}
