import Fabric
import FoundationEssentials

/// BIRD on a node was started again and is in graceful-restart recovery: its session is Established,
/// and it advertises nothing. With one leaf of the pair down this lasts up to 240 seconds after the
/// start, and the healthy leaf gets no route from the node meanwhile.
///
/// Detected by the protocol state "wait" beside the BGP state Established; the seconds left come from
/// BIRD's show status.
///
/// What to do: bring the other leaf's session up, or remove its BGPPeer; either ends the wait. Do not
/// restart calico-node again: that starts the wait anew.
enum RecoveryWait: FindingRule {
    static let id: RuleID = "recovery-wait"
    static let explanation = """
        BIRD on a node was started again and is in graceful-restart recovery: its session is Established,
        and it advertises nothing. With one leaf of the pair down this lasts up to 240 seconds after the
        start, and the healthy leaf gets no route from the node meanwhile.

        Detected by the protocol state "wait" beside the BGP state Established; the seconds left come from
        BIRD's show status.

        What to do: bring the other leaf's session up, or remove its BGPPeer; either ends the wait. Do not
        restart calico-node again: that starts the wait anew.
        """

    static func findings(in context: RuleContext) -> [Finding] {
        context.troubledNodes.compactMap { node, sessions in
            let waiting = sessions.filter {
                guard $0.isRecovering, let peer = $0.nodePeer else { return false }
                return peer.value.state?.isEstablished == true && context.isTrusted(peer.provenance)
            }
            return waiting.isEmpty ? nil : finding(node, waiting, sessions, context)
        }
    }

    private static func finding(
        _ node: Node, _ waiting: [Session], _ sessions: [Session], _ context: RuleContext
    ) -> Finding {
        let bird = context.snapshot.nodes[node.name]?.bird
        let left = secondsLeft(bird, context.now)
        let others = sessions.filter { $0.nodePeer?.value.state?.isEstablished != true }.map {
            context.name($0.key.leaf)
        }
        let leaves = waiting.map { context.name($0.key.leaf) }
        var evidence = waiting.flatMap { context.evidence(of: $0) }
        if let bird, let seconds = bird.value.recoverySecondsLeft {
            let total = bird.value.recoverySecondsTotal.map { "/\($0)" } ?? ""
            evidence.append(EvidenceLine(bird.provenance, excerpt: "Wait timer is \(seconds)\(total)"))
        }
        return Finding(
            rule: id, severity: .critical, subject: Subject(rack: node.rack, node: node.name),
            since: bird?.value.lastReboot.map {
                $0.addingTimeInterval(-(context.facts.nodes[node.name]?.clock.offset ?? 0))
            }
                ?? waiting.compactMap(\.since).max(),
            summary: "\(node.name) advertises nothing to \(listed(leaves)): graceful-restart recovery, "
                + (left.map { "\($0) s left" } ?? "up to 240 s"),
            cause: "calico-node was started again"
                + (others.isEmpty
                    ? "; BIRD still waits for its peers" : " while the session to \(listed(others)) is not up"),
            evidence: evidence,
            remedy: others.isEmpty
                ? "wait; do not restart calico-node again"
                : "bring the session to \(listed(others)) up, or remove its BGPPeer; do not restart calico-node again")
    }

    private static func secondsLeft(_ bird: Observed<BIRDStatus>?, _ now: Date) -> Int? {
        guard let bird, let left = bird.value.recoverySecondsLeft else { return nil }
        return max(0, left - Int(now.timeIntervalSince(bird.at)))
    }
}
