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

/// A tree as rows of a table: the first cell is indented, and a sign before it tells what has things below it.
///
/// A thing stands in as many rows as there are ways to it from above; its identity is that of the thing alone.
public struct TreeRows<ID: Hashable & Sendable>: TableRows {
    private struct Place {
        let node: TreeNode<ID>
        let depth: Int
    }

    private let places: [Place]
    private let open: Set<ID>

    /// The things in view where some are open.
    public init(_ roots: [TreeNode<ID>], open: Set<ID>) {
        var places: [Place] = []
        var waiting = roots.reversed().map { Place(node: $0, depth: 0) }
        while let place = waiting.popLast() {
            places.append(place)
            guard let children = place.node.children, open.contains(place.node.id) else { continue }
            waiting += children().reversed().map { Place(node: $0, depth: place.depth + 1) }
        }
        self.places = places
        self.open = open
    }

    /// How many things are in view.
    public var count: Int { places.count }

    /// What stands at an index.
    public func id(at index: Int) -> ID { places[index].node.id }

    /// The row at an index, its first cell indented.
    public func row(at index: Int) -> TableRow {
        let place = places[index]
        let cells = place.node.row().cells
        let glyphs = Glyphs.unicode
        let sign = place.node.children == nil ? " " : open.contains(place.node.id) ? glyphs.opened : glyphs.closed
        let indent = TextSpan(String(repeating: "  ", count: place.depth) + sign + " ", .textDim)
        return TableRow([[indent] + (cells.first ?? [])] + cells.dropFirst())
    }

    /// The row at an index without the tree's own signs.
    public func bare(at index: Int) -> TableRow { places[index].node.row() }

    /// Whether what stands at an index has things below it.
    public func hasChildren(at index: Int) -> Bool {
        places.indices.contains(index) && places[index].node.children != nil
    }

    /// Where what stands above a row is; nil for a root.
    public func parent(of index: Int) -> Int? {
        guard places.indices.contains(index) else { return nil }
        return places[..<index].lastIndex { $0.depth < places[index].depth }
    }
}
