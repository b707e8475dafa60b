import Correlation
import Design
import Fabric
import Terminal

extension AppState {
    /// The table that the keys move in; nil where the focused pane is text.
    var focusedTable: TableName? { tableName(of: focus) }

    /// The table that a pane shows; nil where it is text.
    func tableName(of pane: Pane) -> TableName? {
        switch pane {
        case .racks: .racks
        case .leaves: .leaves
        case .findings: .findings
        case .log: nil
        case .nodes:
            switch main {
            case .nodes: .nodes
            case .sessions: .sessions
            case .prefixes: .prefixes
            case .services: .services
            case .operations: nil
            case .audit: .audit
            case .capacity: .capacity
            }
        case .detail: detailTable
        }
    }

    /// The table of the detail; nil where its tab is text.
    private var detailTable: TableName? {
        switch subject {
        case .rack: .rackSessions
        case .finding, .audit, .nothing: nil
        case .node:
            switch nodeTab {
            case .sessions: .nodeSessions
            case .prefixes: .nodePrefixes
            case .routes: .nodeRoutes
            case .services: .nodeServices
            case .config, .events: nil
            }
        case .leaf:
            switch leafTab {
            case .peers: .leafPeers
            case .routes: .leafRoutes
            case .events: nil
            }
        }
    }

    /// Rows in view of a pane, as laid out now.
    private func page(of pane: Pane) -> Int {
        guard let rect = Layout(self).rect(of: pane) else { return 1 }
        let inside = rect.insideBox
        return max(1, inside.height - (pane == .detail ? 2 : 1))
    }

    /// Moves in the focused pane; the detail follows the selection.
    mutating func move(_ motion: ScrollMotion) {
        guard let name = focusedTable else {
            moveText(motion)
            return
        }
        let table = table(name)
        var state = tables[name] ?? TableState()
        state.reconcile(rows: table.rows, page: page(of: focus))
        state.move(motion, rows: table.rows, page: page(of: focus))
        tables[name] = state
        followSelection()
    }

    private mutating func moveText(_ motion: ScrollMotion) {
        if focus == .log {
            let page = page(of: .log)
            let last = max(0, log.count - page)
            let offset = motion.target(from: max(0, last - logScroll), count: last + 1, page: page)
            logScroll = last - min(max(0, offset), last)
        } else {
            textScroll.move(motion, count: detailText(width: 200).count, page: page(of: focus))
        }
    }

    /// Changes the state of the focused table.
    mutating func changeTable(_ change: (inout TableState<RowID>) -> Void) {
        guard let name = focusedTable else { return }
        var state = tables[name] ?? TableState()
        state.reconcile(rows: table(name).rows, page: page(of: focus))
        change(&state)
        tables[name] = state
    }

    /// What is selected in a table, after its rows may have changed.
    func selection(of name: TableName) -> RowID? {
        var state = tables[name] ?? TableState()
        state.reconcile(rows: table(name).rows, page: 1)
        return state.selected
    }

    /// Makes the detail be about the selection of the focused list.
    mutating func followSelection() {
        guard focus != .detail, let name = focusedTable else { return }
        let before = subject
        switch selection(of: name) {
        case .rack(let rack): subject = .rack(rack)
        case .node(let node): subject = .node(node)
        case .leaf(let leaf): subject = .leaf(leaf)
        case .session(let key): subject = .node(key.node)
        case .ledger(let key, _): subject = .node(key.node)
        case .service(_, let leaf): subject = .leaf(leaf)
        case .finding(let finding): subject = .finding(finding)
        case .capacity(let scope, let what):
            let row = capacity.first { $0.scope == scope && $0.what == what }
            subject = row?.leaf.map(DetailSubject.leaf) ?? row?.rack.map(DetailSubject.rack) ?? .nothing
        case .audit(let rule, let place): subject = .audit(rule: rule, place: place)
        default: break
        }
        if subject != before { textScroll = ScrollState() }
    }

