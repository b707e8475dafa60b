/// What a table remembers between frames, bound to what rows are and not to where they stand.
///
/// When rows are sorted anew or vanish, `reconcile` follows the selected row, or takes the one that moved into its
/// place. Marks of rows that are out of sight (by a filter, say) stay.
public struct TableState<ID: Hashable & Sendable>: Hashable, Sendable {
    /// The selected row; nil in an empty table.
    public private(set) var selected: ID?
    /// Where the selected row stood when the state was last reconciled.
    public private(set) var index: Int
    /// The first row in view.
    public private(set) var offset: Int
    /// The marked rows.
    public private(set) var marks: Set<ID>
    /// Whether moving marks the rows passed.
    public private(set) var isMarkingRange: Bool
    /// The widest text seen in each column, by its id; only ever grows, so that columns do not jump.
    public private(set) var widths: [String: Int] = [:]
    private var rangeStart: Int

    /// A table that was never drawn; its first row will be selected unless another is given.
    public init(selected: ID? = nil, marks: Set<ID> = []) {
        self.selected = selected
        self.marks = marks
        index = 0
        offset = 0
        isMarkingRange = false
        rangeStart = 0
    }

    /// Finds the selected row among `rows` again, and brings it into a view of `page` rows.
    public mutating func reconcile(rows: some TableRows<ID>, page: Int) {
        index = currentIndex(rows: rows)
        selected = rows.count > 0 ? rows.id(at: index) : nil
        offset = visibleOffset(count: rows.count, page: page)
    }

    /// Learns how wide columns want to be from the rows that a view of `page` rows shows; each is formatted once.
    ///
    /// Text wider than `limit` columns counts as that: one long description must not push everything else away.
    public mutating func learnWidths(
        of columns: [TableColumn], rows: some TableRows<ID>, page: Int, limit: Int = 40
    ) {
        var shown = self
        shown.reconcile(rows: rows, page: page)
        for index in shown.offset..<max(shown.offset, min(rows.count, shown.offset + page)) {
            for (column, cell) in zip(columns, rows.row(at: index).cells) {
                let width = min(limit, cell.width)
                if width > widths[column.id] ?? 0 { widths[column.id] = width }
            }
        }
    }

    /// Moves the selection.
    public mutating func move(_ motion: ScrollMotion, rows: some TableRows<ID>, page: Int) {
        reconcile(rows: rows, page: page)
        select(index: motion.target(from: index, count: rows.count, page: page), rows: rows, page: page)
    }

    /// Selects the row at an index, clamped.
    public mutating func select(index wanted: Int, rows: some TableRows<ID>, page: Int) {
        guard rows.count > 0 else { return reconcile(rows: rows, page: page) }
        index = max(0, min(wanted, rows.count - 1))
        selected = rows.id(at: index)
        if isMarkingRange {
            let from = min(rangeStart, rows.count - 1)
            marks.formUnion((min(from, index)...max(from, index)).map(rows.id(at:)))
        }
        offset = visibleOffset(count: rows.count, page: page)
    }

    /// Selects a row by what it is; the next `reconcile` finds it.
    public mutating func select(_ id: ID?) {
        selected = id
    }

    /// Scrolls by rows without leaving the selection out of view: the wheel.
    public mutating func scroll(by rows: Int, in table: some TableRows<ID>, page: Int) {
        select(index: index + rows, rows: table, page: page)
    }

    /// Marks the selected row, or takes its mark away.
    public mutating func toggleMark() {
        guard let selected else { return }
        if marks.remove(selected) == nil { marks.insert(selected) }
    }

    /// Begins a range at the selected row, or ends it.
    public mutating func toggleRange() {
        isMarkingRange.toggle()
        rangeStart = index
        if isMarkingRange, let selected { marks.insert(selected) }
    }

    /// Takes all marks away and ends a range.
    public mutating func clearMarks() {
        marks = []
        isMarkingRange = false
    }

    /// Drops marks of rows that no longer exist anywhere.
    public mutating func keepMarks(where exists: (ID) -> Bool) {
        marks = marks.filter(exists)
    }

    private func currentIndex(rows: some TableRows<ID>) -> Int {
        guard rows.count > 0 else { return 0 }
        let hint = max(0, min(index, rows.count - 1))
        guard let selected, rows.id(at: hint) != selected else { return hint }
        return rows.index(of: selected) ?? hint
    }

    private func visibleOffset(count: Int, page: Int) -> Int {
        let page = max(1, page)
        let first = max(index - page + 1, min(offset, index))
        return max(0, min(first, count - page))
    }
}
