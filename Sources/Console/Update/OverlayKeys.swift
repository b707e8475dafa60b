import Fabric
import FoundationEssentials
import Terminal

extension AppState {
    /// Keys while something lies over the panes.
    mutating func handleOverlay(_ chord: KeyChord) -> [Effect] {
        switch overlay {
        case .help(let scroll): return handleReading(chord, scroll, count: helpOverlay.lineCount) { .help($0) }
        case .text(let sheet, let scroll):
            return handleReading(chord, scroll, count: sheet.lines.count) { .text(sheet, scroll: $0) }
        case .filter(var line, let table, let before): handleFilter(chord, &line, table, before)
        case .search(var line, let below): handleSearch(chord, &line, below)
        case .command(var line): return handleCommand(chord, &line)
        case .palette(var palette):
            let before = palette.query.text
            let outcome = palette.handle(chord)
            overlay = .palette(palette.query.text == before ? palette : finder(palette.query.text))
            return handlePalette(outcome)
        case .menu(var palette, let purpose):
            let outcome = palette.handle(chord)
            overlay = .menu(palette, purpose: purpose)
            return handleMenu(outcome, purpose)
        case .dialog(var dialog, let purpose):
            let outcome = dialog.handle(chord, in: Rect(size: size))
            overlay = .dialog(dialog, purpose: purpose)
            return handleDialog(outcome, purpose)
        case nil: break
        }
        return []
    }

    /// Keys of a text over the panes: it scrolls, is searched, copied, written to a file, closed.
    private mutating func handleReading(
        _ chord: KeyChord, _ scroll: ScrollState, count: Int, _ rebuilt: (ScrollState) -> Overlay
    ) -> [Effect] {
        let id = keyMap.actions[chord]
        var scroll = scroll
        if let motion = ScrollMotion(chord) {
            scroll.move(motion, count: count, page: max(1, size.height - 6))
            overlay = rebuilt(scroll)
            return []
        }
        switch id {
        case "filter": overlay = .search(InputLine(""), below: rebuilt(scroll))
        case "search-next" where search != nil: searchOn(1)
        case "search-previous" where search != nil: searchOn(-1)
        case "copy": return copy(overlayText, "the text")
        case "dump": return [.dump(name: "text.txt", text: overlayText + "\n")]
        case "interrupt": return quit()
        case "back", "open", "quit", "help", "evidence":
            overlay = nil
            search = nil
        default: toast = Toast(.info, "\(chord) does nothing here; / searches, y copies, Esc closes")
        }
        return []
    }

    /// The text that lies over the panes.
    private var overlayText: String {
        switch overlay {
        case .text(let sheet, _)?: sheet.lines.joined(separator: "\n")
        case .help?: helpOverlay.lines.map(\.plain).joined(separator: "\n")
        default: ""
        }
    }

    private mutating func handleSearch(_ chord: KeyChord, _ line: inout InputLine, _ below: Overlay?) {
        switch line.handle(chord) {
        case .submitted(let word):
            overlay = below
            if word.isEmpty { search = nil } else { tellSearch() }
        case .cancelled:
            overlay = below
            search = nil
        case .changed, nil:
            overlay = .search(line, below: below)
            if line.text != search?.word { search(for: line.text) }
        }
    }

    private mutating func handleFilter(_ chord: KeyChord, _ line: inout InputLine, _ table: TableName, _ before: String)
    {
        switch line.handle(chord) {
        case .submitted:
            overlay = nil
        case .cancelled:
            filters[table] = before.isEmpty ? nil : before
            overlay = nil
        case .changed, nil:
            filters[table] = line.text.isEmpty ? nil : line.text
            overlay = .filter(line, table: table, before: before)
        }
        followSelection()
    }

    private mutating func handleCommand(_ chord: KeyChord, _ line: inout InputLine) -> [Effect] {
        let isAtEnd = line.cursor == line.text.count
        switch (chord.key, chord.modifiers) {
        case (.tab, []):
            if let completed = ConsoleCommand.completion(of: line.text, in: self) {
                line = InputLine(completed, history: commandHistory)
            }
            overlay = .command(line)
            return []
        case (.right, []) where isAtEnd, (.end, []) where isAtEnd, (.character("f"), .ctrl) where isAtEnd:
            if let suggested = ConsoleCommand.suggestion(for: line.text, in: self) {
                line = InputLine(suggested, history: commandHistory)
            }
            overlay = .command(line)
            return []
        case (.backspace, []) where line.text.isEmpty:
            overlay = nil
            return []
        default: break
        }
        switch line.handle(chord) {
        case .submitted(let text):
            overlay = nil
            let text = text.trimmed
            guard !text.isEmpty else { return [] }
            remember(command: text)
            return run(command: text)
        case .cancelled: overlay = nil
        case .changed, nil: overlay = .command(line)
        }
        return []
    }

    private mutating func handleMenu(_ outcome: PaletteOutcome?, _ purpose: MenuPurpose) -> [Effect] {
        switch outcome {
        case .chosen(let id):
            overlay = nil
            switch purpose {
            case .copy: return copy(id)
            case .dump: return dump(id)
            case .sort(let table): sorts[table] = id == "none" ? nil : TableSort(id)
            }
        case .refused(let reason): toast = Toast(.warning, reason)
        case .cancelled: overlay = nil
        case nil: break
        }
        return []
    }

    /// The sort menu of the focused table; the present sort stands first.
    mutating func openSortMenu() {
        guard let name = focusedTable else { return }
        let items = table(name).columns.map { column in
            let isPresent = sorts[name]?.column == column.id
            return PaletteItem(
                id: column.id, title: column.title, keys: isPresent ? "sorts now; S reverses" : "")
        }
        overlay = .menu(
            Palette(title: "sort by", items: items + [PaletteItem(id: "none", title: "as it comes")]),
            purpose: .sort(name))
    }
}

extension String {
    /// The text without blanks at its ends.
    var trimmed: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
