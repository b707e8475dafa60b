import Design
import Fabric
import FoundationEssentials

/// A leaf accepts a node's prefix and has no route for it: what arrives there for it is not forwarded.
///
/// Detected where the leaf's count of accepted paths holds everything that the node advertises and the leaf's
/// table, read since, has no such prefix. Per leaf one finding.
///
/// What to do: look at the leaf's LPM use against its scale profile and at its faults; where the table is full,
/// choose a profile with more LPM entries, or advertise fewer and larger prefixes.
enum PrefixNotInstalled: FindingRule {
    static let id: RuleID = "prefix-not-installed"
    static let explanation = """
        A leaf accepts a node's prefix and has no route for it: what arrives there for it is not forwarded.

        Detected where the leaf's count of accepted paths holds everything that the node advertises and the leaf's
        table, read since, has no such prefix. Per leaf one finding.

        What to do: look at the leaf's LPM use against its scale profile and at its faults; where the table is full,
        choose a profile with more LPM entries, or advertise fewer and larger prefixes.
        """

    static let settling = 3.0

    static func findings(in context: RuleContext) -> [Finding] {
        let missing = Dictionary(grouping: context.picture.ledger.entries(of: id), by: \.key.leaf)
        return missing.keys.sorted().map { finding($0, missing[$0] ?? [], context) }
    }

    static func restsOn(_ finding: Finding, _ context: RuleContext) -> Date? { context.readAt(finding.subject.leaf) }

    private static func finding(_ leaf: LeafID, _ entries: [LedgerEntry], _ context: RuleContext) -> Finding {
        let name = context.name(leaf)
        let prefixes = Set(entries.map(\.prefix)).sorted()
        let nodes = Set(entries.map(\.key.node)).sorted()
        let row = context.capacity.rows.first { $0.leaf == leaf && $0.what == LimitKind.lpmPerLeaf.rawValue }
        var evidence = Set(entries.map(\.key)).sorted().prefix(2).flatMap { key in
            context.session(key).map { context.evidence(of: $0) } ?? []
        }
        if let table = context.facts.table(leaf, prefixes[0].family) {
            evidence.append(EvidenceLine(table.provenance, excerpt: "no route \(listed(prefixes))"))
        }
        var use = ""
        if let row, let used = row.used, let limit = row.limit { use = " (\(used) of \(limit) entries in use)" }
        let isFull = row.map { $0.level == .warning } ?? false
        return Finding(
            rule: id, severity: .warning,
            subject: Subject(
                rack: entries[0].rack, leaf: leaf, node: nodes.count == 1 ? nodes[0] : nil,
                prefix: prefixes.count == 1 ? prefixes[0] : nil),
            since: nil,
            summary: "\(name) accepts \(listed(prefixes)) from \(listed(nodes)) and has no route for "
                + agreeing(prefixes.count, "it", "them"),
            cause: isFull
                ? "the LPM table of the leaf is full\(use)"
                : "what remains is a full LPM table\(use), or a route that the leaf could not program; its faults decide",
            evidence: evidence,
            remedy:
                "look at the faults and the LPM use of \(name); a forwarding scale profile with more LPM entries, or "
                + "fewer and larger prefixes")
    }
}
