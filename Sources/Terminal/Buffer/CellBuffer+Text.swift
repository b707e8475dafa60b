extension CellBuffer {
    /// Puts one line of text from `point` to the right and answers the columns it took.
    ///
    /// The text is sanitised; what exceeds `maxWidth` columns (or the right edge) is cut and ends in the glyph set's
    /// ellipsis. A place outside the buffer draws only the part that falls inside.
    @discardableResult
    public mutating func put(
        _ text: String, at point: Point, role: Role = .text, maxWidth: Int = .max, attributes: Attributes = []
    ) -> Int {
        let room = min(maxWidth, size.width - point.x)
        guard room > 0, (0..<size.height).contains(point.y) else { return 0 }
        var x = point.x
        for grapheme in Graphemes.fitting(text, width: room, ellipsis: glyphs.ellipsis) {
            // Rows of a table are formatted without knowing the terminal: their signs are exchanged here.
            let text = isASCII ? Glyphs.asciiTwin(of: grapheme.text) ?? grapheme.text : grapheme.text
            set(
                Cell(text: text, role: role, attributes: attributes, width: UInt8(grapheme.width)),
                x: x, y: point.y)
            x += grapheme.width
        }
        return x - point.x
    }

    /// Puts spans one after the other in at most `maxWidth` columns and answers the columns they took.
    @discardableResult
    public mutating func put(_ spans: TextLine, at point: Point, maxWidth: Int = .max, over role: Role? = nil) -> Int {
        let room = min(maxWidth, size.width - point.x)
        var used = 0
        for (index, span) in spans.enumerated() where used < room {
            let later = spans[(index + 1)...].contains { !$0.text.isEmpty }
            let width = Width.of(span.text)
            // A span that fills the room exactly still needs the ellipsis when another one follows.
            let text = later && used + width >= room && width > 0 ? span.text + glyphs.ellipsis : span.text
            used += put(
                text, at: Point(x: point.x + used, y: point.y), role: role ?? span.role,
                maxWidth: room - used, attributes: span.attributes)
        }
        return max(0, used)
    }

    /// Puts text within `rect`'s first row, aligned in its width.
    public mutating func put(
        _ spans: TextLine, in rect: Rect, aligned alignment: Alignment, over role: Role? = nil
    ) {
        let slack = max(0, rect.width - spans.width)
        let shift =
            switch alignment {
            case .leading: 0
            case .center: slack / 2
            case .trailing: slack
            }
        guard rect.height > 0 else { return }
        put(spans, at: Point(x: rect.minX + shift, y: rect.minY), maxWidth: rect.width - shift, over: role)
    }
}

/// Where text stands in a room wider than itself.
public enum Alignment: Hashable, Sendable {
    /// At the left.
    case leading
    /// In the middle.
    case center
    /// At the right, as numbers do.
    case trailing
}
