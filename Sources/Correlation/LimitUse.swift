import Design
import Fabric

/// What the rules about limits share: the rows of one kind that are near their limit, as one finding.
enum LimitUse {
    static func findings(
        _ kind: LimitKind, _ what: String, rule: RuleID, remedy: String, _ context: RuleContext
    ) -> [Finding] {
        let near = context.capacity.rows.filter {
            $0.what == kind.rawValue && ($0.level == .note || $0.level == .warning)
        }
        guard let worst = near.max(by: { ($0.percent ?? 0) < ($1.percent ?? 0) }) else { return [] }
        let words = near.map { "\($0.scope) \($0.used ?? 0) of \($0.limit ?? 0)" }
        return [
            Finding(
                rule: rule, severity: near.contains { $0.level == .warning } ? .warning : .note,
                subject: Subject(
                    rack: near.count == 1 ? near[0].rack : nil, leaf: near.count == 1 ? near[0].leaf : nil), since: nil,
                summary: "\(what): \(listed(words, limit: 3))",
                cause: "\(worst.percent ?? 0) % of the limit in use on \(worst.scope), which is \(worst.limit ?? 0) "
                    + "(\(worst.source))" + trend(worst),
                evidence: near.prefix(4).compactMap { evidence($0, what, context) }, remedy: remedy)
        ]
    }

    /// `; 12 more than 1h ago, at this pace full in 3h`; nothing where it was not watched.
    private static func trend(_ row: CapacityRow) -> String {
        guard let trend = row.trend, trend.change != 0 else { return "" }
        let word = trend.change > 0 ? "more" : "fewer"
        let than = "\(abs(trend.change)) \(word) than \(UseTrend.span(trend.seconds)) ago"
        let left = trend.secondsLeft(of: row.headroom).map { ", at this pace full in \(UseTrend.span($0))" } ?? ""
        return "; \(than)\(left)"
    }

    private static func evidence(_ row: CapacityRow, _ what: String, _ context: RuleContext) -> EvidenceLine? {
        let words = "\(row.scope): \(row.used ?? 0) of \(row.limit ?? 0) \(what)"
        guard let leaf = row.leaf else {
            return context.snapshot.configuration.map { EvidenceLine($0.provenance, excerpt: words) }
        }
        if row.what == LimitKind.lpmPerLeaf.rawValue {
            let told =
                context.snapshot.leaves[leaf]?.capacity?.provenance ?? context.facts.table(leaf, .ipv4)?.provenance
            return told.map { EvidenceLine($0, excerpt: words) }
        }
        return context.facts.leaves[leaf]?.provenance.map { EvidenceLine($0, excerpt: words) }
    }
}
