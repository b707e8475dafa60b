import Correlation
import Terminal

/// Where the panes are for a size of the screen.
///
/// From 120 columns on all panes stand side by side; from 80 on a tab strip takes the place of the left column; below
/// that one pane at a time; below 60x16 a sentence.
struct Layout {
    /// The shapes of the screen.
    enum Shape {
        case wide, tabbed, single, tiny
    }

    let shape: Shape
    let header: Rect
    let tabs: Rect
    let status: Rect
    let hints: Rect
    let panes: [Pane: Rect]

    /// The panes that a tab strip leads to.
    static let tabPanes: [Pane] = Pane.allCases

    init(_ state: AppState) {
        let screen = Rect(size: state.size)
        guard state.size.width >= 60, state.size.height >= 16 else {
            shape = .tiny
            header = Rect(size: .zero)
            tabs = header
            status = header
            hints = header
            panes = [state.focus: screen]
            return
        }
        let (top, rest) = screen.split(top: 1)
        let (middle, foot) = rest.split(bottom: 2)
        header = top
        (status, hints) = foot.split(top: 1)
        if state.size.width >= 120, state.size.height >= 24 {
            shape = .wide
            tabs = Rect(size: .zero)
            panes = state.isZoomed ? [state.focus: middle] : Layout.wide(middle, state)
        } else {
            shape = state.size.width >= 80 && state.size.height >= 22 ? .tabbed : .single
            let (strip, body) = middle.split(top: 1)
            tabs = strip
            panes =
                state.isZoomed || shape == .single ? [state.focus: body] : Layout.stacked(body, state)
        }
    }

    private static func wide(_ area: Rect, _ state: AppState) -> [Pane: Rect] {
        let (left, right) = area.split(left: max(44, min(80, area.width * 36 / 100)))
        // An open rack may take more, since its leaves and nodes are what is looked at then.
        let parts = state.openRacks.isEmpty ? 0 : state.table(.racks).rows.count
        let racks = min(
            max(4, max(state.picture?.racks.count ?? 2, parts) + 3), parts > 0 ? left.height / 2 : left.height / 4)
        let leaves = min(max(5, (state.picture?.leaves.count ?? 4) + 3), left.height / 3)
        let (rackRect, afterRacks) = left.split(top: racks)
        let (leafRect, afterLeaves) = afterRacks.split(top: leaves)
        let found = max(8, (state.picture?.findings.count ?? 0) + 3)
        let (findings, log) = afterLeaves.split(top: max(5, min(found, afterLeaves.height * 6 / 10)))
        let wanted = (state.main == .nodes ? (state.picture?.nodes.count ?? 6) : 200) + 3
        let (nodes, detail) = right.split(top: max(6, min(wanted, right.height / 2)))
        return [
            .racks: rackRect, .leaves: leafRect, .findings: findings, .log: log, .nodes: nodes, .detail: detail,
        ]
    }

    /// The list that leads and the detail below it.
    private static func stacked(_ body: Rect, _ state: AppState) -> [Pane: Rect] {
        let list = state.focus == .detail ? state.origin : state.focus
        guard list != .log, list != .detail else { return [list: body] }
        let table = state.table(state.tableName(of: list) ?? .nodes)
        let rows = table.tree == nil ? table.total : max(table.total, table.rows.count)
        let (upper, lower) = body.split(top: max(5, min(rows + 3, body.height / 2)))
        return [list: upper, .detail: lower]
    }

    /// Where a pane is; nil where it is not on screen.
    func rect(of pane: Pane) -> Rect? { panes[pane] }

    /// The pane at a place.
    func pane(at point: Point) -> Pane? { panes.first { $0.value.contains(point) }?.key }

    /// The pane whose tab is at a place.
    func tab(at point: Point) -> Pane? {
        guard tabs.contains(point) else { return nil }
        return TabStrip(Layout.titles, active: 0).index(at: point, in: tabs).map { Layout.tabPanes[$0] }
    }

    /// The words on the tabs.
    static let titles = tabPanes.map { $0 == .detail ? $0.title : "\($0.rawValue) \($0.title)" }
}
