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

    /// Draws the help in the middle of `rect`.
    public func draw(in rect: Rect, of buffer: inout CellBuffer, state: ScrollState = ScrollState()) {
        let place = place(in: rect)
        buffer.fill(place, role: .dialog)
        buffer.box(place, title: [TextSpan(" \(title) ", .title)], role: .borderFocus)
        let inside = place.insideBox.inset(columns: 1, rows: 0)
        TextView(lines).draw(in: inside, of: &buffer, state: state)
    }

    private func place(in rect: Rect) -> Rect {
        let widest = lines.map(\.width).max() ?? 0
        return rect.centered(Size(width: max(widest, Width.of(title) + 2) + 5, height: lines.count + 2))
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
