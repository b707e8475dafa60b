/// The rows of a table, asked for one by one: a table of a hundred thousand rows formats only those in view.
public protocol TableRows<ID> {
    /// What tells rows apart across frames.
    associatedtype ID: Hashable & Sendable

    /// How many rows there are.
    var count: Int { get }

    /// What the row at an index is; indices run from 0 to `count - 1`.
    func id(at index: Int) -> ID

    /// The row at an index, formatted.
    func row(at index: Int) -> TableRow

    /// Where a row stands; nil where it is gone.
    func index(of id: ID) -> Int?
}

extension TableRows {
    /// Looks at every row; give a better one where there is an index.
    public func index(of id: ID) -> Int? {
        (0..<count).first { self.id(at: $0) == id }
    }
}

/// One row, formatted: a line of spans for each column.
public struct TableRow: Hashable, Sendable {
    /// The cells in the order of the table's columns; missing ones are blank.
    public let cells: [TextLine]

    /// A row of cells.
    public init(_ cells: [TextLine]) {
        self.cells = cells
    }
}

/// Rows from closures.
public struct LazyTableRows<ID: Hashable & Sendable>: TableRows {
    /// How many rows there are.
    public let count: Int
    private let identify: (Int) -> ID
    private let format: (Int) -> TableRow

    /// `count` rows that `id` identifies and `row` formats, by index.
    public init(count: Int, id: @escaping (Int) -> ID, row: @escaping (Int) -> TableRow) {
        self.count = max(0, count)
        identify = id
        format = row
    }

    /// Rows made of the elements of a collection.
    public init<Element>(
        _ elements: [Element], id: @escaping (Element) -> ID, row: @escaping (Element) -> TableRow
    ) {
        self.init(count: elements.count, id: { id(elements[$0]) }, row: { row(elements[$0]) })
    }

    /// What the row at an index is.
    public func id(at index: Int) -> ID { identify(index) }

    /// The row at an index, formatted.
    public func row(at index: Int) -> TableRow { format(index) }
}
