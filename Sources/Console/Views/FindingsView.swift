public import Correlation
import Fabric
import FoundationEssentials
import Terminal

/// The view of findings, worst first.
public enum FindingsView {
    /// Severity, rule, subject, since, one-line cause.
    public static let view = EntityView<Finding>(
        name: "findings",
        columns: [
            ViewColumn(
                TableColumn.of("severity", title: "SEVERITY", minWidth: 8), key: { SortKey(-$0.severity.rawValue) }
            ) { row, _ in [Wording.severity(row.severity)] },
            ViewColumn(TableColumn.of("rule", title: "RULE", minWidth: 16, drops: 3), key: { .text($0.rule.text) }) {
                row, _ in [TextSpan(row.rule.text)]
            },
            ViewColumn(
                TableColumn.of("subject", title: "SUBJECT", minWidth: 16, drops: 4), key: { .text(subject($0.subject)) }
            ) { row, _ in [TextSpan(subject(row.subject), .textStrong)] },
            ViewColumn(
                TableColumn.of("since", title: "SINCE", minWidth: 6, alignment: .trailing, drops: 2), isWatched: false,
                key: { SortKey($0.since.map { -$0.timeIntervalSince1970 }) }
            ) { row, now in [TextSpan(Wording.age(since: row.since, at: now), .textDim)] },
            ViewColumn(
                TableColumn.of("summary", title: "SUMMARY", minWidth: 32, weight: 6), key: { .text($0.summary) }
            ) { row, _ in [TextSpan(row.summary)] },
            ViewColumn(
                TableColumn.of("cause", title: "CAUSE", minWidth: 30, weight: 6, drops: 5), key: { .text($0.cause) }
            ) { row, _ in [TextSpan(row.cause, .textDim)] },
        ],
        emptyText: "no findings: every rule holds",
        id: { .finding($0.identity) },
        record: { row, _ in
            [
                FieldEntry("rule", .text(row.rule.text)),
                FieldEntry("severity", .text(row.severity.description)),
                FieldEntry("subject", .record(subjectEntries(row.subject))),
                FieldEntry("since", Field(row.since)),
                FieldEntry("summary", .text(row.summary)),
                FieldEntry("cause", .text(row.cause)),
                FieldEntry("evidence", .list(row.evidence.map(evidence))),
                FieldEntry("remedy", .text(row.remedy)),
            ]
        },
        isProblem: { $0.severity > .note },
        words: {
            [
                ("rule", $0.rule.text), ("severity", $0.severity.description), ("rack", $0.subject.rack ?? ""),
                ("leaf", $0.subject.leaf?.description ?? ""), ("node", $0.subject.node?.text ?? ""),
                ("prefix", $0.subject.prefix?.description ?? ""),
                ("service", $0.subject.service?.description ?? ""), ("summary", $0.summary), ("cause", $0.cause),
            ]
        },
        prefix: { row in row.subject.prefix.map { ($0, row.subject.leaf) } })

    /// A subject in a few words: `node-5 ↔ leaf 104`.
    public static func subject(_ subject: Subject) -> String {
        var words: [String] = []
        if let service = subject.service { words.append(service.description) }
        if let prefix = subject.prefix { words.append(prefix.description) }
        if let node = subject.node { words.append(node.text) }
        if let leaf = subject.leaf { words.append("leaf \(leaf)") }
        if words.isEmpty, let source = subject.source { words.append(source.description) }
        if words.isEmpty, let rack = subject.rack { words.append(rack) }
        return words.isEmpty ? "fabric" : words.joined(separator: " ")
    }

    private static func subjectEntries(_ subject: Subject) -> [FieldEntry] {
        [
            FieldEntry("rack", Field(subject.rack)), FieldEntry("leaf", Field(subject.leaf?.number)),
            FieldEntry("node", Field(subject.node?.text)), FieldEntry("prefix", Field(subject.prefix?.description)),
            FieldEntry("service", Field(subject.service?.description)),
        ]
    }

    private static func evidence(_ line: EvidenceLine) -> Field {
        .record([
            FieldEntry("source", .text(line.source.description)), FieldEntry("command", .text(line.command)),
            FieldEntry("excerpt", .text(line.excerpt)),
        ])
    }
}
