import Terminal

/// The keys and commands as documents show them: the README's table and the manual page are made from these, so that
/// they cannot differ from what the keys do.
public enum KeyTable {
    /// One entry of a table: keys or words, and what they do.
    public struct Row: Sendable, Hashable {
        /// The keys, as the configuration writes them.
        public var keys: [String]
        /// What they do.
        public var title: String
    }

    /// The keys of a group in the order of the help, with the registry's defaults.
    public static func rows(_ group: ActionGroup) -> [Row] {
        ActionRegistry.all.filter { $0.group == group && $0.id != "interrupt" }.map { action in
            Row(keys: action.keys.map(\.description), title: action.title)
        }
    }

    /// The commands of `:` with their arguments; those that only repeat a key are left out.
    public static var commands: [Row] {
        CommandCatalog.all.filter { ActionRegistry.action($0.name) == nil || !$0.usage.isEmpty }.map { command in
            Row(keys: [":" + command.name + (command.usage.isEmpty ? "" : " " + command.usage)], title: command.summary)
        }
    }

    /// The table of keys in Markdown, one line for each group.
    public static var markdown: String {
        let lines = ActionGroup.allCases.map { group in
            let cells = rows(group).map { row in
                row.keys.map { "`\($0)`" }.joined(separator: " ") + " " + row.title
            }
            return "| \(group.rawValue) | \(cells.joined(separator: ", ")) |"
        }
        return (["| | Keys |", "|---|---|"] + lines).joined(separator: "\n") + "\n"
    }
}
