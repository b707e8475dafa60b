public import Fabric
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

    /// A name, with runs of digits by their value: `node-2` before `node-10`.
    public static func name(_ text: String) -> SortKey {
        guard text.utf8.contains(where: { (0x30...0x39).contains($0) }) else { return .text(text) }
        var key = ""
        var digits = ""
        func flush() {
            key += String(repeating: "0", count: max(0, 12 - digits.utf8.count)) + digits
            digits = ""
        }
        for character in text {
            if character.isASCII, character.isNumber {
                digits.append(character)
            } else {
                if !digits.isEmpty { flush() }
                key.append(character)
            }
        }
        if !digits.isEmpty { flush() }
        return .text(key)
    }

    /// A number, or missing.
    public init(_ value: Int?) { self = value.map { .number(Double($0)) } ?? .missing }

    /// A number, or missing.
    public init(_ value: Double?) { self = value.map(SortKey.number) ?? .missing }
}

/// Places in the order of their keys; equal ones keep theirs, missing ones are last whichever way it goes.
func ordered(_ keyed: [(key: SortKey, place: Int)], isDescending: Bool) -> [Int] {
    keyed.sorted { a, b in
        if a.key == b.key { return a.place < b.place }
        if a.key == .missing || b.key == .missing { return b.key == .missing }
        return isDescending ? b.key < a.key : a.key < b.key
    }.map(\.place)
}

/// One column of a view: how it looks, what it sorts by.
public struct ViewColumn<Row: Sendable>: Sendable {
    /// The layout: id, title, width, alignment.
    public var layout: TableColumn
    /// The cell of a row at a moment.
    public var cell: @Sendable (Row, Date) -> TextLine
    /// The sort key of a row.
    public var key: @Sendable (Row) -> SortKey
    /// Whether a change of the key is worth a mark; counters and clocks that move all the time are not.
    public var isWatched: Bool

    /// A column from its parts.
    public init(
        _ layout: TableColumn, isWatched: Bool = true, key: @escaping @Sendable (Row) -> SortKey,
        cell: @escaping @Sendable (Row, Date) -> TextLine
    ) {
        self.layout = layout
        self.isWatched = isWatched
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
    /// The words that filters compare, by key; a filter without a key looks into all of them.
    public var words: @Sendable (Row) -> [(key: String, value: String)]
    /// The prefix that a row is about, and the leaf among whose rows the longest match is sought.
    public var prefix: @Sendable (Row) -> (prefix: IPPrefix, leaf: LeafID?)?

    /// A view from its parts.
    public init(
        name: String, columns: [ViewColumn<Row>], emptyText: String, id: @escaping @Sendable (Row) -> RowID,
        record: @escaping @Sendable (Row, Date) -> [FieldEntry], isProblem: @escaping @Sendable (Row) -> Bool,
        words: @escaping @Sendable (Row) -> [(key: String, value: String)],
        prefix: @escaping @Sendable (Row) -> (prefix: IPPrefix, leaf: LeafID?)? = { _ in nil }
    ) {
        self.name = name
        self.columns = columns
        self.emptyText = emptyText
        self.id = id
        self.record = record
        self.isProblem = isProblem
        self.words = words
        self.prefix = prefix
    }

    /// The view without columns that say the same in every row.
    func without(_ columns: Set<String>) -> EntityView {
        var view = self
        view.columns.removeAll { columns.contains($0.layout.id) }
        return view
    }

    /// Rows that pass a filter, in the order of a sort; without a sort the given order stays.
    public func arranged<Rows: RandomAccessCollection>(
        _ rows: Rows, filter: RowFilter?, onlyProblems: Bool, sort: TableSort?
    ) -> [Row] where Rows.Element == Row, Rows.Index == Int {
        places(rows, filter: filter, onlyProblems: onlyProblems, sort: sort, where: nil).map { rows[$0] }
    }

    /// The places in `rows` of those that pass, in the order of a sort. Keys are compared, nothing is formatted.
    func places<Rows: RandomAccessCollection>(
        _ rows: Rows, filter: RowFilter?, onlyProblems: Bool, sort: TableSort?, where belongs: ((Row) -> Bool)?
    ) -> [Int] where Rows.Element == Row, Rows.Index == Int {
        var kept = Array(0..<rows.count)
        if let belongs { kept = kept.filter { belongs(rows[$0]) } }
        if onlyProblems { kept = kept.filter { isProblem(rows[$0]) } }
        if let filter, !filter.isEmpty {
            let longest = longestMatches(of: filter.addresses, in: rows, at: kept)
            kept = kept.filter { place in
                let own = prefix(rows[place])
                return filter.matches(words: words(rows[place]), prefix: own?.prefix) { longest[$0]?[own?.leaf] }
            }
        }
        guard let sort, let column = columns.first(where: { $0.layout.id == sort.column }) else { return kept }
        return ordered(kept.map { (column.key(rows[$0]), $0) }, isDescending: sort.isDescending)
    }

    /// For each address and leaf the length of the most specific prefix that holds the address.
    private func longestMatches<Rows: RandomAccessCollection>(
        of addresses: [IPAddress], in rows: Rows, at places: [Int]
    ) -> [IPAddress: [LeafID?: Int]] where Rows.Element == Row, Rows.Index == Int {
        var found: [IPAddress: [LeafID?: Int]] = [:]
        for address in addresses {
            for place in places {
                guard let own = prefix(rows[place]), own.prefix.contains(address) else { continue }
                let length = Int(own.prefix.length)
                found[address, default: [:]][own.leaf] = max(length, found[address]?[own.leaf] ?? -1)
            }
        }
        return found
    }

    /// The keys that filters of this view may use, as a row tells them.
    func filterKeys(_ rows: some RandomAccessCollection<Row>) -> [String] {
        var seen: Set<String> = []
        return rows.first.map { words($0).map(\.key).filter { seen.insert($0).inserted } } ?? []
    }

    /// The rows at places as a table's rows, formatted when drawn.
    func tableRows<Rows: RandomAccessCollection>(
        _ rows: Rows, at places: [Int], now: Date
    ) -> LazyTableRows<RowID> where Rows.Element == Row, Rows.Index == Int {
        LazyTableRows(
            count: places.count, id: { id(rows[places[$0]]) },
            row: { index in TableRow(columns.map { $0.cell(rows[places[index]], now) }) })
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
