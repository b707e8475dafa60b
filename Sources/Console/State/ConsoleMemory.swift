import FoundationEssentials
import Terminal

/// What the console remembers from one run to the next: how tables are sorted and what was typed at `:`.
///
/// A value; where it is kept is the caller's business. It is never written into the user's configuration.
public struct ConsoleMemory: Sendable, Hashable, Codable {
    /// The sort of a table.
    public struct Sort: Sendable, Hashable, Codable {
        /// The column's id.
        public var column: String
        /// Whether the greatest comes first.
        public var isDescending: Bool
    }

    /// The sorts by the name of their table.
    public var sorts: [String: Sort]
    /// What was typed at `:`, oldest first.
    public var history: [String]
    /// Whether the mouse is taken.
    public var hasMouse: Bool

    /// The most commands that are remembered.
    static let historyLimit = 200

    /// What a new user starts with.
    public init() {
        sorts = [:]
        history = []
        hasMouse = false
    }

    /// Reads what is there; what is absent or unknown is as for a new user, so that an older or newer file does no
    /// harm.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        sorts = (try? fields.decode([String: Sort].self, forKey: .sorts)) ?? [:]
        history = (try? fields.decode([String].self, forKey: .history)) ?? []
        hasMouse = (try? fields.decode(Bool.self, forKey: .hasMouse)) ?? false
    }
}

extension AppState {
    /// What is to be remembered of this state.
    public var memory: ConsoleMemory {
        get {
            var memory = ConsoleMemory()
            for (table, sort) in sorts {
                memory.sorts[table.rawValue] = ConsoleMemory.Sort(column: sort.column, isDescending: sort.isDescending)
            }
            memory.history = commandHistory
            memory.hasMouse = hasMouse
            return memory
        }
        set {
            for (name, sort) in newValue.sorts {
                guard let table = TableName(rawValue: name),
                    self.table(table).columns.contains(where: { $0.id == sort.column })
                else { continue }
                sorts[table] = TableSort(sort.column, descending: sort.isDescending)
            }
            commandHistory = newValue.history.suffix(ConsoleMemory.historyLimit).filter { !$0.isEmpty }
            hasMouse = newValue.hasMouse
        }
    }

    /// Adds to the history what was typed; the same twice running counts once.
    mutating func remember(command text: String) {
        if commandHistory.last != text { commandHistory.append(text) }
        if commandHistory.count > ConsoleMemory.historyLimit { commandHistory.removeFirst() }
    }
}
