import Correlation
import Design
import Fabric
import FoundationEssentials
import Terminal

/// A table ready to be drawn and moved in: the rows of one pane after filter, sort and "only problems".
struct PaneTable {
    /// The view's name, which is the command that prints it.
    var name: String
    var columns: [TableColumn]
    var rows: LazyTableRows<RowID>
    var emptyText: String
    /// How many rows there are without filter.
    var total: Int
    /// How many rows the filter leaves, where the parts of rows stand among them; nil: all that there are.
    var shown: Int?
    /// The rows as a tree; nil for a plain table.
    var tree: TreeRows<RowID>?
    /// The keys that a filter of this table may use.
    var filterKeys: [String] = []
    /// The rows as machines read them, where the view has such a form.
    var records: (() -> [[FieldEntry]])?
    /// What a row sorts by in each column, nil where a change is not worth a mark.
    var keys: ((Int) -> [SortKey?])?
}

extension AppState {
    /// The table of a name over the present picture.
    func table(_ name: TableName) -> PaneTable {
        let picture = picture ?? Picture(at: now)
        switch name {
        case .racks: return rackTree(arranged(name, RacksView.view, picture.racks), picture)
        case .nodes: return arranged(name, NodesView.view, picture.nodes)
        case .leaves: return arranged(name, LeavesView.view, picture.leaves)
        case .findings: return arranged(name, FindingsView.view, picture.findings)
        case .sessions: return arranged(name, SessionsView.view, picture.sessions)
        case .prefixes: return arranged(name, PrefixesView.view, picture.ledger)
        case .services: return arranged(name, ServicesView.view, picture.services)
        case .audit: return arranged(name, AuditView.view, audit)
        case .capacity: return arranged(name, CapacityView.view, capacity)
        case .rackSessions:
            let rack = subjectRack
            return arranged(name, SessionsView.view.without(["rack"]), picture.sessions) { $0.rack == rack }
        case .nodeSessions:
            let node = subjectNode
            return arranged(name, SessionsView.view.without(["rack", "node"]), picture.sessions) {
                $0.key.node == node
            }
        case .nodePrefixes:
            return arranged(name, PrefixesView.view, subjectNode.map(picture.ledger.entries) ?? [])
        case .nodeServices: return arranged(name, ServicesView.view, picture.services, where: drawn(picture))
        case .nodeRoutes:
            let rows = memo.routes(arrangementKey(name), stamp) { nodeRoutes(picture) }
            var table = arranged(name, NodeRoutesView.view, rows)
            for (id, leaf) in zip(["a", "b"], rows.first?.leaves ?? []) {
                guard let index = table.columns.firstIndex(where: { $0.id == id }) else { continue }
                table.columns[index] = TableColumn.of(id, title: leaf.name.uppercased(), minWidth: 20, weight: 3)
            }
            return table
        case .leafPeers: return arranged(name, LeafPeersView.view, leafPeers(picture))
        case .leafRoutes: return leafRouteTable()
        case .leafCapacity:
            let leaf = subjectLeaf
            let rows = memo.capacity(stamp) { auditFacts?.capacity.rows ?? [] }
            return arranged(name, CapacityView.view.without(["scope"]), rows) { $0.leaf == leaf }
        }
    }

    /// What the order of a table's rows depends on now.
    func arrangementKey(_ name: TableName) -> ArrangementKey {
        let isOfDetail = [
            .rackSessions, .nodeSessions, .nodePrefixes, .nodeRoutes, .nodeServices, .leafPeers, .leafRoutes,
            .leafCapacity,
        ].contains(name)
        return ArrangementKey(
            table: name, filter: filters[name] ?? "", onlyProblems: onlyProblems, sort: sorts[name],
            subject: isOfDetail ? subject : nil)
    }

