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
            for (column, (was, key)) in zip(new.columns, zip(before, keys)) {
                guard let was, let key, was != key, was != .missing, was != .text("") else { continue }
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
    var columns: [String] = []
    var keys: [RowID: [SortKey?]] = [:]
    /// Whether these are all rows of the table, so that a row that is not among them was not there.
    var isWhole = false
    /// The column that a new row is marked in.
    var title = ""
}

extension AppState {
    /// A table of no more rows is compared as a whole; of a longer one what is in view and a little around it.
    private static let wholeTable = 60
    private static let margin = 5

    /// What the rows near those in view sort by, of each table on screen.
    func keysInView() -> [TableName: RowKeys] {
        guard settings.markSeconds > 0, picture != nil else { return [:] }
        let shown = Layout(self).panes.compactMap { pane, rect in
            tableName(of: pane).map { ($0, keysInView(of: $0, height: rect.height)) }
        }
        return Dictionary(shown, uniquingKeysWith: { first, _ in first })
    }

    private func keysInView(of name: TableName, height: Int) -> RowKeys {
        let table = table(name)
        guard let keys = table.keys else { return RowKeys() }
        let count = table.rows.count
        var seen = 0..<count
        if count > AppState.wholeTable {
            let offset = min(tables[name]?.offset ?? 0, count)
            seen = max(0, offset - AppState.margin)..<min(count, offset + height + AppState.margin)
        }
        let title = table.columns.max { $0.weight < $1.weight }?.id ?? ""
        return RowKeys(
            columns: table.columns.map(\.id),
            keys: Dictionary(
                seen.map { (table.rows.id(at: $0), keys($0)) }, uniquingKeysWith: { first, _ in first }),
            isWhole: seen.count == count, title: title)
    }

    /// Marks what differs from before.
    mutating func markChanges(since old: [TableName: RowKeys]) {
        guard !old.isEmpty else { return }
        for (name, rows) in keysInView() { changes.compare(name, old[name] ?? RowKeys(), rows, at: now) }
        changes.expire(olderThan: settings.markSeconds, now: now)
    }
}
