import Fabric
import FoundationEssentials

/// Pods of a node have addresses of another node's block: each is a host route of its own on every leaf. No
/// alarm; it says that blocks run out.
///
/// Detected by Calico's IPAM blocks, else by host routes inside the pod subnets that a node exports and that
/// lie in another node's block; where no blocks were read it is not judged. Per node one finding.
///
/// What to do: nothing for a few. Where there are many, give Calico a larger pool, or smaller blocks, so that each
/// node can own another one; where leaves filter by length, the import route map has to permit host routes.
enum BorrowedAddresses: FindingRule {
    static let id: RuleID = "borrowed-addresses"
    static let explanation = """
        Pods of a node have addresses of another node's block: each is a host route of its own on every leaf. No
        alarm; it says that blocks run out.

        Detected by Calico's IPAM blocks, else by host routes inside the pod subnets that a node exports and that
        lie in another node's block; where no blocks were read it is not judged. Per node one finding.

        What to do: nothing for a few. Where there are many, give Calico a larger pool, or smaller blocks, so that each
        node can own another one; where leaves filter by length, the import route map has to permit host routes.
        """

    static func findings(in context: RuleContext) -> [Finding] {
        var addresses: [NodeName: Set<IPAddress>] = [:]
        if let ipam = context.snapshot.cluster.ipam {
            for block in ipam.value {
                for lent in block.borrowed { addresses[lent.node, default: []].insert(lent.address) }
            }
        } else if context.snapshot.cluster.blocks != nil {
            for entry in context.picture.ledger.entries(of: .borrowed) where entry.advertised == .yes {
                addresses[entry.key.node, default: []].insert(entry.prefix.address)
            }
        }
        return addresses.keys.sorted().compactMap { name in
            context.nodes[name].map { finding($0, (addresses[name] ?? []).sorted(), context) }
        }
    }

    private static func finding(_ node: Node, _ addresses: [IPAddress], _ context: RuleContext) -> Finding {
        let cluster = context.snapshot.cluster
        let lenders = cluster.ipam?.value.filter { block in addresses.contains { block.block.contains($0) } } ?? []
        let owners = Set(
            (cluster.blocks?.value ?? []).filter { block in addresses.contains { block.block.contains($0) } }.map {
                "\($0.block) of \($0.node)"
            })
        let own = cluster.ipam?.value.filter { $0.owner == node.name } ?? []
        let isFull = !own.isEmpty && own.allSatisfy { $0.free == 0 }
        let full = lenders.filter { $0.free == 0 }.map(\.block)
        var cause = owners.isEmpty ? "addresses of blocks that no node owns" : "addresses of \(listed(owners.sorted()))"
        if isFull { cause += "; the blocks of \(node.name) are full" }
        if !full.isEmpty { cause += "; \(listed(full)) \(agreeing(full.count, "is", "are")) full by now" }
        if cluster.ipam == nil { cause += "; which blocks are full was not read" }
        if cluster.ipam != nil, !isFull, full.isEmpty { cause += "; no block of them is full now" }
        let provenance = cluster.ipam?.provenance ?? cluster.blocks?.provenance
        return Finding(
            rule: id, severity: .note, subject: Subject(rack: node.rack, node: node.name), since: nil,
            summary: "pods of \(node.name) have \(counted(addresses.count, "address", "addresses")) of other blocks: "
                + listed(addresses),
            cause: cause,
            evidence: provenance.map { [EvidenceLine($0, excerpt: "\(node.name): \(listed(addresses, limit: 8))")] }
                ?? [],
            remedy: "nothing for a few; else a larger pool or smaller blocks, and host routes in the import route map")
    }
}
