import Fabric
import FoundationEssentials

/// Why a session is down, as far as the two ends' states, last errors and times decide, and what to do about it.
struct DownCause: Hashable {
    var cause: String
    var remedy: String

    /// The cause of one session's loss.
    static func of(_ session: Session, in context: RuleContext) -> DownCause {
        if let peer = session.leafPeer, peer.value.state.isAtPrefixLimit {
            return atPrefixLimit(peer.value.state, session, context)
        }
        if let peer = session.leafPeer, peer.value.state.phase == .shut {
            return DownCause(
                cause: "administrative shutdown on the leaf (\(peer.value.state.words))",
                remedy: "bring the peer up again on \(context.name(session.key.leaf)), if its shutdown was not meant")
        }
        let node = context.facts.nodes[session.key.node]
        if let outage = node?.outage {
            let name = session.key.node
            return DownCause(
                cause: outage == .bird
                    ? "BIRD is not running on \(name), although calico-node is"
                    : "calico-node is not running on \(name)",
                remedy: "look at the calico-node pod of \(name): kubectl -n kube-system describe, logs"
                    + (outage == .bird ? "; its supervisor starts BIRD again unless it fails each time" : ""))
        }
        if let peer = session.nodePeer, context.isTrusted(peer.provenance), peer.value.state?.isEstablished != true {
            let text = peer.value.lastError ?? peer.value.info
            if let known = byError(text, session, context) { return known }
            return byState(peer.value, session, context)
        }
        return nodeUnread(session, context)
    }

    private static func atPrefixLimit(_ state: BGPState, _ session: Session, _ context: RuleContext) -> DownCause {
        let leaf = context.name(session.key.leaf)
        return DownCause(
            cause:
                "maximum prefixes reached: the node advertises more than the maximum number of prefixes that the leaf "
                + "takes (\(state.words)), and the leaf keeps the session down",
            remedy:
                "find out why \(session.key.node) advertises so many (calicoctl ipam show --show-blocks), raise the peer's "
                + "prefix limit on \(leaf), then clear the neighbor")
    }

    // MARK: By BIRD's last error

    private static func byError(_ text: String, _ session: Session, _ context: RuleContext) -> DownCause? {
        let leaf = context.name(session.key.leaf)
        let quoted = "\"\(text)\""
        if text.contains("Hold timer expired") { return holdTimer(text, session, context) }
        for known in knownErrors where known.words.contains(where: text.contains) {
            return DownCause(
                cause: "\(known.cause) (the node's last error is \(quoted))" + inStep(session, context),
                remedy: known.remedy.replacing("LEAF", with: leaf).replacing("NODE", with: session.key.node.text))
        }
        guard text.contains(": ") else { return nil }
        return DownCause(
            cause: "the node's last error is \(quoted)" + inStep(session, context),
            remedy: "compare the peer's configuration on \(leaf) with the BGPPeer of \(session.key.node)")
    }

    private struct KnownError {
        var words: [String]
        var cause: String
        var remedy: String
    }

