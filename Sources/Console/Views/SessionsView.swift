public import Correlation
import Fabric
import FoundationEssentials
import Terminal

/// The view of sessions: both ends of each, side by side.
public enum SessionsView {
    /// Rack, leaf, node, addresses, AS numbers, states of both ends, verdict, age, accepted and advertised.
    public static let view = EntityView<Session>(
        name: "sessions",
        columns: [
            ViewColumn(TableColumn.of("rack", title: "RACK", minWidth: 6, drops: 4), key: { .name($0.rack ?? "") }) {
                row, _ in [TextSpan(row.rack ?? "?")]
            },
            ViewColumn(TableColumn.of("leaf", title: "LEAF", minWidth: 4), key: { SortKey($0.key.leaf.number) }) {
                row, _ in [TextSpan(row.key.leaf.description)]
            },
            ViewColumn(
                TableColumn.of("node", title: "NODE", minWidth: 8, weight: 1), key: { .name($0.key.node.text) }
            ) { row, _ in [TextSpan(row.key.node.text)] },
            ViewColumn(
                TableColumn.of("leaf-address", title: "LEAF-ADDR", minWidth: 11, drops: 5),
                key: { .text($0.leafAddress?.description ?? "") }
            ) { row, _ in [TextSpan(row.leafAddress?.description ?? "?", .textDim)] },
            ViewColumn(
                TableColumn.of("node-address", title: "NODE-ADDR", minWidth: 11, drops: 6),
                key: { .text($0.nodeAddress?.description ?? "") }
            ) { row, _ in [TextSpan(row.nodeAddress?.description ?? "?", .textDim)] },
            ViewColumn(
                TableColumn.of("leaf-as", title: "LEAF-AS", drops: 7), key: { SortKey($0.leafAS.map { Int($0.value) }) }
            ) { row, _ in [TextSpan(row.leafAS?.description ?? "?", .textDim)] },
            ViewColumn(
                TableColumn.of("node-as", title: "NODE-AS", drops: 7), key: { SortKey($0.nodeAS.map { Int($0.value) }) }
            ) { row, _ in [TextSpan(row.nodeAS?.description ?? "?", .textDim)] },
            ViewColumn(
                TableColumn.of("leaf-state", title: "LEAF SAYS", minWidth: 11, drops: 1),
                key: { .text($0.leafState?.words ?? "") }
            ) { row, _ in [leafWord(row)] },
            ViewColumn(
                TableColumn.of("node-state", title: "NODE SAYS", minWidth: 11, drops: 1),
                key: { .text($0.nodeState?.words ?? "") }
            ) { row, _ in [nodeWord(row)] },
            ViewColumn(
                TableColumn.of("verdict", title: "VERDICT", minWidth: 9),
                key: { Wording.order($0.verdict) }
            ) { row, _ in [Wording.verdict(row.verdict)] },
            ViewColumn(
                TableColumn.of("age", title: "AGE", minWidth: 6, alignment: .trailing), isWatched: false,
                key: { SortKey($0.since.map { -$0.timeIntervalSince1970 }) }
            ) { row, now in [TextSpan(Wording.age(since: row.since, at: now))] },
            ViewColumn(
                TableColumn.of("accepted", title: "ACC", alignment: .trailing, drops: 2), key: { SortKey($0.accepted) }
            ) { row, _ in [TextSpan(Wording.count(row.accepted))] },
            ViewColumn(
                TableColumn.of("advertised", title: "ADV", alignment: .trailing, drops: 2),
                key: { SortKey($0.advertised) }
            ) { row, _ in [TextSpan(Wording.count(row.advertised))] },
        ],
        emptyText: "no sessions yet",
        id: { .session($0.key) },
        record: { row, now in
            [
                FieldEntry("rack", Field(row.rack)),
                FieldEntry("leaf", .integer(row.key.leaf.number)),
                FieldEntry("node", .text(row.key.node.text)),
                FieldEntry("leaf_address", Field(row.leafAddress?.description)),
                FieldEntry("node_address", Field(row.nodeAddress?.description)),
                FieldEntry("leaf_as", Field(row.leafAS.map { Int($0.value) })),
                FieldEntry("node_as", Field(row.nodeAS.map { Int($0.value) })),
                FieldEntry("leaf_state", Field(row.leafState?.words)),
                FieldEntry("node_state", Field(row.nodeState?.words)),
                FieldEntry("verdict", .text(row.verdict.rawValue)),
                FieldEntry("since_seconds", Field(row.since.map { Int(max(0, now.timeIntervalSince($0))) })),
                FieldEntry("accepted", Field(row.accepted)),
                FieldEntry("advertised", Field(row.advertised)),
            ]
        },
        isProblem: { $0.verdict != .up },
        words: {
            [
                ("rack", $0.rack ?? ""), ("leaf", $0.key.leaf.description), ("node", $0.key.node.text),
                ("state", $0.verdict.rawValue), ("as", $0.nodeAS?.description ?? ""),
                ("as", $0.leafAS?.description ?? ""), ("address", $0.nodeAddress?.description ?? ""),
                ("address", $0.leafAddress?.description ?? ""), ("says", $0.leafState?.words ?? ""),
                ("says", $0.nodeState?.words ?? ""),
            ]
        })

    private static func leafWord(_ row: Session) -> TextSpan {
        guard let state = row.leafState else { return TextSpan(row.isLeafRead ? "no row" : "?", .statusUnknown) }
        return TextSpan(state.words, state.isEstablished ? .sessionUp : .sessionDown)
    }

    private static func nodeWord(_ row: Session) -> TextSpan {
        guard let peer = row.nodePeer?.value else { return TextSpan(row.isNodeRead ? "no row" : "?", .statusUnknown) }
        guard let state = peer.state else { return TextSpan(peer.protocolState, .sessionDown) }
        let word = peer.isRecovering ? "\(state.words) (wait)" : state.words
        return TextSpan(word, peer.isUp ? .sessionUp : .sessionDown)
    }
}
