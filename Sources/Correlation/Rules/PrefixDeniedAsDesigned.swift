import Fabric
import FoundationEssentials

/// A node advertises prefixes that lie in no subnet that the import route map of the design permits, and the
/// leaves deny them. No alarm: that is what the route map is for.
///
/// Detected by comparing what BIRD exports with the pod and service subnets. A node's own subnet, which the
/// design expects there, is no finding. Nodes with the same pool are one finding.
///
/// What to do: nothing, if those addresses are not meant to be reached from outside; else add the pool's
/// subnet to the import route map (default-import, with aggregate) and to the subnets of this console.
enum PrefixDeniedAsDesigned: FindingRule {
    static let id: RuleID = "prefix-denied-as-designed"
    static let explanation = """
        A node advertises prefixes that lie in no subnet that the import route map of the design permits, and the
        leaves deny them. No alarm: that is what the route map is for.

        Detected by comparing what BIRD exports with the pod and service subnets. A node's own subnet, which the
        design expects there, is no finding. Nodes with the same pool are one finding.

        What to do: nothing, if those addresses are not meant to be reached from outside; else add the pool's
        subnet to the import route map (default-import, with aggregate) and to the subnets of this console.
        """

    static func findings(in context: RuleContext) -> [Finding] {
        let denied = context.picture.ledger.entries(of: id)
        guard !denied.isEmpty else { return [] }
        let pools = context.snapshot.cluster.pools?.value ?? []
        let groups = Dictionary(grouping: denied) { entry in pools.first { $0.cidr.contains(entry.prefix) }?.name ?? ""
        }
        return groups.sorted { $0.key < $1.key }.map { pool, entries in finding(pool, entries, context) }
    }

    private static func finding(_ pool: String, _ entries: [LedgerEntry], _ context: RuleContext) -> Finding {
        let nodes = Set(entries.map(\.key.node)).sorted()
        let prefixes = Set(entries.map(\.prefix)).sorted()
        let permitted = (context.picture.inventory.podSubnets + context.picture.inventory.serviceSubnets).sorted()
        return Finding(
            rule: id, severity: .note,
            subject: Subject(
                rack: nodes.count == 1 ? entries[0].rack : nil, node: nodes.count == 1 ? nodes[0] : nil,
                prefix: prefixes.count == 1 ? prefixes[0] : nil),
            since: nil,
            summary:
                "\(listed(nodes)) \(agreeing(nodes.count, "advertises", "advertise")) \(listed(prefixes)), which the "
                + "leaves deny",
            cause: "outside the import route map, which permits \(listed(permitted))"
                + (pool.isEmpty ? "" : "; the prefixes are of the pool \(pool)"),
            evidence: Set(entries.map(\.key)).sorted().prefix(2).flatMap { key -> [EvidenceLine] in
                guard let session = context.session(key) else { return [] }
                let export = session.leafAddress.flatMap { context.facts.nodes[key.node]?.exports[$0] }
                let own = entries.filter { $0.key == key }.map(\.prefix)
                return context.evidence(of: session)
                    + (export.map { [EvidenceLine($0.provenance, excerpt: "exports \(listed(own))")] } ?? [])
            },
            remedy: "nothing, or add the subnet to default-import with aggregate")
    }
}
