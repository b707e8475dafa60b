import Terminal

extension AppState {
    /// Draws what lies over the panes and answers where the cursor stands.
    func drawOverlay(_ layout: Layout, _ buffer: inout CellBuffer) -> Point? {
        let screen = Rect(size: size)
        switch overlay {
        case .search(let line, let below):
            draw(reading: below, in: screen, &buffer)
            return drawPrompt("/", line, ghost: "", note: "a word; Enter keeps it, then n and N", layout, &buffer)
        case .palette(let palette), .menu(let palette, _):
            return palette.draw(in: screen, of: &buffer)
        case .filter(let line, let table, _):
            let keys = self.table(table).filterKeys.map { $0 + ":" }.joined(separator: " ")
            return drawPrompt("/", line, ghost: "", note: "word ~fuzzy !not \(keys)", layout, &buffer)
        case .command(let line):
            let typed = line.text
            let ghost = ConsoleCommand.suggestion(for: typed, in: self).map { String($0.dropFirst(typed.count)) } ?? ""
            return drawPrompt(":", line, ghost: ghost, note: commandNote(typed), layout, &buffer)
        case .dialog(let dialog, _):
            return dialog.draw(in: screen, of: &buffer)
        default: draw(reading: overlay, in: screen, &buffer)
        }
        return nil
    }

    private func draw(reading overlay: Overlay?, in screen: Rect, _ buffer: inout CellBuffer) {
        switch overlay {
        case .help(let scroll): helpOverlay.draw(in: screen, of: &buffer, state: scroll)
        case .text(let sheet, let scroll): draw(sheet, scroll, &buffer)
        default: break
        }
    }

    /// What the command that is typed takes, or what the line may become.
    private func commandNote(_ typed: String) -> String {
        let others = ConsoleCommand.completions(of: typed, in: self)
        if others.count > 1, !typed.isEmpty {
            let head = typed.lastIndex(of: " ").map { typed[...$0] } ?? ""
            return others.prefix(12).map { String($0.trimmingPrefix(head)) }.joined(separator: " ")
        }
        guard let command = ConsoleCommand.parse(typed)?.command else { return typed.isEmpty ? "Tab completes" : "" }
        return [command.usage, command.summary].filter { !$0.isEmpty }.joined(separator: "  ")
    }

    private func drawPrompt(
        _ sign: String, _ line: InputLine, ghost: String, note: String, _ layout: Layout, _ buffer: inout CellBuffer
    ) -> Point? {
        let rect = layout.shape == .tiny ? Rect(size: size).split(bottom: 1).bottom : layout.hints
        buffer.fill(rect, role: .input)
        buffer.put(sign, at: rect.origin, role: .hintKey, maxWidth: rect.width)
        let (_, field) = rect.split(left: 1)
        let cursor = line.draw(in: field, of: &buffer)
        var used = Width.of(line.text)
        func add(_ text: String) {
            guard used < field.width, !text.isEmpty else { return }
            used += buffer.put(
                text, at: Point(x: field.minX + used, y: field.minY), role: .textDim, maxWidth: field.width - used)
        }
        add(ghost)
        used += 2
        add(note)
        return cursor
    }

    /// A text over the panes; of its lines only those in view are made.
    private func draw(_ sheet: TextSheet, _ scroll: ScrollState, _ buffer: inout CellBuffer) {
        let rect = Rect(size: size).inset(columns: min(4, size.width / 20), rows: min(2, size.height / 10))
        buffer.fill(rect, role: .dialog)
        buffer.box(rect, title: [TextSpan(" \(sheet.title) ", .title)], role: .borderFocus)
        let word = search?.word ?? ""
        draw(count: sheet.lines.count, emptyText: "nothing is kept", scroll: scroll, in: rect.insideBox, &buffer) {
            [TextSpan(sheet.lines[$0])].highlighting(word)
        }
    }
}
