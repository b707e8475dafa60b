extension Dialog {
    /// Draws the dialog in the middle of `rect` and answers the cursor's place where a text field has the keys.
    @discardableResult
    public func draw(in rect: Rect, of buffer: inout CellBuffer) -> Point? {
        let place = rect.centered(wantedSize(within: rect.size))
        buffer.fill(place, role: .dialog)
        let role: Role = isDangerous ? .dialogDanger : .borderFocus
        buffer.box(place, title: [TextSpan(" \(title) ", isDangerous ? .dialogDanger : .title)], role: role)
        // Where room is short the buttons stay, then the fields, then the body.
        let inside = place.insideBox.inset(columns: 1, rows: 0)
        let (upper, foot) = inside.split(bottom: 1)
        let (bodyPlace, fieldsPlace) = upper.split(bottom: fields.count + 1)
        let text = TextView(body, wraps: true)
        text.draw(in: bodyPlace, of: &buffer, state: scroll)
        buffer.recolor(bodyPlace)
        drawButtons(in: foot, of: &buffer)
        return drawFields(in: fieldsPlace, of: &buffer)
    }

    private func wantedSize(within limit: Size) -> Size {
        let lines = body.map(\.width) + fields.map { Width.of($0.label) + 28 }
        let buttonWidth = ([Self.cancelTitle] + buttons.map(\.title)).reduce(0) { $0 + Width.of($1) + 6 }
        let widest = max(lines.max() ?? 0, buttonWidth, Width.of(title) + 2, 30)
        let width = min(widest + 5, min(96, limit.width))
        let height = TextView(body, wraps: true).lineCount(width: width - 4) + fields.count + 4
        return Size(width: width, height: height)
    }

    /// Draws as many fields as fit, the focused one among them.
    private func drawFields(in rect: Rect, of buffer: inout CellBuffer) -> Point? {
        var cursor: Point?
        var first = 0
        if case .field(let index) = focus { first = max(0, index - max(0, rect.height - 2)) }
        for (y, index) in zip(rect.minY..<rect.maxY, fields.indices.dropFirst(first)) {
            let row = Rect(x: rect.minX, y: y, width: rect.width, height: 1)
            let point = drawField(fields[index], isFocused: focus == .field(index), in: row, of: &buffer)
            if focus == .field(index) { cursor = point }
        }
        return cursor
    }

    private func drawField(
        _ field: DialogField, isFocused: Bool, in row: Rect, of buffer: inout CellBuffer
    ) -> Point? {
        let mark = isFocused ? buffer.glyphs.selected : " "
        let role: Role = isFocused ? .buttonFocus : .dialog
        switch field.content {
        case .checkbox(let isOn):
            let box = isOn ? buffer.glyphs.ticked : buffer.glyphs.unticked
            buffer.put("\(mark)\(box) \(field.label)", at: row.origin, role: role, maxWidth: row.width)
            return nil
        case .text(let line, let expected):
            let hint = expected.map { " (type \($0))" } ?? ""
            let used = buffer.put(
                "\(mark)\(field.label)\(hint): ", at: row.origin, role: .dialog, maxWidth: max(0, row.width - 8))
            let place = row.split(left: used).rest
            let point = line.draw(in: place, of: &buffer, role: isFocused ? .buttonFocus : .input)
            return isFocused ? point : nil
        }
    }

    private func drawButtons(in rect: Rect, of buffer: inout CellBuffer) {
        guard !rect.isEmpty else { return }
        let cancel = (title: buttons.isEmpty ? Self.closeTitle : Self.cancelTitle, focus: Focus.cancel, isOff: false)
        let others = buttons.indices.map { index in
            (title: buttons[index].title, focus: Focus.button(index), isOff: reasonAgainst(buttons[index]) != nil)
        }
        var x = rect.minX
        for button in [cancel] + others where x < rect.maxX {
            let isFocused = focus == button.focus
            let mark = isFocused ? buffer.glyphs.selected : " "
            let role: Role = isFocused ? .buttonFocus : button.isOff ? .hintDisabled : .button
            x += buffer.put(
                "\(mark)[ \(button.title) ]", at: Point(x: x, y: rect.minY), role: role, maxWidth: rect.maxX - x)
            x += 1
        }
    }

    private static let cancelTitle = "Cancel"
    private static let closeTitle = "Close"
}

extension CellBuffer {
    /// Gives ordinary text the face of a dialog and leaves what has a meaning.
    fileprivate mutating func recolor(_ rect: Rect) {
        let area = rect.intersection(bounds)
        for y in area.minY..<area.maxY {
            for x in area.minX..<area.maxX where self[Point(x: x, y: y)]?.role == .text {
                restyle(Rect(x: x, y: y, width: 1, height: 1), role: .dialog)
            }
        }
    }
}
