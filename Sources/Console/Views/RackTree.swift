import Correlation
import Fabric
import FoundationEssentials
import Terminal

/// The racks with what is in them: an open one shows its leaves and its nodes below it, in the columns of the racks.
extension AppState {
    /// The table of the racks as a tree; sorted and filtered are the racks alone.
    func rackTree(_ racks: PaneTable, _ picture: Picture) -> PaneTable {
        let rows = rackRows(racks, picture)
        var table = racks
        table.rows = LazyTableRows(count: rows.count, id: { rows.id(at: $0) }, row: { rows.row(at: $0) })
        table.shown = racks.rows.count
        table.tree = rows
        if !openRacks.isEmpty { table.columns = table.columns.map(widened) }
        let keys = racks.keys
        table.keys = { index in
            let id = rows.id(at: index)
            return racks.rows.index(of: id).flatMap { keys?($0) } ?? []
        }
        return table
    }

    /// The first column as wide as the names in it with their indent; what has less to say gives way.
    private func widened(_ column: TableColumn) -> TableColumn {
        guard column.id == "rack" else { return column }
        let leaves = (picture?.leaves ?? []).map { Width.of($0.leaf.name) }
        let longest = max(longestNodeName, leaves.max() ?? 0)
        return TableColumn(
            column.id, title: column.title, minWidth: max(column.minWidth, min(24, longest + 4)),
            alignment: column.alignment, weight: column.weight, rank: column.rank)
    }

    private func rackRows(_ racks: PaneTable, _ picture: Picture) -> TreeRows<RowID> {
        let known = memo.rackOutline(arrangementKey(.racks), openRacks, stamp) {
            RackOutline(racks.rows, open: openRacks, memo.rackParts(stamp) { RackParts(picture) }, picture)
        }
        return TreeRows(known.outline) { index in
            switch known.places[index] {
            case .rack(let row): racks.rows.row(at: row)
            case .leaf(let place): RackTree.row(RackTree.cells(picture.leaves[place]))
            case .node(let place): RackTree.row(RackTree.cells(picture.nodes[place]))
            }
        }
    }

    /// Right: opens the selected rack, or goes to the first thing in it.
    mutating func openRack() {
        guard let (rows, index) = rackPlace() else { return }
        guard rows.hasChildren(at: index) else { return }
        guard openRacks.insert(rows.id(at: index)).inserted else { return move(.down) }
        // What comes into view may be wider than what was there.
        learned[.racks] = nil
    }

    /// Left: closes the selected rack, or goes to the rack that the selected thing is in.
    mutating func closeRack() {
        guard let (rows, index) = rackPlace() else { return }
        if openRacks.remove(rows.id(at: index)) != nil { return }
        guard let parent = rows.parent(of: index) else { return }
        tables[.racks, default: TableState()].select(rows.id(at: parent))
        followSelection()
    }

    private func rackPlace() -> (TreeRows<RowID>, Int)? {
        guard let rows = table(.racks).tree, let id = selection(of: .racks), let index = rows.index(of: id) else {
            return nil
        }
        return (rows, index)
    }
}

/// Where the leaves and the nodes of each rack stand in a picture, in its order.
struct RackParts: Sendable {
    var leaves: [String: [Int]] = [:]
    var nodes: [String: [Int]] = [:]

    init(_ picture: Picture) {
        for (place, row) in picture.leaves.enumerated() { leaves[row.leaf.rack ?? "", default: []].append(place) }
        for (place, row) in picture.nodes.enumerated() { nodes[row.node.rack ?? "", default: []].append(place) }
    }
}

/// The racks in their order with what the open ones show, and where in the picture each of it stands.
struct RackOutline: Sendable {
    enum Place: Sendable {
        case rack(Int)
        case leaf(Int)
        case node(Int)
    }

    private(set) var outline = TreeOutline<RowID>()
    private(set) var places: [Place] = []

    init(_ racks: LazyTableRows<RowID>, open: Set<RowID>, _ parts: RackParts, _ picture: Picture) {
        for row in 0..<racks.count {
            let id = racks.id(at: row)
            let isOpen = open.contains(id)
            outline.append(id, depth: 0, hasChildren: true, isOpen: isOpen)
            places.append(.rack(row))
            guard isOpen, case .rack(let name) = id else { continue }
            for place in parts.leaves[name] ?? [] {
                outline.append(.leaf(picture.leaves[place].leaf.id), depth: 1)
                places.append(.leaf(place))
            }
            for place in parts.nodes[name] ?? [] {
                outline.append(.node(picture.nodes[place].node.name), depth: 1)
                places.append(.node(place))
            }
        }
    }
}

/// How leaves and nodes read in the columns of the racks.
private enum RackTree {
    static func row(_ cells: [String: TextLine]) -> TableRow {
        TableRow(RacksView.view.columns.map { cells[$0.layout.id] ?? [] })
    }

    static func cells(_ row: LeafPicture) -> [String: TextLine] {
        let isWhole = row.peersUp == row.peersTotal
        let role: Role = row.peersUp == nil ? .statusUnknown : isWhole ? .sessionUp : .sessionDown
        return [
            "rack": [TextSpan(row.leaf.name)], "as": [TextSpan(row.localAS?.description ?? "?")],
            "sessions": [TextSpan("\(Wording.count(row.peersUp))/\(Wording.count(row.peersTotal))", role)],
            "health": [Wording.health(row.health)],
        ]
    }

    static func cells(_ row: NodePicture) -> [String: TextLine] {
        let up = row.sessions.count { $0.verdict == .up }
        return [
            "rack": [TextSpan(row.node.name.text)], "as": [TextSpan(row.node.asn?.description ?? "?")],
            "sessions": [
                TextSpan("\(up)/\(row.sessions.count)", up == row.sessions.count ? .sessionUp : .sessionDown)
            ],
            "health": [Wording.health(row.health)],
        ]
    }
}