    private func arranged<Row: Sendable, Rows: RandomAccessCollection>(
        _ name: TableName, _ view: EntityView<Row>, _ rows: Rows, where belongs: ((Row) -> Bool)? = nil
    ) -> PaneTable where Rows.Element == Row, Rows.Index == Int {
        let key = arrangementKey(name)
        let filter = key.filter.isEmpty ? nil : RowFilter(key.filter)
        let places = memo.places(key, stamp) {
            let sorted = view.places(
                rows, filter: filter, onlyProblems: onlyProblems, sort: key.sort, where: belongs)
            return held?.places(sorted, of: name) { view.id(rows[$0]) } ?? sorted
        }
        let isNarrowed = filter != nil || onlyProblems
        let total = belongs.map { test in isNarrowed ? rows.count(where: test) : places.count } ?? rows.count
        var table = PaneTable(
            name: view.name, columns: view.columns.map { fitted($0.layout) },
            rows: view.tableRows(rows, at: places, now: now),
            emptyText: total == 0 ? view.emptyText : "", total: total)
        if focusedTable == name || places.isEmpty { table.filterKeys = view.filterKeys(rows) }
        if places.isEmpty, total > 0 { table.emptyText = nothingLeft(of: total, filter, table.filterKeys) }
        let now = now
        table.records = { places.map { view.record(rows[$0], now) } }
        table.keys = { index in view.columns.map { $0.isWatched ? $0.key(rows[places[index]]) : nil } }
        if !changes.isEmpty(name) { table.rows = marked(table.rows, name, table.columns) }
        return table
    }

    /// A column of nodes as wide as their longest name, so that no two of them read alike where there is room.
    private func fitted(_ column: TableColumn) -> TableColumn {
        guard column.id == "node" else { return column }
        return TableColumn(
            column.id, title: column.title, minWidth: max(column.minWidth, min(20, longestNodeName)),
            alignment: column.alignment, weight: column.weight, rank: column.rank)
    }

    /// The columns that the longest name of a node takes.
    var longestNodeName: Int {
        memo.nodeWidth(stamp) { picture?.nodes.map { Width.of($0.node.name.text) }.max() ?? 0 }
    }

    /// Rows with a sign in the cells that changed: behind a text, in front of a number, so that neither moves.
    private func marked(
        _ rows: LazyTableRows<RowID>, _ name: TableName, _ columns: [TableColumn]
    ) -> LazyTableRows<RowID> {
        let changes = changes
        return LazyTableRows(
            count: rows.count, id: { rows.id(at: $0) },
            row: { index in
                let id = rows.id(at: index)
                return TableRow(
                    zip(columns, rows.row(at: index).cells).map { column, cell in
                        guard let change = changes.change(name, id, column.id) else { return cell }
                        let isFigure = column.alignment == .trailing
                        let sign = change.sign(isFigure: isFigure)
                        return isFigure || change == .new ? [sign] + cell : cell + [sign]
                    })
            })
    }

    /// Why a table that has rows shows none, and the key that brings them back.
    private func nothingLeft(of count: Int, _ filter: RowFilter?, _ keys: [String]) -> String {
        guard let filter, !filter.isEmpty else {
            return "no problems among \(count) rows; \(keyMap.label(of: "problems")) shows all"
        }
        if let wrong = filter.keys.first(where: { key in !keys.contains { $0.hasPrefix(key) } }) {
            return "no row here has a field '\(wrong)'; there are \(keys.map { $0 + ":" }.joined(separator: " "))"
        }
        let problems = onlyProblems ? " and is a problem" : ""
        return "none of \(count) rows matches /\(filter.text)\(problems)"
    }

    /// The rack that the detail is about.
    private var subjectRack: String? {
        if case .rack(let name) = subject { return name }
        return nil
    }

    /// The node that the detail is about.
    var subjectNode: NodeName? {
        if case .node(let name) = subject { return name }
        return nil
    }

    /// The leaf that the detail is about.
    var subjectLeaf: LeafID? {
        if case .leaf(let id) = subject { return id }
        return nil
    }

    /// The names of nodes by their address.
    var nodeNames: [IPAddress: String] {
        memo.names(stamp) {
            Dictionary(
                (picture?.inventory.nodes ?? []).compactMap { node in node.address.map { ($0, node.name.text) } },
                uniquingKeysWith: { first, _ in first })
        }
    }

    /// Whether a service is one that the detail's node hosts or draws, on a leaf of its own.
    private func drawn(_ picture: Picture) -> (ServiceView) -> Bool {
        guard let node = subjectNode else { return { _ in false } }
        let leaves = Set(picture.nodes.first { $0.node.name == node }?.sessions.map(\.key.leaf) ?? [])
        return { view in
            leaves.contains(view.leaf) && (view.expectedNodes.contains(node) || view.nextHops.contains(node.text))
        }
    }
}
