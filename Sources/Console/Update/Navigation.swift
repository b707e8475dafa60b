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
            case .capacity: .leafCapacity
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
        let page = page(of: focus)
        if focus == .log {
            let last = max(0, log.count - page)
            let offset = motion.target(from: max(0, last - logScroll), count: last + 1, page: page)
            logScroll = last - min(max(0, offset), last)
        } else {
            textScroll.move(motion, count: focusedLines.count, page: page)
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

    /// Gives the keys to a pane; `Esc` does not lead back over it, `-` does.
    ///
    /// Pressed once more on pane 2, its digit brings the nodes back in place of another view.
    mutating func focus(on pane: Pane) {
        let before = place
        if pane == .nodes, focus == .nodes, main != .nodes { main = .nodes }
        if focus != .detail { origin = focus }
        focus = pane
        trail = []
        followSelection()
        if place != before { lastPlace = before }
    }

    /// Gives the keys to the next or previous pane.
    mutating func cycleFocus(_ step: Int) {
        let panes = Pane.allCases
        let index = (panes.firstIndex(of: focus) ?? 0) + step + panes.count
        focus(on: panes[index % panes.count])
    }

    /// Where one is.
    var place: Place {
        get {
            Place(focus: focus, origin: origin, main: main, subject: subject, nodeTab: nodeTab, leafTab: leafTab)
        }
        set {
            (focus, origin, main) = (newValue.focus, newValue.origin, newValue.main)
            (subject, nodeTab, leafTab) = (newValue.subject, newValue.nodeTab, newValue.leafTab)
            textScroll = ScrollState()
        }
    }

    /// Goes somewhere, so that `Esc` and `-` lead back.
    mutating func leave(_ change: (inout AppState) -> Void) {
        let before = place
        change(&self)
        guard place != before else { return }
        textScroll = ScrollState()
        lastPlace = before
        trail.append(before)
        if trail.count > AppState.trailLimit { trail.removeFirst() }
    }

    /// The most steps that `Esc` goes back.
    static let trailLimit = 64

    /// To where one was before, and with the next press back again.
    mutating func swapPlace() {
        guard let last = lastPlace else { return }
        lastPlace = place
        place = last
        followSelection()
    }

    /// Whether Enter leads anywhere.
    var canOpen: Bool {
        if focus == .log { return false }
        if focus != .detail { return subject != .nothing && focusedTable.map { selection(of: $0) != nil } ?? false }
        if case .finding = subject { return true }
        return focusedTable.map { selection(of: $0) != nil } ?? false
    }

    /// Whether the detail has tabs.
    var hasTabs: Bool {
        switch subject {
        case .node, .leaf: true
        default: false
        }
    }

    /// Enter: from a list into the detail; from a finding's detail to its subject; from a session to its other end.
    mutating func open() {
        leave { state in
            guard state.focus == .detail else {
                state.followSelection()
                guard state.subject != .nothing else { return }
                state.origin = state.focus
                state.focus = .detail
                return
            }
            state.openFromDetail()
        }
    }

    // One step for each kind of subject: matched together with the row, subject and row crash the optimiser of Swift
    // 6.3.1 (ownership error in CopyPropagation).
    private mutating func openFromDetail() {
        let row = detailTable.flatMap(selection(of:))
        switch subject {
        case .finding(let identity): open(identity.subject)
        case .node(let node): open(row, of: node)
        case .leaf(let leaf): open(row, of: leaf)
        case .rack:
            guard case .session(let key)? = row else { return }
            subject = .node(key.node)
            nodeTab = .sessions
        case .audit, .nothing: break
        }
    }

    private mutating func open(_ row: RowID?, of node: NodeName) {
        switch row {
        case .session(let key)?:
            subject = .leaf(key.leaf)
            leafTab = .peers
        case .ledger(let key, let prefix)?: openRoutes(of: key.leaf, prefix)
        case .service(let prefix, let leaf)?: openRoutes(of: leaf, prefix)
        case .route(let prefix)?:
            let sessions = picture?.nodes.first { $0.node.name == node }?.sessions
            if let leaf = sessions?.first?.key.leaf { openRoutes(of: leaf, prefix) }
        default: break
        }
    }

    private mutating func open(_ row: RowID?, of leaf: LeafID) {
        switch row {
        case .peer(let address)?: openNode(with: address)
        case .route(let prefix)?:
            let table = leafTable(leaf, prefix.family)
            if let hop = table?.nextHops(of: prefix)?.addresses.first { openNode(with: hop) }
        default: break
        }
    }

    /// The routes of a leaf at a prefix.
    private mutating func openRoutes(of leaf: LeafID, _ prefix: IPPrefix) {
        subject = .leaf(leaf)
        leafTab = .routes
        var state = tables[.leafRoutes] ?? TableState()
        state.select(.route(prefix))
        tables[.leafRoutes] = state
    }

    private mutating func openNode(with address: IPAddress) {
        guard let node = picture?.inventory.nodes.first(where: { $0.address == address }) else {
            toast = Toast(.info, "no node has the address \(address)")
            return
        }
        subject = .node(node.name)
        nodeTab = .sessions
    }

    private mutating func open(_ target: Subject) {
        if let node = target.node {
            subject = .node(node)
            nodeTab = target.prefix == nil ? .sessions : .prefixes
        } else if let leaf = target.leaf {
            subject = .leaf(leaf)
        } else if let service = target.service {
            main = .services
            filters[.services] = "service:=\(service)"
            focus = .nodes
        } else if let rack = target.rack {
            subject = .rack(rack)
        }
    }

    /// Escape: one step back, and never out of the program.
    mutating func back() {
        if let name = focusedTable, tables[name]?.isMarkingRange == true {
            changeTable { $0.toggleRange() }
        } else if isZoomed {
            isZoomed = false
        } else if let name = focusedTable, !(filters[name] ?? "").isEmpty {
            filters[name] = nil
            followSelection()
        } else if search != nil, focusedTable == nil {
            search = nil
        } else if let before = trail.popLast() {
            lastPlace = place
            place = before
            followSelection()
        } else if focus == .detail {
            lastPlace = place
            focus = origin == .detail ? .nodes : origin
        } else if main != .nodes {
            lastPlace = place
            main = .nodes
            focus = .nodes
            followSelection()
        } else if onlyProblems {
            onlyProblems = false
        } else if markCount > 0 {
            changeTable { $0.clearMarks() }
        }
    }

    /// Why Escape does nothing; nil where it goes back.
    var nothingToGoBackFrom: String? {
        let table = focusedTable
        let isNarrowed =
            table.map { !(filters[$0] ?? "").isEmpty || tables[$0]?.isMarkingRange == true } ?? (search != nil)
        let isAway = isZoomed || !trail.isEmpty || focus == .detail || main != .nodes
        let isHome = !isNarrowed && !isAway && !onlyProblems && markCount == 0
        return isHome ? "nothing to go back from; \(keyMap.label(of: "quit")) quits" : nil
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
    mutating func swapMain(to view: MainView) {
        leave { state in
            state.main = view
            state.focus = .nodes
            state.followSelection()
        }
    }

    /// Marks the row or takes its mark away, and goes to the next: several rows are marked by holding the key.
    mutating func toggleMark() {
        changeTable { $0.toggleMark() }
        move(.down)
    }

    /// How many rows of the focused table are marked.
    var markCount: Int { focusedTable.flatMap { tables[$0]?.marks.count } ?? 0 }

    /// Turns the sort of the focused table around.
    mutating func reverseSort() {
        guard let table = focusedTable, let sort = sorts[table] else { return }
        sorts[table] = TableSort(sort.column, descending: !sort.isDescending)
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
                renewAudit()
            }
        }
    }
}
