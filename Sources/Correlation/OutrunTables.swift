import Fabric

/// Leaves whose summary has told a newer table version than the one their routes were read at, and nodes that fell silent
/// after they told what they export.
///
/// Routes are read far less often than summaries. Between the two a comparison of what nodes export now with what a
/// leaf had installed then would call every change a fault, so nothing new is concluded from such a table; what was
/// found before stays until the routes are read again. So it is with what a silent node exported: what its leaves accept
/// now is not held against that.
struct OutrunTables {
    private let leaves: Set<LeafID>
    private let facts: Facts
    private let inventory: Inventory
    private let known: Set<Finding.Identity>

    /// The rules that compare routing tables, with each other or with what nodes export.
    private static let rules: Set<RuleID> = [
        LeavesDisagree.id, ServiceSingleNextHop.id, ServiceNextHopSkew.id, PrefixNotAccepted.id, PrefixNotInstalled.id,
        PrefixUnexpected.id, PrefixDuplicateOrigin.id, DrainedButAdvertising.id,
    ]

    /// The rules that compare what one node exports with what its leaves tell.
    private static let rulesOfExports: Set<RuleID> = [PrefixNotAccepted.id, PrefixNotInstalled.id, PrefixUnexpected.id]

    init(_ facts: Facts, _ inventory: Inventory, previous: Picture?) {
        let snapshot = facts.snapshot
        self.facts = facts
        leaves = Set(snapshot.leaves.filter { $0.value.areRoutesOutrun(vrf: snapshot.inventory.vrf) }.keys)
        self.inventory = inventory
        known = Set(previous?.findings.map(\.identity) ?? [])
    }

    /// The findings that may be told now.
    func settled(_ found: [Finding]) -> [Finding] {
        found.filter { finding in
            known.contains(finding.identity)
                || !(OutrunTables.rules.contains(finding.rule) && rests(finding.subject))
                    && !(OutrunTables.rulesOfExports.contains(finding.rule) && isSilent(finding.subject.node))
        }
    }

    private func isSilent(_ node: NodeName?) -> Bool { node.map(facts.hasFallenSilent) ?? false }

    private func rests(_ subject: Subject) -> Bool {
        guard !leaves.isEmpty else { return false }
        if let leaf = subject.leaf { return leaves.contains(leaf) }
        let rack = subject.rack ?? subject.node.flatMap { inventory.node($0)?.rack }
        guard let rack else { return true }
        return inventory.rack(rack)?.leaves.contains(where: leaves.contains) ?? true
    }
}
