import Fabric
import FoundationEssentials

/// A leaf still forwards to a node whose session is gone: it keeps the routes of a graceful restart. If
/// the node does not forward any more, this traffic is lost.
///
/// Detected when the leaf's table, read after the session was lost, has next hops of the node. How long
/// it lasts has two bounds: until the session is back the restart time that BIRD announced, 120 seconds
/// by default; if the session comes back without its routes, then the leaf's stale interval (300
/// seconds by default).
///
/// What to do: if the node is gone for good, clear the neighbor on the leaf; else bring calico-node
/// back. Before planned work end the sessions first, so that nothing is kept.
enum StaleNextHops: FindingRule {
    static let id: RuleID = "stale-next-hops"
    static let explanation = """
        A leaf still forwards to a node whose session is gone: it keeps the routes of a graceful restart. If
        the node does not forward any more, this traffic is lost.

        Detected when the leaf's table, read after the session was lost, has next hops of the node. How long
        it lasts has two bounds: until the session is back the restart time that BIRD announced, 120 seconds
        by default; if the session comes back without its routes, then the leaf's stale interval (300
        seconds by default).

        What to do: if the node is gone for good, clear the neighbor on the leaf; else bring calico-node
        back. Before planned work end the sessions first, so that nothing is kept.
        """

    static func findings(in context: RuleContext) -> [Finding] {
        let stale = Dictionary(grouping: context.picture.ledger.entries(with: .stale), by: \.key.node)
        return stale.keys.sorted().compactMap { name in
            context.nodes[name].map { finding($0, stale[name] ?? [], context) }
        }
    }

    /// The restart time that BIRD announces in Calico.
    static let restartTime = 120.0

    private static func finding(_ node: Node, _ entries: [LedgerEntry], _ context: RuleContext) -> Finding {
        let leaves = Set(entries.map(\.key.leaf)).sorted()
        let sessions = leaves.compactMap { context.session(SessionKey(node: node.name, leaf: $0)) }
        let lost = sessions.compactMap(\.leafLost).min()
        let prefixes = Set(entries.map(\.prefix)).sorted()
        return Finding(
            rule: id, severity: .critical,
            subject: Subject(rack: node.rack, leaf: leaves.count == 1 ? leaves[0] : nil, node: node.name), since: lost,
            summary:
                "\(listed(leaves.map { context.name($0) })) still \(agreeing(leaves.count, "forwards", "forward")) "
                + "\(counted(prefixes.count, "prefix", "prefixes")) to \(node.name), whose session is gone",
            cause: "routes left from before the loss, as a leaf keeps them for a graceful restart; "
                + deadline(sessions, context),
            evidence: sessions.flatMap { context.evidence(of: $0) } + routes(leaves, prefixes, node, context),
            remedy: (context.facts.nodes[node.name]?.outage == nil
                ? "bring the session back (see session-down)" : "bring calico-node on \(node.name) back")
                + ", or clear the neighbor on the leaf if the node is gone for good"
        )
    }

    private static func deadline(_ sessions: [Session], _ context: RuleContext) -> String {
        let ages = sessions.compactMap(\.leafLost).map { context.now.timeIntervalSince($0) }
        guard let age = ages.min() else {
            return "until when is not known: the leaf does not tell when it lost the session"
        }
        let left = Int(restartTime - age)
        let first =
            left > 0
            ? "while the session stays away at most \(left) s more (the announced restart time, 120 s by default, "
                + "counts from the loss)"
            : "already \(-left) s longer than the default restart time of 120 s, after which the leaf should drop them"
        return first + "; once it is back at most the leaf's stale interval (300 s by default) from then"
    }

    private static func routes(
        _ leaves: [LeafID], _ prefixes: [IPPrefix], _ node: Node, _ context: RuleContext
    ) -> [EvidenceLine] {
        leaves.compactMap { leaf in
            context.routes.routes(SessionKey(node: node.name, leaf: leaf)).first.map {
                EvidenceLine(
                    $0.table.provenance,
                    excerpt: "\(listed(prefixes)) via \(node.address?.description ?? node.name.text)")
            }
        }
    }
}
