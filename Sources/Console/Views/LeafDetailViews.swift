import Correlation
import Fabric
import FoundationEssentials
import Terminal

/// A neighbor of a leaf with the node that has its address.
struct LeafPeerRow: Sendable, Hashable {
    var peer: LeafPeer
    var node: NodeName?
    var observed: Date
}

/// The neighbors of a leaf as its summary prints them, and whose they are.
enum LeafPeersView {
    static let view = EntityView<LeafPeerRow>(
        name: "peers",
        columns: [
            ViewColumn(
                TableColumn.of("neighbor", title: "NEIGHBOR", minWidth: 13),
                key: { .name($0.peer.neighbor.description) }
            ) { row, _ in [TextSpan(row.peer.neighbor.description)] },
            ViewColumn(
                TableColumn.of("node", title: "NODE", minWidth: 8, weight: 2), key: { .name($0.node?.text ?? "") }
            ) { row, _ in [row.node.map { TextSpan($0.text) } ?? TextSpan("no node", .statusUnknown)] },
            ViewColumn(
                TableColumn.of("as", title: "AS", minWidth: 5, drops: 1), key: { SortKey(Int($0.peer.asn.value)) }
            ) { row, _ in [TextSpan(row.peer.asPrinted)] },
            ViewColumn(
                TableColumn.of("received", title: "MSGRCVD", alignment: .trailing, drops: 4), isWatched: false,
                key: { SortKey(Double($0.peer.messagesReceived)) }
            ) { row, _ in [TextSpan("\(row.peer.messagesReceived)", .textDim)] },
            ViewColumn(
                TableColumn.of("sent", title: "MSGSENT", alignment: .trailing, drops: 4), isWatched: false,
                key: { SortKey(Double($0.peer.messagesSent)) }
            ) { row, _ in [TextSpan("\(row.peer.messagesSent)", .textDim)] },
            ViewColumn(
                TableColumn.of("queues", title: "INQ/OUTQ", alignment: .trailing, drops: 5), isWatched: false,
                key: { SortKey(Double($0.peer.inQueue)) }
            ) { row, _ in [TextSpan("\(row.peer.inQueue)/\(row.peer.outQueue)", .textDim)] },
            ViewColumn(
                TableColumn.of("updown", title: "UP/DOWN", minWidth: 8, alignment: .trailing), isWatched: false,
                key: { SortKey($0.peer.age?.seconds) }
            ) { row, _ in [TextSpan(row.peer.upDown)] },
            ViewColumn(
                TableColumn.of("state", title: "STATE/PFXRCD", minWidth: 12), key: { .text($0.peer.stateOrPrefixes) }
            ) { row, _ in
                [TextSpan(row.peer.stateOrPrefixes, row.peer.state.isEstablished ? .sessionUp : .sessionDown)]
            },
        ],
        emptyText: "the summary was not read yet",
        id: { .peer($0.peer.neighbor) },
        record: { row, _ in
            [
                FieldEntry("neighbor", .text(row.peer.neighbor.description)),
                FieldEntry("node", Field(row.node?.text)),
                FieldEntry("as", .integer(Int(row.peer.asn.value))),
                FieldEntry("msg_rcvd", .integer(Int(clamping: row.peer.messagesReceived))),
                FieldEntry("msg_sent", .integer(Int(clamping: row.peer.messagesSent))),
                FieldEntry("up_down", .text(row.peer.upDown)),
                FieldEntry("state_pfxrcd", .text(row.peer.stateOrPrefixes)),
            ]
        },
        isProblem: { !$0.peer.state.isEstablished },
        words: {
            [
                ("node", $0.node?.text ?? ""), ("neighbor", $0.peer.neighbor.description),
                ("as", $0.peer.asn.description), ("state", $0.peer.state.words),
            ]
        })
}

extension AppState {
    /// The neighbors of the leaf that the detail is about.
    func leafPeers(_ picture: Picture) -> [LeafPeerRow] {
        guard let leaf = subjectLeaf, let summaries = snapshot?.leaves[leaf]?.summaries else { return [] }
        let names = nodeNames
        let vrf = snapshot?.inventory.vrf
        return summaries.value.filter { vrf == nil || $0.vrf == nil || $0.vrf == vrf }.flatMap(\.peers).map {
            LeafPeerRow(peer: $0, node: names[$0.neighbor].map { NodeName($0) }, observed: summaries.at)
        }
    }

