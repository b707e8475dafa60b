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
        for x in rect.minX + 1..<rect.maxX - 1 {
            put(box.horizontal, at: Point(x: x, y: rect.minY), role: role)
            put(box.horizontal, at: Point(x: x, y: rect.maxY - 1), role: role)
        }
        for y in rect.minY + 1..<rect.maxY - 1 {
            put(box.vertical, at: Point(x: rect.minX, y: y), role: role)
            put(box.vertical, at: Point(x: rect.maxX - 1, y: y), role: role)
        }
        put(box.topLeft, at: Point(x: rect.minX, y: rect.minY), role: role)
        put(box.topRight, at: Point(x: rect.maxX - 1, y: rect.minY), role: role)
        put(box.bottomLeft, at: Point(x: rect.minX, y: rect.maxY - 1), role: role)
        put(box.bottomRight, at: Point(x: rect.maxX - 1, y: rect.maxY - 1), role: role)
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
            put(
                isThumb ? glyphs.thumb : glyphs.track, at: Point(x: x, y: rows.lowerBound + y),
                role: isThumb ? .scrollbarThumb : .scrollbar)
        }
    }
}
