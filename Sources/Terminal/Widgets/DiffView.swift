/// A line of a comparison of what is with what shall be.
public enum DiffLine: Hashable, Sendable {
    /// The same on both sides.
    case same(String)
    /// Only in what shall be.
    case added(String)
    /// Only in what is.
    case removed(String)
    /// Different on the two sides.
    case changed(String)

    /// The line with its sign: blank, `+`, `-` or `~`.
    public var spans: TextLine {
        switch self {
        case .same(let text): [TextSpan("  " + text, .text)]
        case .added(let text): [TextSpan("+ " + text, .diffAdd)]
        case .removed(let text): [TextSpan("- " + text, .diffRemove)]
        case .changed(let text): [TextSpan("~ " + text, .diffChange)]
        }
    }
}

/// A comparison, line by line; signs carry the meaning beside the colours.
public struct DiffView: Hashable, Sendable {
    /// The lines.
    public let lines: [DiffLine]

    /// A comparison that is made already.
    public init(_ lines: [DiffLine]) {
        self.lines = lines
    }

    /// The comparison of two texts by lines.
    public init(from old: [String], to new: [String]) {
        let difference = new.difference(from: old)
        var removed: Set<Int> = []
        var added: Set<Int> = []
        for change in difference {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): added.insert(offset)
            }
        }
        var lines: [DiffLine] = []
        var (left, right) = (0, 0)
        while left < old.count || right < new.count {
            if removed.contains(left) {
                lines.append(.removed(old[left]))
                left += 1
            } else if added.contains(right) {
                lines.append(.added(new[right]))
                right += 1
            } else {
                lines.append(.same(new[right]))
                (left, right) = (left + 1, right + 1)
            }
        }
        self.lines = lines
    }

    /// The comparison as text that scrolls.
    public var text: TextView {
        TextView(lines.map(\.spans), emptyText: [TextSpan("no difference", .statusOk)])
    }

    /// Draws the lines in view.
    public func draw(in rect: Rect, of buffer: inout CellBuffer, state: ScrollState = ScrollState()) {
        text.draw(in: rect, of: &buffer, state: state)
    }
}
