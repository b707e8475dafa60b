import Correlation
import Fabric
import Terminal

/// A table ready to be drawn and moved in: the rows of one pane after filter, sort and "only problems".
struct PaneTable {
    var columns: [TableColumn]
    var rows: LazyTableRows<RowID>
    var emptyText: String
    /// How many rows there are without filter.
    var total: Int

    /// Draws into a rectangle with a state that is kept.
    func draw(in rect: Rect, of buffer: inout CellBuffer, state: TableState<RowID>, sort: TableSort?, focused: Bool) {
        TableView(
            columns: columns, rows: rows, sort: sort, emptyText: [TextSpan(emptyText, .textDim)], isFocused: focused
        ).draw(in: rect, of: &buffer, state: state)
    }
}

extension AppState {
    /// The table of a name over the present picture.
    func table(_ name: TableName) -> PaneTable {
        let picture = picture ?? Picture(at: now)
        switch name {
        case .racks: return arranged(name, RacksView.view, picture.racks)
        case .nodes: return arranged(name, NodesView.view, picture.nodes)
        case .leaves: return arranged(name, LeavesView.view, picture.leaves)
        case .findings: return arranged(name, FindingsView.view, picture.findings)
        case .sessions: return arranged(name, SessionsView.view, picture.sessions)
        case .prefixes: return arranged(name, PrefixesView.view, picture.ledger)
        case .services: return arranged(name, ServicesView.view, picture.services)
        case .audit: return arranged(name, AuditView.view, audit)
        case .capacity: return arranged(name, CapacityView.view, capacity)
        case .rackSessions:
            guard case .rack(let rack) = subject else { return arranged(name, SessionsView.view, []) }
            return arranged(name, SessionsView.view, picture.sessions.filter { $0.rack == rack })
        case .nodeSessions:
            return arranged(name, SessionsView.view, picture.sessions.filter { $0.key.node == subjectNode })
        case .nodePrefixes:
            return arranged(name, PrefixesView.view, picture.ledger.filter { $0.key.node == subjectNode })
        case .nodeServices: return arranged(name, ServicesView.view, services(of: subjectNode, picture))
        case .nodeRoutes: return arranged(name, NodeRoutesView.view, nodeRoutes(picture))
        case .leafPeers: return arranged(name, LeafPeersView.view, leafPeers(picture))
        case .leafRoutes: return leafRouteTable(picture)
        }
    }

    private func arranged<Row>(_ name: TableName, _ view: EntityView<Row>, _ rows: [Row]) -> PaneTable {
        let filter = filters[name].map(RowFilter.init)
        let kept = view.arranged(rows, filter: filter, onlyProblems: onlyProblems, sort: sorts[name], at: now)
        return PaneTable(
            columns: view.columns.map(\.layout), rows: view.tableRows(kept, at: now),
            emptyText: rows.isEmpty ? view.emptyText : nothingLeft(of: rows.count, filter), total: rows.count)
    }

    /// Why a table that has rows shows none, and the key that brings them back.
    private func nothingLeft(of count: Int, _ filter: RowFilter?) -> String {
        guard let filter, !filter.isEmpty else {
            return "no problems among \(count) rows; \(keyMap.label(of: "problems")) shows all"
        }
        let problems = onlyProblems ? " and is a problem" : ""
        return "none of \(count) rows matches /\(filter.text)\(problems)"
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

    private func services(of node: NodeName?, _ picture: Picture) -> [ServiceView] {
        guard let node else { return [] }
        let leaves = Set(picture.nodes.first { $0.node.name == node }?.sessions.map(\.key.leaf) ?? [])
        return picture.services.filter { view in
            leaves.contains(view.leaf)
                && (view.expectedNodes.contains(node) || view.nextHops.contains(node.text))
        }
    }
}