    private static let knownErrors = [
        KnownError(
            words: ["Administrative shutdown"], cause: "administrative shutdown of the peer on the leaf",
            remedy: "bring the peer NODE up again on LEAF, if its shutdown was not meant"),
        KnownError(
            words: ["Administrative reset"], cause: "administrative reset: the leaf cleared the session",
            remedy: "wait a few seconds: BIRD connects again by itself"),
        KnownError(
            words: ["Peer de-configured"], cause: "the leaf removed the peer from its configuration",
            remedy: "configure the peer NODE on LEAF again, if its removal was not meant"),
        KnownError(
            words: ["Bad peer AS"], cause: "bad peer AS: the two ends do not agree on the AS numbers, see as-mismatch",
            remedy: "correct the AS number that as-mismatch names"),
        KnownError(
            words: ["Maximum number of prefixes", "Route limit exceeded"],
            cause: "maximum prefixes reached: more routes came than the limit allows",
            remedy: "find out why NODE advertises so many routes, or raise the limit on LEAF"),
        KnownError(
            words: ["Unacceptable hold time"], cause: "the leaf proposes a hold time below 3 seconds",
            remedy: "set the hold time on LEAF to 3 seconds or more"),
        KnownError(
            words: ["Connection refused"],
            cause:
                "connection refused: the leaf is reachable, but its BGP does not listen (process down, or restarting)",
            remedy: "look whether BGP runs in the VRF on LEAF"),
        KnownError(
            words: ["Connection reset by peer", "Connection closed"],
            cause: "the leaf reset or closed the connection: it was shut administratively, has no peer with the node's "
                + "address, or its BGP ended",
            remedy: "look on LEAF whether the peer NODE exists with this address and is not shut"),
        KnownError(
            words: ["No route to host", "Host is unreachable", "Network is unreachable"],
            cause: "no route to the leaf: the link, the VLAN or the leaf's SVI of the node is down",
            remedy: "check the port, the vPC and the VLAN of NODE on LEAF, and the node's interface"),
        KnownError(
            words: ["Connection timed out"],
            cause: "no answer from the leaf: the path is broken, something drops TCP port 179, or the passwords differ",
            remedy: "ping LEAF from NODE; check filters on TCP port 179 and the passwords"),
        KnownError(
            words: ["6.10", "BFD session down"], cause: "BFD went down: the path between leaf and node was lost",
            remedy: "check the port and the path between NODE and LEAF"),
        KnownError(
            words: ["Connection rejected", "Other configuration change", "Out of Resources", "6.9", "Cease"],
            cause: "the leaf ended the session",
            remedy: "look at the BGP log of LEAF for the time of the loss"),
    ]

    // MARK: Hold timer

    private static func holdTimer(_ text: String, _ session: Session, _ context: RuleContext) -> DownCause {
        let who = text.contains("Received") ? "the leaf did not hear the node" : "the node did not hear the leaf"
        let leaf = context.name(session.key.leaf)
        let start = "hold timer expired: \(who)"
        let step = step(session, context)
        if step == .leaf || step == .alone, let silence = silence(of: session.key.leaf, context) {
            return DownCause(
                cause: "\(start); \(silence)", remedy: "look at \(leaf) itself: power, reload, uplinks")
        }
        switch step {
        case .nodeRecovering:
            return DownCause(
                cause: start + "; the session to its other leaf began anew at that time, so both were lost "
                    + "together, which points at the node: frozen, short of CPU, or cut off",
                remedy: "look at the load of \(session.key.node) and of its calico-node")
        case .node:
            return DownCause(
                cause: start + "; both leaves lost it in the same second, which points at the node: frozen, short of "
                    + "CPU, or cut off",
                remedy: "look at the load of \(session.key.node) and of its calico-node")
        case .leaf:
            return DownCause(
                cause: start
                    + "; other nodes lost \(leaf) in the same second, which points at the leaf: hung or cut off",
                remedy: "look at the health and the load of \(leaf)")
        case .alone:
            return DownCause(
                cause: start + "; only this session was lost then, which points at the path or at the leaf \(leaf)",
                remedy: "check the port and the path between \(session.key.node) and \(leaf), then the leaf")
        }
    }

    /// What it says of a leaf that is lost to its nodes and to the console; nil where it answers.
    static func silence(of leaf: LeafID, _ context: RuleContext) -> String? {
        context.silence(of: .leaf(leaf)).map {
            "\(context.name(leaf)) does not answer from here either (\($0.cause)), which points at the leaf: hung, "
                + "reloading, without power or cut off"
        }
    }

    private enum Step { case node, nodeRecovering, leaf, alone }

