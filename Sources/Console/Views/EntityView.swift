public import FoundationEssentials
public import Terminal

/// A value in a row as machines read it: what JSON and CSV are written from.
public indirect enum Field: Sendable, Hashable {
    case null
    case text(String)
    case integer(Int)
    case number(Double)
    case flag(Bool)
    case list([Field])
    case record([FieldEntry])

    /// A text, or null.
    public init(_ text: String?) { self = text.map(Field.text) ?? .null }

    /// An integer, or null.
    public init(_ integer: Int?) { self = integer.map(Field.integer) ?? .null }

    /// A number, or null.
    public init(_ number: Double?) { self = number.map(Field.number) ?? .null }

    /// A time as RFC 3339 in UTC, or null.
    public init(_ date: Date?) { self = date.map { .text($0.formatted(.iso8601)) } ?? .null }
}

/// A named field of a record.
public struct FieldEntry: Sendable, Hashable {
    /// The name in JSON, the heading in CSV.
    public var name: String
    /// The value.
    public var value: Field

    /// An entry from its parts.
    public init(_ name: String, _ value: Field) {
        self.name = name
        self.value = value
    }
}

/// What a column sorts by.
public enum SortKey: Sendable, Comparable, Hashable {
    case number(Double)
    case text(String)
    /// Sorts last, in either direction of thought: what is unknown is never on top.
    case missing

    /// A number, or missing.
    public init(_ value: Int?) { self = value.map { .number(Double($0)) } ?? .missing }

    /// A number, or missing.
    public init(_ value: Double?) { self = value.map(SortKey.number) ?? .missing }
}

/// One column of a view: how it looks, what it sorts by.
public struct ViewColumn<Row: Sendable>: Sendable {
    /// The layout: id, title, width, alignment.
    public var layout: TableColumn
    /// The cell of a row at a moment.
    public var cell: @Sendable (Row, Date) -> TextLine
    /// The sort key of a row.
    public var key: @Sendable (Row) -> SortKey

    /// A column from its parts.
    public init(
        _ layout: TableColumn, key: @escaping @Sendable (Row) -> SortKey,
        cell: @escaping @Sendable (Row, Date) -> TextLine
    ) {
        self.layout = layout
        self.cell = cell
        self.key = key
    }
}

/// A view: the columns of one kind of row. Panes, batch tables, JSON and CSV are all made from it, so that they agree.
public struct EntityView<Row: Sendable>: Sendable {
    /// The name, which is also the command: `nodes`.
    public var name: String
    /// The columns, in the order of screen and batch table.
    public var columns: [ViewColumn<Row>]
    /// What stands where there is no row.
    public var emptyText: String
    /// What tells rows apart over time.
    public var id: @Sendable (Row) -> RowID
    /// The row as machines read it, at a moment.
    public var record: @Sendable (Row, Date) -> [FieldEntry]
    /// Whether the row is a problem (key `e`).
    public var isProblem: @Sendable (Row) -> Bool
    /// The words that `key:value` filters compare, by key.
    public var words: @Sendable (Row) -> [(key: String, value: String)]

    /// A view from its parts.
    public init(
        name: String, columns: [ViewColumn<Row>], emptyText: String, id: @escaping @Sendable (Row) -> RowID,
        record: @escaping @Sendable (Row, Date) -> [FieldEntry], isProblem: @escaping @Sendable (Row) -> Bool,
        words: @escaping @Sendable (Row) -> [(key: String, value: String)]
    ) {
        self.name = name
        self.columns = columns
        self.emptyText = emptyText
        self.id = id
        self.record = record
        self.isProblem = isProblem
        self.words = words
    }

    /// Rows that pass a filter, in the order of a sort; without a sort the given order stays.
    public func arranged(
        _ rows: [Row], filter: RowFilter?, onlyProblems: Bool, sort: TableSort?, at now: Date
    ) -> [Row] {
        var kept = rows
        if onlyProblems { kept = kept.filter(isProblem) }
        if let filter, !filter.isEmpty { kept = kept.filter { matches($0, filter, at: now) } }
        guard let sort, let column = columns.first(where: { $0.layout.id == sort.column }) else { return kept }
        let keyed = kept.enumerated().map { (key: column.key($0.element), index: $0.offset, row: $0.element) }
        return keyed.sorted { a, b in
            if a.key == b.key { return a.index < b.index }
            if a.key == .missing || b.key == .missing { return b.key == .missing }
            return sort.isDescending ? b.key < a.key : a.key < b.key
        }.map(\.row)
    }

    private func matches(_ row: Row, _ filter: RowFilter, at now: Date) -> Bool {
        filter.matches(
            text: { columns.map { $0.cell(row, now).plain }.joined(separator: " ") }, words: { words(row) })
    }

    /// The rows as a table's rows, formatted when drawn.
    public func tableRows(_ rows: [Row], at now: Date) -> LazyTableRows<RowID> {
        LazyTableRows(rows, id: id) { row in TableRow(columns.map { $0.cell(row, now) }) }
    }
}

extension TableColumn {
    /// A column that leaves a narrow table in its turn: those with the largest `drops` first, 0 last of all.
    static func of(
        _ id: String, title: String, minWidth: Int = 0, alignment: Alignment = .leading, weight: Int = 0,
        drops: Int = 0
    ) -> TableColumn {
        TableColumn(id, title: title, minWidth: minWidth, alignment: alignment, weight: weight, rank: 9 - drops)
    }
}
