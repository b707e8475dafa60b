/// A thing with things below it.
public struct TreeNode<ID: Hashable & Sendable>: Sendable {
    /// What it is; the same in every frame.
    public let id: ID
    /// How it reads.
    public let line: TextLine
    /// What stands below it; empty for a leaf.
    public let children: [TreeNode<ID>]

    /// A thing, and what stands below it.
    public init(_ id: ID, _ line: TextLine, children: [TreeNode<ID>] = []) {
        self.id = id
        self.line = line
        self.children = children
    }
}

/// What a tree remembers between frames: what is open, and the selection, both bound to what the nodes are.
public struct TreeState<ID: Hashable & Sendable>: Hashable, Sendable {
    /// The nodes whose children are in view.
    public private(set) var open: Set<ID>
    /// Selection, marks and offset among the nodes in view.
    public private(set) var rows: TableState<ID>

    /// A tree with some nodes open.
    public init(open: Set<ID> = [], selected: ID? = nil) {
        self.open = open
        rows = TableState(selected: selected)
    }

    /// The selected node; nil in an empty tree.
    public var selected: ID? { rows.selected }

    /// Moves by a key: up and down as everywhere; right opens or goes to the first child, left closes or goes to the
    /// parent. Answers whether the key meant something.
    public mutating func handle(_ chord: KeyChord, in tree: TreeView<ID>, page: Int) -> Bool {
        rows.reconcile(rows: tree.rows(self), page: page)
        switch (chord.key, chord.modifiers) {
        case (.right, []), (.character("l"), []): openOrEnter(tree, page)
        case (.left, []), (.character("h"), []): closeOrLeave(tree, page)
        default:
            guard let motion = ScrollMotion(chord) else { return false }
            rows.move(motion, rows: tree.rows(self), page: page)
        }
        return true
    }

    mutating func reconcile(with tree: TreeView<ID>, page: Int) {
        rows.reconcile(rows: tree.rows(self), page: page)
    }

    private mutating func openOrEnter(_ tree: TreeView<ID>, _ page: Int) {
        let shown = tree.shown(self)
        guard shown.indices.contains(rows.index), !shown[rows.index].node.children.isEmpty else { return }
        let isOpen = !open.insert(shown[rows.index].node.id).inserted
        if isOpen { rows.move(.down, rows: tree.rows(self), page: page) }
    }

    private mutating func closeOrLeave(_ tree: TreeView<ID>, _ page: Int) {
        let shown = tree.shown(self)
        guard shown.indices.contains(rows.index) else { return }
        let place = shown[rows.index]
        if open.remove(place.node.id) != nil, !place.node.children.isEmpty { return }
        let parent = shown[..<rows.index].lastIndex { $0.depth < place.depth }
        if let parent { rows.select(index: parent, rows: tree.rows(self), page: page) }
    }
}

/// A tree: the nodes in view, indented, with a sign before those that have children.
public struct TreeView<ID: Hashable & Sendable>: Sendable {
    /// A node in view.
    struct Place {
        let node: TreeNode<ID>
        let depth: Int
    }

    /// The nodes without a parent.
    public let roots: [TreeNode<ID>]
    /// What stands where there is no node.
    public let emptyText: TextLine
    /// Whether the tree has the keys.
    public let isFocused: Bool

    /// A tree of nodes.
    public init(
        _ roots: [TreeNode<ID>], emptyText: TextLine = [TextSpan("nothing", .textDim)], isFocused: Bool = true
    ) {
        self.roots = roots
        self.emptyText = emptyText
        self.isFocused = isFocused
    }

    /// Draws the nodes in view; the state is reconciled with the tree for this frame, and answered for keeping.
    @discardableResult
    public func draw(in rect: Rect, of buffer: inout CellBuffer, state: TreeState<ID>) -> TreeState<ID> {
        var state = state
        state.reconcile(with: self, page: rect.height)
        guard !rect.isEmpty else { return state }
        let shown = shown(state)
        if shown.isEmpty { buffer.put(emptyText, at: rect.origin, maxWidth: rect.width) }
        let isScrolling = shown.count > rect.height
        for (y, index) in zip(rect.minY..<rect.maxY, state.rows.offset..<shown.count) {
            let row = Rect(x: rect.minX, y: y, width: rect.width - (isScrolling ? 1 : 0), height: 1)
            draw(shown[index], in: row, of: &buffer, state: state, isSelected: index == state.rows.index)
        }
        buffer.scrollBar(
            x: rect.maxX - 1, rows: rect.minY..<rect.maxY, offset: state.rows.offset, total: shown.count)
        return state
    }

    private func draw(
        _ place: Place, in row: Rect, of buffer: inout CellBuffer, state: TreeState<ID>, isSelected: Bool
    ) {
        let selection: Role? = isSelected ? (isFocused ? .selection : .selectionUnfocused) : nil
        buffer.fill(row, role: selection ?? .text)
        let isOpen = state.open.contains(place.node.id)
        let sign = place.node.children.isEmpty ? " " : isOpen ? buffer.glyphs.opened : buffer.glyphs.closed
        let mark = isSelected ? buffer.glyphs.selected : " "
        let indent = String(repeating: "  ", count: place.depth)
        let line = [TextSpan(mark), TextSpan(indent + sign + " ", .textDim)] + place.node.line
        buffer.put(line, at: row.origin, maxWidth: row.width, over: isFocused ? selection : nil)
    }

    func shown(_ state: TreeState<ID>) -> [Place] {
        var places: [Place] = []
        var waiting = roots.reversed().map { Place(node: $0, depth: 0) }
        while let place = waiting.popLast() {
            places.append(place)
            guard state.open.contains(place.node.id) else { continue }
            waiting += place.node.children.reversed().map { Place(node: $0, depth: place.depth + 1) }
        }
        return places
    }

    func rows(_ state: TreeState<ID>) -> LazyTableRows<ID> {
        LazyTableRows(shown(state), id: { $0.node.id }, row: { TableRow([$0.node.line]) })
    }
}
