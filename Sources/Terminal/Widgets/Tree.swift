/// A thing with things below it: a row of a table that may hold further rows.
public struct TreeNode<ID: Hashable & Sendable> {
    /// What it is; the same in every frame.
    public let id: ID
    /// How it reads, a line of spans for each column of the table.
    public let row: () -> TableRow
    /// What stands below it, asked for only while it is open; nil for what has nothing below it.
    public let children: (() -> [TreeNode<ID>])?

    /// A thing, and what stands below it.
    public init(_ id: ID, row: @escaping () -> TableRow, children: (() -> [TreeNode<ID>])? = nil) {
        self.id = id
        self.row = row
        self.children = children
    }
}

/// Which things of a tree are in view, in which order and how deep.
///
/// It does not say how they read, so that it can be kept from frame to frame while nothing opens or moves.
public struct TreeOutline<ID: Hashable & Sendable>: Sendable {
    fileprivate struct Place: Sendable {
        let id: ID
        let depth: Int
        let hasChildren: Bool
        let isOpen: Bool
    }

    fileprivate private(set) var places: [Place] = []

    /// Nothing in view.
    public init() {}

    /// Puts a thing below those that are in view; `depth` is 0 for a root.
    public mutating func append(_ id: ID, depth: Int, hasChildren: Bool = false, isOpen: Bool = false) {
        places.append(Place(id: id, depth: depth, hasChildren: hasChildren, isOpen: isOpen))
    }
}

/// A tree as rows of a table: the first cell is indented, and a sign before it tells what has things below it.
///
/// A thing stands in as many rows as there are ways to it from above; its identity is that of the thing alone.
public struct TreeRows<ID: Hashable & Sendable>: TableRows {
    private let outline: TreeOutline<ID>
    private let format: (Int) -> TableRow

    /// The things of an outline; `row` says how the one at an index reads, without the tree's own signs.
    public init(_ outline: TreeOutline<ID>, row: @escaping (Int) -> TableRow) {
        self.outline = outline
        format = row
    }

    /// The things in view where some are open.
    public init(_ roots: [TreeNode<ID>], open: Set<ID>) {
        var outline = TreeOutline<ID>()
        var nodes: [TreeNode<ID>] = []
        var waiting = roots.reversed().map { (node: $0, depth: 0) }
        while let (node, depth) = waiting.popLast() {
            nodes.append(node)
            let isOpen = node.children != nil && open.contains(node.id)
            outline.append(node.id, depth: depth, hasChildren: node.children != nil, isOpen: isOpen)
            if isOpen { waiting += (node.children?() ?? []).reversed().map { (node: $0, depth: depth + 1) } }
        }
        let shown = nodes
        self.init(outline) { shown[$0].row() }
    }

    /// How many things are in view.
    public var count: Int { outline.places.count }

    /// What stands at an index.
    public func id(at index: Int) -> ID { outline.places[index].id }

    /// The row at an index, its first cell indented.
    public func row(at index: Int) -> TableRow {
        let place = outline.places[index]
        let cells = format(index).cells
        let glyphs = Glyphs.unicode
        let sign = !place.hasChildren ? " " : place.isOpen ? glyphs.opened : glyphs.closed
        let indent = TextSpan(String(repeating: "  ", count: place.depth) + sign + " ", .textDim)
        return TableRow([[indent] + (cells.first ?? [])] + cells.dropFirst())
    }

    /// The row at an index without the tree's own signs.
    public func bare(at index: Int) -> TableRow { format(index) }

    /// Whether what stands at an index has things below it.
    public func hasChildren(at index: Int) -> Bool {
        outline.places.indices.contains(index) && outline.places[index].hasChildren
    }

    /// Where what stands above a row is; nil for a root.
    public func parent(of index: Int) -> Int? {
        let places = outline.places
        guard places.indices.contains(index) else { return nil }
        return places[..<index].lastIndex { $0.depth < places[index].depth }
    }
}
