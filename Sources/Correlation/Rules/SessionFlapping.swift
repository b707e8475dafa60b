import Fabric
import FoundationEssentials

/// A session was lost at least three times within ten minutes.
///
/// Detected by watching: the losses that the leaf's table showed between looks, so one look alone never
/// says it. Losses of a node on both leaves within the same two seconds point at the node (its
/// single-threaded BIRD needs CPU every second at timers of 1 and 3 seconds), losses of several nodes
/// on one leaf at the leaf, others at the path.
///
/// What to do: give calico-node CPU, check the link for errors, or raise the timers on the leaf to 10
/// and 30 seconds.
enum SessionFlapping: FindingRule {
    static let id: RuleID = "session-flapping"
    static let explanation = """
        A session was lost at least three times within ten minutes.

        Detected by watching: the losses that the leaf's table showed between looks, so one look alone never
        says it. Losses of a node on both leaves within the same two seconds point at the node (its
        single-threaded BIRD needs CPU every second at timers of 1 and 3 seconds), losses of several nodes
        on one leaf at the leaf, others at the path.

        What to do: give calico-node CPU, check the link for errors, or raise the timers on the leaf to 10
        and 30 seconds.
        """

    static func findings(in context: RuleContext) -> [Finding] {
        context.troubledNodes.flatMap { node, sessions -> [Finding] in
            let flapping = sessions.filter {
                $0.losses >= SessionVerdictRules.flapLosses && $0.verdict != .stale && $0.verdict != .unknown
            }
            return flapping.isEmpty ? [] : [finding(node, flapping, context)]
        }
    }

    private static func losses(_ session: Session, _ context: RuleContext) -> [Date] {
        guard let address = session.nodeAddress else { return [] }
        let all = context.snapshot.leaves[session.key.leaf]?.history[address]?.losses ?? []
        return all.filter { context.now.timeIntervalSince($0) <= SessionVerdictRules.window }
    }

    private static func finding(_ node: Node, _ flapping: [Session], _ context: RuleContext) -> Finding {
        let leaves = flapping.map { context.name($0.key.leaf) }
        let moments = flapping.map { losses($0, context) }
        let most = moments.map(\.count).max() ?? 0
        let lines = zip(flapping, moments).flatMap { session, moments -> [EvidenceLine] in
            let ages = moments.map { "\(Int(context.now.timeIntervalSince($0))) s ago" }
            guard let leaf = session.leafPeer else { return [] }
            return [EvidenceLine(leaf.provenance, excerpt: "lost \(listed(ages, limit: 6))")]
                + context.evidence(of: session)
        }
        return Finding(
            rule: id, severity: .warning,
            subject: Subject(rack: node.rack, leaf: flapping.count == 1 ? flapping[0].key.leaf : nil, node: node.name),
            since: moments.compactMap(\.first).min(),
            summary: "\(node.name): session to \(listed(leaves)) lost \(most) times in 10 minutes",
            cause: cause(node, flapping, moments, context), evidence: lines,
            remedy:
                "look at the CPU of calico-node on \(node.name) and at the errors of its links; raise the timers on the "
                + "leaf if it persists")
    }

    private static func cause(
        _ node: Node, _ flapping: [Session], _ moments: [[Date]], _ context: RuleContext
    ) -> String {
        let errors = flapping.compactMap(\.nodePeer?.value.lastError).filter { !$0.isEmpty }
        let said = errors.first.map { "; the node's last error is \"\($0)\"" } ?? ""
        if moments.count > 1, areTogether(moments[0], moments[1]) {
            return "both leaves lost it in the same seconds, which points at the node (CPU for its BIRD)" + said
        }
        let others = context.sessions(of: flapping[0].key.leaf).filter { $0.key != flapping[0].key && $0.losses > 0 }
        if others.contains(where: { areTogether(moments[0], losses($0, context)) }) {
            return
                "other nodes lost \(context.name(flapping[0].key.leaf)) in the same seconds, which points at the leaf"
                + said
        }
        return "nothing else was lost at these times, which points at the path between node and leaf" + said
    }

    /// Whether at least two losses of each fall within two seconds of each other.
    private static func areTogether(_ a: [Date], _ b: [Date]) -> Bool {
        a.count { moment in b.contains { abs($0.timeIntervalSince(moment)) <= 2 } } >= 2
    }
}
