/// A table: a head, and of its rows those in view.
///
/// The first column of cells belongs to the marker of the selected row and of marked ones, so that neither depends on
/// colour; the last one to the scroll bar where rows are hidden.
public struct TableView<Rows: TableRows> {
    /// The columns.
    public let columns: [TableColumn]
    /// The rows.
    public let rows: Rows
    /// The sort to show in the head; nil for none.
    public let sort: TableSort?
    /// What stands where there are no rows.
    public let emptyText: TextLine
    /// Whether the table has the keys.
    public let isFocused: Bool

    /// A table of rows.
    public init(
        columns: [TableColumn], rows: Rows, sort: TableSort? = nil,
        emptyText: TextLine = [TextSpan("nothing", .textDim)],
        isFocused: Bool = true
    ) {
        self.columns = columns
        self.rows = rows
        self.sort = sort
        self.emptyText = emptyText
        self.isFocused = isFocused
    }

    /// Rows in view where the table is drawn in `rect`: what `TableState` calls a page.
    public static func page(in rect: Rect) -> Int { max(0, rect.height - 1) }

    /// Draws the table; the state is reconciled with the rows for this frame, and answered for keeping.
    @discardableResult
    public func draw(in rect: Rect, of buffer: inout CellBuffer, state: TableState<Rows.ID>) -> TableState<Rows.ID> {
        let page = Self.page(in: rect)
        var state = state
        state.reconcile(rows: rows, page: page)
        guard !rect.isEmpty else { return state }
        let (head, body) = rect.split(top: 1)
        let places = placedColumns(in: rect, state.widths)
        drawHead(places, in: head, of: &buffer)
        if rows.count == 0 {
            buffer.put(emptyText, in: body.split(left: 1).rest, aligned: .leading)
        }
        for (y, index) in zip(body.minY..<body.maxY, state.offset..<rows.count) {
            drawRow(
                index, places, in: Rect(x: rect.minX, y: y, width: rect.width, height: 1), of: &buffer, state: state)
        }
        buffer.scrollBar(x: rect.maxX - 1, rows: body.minY..<body.maxY, offset: state.offset, total: rows.count)
        return state
    }

    /// The index of the row drawn at a place; nil outside the rows.
    public func rowIndex(at point: Point, in rect: Rect, state: TableState<Rows.ID>) -> Int? {
        let body = rect.split(top: 1).rest
        guard body.contains(point) else { return nil }
        let index = state.offset + point.y - body.minY
        return index < rows.count ? index : nil
    }

    /// The column whose head is drawn at a place; nil elsewhere.
    public func column(at point: Point, in rect: Rect, state: TableState<Rows.ID> = TableState()) -> TableColumn? {
        guard rect.split(top: 1).top.contains(point) else { return nil }
        return placedColumns(in: rect, state.widths).first { ($0.x...$0.x + $0.width).contains(point.x) }?.column
    }

    private func placedColumns(in rect: Rect, _ wanted: [String: Int]) -> [PlacedColumn] {
        let isScrolling = rows.count > Self.page(in: rect)
        return columns.placed(x: rect.minX + 1, width: rect.width - (isScrolling ? 2 : 1), wanted: wanted)
    }

    private func drawHead(_ places: [PlacedColumn], in rect: Rect, of buffer: inout CellBuffer) {
        buffer.fill(rect, role: .header)
        for place in places {
            let sorts = sort?.column == place.column.id
            let marker = sort?.isDescending == true ? buffer.glyphs.descending : buffer.glyphs.ascending
            let role: Role = sorts ? .headerSort : .header
            // The marker is what must stay readable in a narrow column.
            let room = place.width - (sorts ? 1 : 0)
            var title = TextLine()
            if Width.of(place.column.title) <= room || !sorts { title.append(TextSpan(place.column.title, role)) }
            if title.isEmpty {
                title = Graphemes.of(place.column.title).prefix(max(0, room)).map { TextSpan($0.text, role) }
            }
            if sorts { title.append(TextSpan(marker, role)) }
            let area = Rect(x: place.x, y: rect.minY, width: place.width, height: 1)
            buffer.put(title, in: area.intersection(rect), aligned: place.column.alignment)
        }
    }

    private func drawRow(
        _ index: Int, _ places: [PlacedColumn], in rect: Rect, of buffer: inout CellBuffer, state: TableState<Rows.ID>
    ) {
        let isSelected = index == state.index
        let isMarked = state.marks.contains(rows.id(at: index))
        let selection: Role? = isSelected ? (isFocused ? .selection : .selectionUnfocused) : nil
        let row = rows.row(at: index)
        buffer.fill(rect, role: selection ?? .text)
        for place in places where place.index < row.cells.count {
            let area = Rect(x: place.x, y: rect.minY, width: place.width, height: 1).intersection(rect)
            // The selection of another pane is quiet: what has a meaning of its own keeps its look.
            let cell = isSelected && !isFocused ? row.cells[place.index].quietlySelected : row.cells[place.index]
            buffer.put(cell, in: area, aligned: place.column.alignment, over: isFocused ? selection : nil)
        }
        if isMarked || isSelected {
            let glyph = isMarked ? buffer.glyphs.marked : buffer.glyphs.selected
            buffer.put(glyph, at: rect.origin, role: selection ?? .mark, maxWidth: rect.width)
        }
    }
}

extension [TextSpan] {
    /// The line in a selected row of a pane without the keys.
    fileprivate var quietlySelected: TextLine {
        map { $0.role == .text ? TextSpan($0.text, .selectionUnfocused, $0.attributes) : $0 }
    }
}
