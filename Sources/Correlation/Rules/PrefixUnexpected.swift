import Fabric
import FoundationEssentials

/// A leaf forwards to a node what nothing asks for: a block that the node does not own, a route that no
/// service or pool stands behind, or a prefix outside the permitted subnets that was let in all the same.
///
/// Detected by comparing what leaves have installed through a node with block affinities, services and the
/// permitted subnets. Where the difference was seen to begin, it counts once leaf and node have been read
/// again 10 seconds after.
///
/// What to do: where the node advertises it, find out why (a block whose affinity is gone: confd has not
/// reloaded BIRD; a static route or a pool of its own); where it does not, clear the neighbor on the leaf;
/// where it lies outside the permitted subnets, correct the import route map.
enum PrefixUnexpected: FindingRule {
    static let id: RuleID = "prefix-unexpected"
    static let explanation = """
        A leaf forwards to a node what nothing asks for: a block that the node does not own, a route that no
        service or pool stands behind, or a prefix outside the permitted subnets that was let in all the same.

        Detected by comparing what leaves have installed through a node with block affinities, services and the
        permitted subnets. Where the difference was seen to begin, it counts once leaf and node have been read
        again 10 seconds after.

        What to do: where the node advertises it, find out why (a block whose affinity is gone: confd has not
        reloaded BIRD; a static route or a pool of its own); where it does not, clear the neighbor on the leaf;
        where it lies outside the permitted subnets, correct the import route map.
        """

    static let settling = LedgerStanding.settling

    static func findings(in context: RuleContext) -> [Finding] {
        let nodes = Dictionary(grouping: context.picture.ledger.entries(of: id), by: \.key.node)
        guard nodes.count <= single else { return [many(nodes, context)] }
        return nodes.keys.sorted().compactMap { name in
            context.nodes[name].map { finding($0, nodes[name] ?? [], context) }
        }
    }

    /// Up to this many nodes are told one by one; what befalls more of them has one cause.
    private static let single = 5

    private static func many(_ nodes: [NodeName: [LedgerEntry]], _ context: RuleContext) -> Finding {
        let names = nodes.keys.sorted()
        let entries = names.prefix(8).flatMap { nodes[$0] ?? [] }
        let prefixes = Set(entries.map(\.prefix)).sorted()
        return Finding(
            rule: id, severity: .warning, subject: Subject(), since: nil,
            summary: "leaves forward to \(names.count) nodes what nothing asks for: \(listed(prefixes))",
            cause: Set(entries.map { reason($0, context) }).sorted().joined(separator: "; "),
            evidence: entries.prefix(2).flatMap { entry in
                context.session(entry.key).map { context.evidence(of: $0) } ?? []
            }, remedy: "compare the pod and service subnets with default-import, and Calico's pools with both")
    }

    static func restsOn(_ finding: Finding, _ context: RuleContext) -> Date? {
        context.readAtBothEnds(finding.subject.node)
    }

    private static func finding(_ node: Node, _ entries: [LedgerEntry], _ context: RuleContext) -> Finding {
        let leaves = Set(entries.map(\.key.leaf)).sorted()
        let prefixes = Set(entries.map(\.prefix)).sorted()
        let evidence = leaves.prefix(2).flatMap { leaf -> [EvidenceLine] in
            let key = SessionKey(node: node.name, leaf: leaf)
            let table = context.facts.table(leaf, prefixes[0].family)
            return (context.session(key).map { context.evidence(of: $0) } ?? [])
                + (table.map { [EvidenceLine($0.provenance, excerpt: "\(listed(prefixes)) via \(node.name)")] } ?? [])
        }
        return Finding(
            rule: id, severity: .warning,
            subject: Subject(
                rack: node.rack, leaf: leaves.count == 1 ? leaves[0] : nil, node: node.name,
                prefix: prefixes.count == 1 ? prefixes[0] : nil),
            since: nil,
            summary: "\(listed(leaves.map { context.name($0) })) \(agreeing(leaves.count, "forwards", "forward")) "
                + "\(listed(prefixes)) to \(node.name), and nothing asks for it",
            cause: Set(entries.map { reason($0, context) }).sorted().joined(separator: "; "), evidence: evidence,
            remedy: remedy(node, entries, context))
    }

    private static func reason(_ entry: LedgerEntry, _ context: RuleContext) -> String {
        if entry.advertised == .no { return "the node does not advertise it (any more), the leaf has kept it" }
        switch entry.kind {
        case .block:
            let owner = context.snapshot.cluster.blocks?.value.first { $0.block == entry.prefix }?.node
            return owner.map { "the block belongs to \($0)" }
                ?? "no node has an affinity for the block: it was released and BIRD was not told, or it is a route of the "
                + "node's own"
        case .service, .serviceRange: return "no service and no advertised range of Calico asks for it"
        case .borrowed: return "no pod of the node has the address by Calico's IPAM"
        case .other: return "outside the pod and service subnets: the import route map lets it in"
        }
    }

    private static func remedy(_ node: Node, _ entries: [LedgerEntry], _ context: RuleContext) -> String {
        if entries.allSatisfy({ $0.advertised == .no }) { return "clear the neighbor \(node.name) on the leaf, softly" }
        if entries.contains(where: { $0.kind == .other }) { return "correct default-import on the leaves" }
        return
            "look where BIRD on \(node.name) has it from (birdcl show route all); if its affinity is gone, sv hup bird"
    }
}
