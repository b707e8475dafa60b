import FoundationEssentials
import Terminal

/// How a cell differs from the picture before.
enum CellChange: Sendable, Hashable {
    case up, down, other, new

    /// The sign that stands in the cell, beside its colour.
    ///
    /// A direction only where the cell is a figure: what words sort by has no up and down.
    func sign(isFigure: Bool) -> TextSpan {
        switch self {
        case .new: TextSpan("+", .diffAdd)
        case .up where isFigure: TextSpan("↑", .diffChange)
        case .down where isFigure: TextSpan("↓", .diffChange)
        default: TextSpan("Δ", .diffChange)
        }
    }
}

/// The cells that changed from one picture to the next, marked for some seconds.
public struct RecentChanges: Sendable {
    private struct Mark: Sendable {
        var change: CellChange
        var at: Date
    }

    private var marks: [TableName: [RowID: [String: Mark]]] = [:]

    /// No change yet.
    public init() {}

    /// How a cell changed; nil where it did not lately.
    func change(_ table: TableName, _ row: RowID, _ column: String) -> CellChange? {
        marks[table]?[row]?[column]?.change
    }

    /// Whether a table has any mark.
    func isEmpty(_ table: TableName) -> Bool { marks[table]?.isEmpty ?? true }

    /// Drops marks that are older than some seconds.
    mutating func expire(olderThan seconds: Double, now: Date) {
        guard !marks.isEmpty else { return }
        marks = marks.mapValues { rows in
            rows.mapValues { $0.filter { now.timeIntervalSince($0.value.at) < seconds } }.filter { !$0.value.isEmpty }
        }.filter { !$0.value.isEmpty }
    }

    /// Takes in what the rows of a table sort by before and after; a value that was unknown is no change.
    mutating func compare(_ table: TableName, _ old: RowKeys, _ new: RowKeys, at now: Date) {
        for (row, keys) in new.keys {
            guard let before = old.keys[row] else {
                if old.isWhole {
                    marks[table, default: [:]][row, default: [:]][new.title] = Mark(change: .new, at: now)
                }
                continue
            }
            for (column, key) in keys {
                guard let was = before[column], was != key, was != .missing, was != .text("") else { continue }
                marks[table, default: [:]][row, default: [:]][column] = Mark(
                    change: RecentChanges.change(was, key), at: now)
            }
        }
    }

    private static func change(_ old: SortKey, _ new: SortKey) -> CellChange {
        guard case .number(let a) = old, case .number(let b) = new else { return .other }
        return b > a ? .up : .down
    }
}

/// What rows of a table sort by, column by column.
struct RowKeys: Sendable {
    var keys: [RowID: [String: SortKey]] = [:]
    /// Whether these are all rows of the table, so that a row that is not among them was not there.
    var isWhole = false
    /// The column that a new row is marked in.
    var title = ""
}

extension AppState {
    /// Rows around those in view that are compared; the rest of a long table is not looked at.
    private static let window = 50

    /// What the rows near those in view sort by, of each table on screen.
    func keysInView() -> [TableName: RowKeys] {
        guard settings.markSeconds > 0, picture != nil else { return [:] }
        let shown = Set(Layout(self).panes.keys.compactMap(tableName(of:)))
        return Dictionary(uniqueKeysWithValues: shown.map { ($0, keysInView(of: $0)) })
    }

    private func keysInView(of name: TableName) -> RowKeys {
        let table = table(name)
        guard let keys = table.keys else { return RowKeys() }
        let offset = tables[name]?.offset ?? 0
        let first = max(0, min(offset, table.rows.count) - AppState.window)
        let last = max(first, min(table.rows.count, offset + AppState.window))
        let title = table.columns.max { $0.weight < $1.weight }?.id ?? ""
        return RowKeys(
            keys: Dictionary(
                (first..<last).map { (table.rows.id(at: $0), keys($0)) }, uniquingKeysWith: { first, _ in first }),
            isWhole: first == 0 && last == table.rows.count, title: title)
    }

    /// Marks what differs from before.
    mutating func markChanges(since old: [TableName: RowKeys]) {
        guard !old.isEmpty else { return }
        for (name, rows) in keysInView() { changes.compare(name, old[name] ?? RowKeys(), rows, at: now) }
        changes.expire(olderThan: settings.markSeconds, now: now)
    }
}