    /// The routing table of the leaf that the detail is about.
    ///
    /// A filter that is an address shows its longest match; a prefix shows what lies inside; anything else is looked
    /// for in prefix and next hops. Rows are formatted when drawn, so that 128,000 of them cost nothing.
    func leafRouteTable() -> PaneTable {
        let columns = LeafRoutes.columns
        guard let leaf = subjectLeaf, let table = leafTable(leaf, .ipv4) ?? leafTable(leaf, .ipv6) else {
            return PaneTable(
                name: "routes", columns: columns,
                rows: LazyTableRows(count: 0, id: { .line($0) }, row: { _ in TableRow([]) }),
                emptyText: "the routes were not read yet", total: 0)
        }
        let names = nodeNames
        let filter = filters[.leafRoutes] ?? ""
        let sort = sorts[.leafRoutes]
        let places = memo.places(arrangementKey(.leafRoutes), stamp) {
            LeafRoutes.sorted(
                AppState.routes(of: table, filter: filter, names) ?? Array(0..<table.count), of: table, by: sort)
        }
        return PaneTable(
            name: "routes", columns: columns,
            rows: LazyTableRows(
                count: places.count, id: { .route(table.prefixes[places[$0]]) },
                row: { AppState.routeRow(table, places[$0], names) }),
            emptyText: "no route of \(table.count) matches", total: table.count)
    }

    /// The rows that a filter leaves; nil: all.
    static func routes(of table: RouteTable, filter: String, _ names: [IPAddress: String]) -> [Int]? {
        let text = filter.trimmingPrefix("prefix:")
        guard !text.isEmpty else { return nil }
        if let address = IPAddress(text) { return table.longestMatch(for: address).map { [$0] } ?? [] }
        if let prefix = IPPrefix(text) {
            let start = table.lowerBound(of: prefix)
            return Array((start..<table.count).prefix { prefix.contains(table.prefixes[$0]) })
        }
        let parsed = RowFilter(filter)
        // Next-hop sets are few and routes many: the words of each set are made once.
        let sets = table.nextHopSets.map { set in
            set.hops.flatMap { hop in
                [
                    ("node", hop.address.flatMap { names[$0] } ?? ""), ("via", hop.address?.description ?? ""),
                    ("owner", hop.owner), ("kind", hop.kind), ("tag", hop.tag.map { "\($0)" } ?? ""),
                ]
            }
        }
        return (0..<table.count).filter { index in
            parsed.matches(
                words: [("prefix", table.prefixes[index].description)] + sets[Int(table.setIndexes[index])],
                prefix: table.prefixes[index])
        }
    }

    private static func routeRow(_ table: RouteTable, _ index: Int, _ names: [IPAddress: String]) -> TableRow {
        let set = table.nextHops(at: index)
        let first = set.hops.first
        return TableRow([
            [TextSpan(table.prefixes[index].description)],
            [TextSpan(set.hops.count > 1 ? "\(set.hops.count): " : "", .textDim), TextSpan(words(set, names))],
            [TextSpan(first?.owner ?? "-", .textDim)], [TextSpan(first?.kind ?? "", .textDim)],
            [TextSpan(first.map { "\($0.preference)" } ?? "", .textDim)],
            [TextSpan(first?.tag.map { "\($0)" } ?? "", .textDim)],
            [TextSpan(Wording.age(Double(table.ages[index])), .textDim)],
        ])
    }
}

/// The columns of a leaf's routing table.
enum LeafRoutes {
    static let columns = [
        TableColumn.of("prefix", title: "PREFIX", minWidth: 18),
        TableColumn.of("hops", title: "NEXT HOPS", minWidth: 14, weight: 6),
        TableColumn.of("owner", title: "OWNER", minWidth: 10, drops: 1),
        TableColumn.of("kind", title: "KIND", minWidth: 8, drops: 2),
        TableColumn.of("pref", title: "PREF", alignment: .trailing, drops: 3),
        TableColumn.of("tag", title: "TAG", minWidth: 5, alignment: .trailing, drops: 4),
        TableColumn.of("age", title: "AGE", minWidth: 6, alignment: .trailing, drops: 2),
    ]

    /// Rows in the order of a sort; without one they stand by prefix.
    static func sorted(_ places: [Int], of table: RouteTable, by sort: TableSort?) -> [Int] {
        guard let sort else { return places }
        let sets = table.nextHopSets.map { set -> SortKey in
            let first = set.hops.first
            switch sort.column {
            case "hops": return SortKey(set.hops.count)
            case "owner": return .text(first?.owner ?? "")
            case "kind": return .text(first?.kind ?? "")
            case "pref": return SortKey(first.map { Int($0.preference) })
            case "tag": return SortKey(first?.tag.map { Int($0) })
            default: return .missing
            }
        }
        func key(_ place: Int) -> SortKey {
            switch sort.column {
            case "prefix": SortKey(place)
            case "age": SortKey(Int(table.ages[place]))
            default: sets[Int(table.setIndexes[place])]
            }
        }
        return ordered(places.map { (key($0), $0) }, isDescending: sort.isDescending)
    }
}
