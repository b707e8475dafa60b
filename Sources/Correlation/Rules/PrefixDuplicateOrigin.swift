import Fabric
import FoundationEssentials

/// One block of pod addresses comes from two nodes: each leaf sends its traffic to either of them, and half of
/// it reaches a node that does not have the pod.
///
/// Detected by two confirmed affinities for one block, and by a leaf that has a block through several nodes
/// of its rack.
///
/// What to do: calicoctl ipam check names the block and the pods in it; release the affinity of the node that
/// has no pod there.
enum PrefixDuplicateOrigin: FindingRule {
    static let id: RuleID = "prefix-duplicate-origin"
    static let explanation = """
        One block of pod addresses comes from two nodes: each leaf sends its traffic to either of them, and half of
        it reaches a node that does not have the pod.

        Detected by two confirmed affinities for one block, and by a leaf that has a block through several nodes
        of its rack.

        What to do: calicoctl ipam check names the block and the pods in it; release the affinity of the node that
        has no pod there.
        """

    static let grounds: Grounds? = [.inventory, .cluster, .rows]

    static func findings(in context: RuleContext) -> [Finding] {
        var owners = context.facts.doubleBlocks
        for (block, nodes) in installed(context) { owners[block, default: []].formUnion(nodes) }
        return owners.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }.map { block, nodes in
            finding(block, nodes.sorted(), context)
        }
    }

    /// Blocks that a leaf has through several nodes of its rack.
    private static func installed(_ context: RuleContext) -> [IPPrefix: Set<NodeName>] {
        var found: [IPPrefix: Set<NodeName>] = [:]
        for leaf in context.picture.inventory.leaves {
            guard let table = context.facts.table(leaf.id, .ipv4)?.value else { continue }
            let sets = table.nextHopSets.map { set in
                Set(set.hops.filter(\.isBGP).compactMap { $0.address.flatMap { context.nodeOfAddress[$0] } })
            }
            let isShared = sets.map { $0.count > 1 }
            guard isShared.contains(true) else { continue }
            for subnet in context.picture.inventory.podSubnets where subnet.family == .ipv4 {
                // By the sets alone, since of a hundred thousand routes hardly ever one is shared.
                for row in table.lowerBound(of: subnet)..<table.count where isShared[Int(table.setIndexes[row])] {
                    guard subnet.contains(table.prefixes[row]) else { break }
                    found[table.prefixes[row], default: []].formUnion(sets[Int(table.setIndexes[row])])
                }
            }
        }
        return found
    }

    private static func finding(_ block: IPPrefix, _ nodes: [NodeName], _ context: RuleContext) -> Finding {
        let owners = context.facts.doubleBlocks[block]?.sorted() ?? []
        var evidence = context.picture.inventory.leaves.compactMap { leaf in
            context.facts.table(leaf.id, block.family).flatMap { table in
                table.value.nextHops(of: block).map {
                    EvidenceLine(table.provenance, excerpt: "\(block) via \(listed($0.addresses))")
                }
            }
        }
        if let blocks = context.snapshot.cluster.blocks, !owners.isEmpty {
            evidence.insert(EvidenceLine(blocks.provenance, excerpt: "\(block) affinities: \(listed(owners))"), at: 0)
        }
        return Finding(
            rule: id, severity: .critical, subject: Subject(prefix: block), since: nil,
            summary: "\(block) comes from \(listed(nodes))",
            cause: owners.count > 1
                ? "two confirmed affinities for one block: \(listed(owners))"
                : "several nodes advertise the block, Calico has "
                    + (context.snapshot.cluster.blocks == nil ? "not been read" : "one affinity for it"),
            evidence: Array(evidence.prefix(5)),
            remedy: "calicoctl ipam check; release the affinity of the node that has no pod in \(block)")
    }
}
