public import Design
import Fabric
import FoundationEssentials
import Terminal

/// The view of limits, their use, and what still fits.
public enum CapacityView {
    /// Scope, what is counted, use, limit, percent, what is left, where the limit comes from.
    public static let view = EntityView<CapacityRow>(
        name: "capacity",
        columns: [
            ViewColumn(TableColumn.of("scope", title: "SCOPE", minWidth: 9), key: { .text($0.scope) }) { row, _ in
                [TextSpan(row.scope, .textStrong)]
            },
            ViewColumn(TableColumn.of("what", title: "WHAT", minWidth: 18, weight: 2), key: { .text($0.what) }) {
                row, _ in [TextSpan(row.what)]
            },
            ViewColumn(
                TableColumn.of("used", title: "USED", minWidth: 5, alignment: .trailing), key: { SortKey($0.used) }
            ) { row, _ in [TextSpan(isRoom(row) ? "" : Wording.count(row.used))] },
            ViewColumn(
                TableColumn.of("limit", title: "LIMIT", minWidth: 5, alignment: .trailing), key: { SortKey($0.limit) }
            ) { row, _ in [TextSpan(isRoom(row) ? "" : Wording.count(row.limit), .textDim)] },
            ViewColumn(
                TableColumn.of("percent", title: "%", minWidth: 3, alignment: .trailing, drops: 1),
                key: { SortKey($0.percent) }
            ) { row, _ in [TextSpan(isRoom(row) ? "" : row.percent.map { "\($0)" } ?? "?")] },
            ViewColumn(
                TableColumn.of("left", title: "LEFT", minWidth: 5, alignment: .trailing), key: { SortKey($0.headroom) }
            ) { row, _ in [TextSpan(Wording.count(row.headroom), role(row))] },
            ViewColumn(
                TableColumn.of("trend", title: "TREND", minWidth: 8, drops: 1), key: { SortKey($0.trend?.change) }
            ) { row, _ in [TextSpan(row.trend?.words ?? "", .textDim)] },
            ViewColumn(TableColumn.of("level", title: "LEVEL", minWidth: 7), key: { SortKey(-$0.level.rawValue) }) {
                row, _ in [TextSpan(row.level.word, role(row))]
            },
            ViewColumn(
                TableColumn.of("source", title: "SOURCE", minWidth: 20, weight: 4, drops: 2), key: { .text($0.source) }
            ) { row, _ in [TextSpan(row.source, .textDim)] },
        ],
        emptyText: "no leaf is known yet",
        id: { .capacity(scope: $0.scope, what: $0.what) },
        record: { row, _ in
            [
                FieldEntry("scope", .text(row.scope)), FieldEntry("leaf", Field(row.leaf?.number)),
                FieldEntry("rack", Field(row.rack)), FieldEntry("what", .text(row.what)),
                FieldEntry("used", Field(row.used)), FieldEntry("limit", Field(row.limit)),
                FieldEntry("percent", Field(row.percent)), FieldEntry("left", Field(row.headroom)),
                FieldEntry("level", .text(row.level.word)), FieldEntry("source", .text(row.source)),
                FieldEntry("trend", Field(row.trend?.words)),
            ]
        },
        isProblem: { $0.level == .note || $0.level == .warning },
        words: {
            [("scope", $0.scope), ("what", $0.what), ("leaf", $0.leaf?.description ?? ""), ("rack", $0.rack ?? "")]
        })

    /// Rows that tell what still fits have no use of their own.
    private static func isRoom(_ row: CapacityRow) -> Bool { row.used == nil && row.limit == nil }

    private static func role(_ row: CapacityRow) -> Role {
        switch row.level {
        case .ok: .statusOk
        case .note: .statusWarn
        case .warning: .statusCritical
        case .unknown: .statusUnknown
        }
    }
}
