public import Correlation
import Fabric
import Terminal

/// The view of the prefix ledger.
public enum PrefixesView {
    /// Rack, leaf, node, prefix, kind, expected, advertised, accepted, installed, verdict, reason.
    public static let view = EntityView<LedgerEntry>(
        name: "prefixes",
        columns: [
            ViewColumn(TableColumn.of("rack", title: "RACK", minWidth: 6, drops: 8), key: { .name($0.rack ?? "") }) {
                row, _ in [TextSpan(row.rack ?? "?")]
            },
            ViewColumn(TableColumn.of("leaf", title: "LEAF"), key: { SortKey($0.key.leaf.number) }) {
                row, _ in [TextSpan(row.key.leaf.description)]
            },
            ViewColumn(
                TableColumn.of("node", title: "NODE", minWidth: 8, weight: 1, drops: 5),
                key: { .name($0.key.node.text) }
            ) { row, _ in [TextSpan(row.key.node.text)] },
            ViewColumn(
                TableColumn.of("prefix", title: "PREFIX", minWidth: 17), key: { .text($0.prefix.description) }
            ) { row, _ in [TextSpan(row.prefix.description)] },
            ViewColumn(
                TableColumn.of("kind", title: "KIND", minWidth: 13, drops: 3), key: { .text($0.kind.rawValue) }
            ) { row, _ in [TextSpan(row.kind.rawValue, .textDim)] },
            ViewColumn(TableColumn.of("expected", title: "EXP", drops: 4), key: { .text($0.expected.rawValue) }) {
                row, _ in [Wording.knowledge(row.expected)]
            },
            ViewColumn(TableColumn.of("advertised", title: "ADV", drops: 2), key: { .text($0.advertised.rawValue) }) {
                row, _ in [Wording.knowledge(row.advertised)]
            },
            ViewColumn(TableColumn.of("accepted", title: "ACC", drops: 2), key: { .text($0.accepted.rawValue) }) {
                row, _ in [Wording.knowledge(row.accepted)]
            },
            ViewColumn(TableColumn.of("installed", title: "INST", drops: 2), key: { .text($0.installed.rawValue) }) {
                row, _ in [Wording.knowledge(row.installed)]
            },
            ViewColumn(
                TableColumn.of("verdict", title: "VERDICT", minWidth: 14), key: { .text($0.verdict.rawValue) }
            ) { row, _ in [Wording.prefixVerdict(row.verdict)] },
            ViewColumn(
                TableColumn.of("reason", title: "REASON", minWidth: 12, weight: 6, drops: 1), key: { .text($0.reason) }
            ) { row, _ in [TextSpan(row.reason, .textDim)] },
        ],
        emptyText: "no prefixes known",
        id: { .ledger($0.key, $0.prefix) },
        record: { row, _ in
            [
                FieldEntry("rack", Field(row.rack)),
                FieldEntry("leaf", .integer(row.key.leaf.number)),
                FieldEntry("node", .text(row.key.node.text)),
                FieldEntry("prefix", .text(row.prefix.description)),
                FieldEntry("kind", .text(row.kind.rawValue)),
                FieldEntry("expected", .text(row.expected.rawValue)),
                FieldEntry("advertised", .text(row.advertised.rawValue)),
                FieldEntry("accepted", .text(row.accepted.rawValue)),
                FieldEntry("installed", .text(row.installed.rawValue)),
                FieldEntry("verdict", .text(row.verdict.rawValue)),
                FieldEntry("rule", Field(row.rule?.text)),
                FieldEntry("reason", .text(row.reason)),
            ]
        },
        isProblem: { ![.ok, .denied, .unknown].contains($0.verdict) },
        words: {
            [
                ("rack", $0.rack ?? ""), ("leaf", $0.key.leaf.description), ("node", $0.key.node.text),
                ("prefix", $0.prefix.description), ("kind", $0.kind.rawValue), ("state", $0.verdict.rawValue),
                ("rule", $0.rule?.text ?? ""), ("reason", $0.reason),
            ]
        },
        prefix: { ($0.prefix, $0.key.leaf) })
}

