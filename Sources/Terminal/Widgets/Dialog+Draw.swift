extension Dialog {
    /// Draws the dialog in the middle of `rect` and answers the cursor's place where a text field has the keys.
    @discardableResult
    public func draw(in rect: Rect, of buffer: inout CellBuffer) -> Point? {
        let place = place(in: rect)
        buffer.fill(place, role: .dialog)
        let role: Role = isDangerous ? .dialogDanger : .borderFocus
        buffer.box(place, title: [TextSpan(" \(title) ", isDangerous ? .dialogDanger : .title)], role: role)
        let (bodyPlace, fieldsPlace, foot) = parts(of: place)
        let text = TextView(body, wraps: true)
        text.draw(in: bodyPlace, of: &buffer, state: scroll)
        buffer.giveFace(of: .dialog, in: bodyPlace)
        let used = drawButtons(in: foot, of: &buffer)
        let free = foot.split(left: used + 1).rest
        let more = "pgup pgdn scroll"
        if text.lineCount(width: bodyPlace.width) > bodyPlace.height, free.width >= Width.of(more) {
            buffer.put([TextSpan(more, .textDim)], in: free, aligned: .trailing)
        }
        return drawFields(in: fieldsPlace, of: &buffer)
    }

    /// Lines of the body in all and in view where the dialog is drawn in the middle of `rect`.
    func bodyExtent(in rect: Rect) -> (count: Int, page: Int) {
        let body = parts(of: place(in: rect)).body
        return (TextView(self.body, wraps: true).lineCount(width: body.width), body.height)
    }

    private func place(in rect: Rect) -> Rect { rect.centered(wantedSize(within: rect.size)) }

    /// Where room is short the buttons stay, then the fields, then the body.
    private func parts(of place: Rect) -> (body: Rect, fields: Rect, foot: Rect) {
        let (upper, foot) = place.insideBox.inset(columns: 1, rows: 0).split(bottom: 1)
        let (body, fieldsPlace) = upper.split(bottom: fields.count + 1)
        return (body, fieldsPlace, foot)
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
        case .choice(let options, let selected):
            let word = options.indices.contains(selected) ? options[selected] : ""
            buffer.put("\(mark)\(field.label): < \(word) >", at: row.origin, role: role, maxWidth: row.width)
            return nil
        case .text(let line, let expected):
            let hint = expected.map { field.label.contains($0) ? "" : " (type \($0))" } ?? ""
            let used = buffer.put(
                "\(mark)\(field.label)\(hint): ", at: row.origin, role: .dialog, maxWidth: max(0, row.width - 8))
            let place = row.split(left: used).rest
            let point = line.draw(in: place, of: &buffer, role: isFocused ? .buttonFocus : .input)
            return isFocused ? point : nil
        }
    }

    /// Draws the buttons and answers the columns that they take.
    private func drawButtons(in rect: Rect, of buffer: inout CellBuffer) -> Int {
        guard !rect.isEmpty else { return 0 }
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
        return x - rect.minX
    }

    private static let cancelTitle = "Cancel"
    private static let closeTitle = "Close"
}
