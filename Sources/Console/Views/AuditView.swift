public import Design
import FoundationEssentials
import Terminal

/// The view of an audit: departures first, then what cannot be told, then what holds.
public enum AuditView {
    /// Verdict, rule, subject, what the fabric says and should say, the place in the paper.
    public static let view = EntityView<AuditEntry>(
        name: "audit",
        columns: [
            ViewColumn(TableColumn.of("verdict", title: "VERDICT", minWidth: 8), key: { SortKey(rank($0)) }) { row, _ in
                [word(row)]
            },
            ViewColumn(TableColumn.of("rule", title: "RULE", minWidth: 16), key: { .text($0.rule) }) { row, _ in
                [TextSpan(row.rule)]
            },
            ViewColumn(TableColumn.of("subject", title: "SUBJECT", minWidth: 12, drops: 1), key: { .text($0.subject) })
            {
                row, _ in [TextSpan(row.subject, .textStrong)]
            },
            ViewColumn(TableColumn.of("says", title: "SAYS", minWidth: 16, weight: 7), key: { .text($0.says) }) {
                row, _ in [TextSpan(row.says)]
            },
            ViewColumn(
                TableColumn.of("should", title: "SHOULD SAY", minWidth: 16, weight: 5, drops: 2),
                key: { .text($0.should) }
            ) { row, _ in [TextSpan(row.should, .textDim)] },
            ViewColumn(
                TableColumn.of("place", title: "IN THE PAPER", minWidth: 12, weight: 2, drops: 3),
                key: { .text($0.place) }
            ) { row, _ in [TextSpan(row.place, .textDim)] },
        ],
        emptyText: "not audited yet",
        id: { .audit(rule: $0.rule, place: place($0)) },
        record: { row, _ in
            [
                FieldEntry("rule", .text(row.rule)), FieldEntry("verdict", .text(row.verdict.rawValue)),
                FieldEntry("severity", Field(row.severity?.word)), FieldEntry("subject", .text(row.subject)),
                FieldEntry("says", .text(row.says)), FieldEntry("should", .text(row.should)),
                FieldEntry("place", .text(row.place)), FieldEntry("why", .text(row.why)),
                FieldEntry("mend", .text(row.mend)), FieldEntry("remark", Field(row.remark)),
            ]
        },
        isProblem: { $0.verdict == .departs },
        words: { [("rule", $0.rule), ("verdict", $0.verdict.rawValue), ("subject", $0.subject)] })

    /// Entries in the order of the view: warnings, notes, unknown, what holds.
    public static func ordered(_ entries: [AuditEntry]) -> [AuditEntry] {
        entries.enumerated().sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }.map(\.element)
    }

    /// What tells two departures of one rule apart: the subject and what it says.
    static func place(_ entry: AuditEntry) -> String { "\(entry.subject): \(entry.says)" }

    private static func rank(_ row: AuditEntry) -> Int {
        switch row.verdict {
        case .departs: row.severity == .warning ? 0 : 1
        case .unknown: 2
        case .holds: 3
        case .notApplicable: 4
        }
    }

    private static func word(_ row: AuditEntry) -> TextSpan {
        switch row.verdict {
        case .departs: row.severity == .warning ? TextSpan("DEPARTS", .statusWarn) : TextSpan("departs", .diffChange)
        case .unknown: TextSpan("unknown", .statusUnknown)
        case .holds: TextSpan("holds", .statusOk)
        case .notApplicable: TextSpan("n/a", .textDim)
        }
    }

    /// The detail of an entry.
    static func text(_ entry: AuditEntry) -> [TextLine] {
        func part(_ head: String, _ text: String) -> [TextLine] { [[TextSpan(head, .header)], [TextSpan(text)], []] }
        var lines: [TextLine] = [[word(entry), TextSpan("  "), TextSpan(entry.subject, .textStrong)], []]
        lines += part("The fabric says", entry.says) + part("It should say", entry.should)
        lines += part("Why", entry.why) + part("How to mend it", entry.mend) + part("In the paper", entry.place)
        if let remark = entry.remark { lines += part("The paper errs or has aged", remark) }
        return lines
    }
}