    /// Gives the keys to a pane.
    ///
    /// Pressed once more on pane 2, its digit brings the nodes back in place of another view.
    mutating func focus(on pane: Pane) {
        if pane == .nodes, focus == .nodes, main != .nodes { return swapMain(to: .nodes) }
        if focus != .detail { origin = focus }
        focus = pane
        followSelection()
    }

    /// Gives the keys to the next or previous pane.
    mutating func cycleFocus(_ step: Int) {
        let panes = Pane.allCases
        let index = (panes.firstIndex(of: focus) ?? 0) + step + panes.count
        focus(on: panes[index % panes.count])
    }

    /// Enter: from a list into the detail; from a finding's detail to its subject; from a session to its node.
    mutating func open() {
        guard focus == .detail else {
            followSelection()
            guard subject != .nothing, focus != .log else { return }
            origin = focus
            focus = .detail
            return
        }
        switch (subject, detailTable.flatMap(selection(of:))) {
        case (.finding(let identity), _): open(identity.subject)
        case (.node, .session(let key)?), (.node, .ledger(let key, _)?):
            subject = .leaf(key.leaf)
            leafTab = .peers
        case (.node, .service(_, let leaf)?):
            subject = .leaf(leaf)
            leafTab = .routes
        case (.rack, .session(let key)?): subject = .node(key.node)
        case (.leaf, .peer(let address)?):
            if let node = picture?.inventory.nodes.first(where: { $0.address == address }) {
                subject = .node(node.name)
                nodeTab = .sessions
            }
        default: break
        }
        textScroll = ScrollState()
    }

    private mutating func open(_ target: Subject) {
        if let node = target.node {
            subject = .node(node)
            nodeTab = target.prefix == nil ? .sessions : .prefixes
        } else if let leaf = target.leaf {
            subject = .leaf(leaf)
        } else if let service = target.service {
            main = .services
            filters[.services] = service.description
            focus = .nodes
        } else if let rack = target.rack {
            subject = .rack(rack)
        }
    }

    /// Escape: out of zoom, out of the detail, out of a filter, out of a view, one thing at a time.
    mutating func back() {
        if isZoomed {
            isZoomed = false
        } else if let name = focusedTable, !(filters[name] ?? "").isEmpty {
            filters[name] = nil
        } else if focus == .detail {
            focus = origin
            followSelection()
        } else if main != .nodes {
            swapMain(to: .nodes)
        } else if onlyProblems {
            onlyProblems = false
        }
    }

    /// The next or previous tab of the detail; from a list it moves the detail beside it.
    mutating func moveTab(_ step: Int) {
        func moved<Tab: CaseIterable & Equatable>(_ tab: Tab) -> Tab where Tab.AllCases == [Tab] {
            let all = Tab.allCases
            let index = (all.firstIndex(of: tab) ?? 0) + step + all.count
            return all[index % all.count]
        }
        switch subject {
        case .node: nodeTab = moved(nodeTab)
        case .leaf: leafTab = moved(leafTab)
        default: break
        }
        textScroll = ScrollState()
    }

    /// Shows another view in pane 2.
    mutating func swapMain(to view: MainView? = nil) {
        let target = view ?? previousMain
        if target != main { previousMain = main }
        main = target
        renewAudit()
        focus = .nodes
        followSelection()
    }

    /// The selected row of the focused table as one line.
    var selectedText: String? {
        guard let name = focusedTable, let id = selection(of: name) else { return nil }
        let table = table(name)
        guard let index = table.rows.index(of: id) else { return nil }
        return table.rows.row(at: index).cells.map(\.plain).joined(separator: "\t")
    }

    /// Freezes the screen or lets it go on with the newest facts.
    mutating func toggleFreeze() {
        if frozen == nil {
            frozen = Frozen(at: now, newer: 0)
        } else {
            frozen = nil
            if let latest {
                snapshot = latest.snapshot
                picture = latest.picture
                self.latest = nil
            }
        }
    }
}