/// The view of services on leaves.
public enum ServicesView {
    /// Service, prefix, leaf, expected nodes, next hops, shares, skew, clipped, verdict.
    public static let view = EntityView<ServiceView>(
        name: "services",
        columns: [
            ViewColumn(
                TableColumn.of("service", title: "SERVICE", minWidth: 14, weight: 2),
                key: { .text($0.service?.description ?? "") }
            ) { row, _ in [TextSpan(row.service?.description ?? "(range)")] },
            ViewColumn(
                TableColumn.of("prefix", title: "PREFIX", minWidth: 15), key: { .text($0.prefix.description) }
            ) { row, _ in [TextSpan(row.prefix.description)] },
            ViewColumn(TableColumn.of("leaf", title: "LEAF"), key: { SortKey($0.leaf.number) }) {
                row, _ in [TextSpan(row.leaf.description)]
            },
            ViewColumn(
                TableColumn.of("expected", title: "EXPECTED", minWidth: 22, weight: 2, drops: 3),
                key: { SortKey($0.expectedNodes.count) }
            ) { row, _ in [TextSpan("\(row.expectedNodes.count) " + list(row.expectedNodes.map(\.text)), .textDim)] },
            ViewColumn(
                TableColumn.of("next-hops", title: "NEXT HOPS", minWidth: 22, weight: 3, drops: 1),
                key: { SortKey($0.nextHops.count) }
            ) { row, _ in [TextSpan("\(row.nextHops.count) " + list(row.nextHops))] },
            ViewColumn(
                TableColumn.of("shares", title: "SHARES", minWidth: 10, weight: 3, drops: 4),
                key: { SortKey($0.shares.count) }
            ) { row, _ in [TextSpan(shares(row), .textDim)] },
            ViewColumn(TableColumn.of("skew", title: "SKEW", alignment: .trailing), key: { SortKey($0.skew) }) {
                row, _ in [TextSpan(Wording.skew(row.skew), Wording.skewRole(row.skew))]
            },
            ViewColumn(
                TableColumn.of("clipped", title: "CLIPPED", drops: 5), key: { SortKey($0.isClipped ? 1 : 0) }
            ) { row, _ in [TextSpan(row.isClipped ? "clipped" : "", .statusWarn)] },
            ViewColumn(TableColumn.of("verdict", title: "VERDICT", minWidth: 7), key: { .text($0.verdict.rawValue) }) {
                row, _ in [Wording.serviceVerdict(row.verdict)]
            },
        ],
        emptyText: "no services known",
        id: { .service($0.prefix, $0.leaf) },
        record: { row, _ in
            [
                FieldEntry("service", Field(row.service?.description)),
                FieldEntry("prefix", .text(row.prefix.description)),
                FieldEntry("leaf", .integer(row.leaf.number)),
                FieldEntry("expected_nodes", .list(row.expectedNodes.map { .text($0.text) })),
                FieldEntry("next_hops", .list(row.nextHops.map(Field.text))),
                FieldEntry("shares", .list(row.shares.map(share))),
                FieldEntry("skew", Field(row.skew)),
                FieldEntry("clipped", .flag(row.isClipped)),
                FieldEntry("verdict", .text(row.verdict.rawValue)),
            ]
        },
        isProblem: { ![.even, .unknown].contains($0.verdict) },
        words: {
            [
                ("service", $0.service?.description ?? "range"), ("prefix", $0.prefix.description),
                ("leaf", $0.leaf.description), ("state", $0.verdict.rawValue),
                ("state", $0.isClipped ? "clipped" : ""),
            ] + $0.nextHops.map { ("node", $0) }
        },
        prefix: { ($0.prefix, $0.leaf) })

    private static func list(_ names: [String]) -> String { names.joined(separator: " ") }

    private static func shares(_ row: ServiceView) -> String {
        row.shares.map { "\($0.node) \(Int(($0.share * 100).rounded()))%" }.joined(separator: " ")
    }

    private static func share(_ share: NodeShare) -> Field {
        .record([
            FieldEntry("node", .text(share.node.text)), FieldEntry("endpoints", Field(share.endpoints)),
            FieldEntry("share", .number(share.share)),
        ])
    }
}
