import Fabric
import FoundationEssentials
import Terminal

extension AppState {
    /// Keys while something lies over the panes.
    mutating func handleOverlay(_ chord: KeyChord) -> [Effect] {
        switch overlay {
        case .help(var scroll):
            handleScroll(chord, &scroll, count: helpOverlay.lineCount) { .help($0) }
        case .evidence(let title, let lines, var scroll):
            handleScroll(chord, &scroll, count: lines.count) { .evidence(title: title, lines: lines, scroll: $0) }
        case .filter(var line, let table, let before): handleFilter(chord, &line, table, before)
        case .command(var line): return handleCommand(chord, &line)
        case .palette(var palette):
            let outcome = palette.handle(chord)
            overlay = .palette(palette)
            return handlePalette(outcome)
        case .sortMenu(var palette, let table):
            let outcome = palette.handle(chord)
            overlay = .sortMenu(palette, table: table)
            handleSort(outcome, table)
        case .dialog(var dialog, let purpose):
            let outcome = dialog.handle(chord, in: Rect(size: size))
            overlay = .dialog(dialog, purpose: purpose)
            return handleDialog(outcome, purpose)
        case nil: break
        }
        return []
    }

    private mutating func handleScroll(
        _ chord: KeyChord, _ scroll: inout ScrollState, count: Int, _ rebuilt: (ScrollState) -> Overlay
    ) {
        if let motion = ScrollMotion(chord) {
            scroll.move(motion, count: count, page: max(1, size.height - 6))
            overlay = rebuilt(scroll)
        } else if [.escape, .enter, .character("q"), .character("?"), .character("i")].contains(chord.key) {
            overlay = nil
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
        if chord == KeyChord(.tab) {
            if let completed = ConsoleCommand.completion(of: line.text, in: self) {
                line = InputLine(completed, history: commandHistory)
            }
            overlay = .command(line)
            return []
        }
        switch line.handle(chord) {
        case .submitted(let text):
            overlay = nil
            guard !text.isEmpty else { return [] }
            commandHistory.append(text)
            return run(command: text)
        case .cancelled: overlay = nil
        case .changed, nil: overlay = .command(line)
        }
        return []
    }

    private mutating func handlePalette(_ outcome: PaletteOutcome?) -> [Effect] {
        switch outcome {
        case .chosen(let id):
            overlay = nil
            return ActionRegistry.action(id).map { perform($0) } ?? []
        case .refused(let reason): toast = Toast(.warning, reason)
        case .cancelled: overlay = nil
        case nil: break
        }
        return []
    }

    private mutating func handleSort(_ outcome: PaletteOutcome?, _ table: TableName) {
        switch outcome {
        case .chosen(let id):
            overlay = nil
            sorts[table] = id == "none" ? nil : TableSort(id)
        case .refused(let reason): toast = Toast(.warning, reason)
        case .cancelled: overlay = nil
        case nil: break
        }
    }

    /// The sort menu of the focused table.
    mutating func openSortMenu() {
        guard let name = focusedTable else { return }
        let items = table(name).columns.map { PaletteItem(id: $0.id, title: $0.title) }
        overlay = .sortMenu(
            Palette(title: "sort by", items: items + [PaletteItem(id: "none", title: "as it comes")]), table: name)
    }

    /// Every action, to be found by its words.
    mutating func openPalette() {
        overlay = .palette(
            Palette(
                title: "actions",
                items: ActionRegistry.all.map { action in
                    PaletteItem(
                        id: action.id, title: action.title, keys: keyMap.label(of: action.id),
                        disabledReason: action.availability(self).reason)
                }))
    }

    /// The help, made from the registry.
    var helpOverlay: HelpOverlay {
        HelpOverlay(
            title: "keys",
            sections: ActionGroup.allCases.map { group in
                HelpSection(
                    group.rawValue,
                    ActionRegistry.all.filter { $0.group == group && $0.id != "interrupt" }.map { action in
                        let keys = (keyMap.keys[action.id] ?? []).map(\.description).joined(separator: " ")
                        let reason = action.availability(self).reason.map { " (\($0))" } ?? ""
                        return Hint(keys, action.title + reason, isEnabled: reason.isEmpty)
                    })
            })
    }
}
