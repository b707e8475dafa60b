import Terminal

extension AppState {
    /// Draws what lies over the panes and answers where the cursor stands.
    func drawOverlay(_ layout: Layout, _ buffer: inout CellBuffer) -> Point? {
        let screen = Rect(size: size)
        switch overlay {
        case .help(let scroll):
            helpOverlay.draw(in: screen, of: &buffer, state: scroll)
        case .palette(let palette), .sortMenu(let palette, _):
            return palette.draw(in: screen, of: &buffer)
        case .filter(let line, let table, _):
            return drawPrompt("/", line, note: "\(table.rawValue): words, key:value, !not", layout, &buffer)
        case .command(let line):
            let typed = line.text
            let completion = ConsoleCommand.completion(of: typed, in: self).map { String($0.dropFirst(typed.count)) }
            return drawPrompt(":", line, note: completion ?? "", layout, &buffer)
        case .evidence(let title, let lines, let scroll):
            drawEvidence(title, lines, scroll, &buffer)
        case .dialog(let dialog, _):
            return dialog.draw(in: screen, of: &buffer)
        case nil: break
        }
        return nil
    }

    private func drawPrompt(
        _ sign: String, _ line: InputLine, note: String, _ layout: Layout, _ buffer: inout CellBuffer
    ) -> Point? {
        let rect = layout.shape == .tiny ? Rect(size: size).split(bottom: 1).bottom : layout.hints
        buffer.fill(rect, role: .input)
        buffer.put(sign, at: rect.origin, role: .hintKey, maxWidth: rect.width)
        let (_, field) = rect.split(left: 1)
        let cursor = line.draw(in: field, of: &buffer)
        let used = line.text.count + 2
        if used < field.width {
            buffer.put(
                note, at: Point(x: field.minX + used, y: field.minY), role: .textDim, maxWidth: field.width - used)
        }
        return cursor
    }

    private func drawEvidence(_ title: String, _ lines: [String], _ scroll: ScrollState, _ buffer: inout CellBuffer) {
        let rect = Rect(size: size).inset(columns: min(4, size.width / 20), rows: min(2, size.height / 10))
        buffer.fill(rect, role: .dialog)
        buffer.box(rect, title: [TextSpan(" evidence: \(title) ", .title)], role: .borderFocus)
        TextView(lines.map { [TextSpan($0)] }, emptyText: [TextSpan("nothing is kept", .textDim)])
            .draw(in: rect.insideBox, of: &buffer, state: scroll)
    }
}
