/// The corners of a box.
public enum BoxStyle: Hashable, Sendable {
    /// Round corners.
    case rounded
    /// Square corners.
    case plain
}

extension CellBuffer {
    /// Draws a frame on the edge of `rect`, with a title in its upper line where there is room for one.
    ///
    /// A rectangle less than two cells wide or high has no inside and stays untouched.
    public mutating func box(
        _ rect: Rect, title: TextLine = [], style: BoxStyle = .rounded, role: Role = .border
    ) {
        guard rect.width >= 2, rect.height >= 2 else { return }
        let box = style == .rounded ? glyphs.rounded : glyphs.plain
        // Glyphs are known to be one column wide: they need no cutting and no sanitising, which a frame of six boxes feels.
        func line(_ glyph: String, _ x: Int, _ y: Int) { set(Cell(text: glyph, role: role), x: x, y: y) }
        for x in rect.minX + 1..<rect.maxX - 1 {
            line(box.horizontal, x, rect.minY)
            line(box.horizontal, x, rect.maxY - 1)
        }
        for y in rect.minY + 1..<rect.maxY - 1 {
            line(box.vertical, rect.minX, y)
            line(box.vertical, rect.maxX - 1, y)
        }
        line(box.topLeft, rect.minX, rect.minY)
        line(box.topRight, rect.maxX - 1, rect.minY)
        line(box.bottomLeft, rect.minX, rect.maxY - 1)
        line(box.bottomRight, rect.maxX - 1, rect.maxY - 1)
        put(title, at: Point(x: rect.minX + 1, y: rect.minY), maxWidth: rect.width - 2)
    }

    /// Draws a scroll bar in a column: its thumb shows which of `total` lines from `offset` on are in view.
    ///
    /// Nothing is drawn where all lines are in view.
    public mutating func scrollBar(x: Int, rows: Range<Int>, offset: Int, total: Int) {
        let height = rows.count
        guard height > 0, total > height else { return }
        let length = max(1, height * height / total)
        let hidden = total - height
        let start = (height - length) * min(max(0, offset), hidden) / hidden
        for y in 0..<height {
            let isThumb = (start..<start + length).contains(y)
            let glyph = isThumb ? glyphs.thumb : glyphs.track
            set(Cell(text: glyph, role: isThumb ? .scrollbarThumb : .scrollbar), x: x, y: rows.lowerBound + y)
        }
    }
}