    /// Who else lost a session in the same second: the node's other leaf, that may be back already, other nodes of
    /// the leaf, or nobody.
    private static func step(_ session: Session, _ context: RuleContext) -> Step {
        guard let lost = context.lost(session) else { return .alone }
        func isTogether(_ other: Session) -> Bool {
            guard other.key != session.key, other.verdict.isLost, let moment = context.lost(other) else { return false }
            return abs(moment.timeIntervalSince(lost)) <= 2
        }
        let others = context.sessions(of: session.key.node)
        if others.contains(where: isTogether) { return .node }
        if others.contains(where: { cameBack($0, with: session, lost, context) }) { return .nodeRecovering }
        return context.sessions(of: session.key.leaf).contains(where: isTogether) ? .leaf : .alone
    }

    /// Whether a session of the same node was lost together with another and is back: the leaf was seen losing it
    /// then, or the node began both of its states in one second, as a BIRD that wakes up does.
    private static func cameBack(
        _ other: Session, with session: Session, _ lost: Date, _ context: RuleContext
    ) -> Bool {
        guard other.key != session.key, other.verdict == .up || other.verdict == .flapping else { return false }
        let history = other.nodeAddress.flatMap { context.snapshot.leaves[other.key.leaf]?.history[$0] }
        if history?.losses.contains(where: { abs($0.timeIntervalSince(lost)) <= 2 }) == true { return true }
        guard let mine = session.nodePeer, let theirs = other.nodePeer, theirs.value.isUp,
            let clock = context.facts.nodes[session.key.node]?.clock,
            let began = clock.moment(mine.value.since, observed: mine.at),
            let back = clock.moment(theirs.value.since, observed: theirs.at)
        else { return false }
        // A date instead of a time of day says nothing of seconds.
        return mine.value.since.contains(":") && theirs.value.since.contains(":")
            && abs(began.timeIntervalSince(back)) <= 1
    }

    private static func inStep(_ session: Session, _ context: RuleContext) -> String {
        switch step(session, context) {
        case .node: "; both leaves lost it in the same second"
        case .leaf: "; other nodes lost the leaf in the same second"
        case .nodeRecovering, .alone: ""
        }
    }

    // MARK: By state alone

    private static func byState(_ peer: NodePeer, _ session: Session, _ context: RuleContext) -> DownCause {
        let leaf = context.name(session.key.leaf)
        let node = session.key.node
        let text: String
        switch peer.state?.phase {
        case .openSent:
            text = "the leaf accepts the connection and says nothing: leaf hung, or its BGP stopped"
        case .openConfirm:
            text = "the leaf opened the session and sends no keepalive: leaf hung, or packets are lost"
        case .connect, .active:
            text =
                "no error and no answer: what remains is a broken path, a filter on TCP port 179, or different "
                + "passwords; a ping from the node decides"
        default:
            text = "BIRD says \"\(peer.words)\" and names no error"
        }
        return DownCause(
            cause: text + inStep(session, context),
            remedy: "ping \(leaf) from \(node); look at BGP on \(leaf) and at birdcl show protocols all on the node")
    }

    // MARK: By the leaf alone

    private static func nodeUnread(_ session: Session, _ context: RuleContext) -> DownCause {
        let node = session.key.node
        let state = session.leafPeer.map { "the leaf says \($0.value.state.words)" } ?? "the leaf was not read"
        let step = inStep(session, context)
        if context.facts.kubernetesNodes[node]?.isReady == false {
            return DownCause(
                cause: "\(state) and Kubernetes calls \(node) NotReady: the node is down or cut off" + step,
                remedy: "look at \(node) itself: power, console, its ports on the leaves")
        }
        if let error = context.silence(of: .node(node)) {
            return DownCause(
                cause: "\(state), and the node does not answer from here either (\(error.cause)), which points at the "
                    + "node: down or cut off" + step,
                remedy: "look at \(node) itself: power, console, its ports on the leaves")
        }
        let read = session.nodePeer == nil ? "was not read" : "was read before the loss or too long ago"
        return DownCause(
            cause: "\(state); the node \(read), so what remains is the node, calico-node, the path or the peer's "
                + "configuration" + step,
            remedy: "run calicoctl node status on \(node): its last error decides")
    }
}
