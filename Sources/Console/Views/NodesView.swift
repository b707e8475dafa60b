public import Correlation
import Fabric
import FoundationEssentials
import Terminal

/// The view of nodes: one row per node, both its sessions side by side.
public enum NodesView {
    /// Name, rack, AS, address, session to leaf A and B, prefixes, services, skew, health.
    public static let view = EntityView<NodePicture>(
        name: "nodes",
        columns: [
            ViewColumn(
                TableColumn.of("node", title: "NODE", minWidth: 9, weight: 3), key: { .name($0.node.name.text) }
            ) { row, _ in [TextSpan(row.node.name.text)] },
            ViewColumn(TableColumn.of("rack", title: "RACK", minWidth: 6, drops: 3), key: { .name($0.node.rack ?? "") })
            { row, _ in [TextSpan(row.node.rack ?? "?")] },
            ViewColumn(
                TableColumn.of("as", title: "AS", minWidth: 5, drops: 4),
                key: { SortKey($0.node.asn.map { Int($0.value) }) }
            ) { row, _ in [TextSpan(row.node.asn?.description ?? "?")] },
            ViewColumn(
                TableColumn.of("address", title: "ADDRESS", minWidth: 12, drops: 6),
                key: { .text($0.node.address?.description ?? "") }
            ) { row, _ in [TextSpan(row.node.address?.description ?? "?", .textDim)] },
            ViewColumn(TableColumn.of("a", title: "LEAF A", minWidth: 16, weight: 1), key: { order($0, 0) }) {
                row, now in session(row, 0, now)
            },
            ViewColumn(TableColumn.of("b", title: "LEAF B", minWidth: 16, weight: 1), key: { order($0, 1) }) {
                row, now in session(row, 1, now)
            },
            ViewColumn(
                TableColumn.of("prefixes", title: "ADV/ACC/INST", alignment: .trailing, drops: 2),
                key: { SortKey($0.advertised) }
            ) { row, _ in [prefixes(row)] },
            ViewColumn(
                TableColumn.of("services", title: "SVC", alignment: .trailing, drops: 5), key: { SortKey($0.services) }
            ) { row, _ in [TextSpan(Wording.count(row.services))] },
            ViewColumn(
                TableColumn.of("skew", title: "SKEW", alignment: .trailing, drops: 3), key: { SortKey($0.skew) }
            ) { row, _ in [TextSpan(Wording.skew(row.skew), Wording.skewRole(row.skew))] },
            ViewColumn(
                TableColumn.of("health", title: "HEALTH", minWidth: 9), key: { Wording.order($0.health) }
            ) { row, _ in health(row) },
        ],
        emptyText: "no nodes yet",
        id: { .node($0.node.name) },
        record: { row, _ in
            [
                FieldEntry("node", .text(row.node.name.text)),
                FieldEntry("rack", Field(row.node.rack)),
                FieldEntry("as", Field(row.node.asn.map { Int($0.value) })),
                FieldEntry("address", Field(row.node.address?.description)),
                FieldEntry(
                    "sessions",
                    .list(
                        row.sessions.map {
                            .record([
                                FieldEntry("leaf", .integer($0.key.leaf.number)),
                                FieldEntry("verdict", .text($0.verdict.rawValue)),
                            ])
                        })),
                FieldEntry("advertised", Field(row.advertised)),
                FieldEntry("accepted", Field(row.accepted)),
                FieldEntry("installed", Field(row.installed)),
                FieldEntry("services", Field(row.services)),
                FieldEntry("skew", Field(row.skew)),
                FieldEntry("cordoned", row.isCordoned.map(Field.flag) ?? .null),
                FieldEntry("health", .text(row.health.description)),
                FieldEntry("origin", .text(row.node.origin.rawValue)),
            ]
        },
        isProblem: { $0.health > .maintenance },
        words: { row in
            [
                ("node", row.node.name.text), ("rack", row.node.rack ?? ""), ("as", row.node.asn?.description ?? ""),
                ("address", row.node.address?.description ?? ""), ("health", row.health.description),
                ("health", row.isCordoned == true ? "cordoned" : ""),
            ] + row.sessions.flatMap { [("state", $0.verdict.rawValue), ("leaf", $0.key.leaf.description)] }
        })

    private static func session(_ row: NodePicture, _ side: Int, _ now: Date) -> TextLine {
        guard side < row.sessions.count else { return [TextSpan("-", .textDim)] }
        let session = row.sessions[side]
        return [
            TextSpan("\(session.key.leaf) ", .textDim), Wording.verdict(session.verdict),
            TextSpan(" " + Wording.age(since: session.since, at: now), .textDim),
        ]
    }

    private static func order(_ row: NodePicture, _ side: Int) -> SortKey {
        guard side < row.sessions.count else { return .missing }
        return Wording.order(row.sessions[side].verdict)
    }

    private static func prefixes(_ row: NodePicture) -> TextSpan {
        let text = [row.advertised, row.accepted, row.installed].map(Wording.count).joined(separator: "/")
        return TextSpan(text)
    }

    private static func health(_ row: NodePicture) -> TextLine {
        let word = Wording.health(row.health)
        guard row.isCordoned == true, row.health != .maintenance else { return [word] }
        return [word, TextSpan(" cordoned", .statusWarn)]
    }
}
