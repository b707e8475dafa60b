import Fabric
import FoundationEssentials

/// A BGP session between a node and a leaf is down: no end that could be read calls it Established. It
/// is critical when the node has no other session, since its traffic is then lost, else a warning.
///
/// Detected from the state on the leaf and on the node. The cause comes from the two ends' last errors,
/// their times and what else was lost in the same second: both leaves of a node point at the node,
/// several nodes of a leaf at the leaf, a single session at the path. When every session of a leaf is
/// down there is one finding for the leaf, and where both leaves of a node are silent themselves none for
/// the node. Where calicoctl says that BIRD or calico-node does not run, that is the cause. An end that was
/// not read never counts as down.
///
/// What to do: follow the cause. After an administrative shutdown bring the peer up again; after an
/// expired hold timer look at the load of the node or leaf named; where TCP fails check the port, the
/// VLAN and the path. Where causes remain, the remedy names the look that decides between them.
enum SessionDown: FindingRule {
    static let id: RuleID = "session-down"
    static let explanation = """
        A BGP session between a node and a leaf is down: no end that could be read calls it Established. It
        is critical when the node has no other session, since its traffic is then lost, else a warning.

        Detected from the state on the leaf and on the node. The cause comes from the two ends' last errors,
        their times and what else was lost in the same second: both leaves of a node point at the node,
        several nodes of a leaf at the leaf, a single session at the path. When every session of a leaf is
        down there is one finding for the leaf, and where both leaves of a node are silent themselves none for
        the node. Where calicoctl says that BIRD or calico-node does not run, that is the cause. An end that was
        not read never counts as down.

        What to do: follow the cause. After an administrative shutdown bring the peer up again; after an
        expired hold timer look at the load of the node or leaf named; where TCP fails check the port, the
        VLAN and the path. Where causes remain, the remedy names the look that decides between them.
        """

    static func findings(in context: RuleContext) -> [Finding] {
        var findings: [Finding] = []
        var single: [LeafID: [Session]] = [:]
        var cutOff: Set<NodeName> = []
        let silent = silentLeaves(context)
        // Where no leaf answers it may be the way to them that is broken.
        let areLeavesRead = context.picture.inventory.leaves.contains { context.silence(of: .leaf($0.id)) == nil }
        for (node, sessions) in context.troubledNodes {
            let down = sessions.filter { $0.verdict == .down }
            guard let first = down.first else { continue }
            if areLeavesRead, down.count == sessions.count, !context.isInMaintenance(node.name),
                down.allSatisfy({ silent.contains($0.key.leaf) })
            {
                // The leaves are the cause, and each is told once.
                for session in down { single[session.key.leaf, default: []].append(session) }
                cutOff.insert(node.name)
            } else if sessions.allSatisfy(\.verdict.isLost) {
                findings.append(finding(node, down, .critical, context))
            } else if down.count > 1 || context.isInMaintenance(node.name) {
                findings.append(finding(node, down, .warning, context))
            } else {
                single[first.key.leaf, default: []].append(first)
            }
        }
        for (leaf, sessions) in single.sorted(by: { $0.key < $1.key }) {
            // A leaf as a whole: at least three sessions, or it does not answer itself.
            if silent.contains(leaf) || sessions.count >= 3 && hasLostAll(leaf, context) {
                findings.append(finding(leaf, sessions, cutOff, context))
            } else {
                findings += sessions.compactMap { session in
                    context.nodes[session.key.node].map { finding($0, [session], .warning, context) }
                }
            }
        }
        return findings
    }

    /// The leaves that have lost every session and do not answer themselves.
    private static func silentLeaves(_ context: RuleContext) -> Set<LeafID> {
        Set(
            context.picture.inventory.leaves.map(\.id).filter {
                context.silence(of: .leaf($0)) != nil && hasLostAll($0, context)
            })
    }

    private static func hasLostAll(_ leaf: LeafID, _ context: RuleContext) -> Bool {
        context.sessions(of: leaf).allSatisfy { !context.isJudged($0) || $0.verdict == .down }
    }

    private static func finding(
        _ node: Node, _ down: [Session], _ severity: Severity, _ context: RuleContext
    ) -> Finding {
        let causes = down.map { DownCause.of($0, in: context) }
        let leaves = down.map { context.name($0.key.leaf) }
        let isSame = Set(causes.map(\.cause)).count == 1
        let cause = isSame ? causes[0].cause : zip(leaves, causes).map { "\($0): \($1.cause)" }.joined(separator: "; ")
        let tail = severity == .critical ? "; it has no other session" : ""
        return Finding(
            rule: id, severity: severity,
            subject: Subject(rack: node.rack, leaf: down.count == 1 ? down[0].key.leaf : nil, node: node.name),
            since: down.compactMap { context.lost($0) }.min(),
            summary: "\(node.name): \(agreeing(down.count, "session", "sessions")) to \(listed(leaves)) down" + tail,
            cause: cause, evidence: down.flatMap { context.evidence(of: $0) },
            remedy: uniqued(causes.map(\.remedy)).joined(separator: "; "))
    }

    private static func finding(
        _ leaf: LeafID, _ sessions: [Session], _ cutOff: Set<NodeName>, _ context: RuleContext
    ) -> Finding {
        let name = context.name(leaf)
        let lost = Set(sessions.map(\.key.node)).intersection(cutOff).sorted()
        let causes = sessions.map { DownCause.of($0, in: context) }
        let silence = DownCause.silence(of: leaf, context)
        let told = causes.map { cause in silence.map { cause.cause.replacing("; \($0)", with: "") } ?? cause.cause }
        return Finding(
            rule: id, severity: lost.isEmpty ? .warning : .critical,
            subject: Subject(rack: sessions.first?.rack, leaf: leaf),
            since: sessions.compactMap { context.lost($0) }.min(),
            summary: "\(name): all "
                + (sessions.count == 1 ? "sessions down (its only one)" : "\(sessions.count) sessions down")
                + (lost.isEmpty ? "" : "; \(listed(lost)) \(agreeing(lost.count, "has", "have")) no other session"),
            cause: (silence ?? "the leaf, or what all its nodes share with it") + "; "
                + uniqued(told).prefix(3).joined(separator: "; "),
            evidence: sessions.prefix(3).flatMap { context.evidence(of: $0) },
            remedy: silence != nil
                ? "look at \(name) itself: power, reload, uplinks"
                : "look at BGP in the VRF on \(name) and at the leaf's health; "
                    + uniqued(causes.map(\.remedy)).prefix(1).joined())
    }

    /// Each text once, in order.
    private static func uniqued(_ texts: [String]) -> [String] {
        var seen: Set<String> = []
        return texts.filter { seen.insert($0).inserted }
    }
}
