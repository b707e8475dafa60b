import Fabric
import FoundationEssentials

/// A node advertises a prefix inside the pod or service subnets, and a leaf does not accept it. It is
/// critical for a block of pod addresses, and for a prefix that no leaf of the rack accepts from any
/// node; else a warning.
///
/// Detected where the leaf's count of accepted paths (PfxRcd) and its table leave no other conclusion:
/// the count is zero, or it is used up by prefixes that are installed through this node. Where only the
/// table is known, a prefix installed through other nodes is unknown for this one, never "not
/// accepted". Prefixes outside the pod and service subnets are denied by design and are no finding.
///
/// What to do: check that the import route map (default-import) holds the subnet with aggregate, that
/// the AS path is not longer than the maximum AS limit, and that the maximum number of prefixes is not
/// reached.
enum PrefixNotAccepted: FindingRule {
    static let id: RuleID = "prefix-not-accepted"
    static let explanation = """
        A node advertises a prefix inside the pod or service subnets, and a leaf does not accept it. It is
        critical for a block of pod addresses, and for a prefix that no leaf of the rack accepts from any
        node; else a warning.

        Detected where the leaf's count of accepted paths (PfxRcd) and its table leave no other conclusion:
        the count is zero, or it is used up by prefixes that are installed through this node. Where only the
        table is known, a prefix installed through other nodes is unknown for this one, never "not
        accepted". Prefixes outside the pod and service subnets are denied by design and are no finding.

        What to do: check that the import route map (default-import) holds the subnet with aggregate, that
        the AS path is not longer than the maximum AS limit, and that the maximum number of prefixes is not
        reached.
        """

    static func findings(in context: RuleContext) -> [Finding] {
        let rejected = context.picture.ledger.filter { $0.verdict == .notAccepted }
        guard !rejected.isEmpty else { return [] }
        let services = rejected.filter { $0.kind == .service || $0.kind == .serviceRange }
        let others = rejected.filter { $0.kind != .service && $0.kind != .serviceRange }
        let byPrefix = Dictionary(grouping: services) { Group(rack: $0.rack, prefix: $0.prefix) }
        let byNode = Dictionary(grouping: others, by: \.key.node)
        let accepted = acceptedSomewhere(Set(byPrefix.keys), context)
        return byPrefix.sorted { $0.key.prefix < $1.key.prefix }.map {
            finding($0, $1, isAccepted: accepted.contains($0), context)
        }
            + byNode.sorted { $0.key < $1.key }.map { finding($0, $1, context) }
    }

    private struct Group: Hashable {
        var rack: String?
        var prefix: IPPrefix
    }

    /// The groups whose prefix some leaf of the rack accepts, or may accept, from some node.
    private static func acceptedSomewhere(_ groups: Set<Group>, _ context: RuleContext) -> Set<Group> {
        var accepted: Set<Group> = []
        for entry in context.picture.ledger where entry.accepted != .no {
            let group = Group(rack: entry.rack, prefix: entry.prefix)
            if groups.contains(group) { accepted.insert(group) }
        }
        return accepted
    }

    private static func finding(
        _ group: Group, _ entries: [LedgerEntry], isAccepted: Bool, _ context: RuleContext
    ) -> Finding {
        let leaves = Set(entries.map(\.key.leaf)).sorted()
        let nodes = Set(entries.map(\.key.node)).sorted()
        return Finding(
            rule: id, severity: isAccepted ? .warning : .critical,
            subject: Subject(
                rack: group.rack, leaf: leaves.count == 1 ? leaves[0] : nil, node: nodes.count == 1 ? nodes[0] : nil,
                prefix: group.prefix),
            since: nil,
            summary: "\(listed(leaves.map { context.name($0) })) \(agreeing(leaves.count, "does", "do")) not accept "
                + "\(group.prefix) from \(listed(nodes))",
            cause: cause(entries, context), evidence: evidence(entries, context), remedy: remedy(entries[0], context))
    }

    private static func finding(_ node: NodeName, _ entries: [LedgerEntry], _ context: RuleContext) -> Finding {
        let leaves = Set(entries.map(\.key.leaf)).sorted()
        let prefixes = Set(entries.map(\.prefix)).sorted()
        return Finding(
            rule: id, severity: entries.contains { $0.kind == .block } ? .critical : .warning,
            subject: Subject(
                rack: entries[0].rack, leaf: leaves.count == 1 ? leaves[0] : nil, node: node,
                prefix: prefixes.count == 1 ? prefixes[0] : nil),
            since: nil,
            summary: "\(listed(leaves.map { context.name($0) })) \(agreeing(leaves.count, "does", "do")) not accept "
                + "\(listed(prefixes)) from \(node)",
            cause: cause(entries, context), evidence: evidence(entries, context), remedy: remedy(entries[0], context))
    }

    private static func cause(_ entries: [LedgerEntry], _ context: RuleContext) -> String {
        let received = context.sessionByKey[entries[0].key]?.accepted ?? 0
        let start =
            received == 0 ? "the leaf accepts no path at all" : "the leaf accepts \(received) of the paths advertised"
        return start
            + "; what remains is an import route map without the subnet, an AS path longer than the maximum AS "
            + "limit, or the maximum number of prefixes reached; the import route map and the peer's prefix limit decide"
    }

    private static func evidence(_ entries: [LedgerEntry], _ context: RuleContext) -> [EvidenceLine] {
        Set(entries.map(\.key)).sorted().prefix(4).flatMap { key -> [EvidenceLine] in
            guard let session = context.sessionByKey[key] else { return [] }
            var lines = context.evidence(of: session)
            if let export = session.leafAddress.flatMap({ context.facts.nodes[key.node]?.exports[$0] }) {
                let prefixes = entries.filter { $0.key == key }.map(\.prefix)
                lines.append(EvidenceLine(export.provenance, excerpt: "exports \(listed(prefixes))"))
            }
            return lines
        }
    }

    private static func remedy(_ entry: LedgerEntry, _ context: RuleContext) -> String {
        "check that default-import permits \(entry.prefix) (subnet with aggregate), then the maximum AS limit and the "
            + "maximum prefixes of the peer on \(context.name(entry.key.leaf))"
    }
}
