import Correlation
import Fabric
import Terminal

/// A route of a node's BIRD beside what the leaves do with it.
struct NodeRouteRow: Sendable, Hashable {
    /// What one leaf does with the prefix.
    struct AtLeaf: Sendable, Hashable {
        var leaf: LeafID
        /// The leaf's name.
        var name: String
        /// BIRD's protocol of the session with the leaf; nil: not read.
        var protocolName: String?
        /// Whether BIRD exports it to this leaf; nil: not read.
        var isExported: Bool?
        /// The leaf's next hops for the very prefix, as words; nil: not installed or not read.
        var nextHops: String?
        /// Whether this node is among them.
        var isThroughNode: Bool
    }

    var route: NodeRoute
    var leaves: [AtLeaf]
}

/// BIRD's table of a node: where each route comes from, who is told of it, what the leaves made of it.
enum NodeRoutesView {
    static let view = EntityView<NodeRouteRow>(
        name: "routes",
        columns: [
            ViewColumn(
                TableColumn.of("prefix", title: "PREFIX", minWidth: 17), key: { .name($0.route.prefix.description) }
            ) { row, _ in [TextSpan(row.route.prefix.description)] },
            ViewColumn(
                TableColumn.of("via", title: "VIA", minWidth: 12, weight: 2, drops: 1), key: { .text(via($0.route)) }
            ) { row, _ in [TextSpan(via(row.route))] },
            ViewColumn(
                TableColumn.of("protocol", title: "FROM", minWidth: 8, weight: 1, drops: 3),
                key: { .text($0.route.protocolName) }
            ) { row, _ in [TextSpan(row.route.protocolName, .textDim)] },
            ViewColumn(
                TableColumn.of("a", title: "LEAF A", minWidth: 20, weight: 3), key: { .text(atLeaf($0, 0).plain) }
            ) { row, _ in atLeaf(row, 0) },
            ViewColumn(
                TableColumn.of("b", title: "LEAF B", minWidth: 20, weight: 3), key: { .text(atLeaf($0, 1).plain) }
            ) { row, _ in atLeaf(row, 1) },
        ],
        emptyText: "BIRD's routes were not read yet",
        id: { .route($0.route.prefix) },
        record: { row, _ in
            [
                FieldEntry("prefix", .text(row.route.prefix.description)), FieldEntry("via", .text(via(row.route))),
                FieldEntry("from", .text(row.route.protocolName)),
                FieldEntry(
                    "leaves",
                    .list(
                        row.leaves.map { leaf in
                            .record([
                                FieldEntry("leaf", .integer(leaf.leaf.number)),
                                FieldEntry("exported", leaf.isExported.map(Field.flag) ?? .null),
                                FieldEntry("next_hops", Field(leaf.nextHops)),
                                FieldEntry("through_node", .flag(leaf.isThroughNode)),
                            ])
                        })),
            ]
        },
        isProblem: { $0.leaves.contains { $0.isExported == true && !$0.isThroughNode } },
        words: { row in
            [("prefix", row.route.prefix.description), ("from", row.route.protocolName), ("via", via(row.route))]
                + row.leaves.flatMap { leaf -> [(String, String)] in
                    guard leaf.isExported == true else { return [] }
                    return [
                        ("export", leaf.leaf.description), ("export", leaf.name),
                        ("export", leaf.protocolName ?? ""),
                    ]
                }
        },
        prefix: { ($0.route.prefix, nil) })

    private static func via(_ route: NodeRoute) -> String {
        let place = route.interface.map { " on " + $0 } ?? ""
        if let gateway = route.gateway { return gateway.description + place }
        return route.type ?? route.interface ?? "-"
    }

    private static func atLeaf(_ row: NodeRouteRow, _ side: Int) -> TextLine {
        guard side < row.leaves.count else { return [TextSpan("-", .textDim)] }
        let leaf = row.leaves[side]
        var line: TextLine = []
        switch leaf.isExported {
        case true?: line.append(TextSpan("exported", .prefixAccepted))
        case false?: line.append(TextSpan("kept", .textDim))
        case nil: line.append(TextSpan("export ?", .statusUnknown))
        }
        if let hops = leaf.nextHops {
            line.append(TextSpan(" via \(hops)", leaf.isThroughNode ? .prefixAccepted : .text))
        } else if leaf.isExported == true {
            line.append(TextSpan(" not installed", .prefixMissing))
        }
        return line
    }
}

extension AppState {
    /// BIRD's routes of the node that the detail is about, beside its leaves' tables.
    func nodeRoutes(_ picture: Picture) -> [NodeRouteRow] {
        guard let name = subjectNode, let snapshot, let state = snapshot.nodes[name],
            let node = picture.nodes.first(where: { $0.node.name == name })
        else { return [] }
        let names = nodeNames
        let exports = node.sessions.map { session -> Set<IPPrefix>? in
            session.nodePeer?.value.protocolName.flatMap { state.exports[$0] }.map { Set($0.value.map(\.prefix)) }
        }
        return (state.routes?.value ?? []).map { route in
            NodeRouteRow(
                route: route,
                leaves: node.sessions.enumerated().map { side, session in
                    let hops = leafTable(session.key.leaf, route.prefix.family)?.nextHops(of: route.prefix)
                    return NodeRouteRow.AtLeaf(
                        leaf: session.key.leaf,
                        name: picture.inventory.leaf(session.key.leaf)?.name ?? "leaf-\(session.key.leaf)",
                        protocolName: session.nodePeer?.value.protocolName,
                        isExported: exports[side].map { $0.contains(route.prefix) },
                        nextHops: hops.map { AppState.words($0, names, first: node.node.address) },
                        isThroughNode: hops?.addresses.contains { $0 == node.node.address } ?? false)
                })
        }
    }

    /// A leaf's routing table of the context's VRF.
    func leafTable(_ leaf: LeafID, _ family: AddressFamily) -> RouteTable? {
        guard let tables = snapshot?.leaves[leaf]?.routes else { return nil }
        let vrf = snapshot?.inventory.vrf
        return
            (tables[RouteTableKey(vrf: vrf, family: family)] ?? tables[RouteTableKey(vrf: nil, family: family)]
            ?? tables.filter { $0.key.family == family && vrf == nil }.values.first)?.value
    }

    /// Next hops as words: the node's name where one has the address; the one that is asked about stands first.
    static func words(_ set: NextHopSet, _ names: [IPAddress: String], first: IPAddress? = nil) -> String {
        let own = set.hops.filter { $0.address != nil && $0.address == first }
        return (own + set.hops.filter { !own.contains($0) }).map { hop in
            guard let address = hop.address else { return hop.interface ?? "-" }
            return names[address] ?? address.description
        }.joined(separator: " ")
    }
}
