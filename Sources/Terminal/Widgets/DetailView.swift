/// A titled group of facts.
public struct DetailSection: Hashable, Sendable {
    /// A fact: what it is called, and what it is.
    public struct Entry: Hashable, Sendable {
        /// What it is called.
        public let label: String
        /// What it is; long ones go on below, under their own beginning.
        public let value: TextLine

        /// A fact.
        public init(_ label: String, _ value: TextLine) {
            self.label = label
            self.value = value
        }
    }

    /// What the facts have in common; empty for none.
    public let title: String
    /// The facts.
    public let entries: [Entry]

    /// A group of facts.
    public init(_ title: String = "", _ entries: [Entry]) {
        self.title = title
        self.entries = entries
    }
}

/// Facts about one thing: labels in one column, values in the other, groups a blank line apart.
public struct DetailView: Hashable, Sendable {
    /// The groups.
    public let sections: [DetailSection]
    /// What stands where there are none.
    public let emptyText: TextLine

    /// A view of facts.
    public init(_ sections: [DetailSection], emptyText: TextLine = []) {
        self.sections = sections
        self.emptyText = emptyText
    }

    /// Lines on the screen in a view of a width: what `ScrollState` counts.
    public func lineCount(width: Int) -> Int { lines(width: width).count }

    /// Draws the lines in view; the last column belongs to the scroll bar.
    public func draw(in rect: Rect, of buffer: inout CellBuffer, state: ScrollState = ScrollState()) {
        TextView(lines(width: rect.width), emptyText: emptyText).draw(in: rect, of: &buffer, state: state)
    }

    /// Where there is no room for two columns, a value stands below its label.
    private func lines(width: Int) -> [TextLine] {
        let widest = sections.flatMap(\.entries).map { Width.of($0.label) }.max() ?? 0
        let isNarrow = width - 1 < widest + 14
        return sections.enumerated().flatMap { index, section -> [TextLine] in
            let gap: [TextLine] = index > 0 ? [[]] : []
            let title: [TextLine] = section.title.isEmpty ? [] : [[TextSpan(section.title, .header)]]
            let entries = section.entries.flatMap { entry in
                isNarrow ? stacked(entry, width: width - 1) : beside(entry, label: widest, width: width - 1)
            }
            return gap + title + entries
        }
    }

    private func stacked(_ entry: DetailSection.Entry, width: Int) -> [TextLine] {
        [[TextSpan(entry.label, .textDim)]] + entry.value.wrapped(width: max(1, width - 2)).map { ["  "] + $0 }
    }

    private func beside(_ entry: DetailSection.Entry, label widest: Int, width: Int) -> [TextLine] {
        entry.value.wrapped(width: max(1, width - widest - 2)).enumerated().map { index, line in
            let label = index == 0 ? entry.label : ""
            let blanks = String(repeating: " ", count: widest + 2 - Width.of(label))
            return [TextSpan(label + blanks, .textDim)] + line
        }
    }
}
