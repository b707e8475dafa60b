public import Correlation
import Fabric
import FoundationEssentials
import Terminal

/// The view of racks.
public enum RacksView {
    /// Name, AS, leaf pair, nodes, sessions, worst health, maintenance.
    public static let view = EntityView<RackPicture>(
        name: "racks",
        columns: [
            ViewColumn(TableColumn.of("rack", title: "RACK", minWidth: 7, weight: 2), key: { .name($0.rack.name) }) {
                row, _ in [TextSpan(row.rack.name)]
            },
            ViewColumn(
                TableColumn.of("as", title: "AS", minWidth: 5, drops: 2),
                key: { SortKey($0.rack.asn.map { Int($0.value) }) }
            ) { row, _ in [TextSpan(row.rack.asn?.description ?? "?")] },
            ViewColumn(
                TableColumn.of("leaves", title: "LEAVES", minWidth: 7, drops: 1),
                key: { .text($0.rack.leaves.map(\.description).joined()) }
            ) { row, _ in [TextSpan(row.rack.leaves.map(\.description).joined(separator: "+"))] },
            ViewColumn(
                TableColumn.of("nodes", title: "NODES", alignment: .trailing, drops: 3), key: { SortKey($0.nodes) }
            ) { row, _ in [TextSpan("\(row.nodes)")] },
            ViewColumn(
                TableColumn.of("sessions", title: "UP", minWidth: 5, alignment: .trailing),
                key: { SortKey($0.sessionsUp - $0.sessionsTotal) }
            ) { row, _ in
                let role: Role = row.sessionsUp == row.sessionsTotal ? .sessionUp : .sessionDown
                return [TextSpan("\(row.sessionsUp)/\(row.sessionsTotal)", role)]
            },
            ViewColumn(
                TableColumn.of("health", title: "HEALTH", minWidth: 9), key: { Wording.order($0.health) }
            ) { row, _ in [Wording.health(row.health)] },
            ViewColumn(
                TableColumn.of("maintenance", title: "MAINTENANCE", drops: 4), key: { SortKey($0.maintenance.count) }
            ) { row, _ in [TextSpan(row.maintenance.map(\.text).joined(separator: ","), .statusWarn)] },
        ],
        emptyText: "no racks yet",
        id: { .rack($0.rack.name) },
        record: { row, _ in
            [
                FieldEntry("rack", .text(row.rack.name)),
                FieldEntry("as", Field(row.rack.asn.map { Int($0.value) })),
                FieldEntry("leaves", .list(row.rack.leaves.map { .integer($0.number) })),
                FieldEntry("nodes", .integer(row.nodes)),
                FieldEntry("sessions_up", .integer(row.sessionsUp)),
                FieldEntry("sessions_total", .integer(row.sessionsTotal)),
                FieldEntry("health", .text(row.health.description)),
                FieldEntry("maintenance", .list(row.maintenance.map { .text($0.text) })),
                FieldEntry("origin", .text(row.rack.origin.rawValue)),
            ]
        },
        isProblem: { $0.health > .maintenance },
        words: { row in
            [
                ("rack", row.rack.name), ("as", row.rack.asn?.description ?? ""), ("health", row.health.description),
            ] + row.rack.leaves.map { ("leaf", $0.description) } + row.maintenance.map { ("node", $0.text) }
        })
}

