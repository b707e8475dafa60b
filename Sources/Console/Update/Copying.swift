import Correlation
import Fabric
import Terminal

/// What goes into the terminal's clipboard (OSC 52), which works over ssh too.
public enum Clipboard {
    /// The most bytes that common terminals take; more would be dropped without a word.
    public static let limit = 74_994

    /// The beginning of a text that fits, cut between characters.
    static func fitting(_ text: String) -> String {
        guard text.utf8.count > limit else { return text }
        var room = limit
        return String(
            text.prefix { character in
                room -= character.utf8.count
                return room >= 0
            })
    }
}

extension AppState {
    /// Offers what can be copied.
    mutating func openCopyMenu() {
        guard let name = focusedTable else {
            overlay = .menu(
                Palette(title: "copy", items: [PaletteItem(id: "text", title: "this text")]), purpose: .copy)
            return
        }
        let table = table(name)
        let rows = "\(table.rows.count) rows"
        let none = table.rows.count == 0 ? "there is no row" : nil
        var items = [
            PaletteItem(id: "row", title: "row", keys: selectedName ?? "", disabledReason: none),
            PaletteItem(id: "table", title: "view as table", keys: rows, disabledReason: none),
            PaletteItem(id: "json", title: "view as JSON", keys: rows, disabledReason: none),
            PaletteItem(id: "csv", title: "view as CSV", keys: rows, disabledReason: none),
            PaletteItem(id: "command", title: "the command that prints this", keys: ""),
        ]
        if let cells = selectedCells(of: name) {
            items += zip(table.columns, cells).filter { !$1.isEmpty }.map { column, cell in
                PaletteItem(id: "cell:\(column.id)", title: "cell \(column.title)", keys: cell)
            }
        }
        overlay = .menu(Palette(title: "copy", items: items), purpose: .copy)
    }

    /// Offers the forms that a file can have.
    mutating func openDumpMenu() {
        var items = [PaletteItem(id: "screen", title: "the screen as text")]
        if focusedTable != nil {
            items += [
                PaletteItem(id: "table", title: "the view as a table"),
                PaletteItem(id: "csv", title: "the view as CSV"),
                PaletteItem(id: "json", title: "the view as JSON"),
            ]
        } else {
            items.append(PaletteItem(id: "text", title: "this text"))
        }
        overlay = .menu(Palette(title: "write to a file", items: items), purpose: .dump)
    }

    /// Copies what was chosen.
    mutating func copy(_ choice: String) -> [Effect] {
        switch choice {
        case "text": return copy(focusedLines.map(\.plain).joined(separator: "\n"), "the text")
        case "row": return copy(selectedText ?? "", "the row")
        case "command": return copy(equivalentCommand, "the command")
        default: break
        }
        guard let name = focusedTable else { return [] }
        if let format = ViewFormat(rawValue: choice) {
            return copy(ViewText.text(table(name), format), "\(table(name).rows.count) rows as \(choice)")
        }
        let column = choice.trimmingPrefix("cell:")
        guard let index = table(name).columns.firstIndex(where: { $0.id == column }),
            let cells = selectedCells(of: name), index < cells.count
        else { return [] }
        return copy(cells[index], table(name).columns[index].title)
    }

    /// Hands a text to the clipboard, and says how much of it.
    mutating func copy(_ text: String, _ what: String) -> [Effect] {
        let fitting = Clipboard.fitting(text)
        let count = fitting.utf8.count
        toast =
            count < text.utf8.count
            ? Toast(
                .warning,
                "copied the first \(count) of \(text.utf8.count) bytes of \(what); ctrl-s writes all to a file")
            : Toast(.info, "copied \(count) bytes: \(what) (by OSC 52, where the terminal allows it)")
        return [.copy(fitting)]
    }

    /// Writes what was chosen.
    func dump(_ choice: String) -> [Effect] {
        let name = focusedTable?.rawValue ?? "text"
        switch choice {
        case "screen":
            let text = render(self, glyphs: .unicode).buffer.rows.map { row in
                String(row.reversed().drop { $0 == " " }.reversed())
            }
            return [.dump(name: "screen.txt", text: text.joined(separator: "\n") + "\n")]
        case "text":
            return [.dump(name: "text.txt", text: focusedLines.map(\.plain).joined(separator: "\n") + "\n")]
        default:
            guard let table = focusedTable, let format = ViewFormat(rawValue: choice) else { return [] }
            let ending = format == .table ? "txt" : choice
            return [.dump(name: "\(name).\(ending)", text: ViewText.text(self.table(table), format))]
        }
    }

    /// The name of the selected row.
    private var selectedName: String? { focusedTable.flatMap { selectedCells(of: $0)?.first } }

    private func selectedCells(of name: TableName) -> [String]? {
        let table = table(name)
        guard let id = selection(of: name), let index = table.rows.index(of: id) else { return nil }
        return (table.tree?.bare(at: index) ?? table.rows.row(at: index)).cells.map(\.plain)
    }

    /// The selected row of the focused table as one line.
    var selectedText: String? { focusedTable.flatMap { selectedCells(of: $0)?.joined(separator: "\t") } }

    /// The command line that prints what the focused pane shows.
    var equivalentCommand: String {
        let source = label.source.isEmpty ? ["--context", label.context] : label.source
        return (["bgpdeck"] + commandWords + source).map { AppState.shellWord($0) }.joined(separator: " ")
    }

    private var commandWords: [String] {
        guard let name = focusedTable else {
            if case .finding(let identity) = subject, focus == .detail { return ["explain", identity.rule.text] }
            if case .audit(let rule, _) = subject, focus == .detail { return ["explain", rule] }
            return ["findings"]
        }
        switch name {
        case .racks, .nodes, .leaves, .findings, .sessions, .prefixes, .services:
            return [name.rawValue] + filterOptions(of: name)
        case .capacity: return ["capacity"] + filterOptions(of: name)
        case .audit: return ["audit"]
        case .rackSessions: return ["sessions", "--rack", subjectWords ?? ""]
        case .nodeSessions: return ["sessions", "--node", subjectWords ?? ""]
        case .nodePrefixes, .nodeRoutes: return ["prefixes", "--node", subjectWords ?? ""]
        case .nodeServices: return ["services", "--node", subjectWords ?? ""]
        case .leafCapacity: return ["capacity", "--leaf", subjectLeaf?.description ?? ""]
        case .leafPeers: return ["sessions", "--leaf", subjectLeaf?.description ?? ""]
        case .leafRoutes: return ["prefixes", "--leaf", subjectLeaf?.description ?? ""]
        }
    }

    /// The parts of a filter that the command line has options for.
    private func filterOptions(of name: TableName) -> [String] {
        RowFilter(filters[name] ?? "").terms.flatMap { term -> [String] in
            guard let key = term.key, !term.isInverse, !term.isValueInverse,
                ["node", "leaf", "rack", "prefix", "service"].contains(key)
            else { return [] }
            switch term.test {
            case .equals(let needle): return ["--\(key)", needle.text]
            case .contains(let needle) where key == "leaf": return ["--leaf", needle.text]
            case .holds(let address): return ["--prefix", address.description]
            default: return []
            }
        }
    }

    /// A word as a shell reads it back.
    private static func shellWord(_ word: String) -> String {
        let isPlain =
            !word.isEmpty && word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./:=@,".contains($0)) }
        return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }
}
