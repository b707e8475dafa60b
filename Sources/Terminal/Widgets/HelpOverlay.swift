/// A titled group of keys in the help.
public struct HelpSection: Hashable, Sendable {
    /// What the keys have in common.
    public let title: String
    /// Each key with what it does; a reason stands behind what cannot be done now.
    public let entries: [Hint]

    /// A group of keys.
    public init(_ title: String, _ entries: [Hint]) {
        self.title = title
        self.entries = entries
    }
}

/// All keys of a pane, in a box over it.
public struct HelpOverlay: Hashable, Sendable {
    /// The title of the box.
    public let title: String
    /// The groups of keys.
    public let sections: [HelpSection]

    /// Help with a title.
    public init(title: String, sections: [HelpSection]) {
        self.title = title
        self.sections = sections
    }

    /// Lines of the help: what `ScrollState` counts.
    public var lineCount: Int { lines.count }

    /// Lines in view where the help is drawn over `rect`.
    public func page(in rect: Rect) -> Int { place(in: rect).insideBox.height }

    /// Draws the help in the middle of `rect`: in two columns where one is too high and there is room for both.
    public func draw(in rect: Rect, of buffer: inout CellBuffer, state: ScrollState = ScrollState()) {
        let place = place(in: rect)
        buffer.fill(place, role: .dialog)
        buffer.box(place, title: [TextSpan(" \(title) ", .title)], role: .borderFocus)
        let inside = place.insideBox.inset(columns: 1, rows: 0)
        TextView(shown(in: rect)).draw(in: inside, of: &buffer, state: state)
        buffer.giveFace(of: .dialog, in: inside)
    }

    private func place(in rect: Rect) -> Rect {
        let shown = shown(in: rect)
        let widest = shown.map(\.width).max() ?? 0
        return rect.centered(Size(width: max(widest, Width.of(title) + 2) + 5, height: shown.count + 2))
    }

    private static let gap = 4

    private func shown(in rect: Rect) -> [TextLine] {
        let lines = lines
        let widest = lines.map(\.width).max() ?? 0
        guard lines.count + 2 > rect.height, 2 * widest + Self.gap + 5 <= rect.width else { return lines }
        // The second column begins with the group that makes the columns most alike.
        let gaps = lines.indices.filter { lines[$0].isEmpty }
        guard let cut = gaps.min(by: { abs(lines.count - 2 * $0) < abs(lines.count - 2 * $1) }) else { return lines }
        let (left, right) = (lines[..<cut], Array(lines[(cut + 1)...]))
        return (0..<max(left.count, right.count)).map { index in
            let line = index < left.count ? left[index] : []
            guard index < right.count, !right[index].isEmpty else { return line }
            return line + [TextSpan(String(repeating: " ", count: widest + Self.gap - line.width))] + right[index]
        }
    }

    /// The lines of the help.
    public var lines: [TextLine] {
        let keyWidth = sections.flatMap(\.entries).map { Width.of($0.key) }.max() ?? 0
        return sections.enumerated().flatMap { index, section in
            let gap: [TextLine] = index > 0 ? [[]] : []
            return gap + [[TextSpan(section.title, .header)]]
                + section.entries.map { entry in
                    let padding = String(repeating: " ", count: keyWidth - Width.of(entry.key) + 2)
                    return [
                        TextSpan(entry.key, entry.isEnabled ? .hintKey : .hintDisabled),
                        TextSpan(padding + entry.label, entry.isEnabled ? .text : .hintDisabled),
                    ]
                }
        }
    }
}
