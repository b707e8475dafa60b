import Fabric

/// Leaves whose summary has told a newer table version than the one their routes were read at.
///
/// Routes are read far less often than summaries. Between the two a comparison of what nodes export now with what a
/// leaf had installed then would call every change a fault, so nothing new is concluded from such a table; what was
/// found before stays until the routes are read again.
struct OutrunTables {
    private let leaves: Set<LeafID>
    private let inventory: Inventory
    private let known: Set<Finding.Identity>

    /// The rules that compare routing tables, with each other or with what nodes export.
    private static let rules: Set<RuleID> = [
        LeavesDisagree.id, ServiceSingleNextHop.id, ServiceNextHopSkew.id, PrefixNotAccepted.id, PrefixNotInstalled.id,
        PrefixUnexpected.id, PrefixDuplicateOrigin.id, DrainedButAdvertising.id,
    ]

    init(_ snapshot: Snapshot, _ inventory: Inventory, previous: Picture?) {
        leaves = Set(snapshot.leaves.filter { $0.value.areRoutesOutrun(vrf: snapshot.inventory.vrf) }.keys)
        self.inventory = inventory
        known = Set(previous?.findings.map(\.identity) ?? [])
    }

    /// The findings that may be told now.
    func settled(_ found: [Finding]) -> [Finding] {
        guard !leaves.isEmpty else { return found }
        return found.filter { finding in
            !OutrunTables.rules.contains(finding.rule) || known.contains(finding.identity) || !rests(finding.subject)
        }
    }

    private func rests(_ subject: Subject) -> Bool {
        if let leaf = subject.leaf { return leaves.contains(leaf) }
        let rack = subject.rack ?? subject.node.flatMap { inventory.node($0)?.rack }
        guard let rack else { return true }
        return inventory.rack(rack)?.leaves.contains(where: leaves.contains) ?? true
    }
}
