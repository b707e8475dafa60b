import Fabric
import FoundationEssentials

/// A node reaches the fabric through one leaf of its pair: one failure away from being cut off.
///
/// Detected when exactly one of the node's sessions is up and every other one is known to be down,
/// missing or half-open. A session that could not be read is not counted as lost. When all nodes of a
/// leaf pair depend on the same leaf there is one finding for the lost leaf.
///
/// What to do: repair the other session (see session-down or peer-missing of the same node) before any
/// maintenance of the leaf that remains.
enum OneLeafOnly: FindingRule {
    static let id: RuleID = "one-leaf-only"
    static let explanation = """
        A node reaches the fabric through one leaf of its pair: one failure away from being cut off.

        Detected when exactly one of the node's sessions is up and every other one is known to be down,
        missing or half-open. A session that could not be read is not counted as lost. When all nodes of a
        leaf pair depend on the same leaf there is one finding for the lost leaf.

        What to do: repair the other session (see session-down or peer-missing of the same node) before any
        maintenance of the leaf that remains.
        """

    private struct Dependent {
        var node: Node
        var up: Session
        var lost: [Session]
    }

    static func findings(in context: RuleContext) -> [Finding] {
        let dependents = context.troubledNodes.compactMap { node, sessions -> Dependent? in
            let up = sessions.filter { $0.verdict == .up || $0.verdict == .flapping }
            let lost = sessions.filter(\.verdict.isLost)
            guard up.count == 1, !lost.isEmpty, up.count + lost.count == sessions.count else { return nil }
            return Dependent(node: node, up: up[0], lost: lost)
        }
        let byLeaf = Dictionary(grouping: dependents) { $0.lost[0].key.leaf }
        return byLeaf.sorted { $0.key < $1.key }.flatMap { leaf, group -> [Finding] in
            let judged = group.filter { context.isJudged($0.up) }
            let all = context.sessions(of: leaf).filter { context.isJudged($0) }
            guard judged.count >= 3, judged.count == all.count, judged.allSatisfy({ $0.lost.count == 1 }) else {
                return group.map { finding($0, context) }
            }
            return [finding(leaf, judged, context)]
        }
    }

    private static func finding(_ dependent: Dependent, _ context: RuleContext) -> Finding {
        let node = dependent.node
        let up = context.name(dependent.up.key.leaf)
        let lost = dependent.lost.map { "\(context.name($0.key.leaf)) \($0.verdict.rawValue)" }
        return Finding(
            rule: id, severity: .warning,
            subject: Subject(rack: node.rack, leaf: dependent.lost[0].key.leaf, node: node.name),
            since: dependent.lost.compactMap { context.lost($0) }.max(),
            summary: "\(node.name) depends on \(up) alone", cause: listed(lost),
            evidence: ([dependent.up] + dependent.lost).flatMap { context.evidence(of: $0) },
            remedy:
                "repair the session to \(listed(dependent.lost.map { context.name($0.key.leaf) })); until then do not "
                + "take \(up) out of service")
    }

    private static func finding(_ leaf: LeafID, _ group: [Dependent], _ context: RuleContext) -> Finding {
        let up = Set(group.map(\.up.key.leaf)).sorted().map { context.name($0) }
        return Finding(
            rule: id, severity: .warning, subject: Subject(rack: group[0].node.rack, leaf: leaf),
            since: group.compactMap { context.lost($0.lost[0]) }.max(),
            summary: "\(group.count) nodes depend on \(listed(up)) alone: \(listed(group.map(\.node.name)))",
            cause: "\(context.name(leaf)) has no working session with any of them",
            evidence: group.prefix(2).flatMap { context.evidence(of: $0.up) + context.evidence(of: $0.lost[0]) },
            remedy: "repair \(context.name(leaf)); until then do not take \(listed(up)) out of service")
    }
}
