/// A column of a table.
public struct TableColumn: Hashable, Sendable {
    /// What sorting and configuration call it.
    public let id: String
    /// Its head.
    public let title: String
    /// Columns of the screen that it needs; it is never narrower, but left out where there is no room.
    public let minWidth: Int
    /// Where its text stands.
    public let alignment: Alignment
    /// Its share of the room that is left over; 0 keeps it at its least width.
    public let weight: Int
    /// Where room is short, columns of the lowest rank leave first, the rightmost of them before the others.
    public let rank: Int

    /// A column; its least width covers the title and the sort marker.
    public init(
        _ id: String, title: String, minWidth: Int = 0, alignment: Alignment = .leading, weight: Int = 0, rank: Int = 0
    ) {
        self.id = id
        self.title = title
        self.minWidth = max(minWidth, Width.of(title), 1)
        self.alignment = alignment
        self.weight = max(0, weight)
        self.rank = rank
    }
}

/// The column that sorts a table.
public struct TableSort: Hashable, Sendable {
    /// The column's id.
    public let column: String
    /// Whether the greatest comes first.
    public let isDescending: Bool

    /// A sort by a column.
    public init(_ column: String, descending: Bool = false) {
        self.column = column
        isDescending = descending
    }
}

/// A column's place on the screen.
struct PlacedColumn {
    let index: Int
    let column: TableColumn
    let x: Int
    let width: Int
}

extension [TableColumn] {
    /// The columns that fit in `width`, one blank apart.
    ///
    /// What is left over goes to the columns whose `wanted` width is greater than their least, those that need the least
    /// first, so that as many as can be are whole; what is left then is shared by weight.
    func placed(x start: Int, width: Int, wanted: [String: Int] = [:]) -> [PlacedColumn] {
        let kept = fitting(width: width)
        var widths = kept.map(\.element.minWidth)
        var free = Swift.max(0, width - widths.reduce(Swift.max(0, kept.count - 1), +))
        let needs = kept.enumerated().map { place, item in Swift.max(0, (wanted[item.element.id] ?? 0) - widths[place])
        }
        let order = kept.indices.sorted {
            (needs[$0], kept[$1].element.rank, $0) < (needs[$1], kept[$0].element.rank, $1)
        }
        for place in order {
            let growth = Swift.min(free, needs[place])
            widths[place] += growth
            free -= growth
        }
        let shares = Rect(x: 0, y: 0, width: free, height: 1).columns(weights: kept.map { $0.element.weight })
        var x = start
        return kept.enumerated().map { place, item in
            let own = Swift.min(widths[place] + shares[place].width, Swift.max(0, start + width - x))
            defer { x += own + 1 }
            return PlacedColumn(index: item.offset, column: item.element, x: x, width: own)
        }
    }

    /// The columns that remain where those that have no room leave.
    private func fitting(width: Int) -> [(offset: Int, element: TableColumn)] {
        var kept = enumerated().map { (offset: $0.offset, element: $0.element) }
        func needed() -> Int { kept.reduce(Swift.max(0, kept.count - 1)) { $0 + $1.element.minWidth } }
        while kept.count > 1, needed() > width {
            let lowest = kept.map { $0.element.rank }.min() ?? 0
            guard let last = kept.lastIndex(where: { $0.element.rank == lowest }) else { break }
            kept.remove(at: last)
        }
        return kept
    }
}
