import Fabric
import FoundationEssentials

/// Gives findings their place in time and order: carries their beginning from picture to picture, lowers what
/// concerns a node in maintenance, sorts the worst first.
struct FindingHistory {
    private let since: [Finding.Identity: Date?]
    private let isFirst: Bool
    private let now: Date

    init(previous: Picture?, now: Date) {
        since = Dictionary(
            (previous?.findings ?? []).map { ($0.identity, $0.since) }, uniquingKeysWith: { first, _ in first })
        isFirst = previous == nil
        self.now = now
    }

    func settle(_ found: [Finding], in context: RuleContext) -> [Finding] {
        found.map { finding in
            var finding = finding
            finding.since = beginning(of: finding)
            let isQuiet = RuleCatalog.rule(finding.rule)?.isQuietInMaintenance ?? true
            if isQuiet, let node = finding.subject.node, context.isInMaintenance(node), finding.severity > .note {
                finding.severity = .note
                finding.summary += " (in maintenance)"
            }
            return finding
        }.sorted(by: FindingHistory.precedes)
    }

    /// A finding that the previous picture had keeps its beginning, unless the sources now tell a later one by more
    /// than the coarseness of their ages: it then began anew. One that appears while watching begins now.
    private func beginning(of finding: Finding) -> Date? {
        guard let known = since[finding.identity] else { return finding.since ?? (isFirst ? nil : now) }
        guard let told = finding.since else { return known }
        guard let known else { return told }
        return told.timeIntervalSince(known) > coarseness(of: now.timeIntervalSince(told)) ? told : min(told, known)
    }

    /// Leaves print ages as `03:12:45` for a day, then `3d02h`, `5w6d`, `1y10w`, truncated.
    private func coarseness(of age: Double) -> Double {
        switch age {
        case ..<86_400: 3
        case ..<(7 * 86_400): 3600 + 3
        case ..<(365 * 86_400): 86_400 + 3
        default: 7 * 86_400 + 3
        }
    }

    /// The catalog's order: of equal severity the cause stands above what follows from it.
    private static let rank = Dictionary(
        uniqueKeysWithValues: RuleCatalog.all.enumerated().map { ($0.element.id, $0.offset) })

    private static func precedes(_ a: Finding, _ b: Finding) -> Bool {
        if a.severity != b.severity { return a.severity > b.severity }
        if a.rule != b.rule { return (rank[a.rule] ?? .max, a.rule) < (rank[b.rule] ?? .max, b.rule) }
        return a.subject.sortKey < b.subject.sortKey
    }
}

extension Subject {
    /// An order that a person expects: by rack, node, leaf, prefix.
    fileprivate var sortKey: SortKey {
        SortKey(
            rack: rack ?? "", node: node ?? NodeName(""), leaf: leaf ?? LeafID(0),
            rest: (prefix?.description ?? "") + (service?.description ?? "") + (source?.description ?? ""))
    }

    fileprivate struct SortKey: Comparable {
        var rack: String
        var node: NodeName
        var leaf: LeafID
        var rest: String

        static func < (a: SortKey, b: SortKey) -> Bool {
            if a.rack != b.rack { return naturallyPrecedes(a.rack, b.rack) }
            if a.node != b.node { return a.node < b.node }
            return a.leaf == b.leaf ? a.rest < b.rest : a.leaf < b.leaf
        }
    }
}