/// The view of leaves.
public enum LeavesView {
    /// Id and name, rack, Local-AS, router id, peers against the limit, paths, LPM, table version, freshness.
    public static let view = EntityView<LeafPicture>(
        name: "leaves",
        columns: [
            ViewColumn(
                TableColumn.of("leaf", title: "LEAF", minWidth: 9, weight: 2), key: { SortKey($0.leaf.id.number) }
            ) { row, _ in [TextSpan(name(row))] },
            ViewColumn(TableColumn.of("rack", title: "RACK", minWidth: 6, drops: 2), key: { .name($0.leaf.rack ?? "") })
            {
                row, _ in [TextSpan(row.leaf.rack ?? "?")]
            },
            ViewColumn(
                TableColumn.of("as", title: "LOCAL-AS", minWidth: 5, drops: 3),
                key: { SortKey($0.localAS.map { Int($0.value) }) }
            ) { row, _ in [TextSpan(row.localAS?.description ?? "?")] },
            ViewColumn(
                TableColumn.of("router-id", title: "ROUTER-ID", minWidth: 15, drops: 5),
                key: { .text($0.routerID?.description ?? "") }
            ) { row, _ in [TextSpan(row.routerID?.description ?? "?", .textDim)] },
            ViewColumn(
                TableColumn.of("peers", title: "PEERS", minWidth: 5, alignment: .trailing),
                key: { row in SortKey(row.peersUp.map { $0 - (row.peersTotal ?? 0) }) }
            ) { row, _ in [peers(row)] },
            ViewColumn(
                TableColumn.of("limit", title: "LIMIT", alignment: .trailing, drops: 6), key: { SortKey($0.peerLimit) }
            ) { row, _ in [TextSpan("\(row.peerLimit)", .textDim)] },
            ViewColumn(
                TableColumn.of("paths", title: "PATHS", alignment: .trailing, drops: 1),
                key: { SortKey($0.pathsAccepted) }
            ) { row, _ in [TextSpan(Wording.count(row.pathsAccepted))] },
            ViewColumn(
                TableColumn.of("routes", title: "ROUTES", alignment: .trailing, drops: 4),
                key: { SortKey($0.routesInstalled) }
            ) { row, _ in [TextSpan(Wording.count(row.routesInstalled))] },
            ViewColumn(
                TableColumn.of("version", title: "TABLE", alignment: .trailing, drops: 7),
                key: { SortKey($0.tableVersion.map { Double($0) }) }
            ) { row, _ in [TextSpan(row.tableVersion.map(String.init) ?? "?", .textDim)] },
            ViewColumn(
                TableColumn.of("age", title: "AGE", minWidth: 4, alignment: .trailing, drops: 3), isWatched: false,
                key: { SortKey($0.lastRead?.timeIntervalSince1970) }
            ) { row, now in [TextSpan(Wording.age(since: row.lastRead, at: now), .textDim)] },
            ViewColumn(
                TableColumn.of("health", title: "HEALTH", minWidth: 9), key: { Wording.order($0.health) }
            ) { row, _ in [Wording.health(row.health)] },
        ],
        emptyText: "no leaves yet",
        id: { .leaf($0.leaf.id) },
        record: { row, _ in
            [
                FieldEntry("leaf", .integer(row.leaf.id.number)),
                FieldEntry("name", .text(row.leaf.name)),
                FieldEntry("rack", Field(row.leaf.rack)),
                FieldEntry("local_as", Field(row.localAS.map { Int($0.value) })),
                FieldEntry("router_id", Field(row.routerID?.description)),
                FieldEntry("peers_up", Field(row.peersUp)),
                FieldEntry("peers_total", Field(row.peersTotal)),
                FieldEntry("peer_limit", .integer(row.peerLimit)),
                FieldEntry("paths_accepted", Field(row.pathsAccepted)),
                FieldEntry("routes_installed", Field(row.routesInstalled)),
                FieldEntry("lpm_limit", .integer(row.lpmLimit)),
                FieldEntry("table_version", Field(row.tableVersion.map { Int(clamping: $0) })),
                FieldEntry("last_read", Field(row.lastRead)),
                FieldEntry("health", .text(row.health.description)),
                FieldEntry("origin", .text(row.leaf.origin.rawValue)),
            ]
        },
        isProblem: { $0.health > .maintenance },
        words: {
            [
                ("leaf", $0.leaf.id.description), ("leaf", $0.leaf.name), ("rack", $0.leaf.rack ?? ""),
                ("as", $0.localAS?.description ?? ""), ("address", $0.routerID?.description ?? ""),
                ("health", $0.health.description),
            ]
        })

    private static func name(_ row: LeafPicture) -> String {
        row.leaf.name.contains(row.leaf.id.description) ? row.leaf.name : "\(row.leaf.id) \(row.leaf.name)"
    }

    private static func peers(_ row: LeafPicture) -> TextSpan {
        let role: Role = row.peersUp == nil ? .statusUnknown : row.peersUp == row.peersTotal ? .sessionUp : .sessionDown
        return TextSpan("\(Wording.count(row.peersUp))/\(Wording.count(row.peersTotal))", role)
    }
}
