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

    /// The comparison as text that scrolls, one side below the other.
    public var text: TextView {
        TextView(lines.map(\.spans), emptyText: Self.emptyText)
    }

    /// Columns from which on the two sides stand side by side.
    public static let sideBySideWidth = 120

    /// Lines on the screen in a view of a width: what `ScrollState` counts.
    public func lineCount(width: Int) -> Int {
        width < Self.sideBySideWidth ? lines.count : pairs(width: width).count
    }

    /// Draws the lines in view: what is on the left and what shall be on the right where there is room.
    public func draw(in rect: Rect, of buffer: inout CellBuffer, state: ScrollState = ScrollState()) {
        guard rect.width >= Self.sideBySideWidth else { return text.draw(in: rect, of: &buffer, state: state) }
        buffer.fill(rect)
        let pairs = pairs(width: rect.width)
        if pairs.isEmpty { buffer.put(Self.emptyText, at: rect.origin, maxWidth: rect.width) }
        let offset = state.clamped(count: pairs.count, page: rect.height)
        let half = Self.half(of: rect.width)
        for (y, pair) in zip(rect.minY..<rect.maxY, pairs.dropFirst(offset)) {
            buffer.put(pair.left, at: Point(x: rect.minX, y: y), maxWidth: half)
            buffer.put(
                [TextSpan(buffer.glyphs.plain.vertical, .border)], at: Point(x: rect.minX + half + 1, y: y),
                maxWidth: 1)
            buffer.put(pair.right, at: Point(x: rect.minX + half + 3, y: y), maxWidth: half)
        }
        buffer.scrollBar(x: rect.maxX - 1, rows: rect.minY..<rect.maxY, offset: offset, total: pairs.count)
    }

    private static let emptyText: TextLine = [TextSpan("no difference", .statusOk)]

    /// Columns of a side: the middle takes three, the scroll bar one.
    private static func half(of width: Int) -> Int { (width - 4) / 2 }

    /// Lines of both sides that belong beside each other, wrapped to equal heights.
    private func pairs(width: Int) -> [(left: TextLine, right: TextLine)] {
        let half = Self.half(of: width)
        return sides.flatMap { side -> [(left: TextLine, right: TextLine)] in
            let left = side.left.wrapped(width: half)
            let right = side.right.wrapped(width: half)
            return (0..<max(left.count, right.count)).map { index in
                (index < left.count ? left[index] : [], index < right.count ? right[index] : [])
            }
        }
    }

    /// What goes and what comes in its place stand beside each other as a change; the rest of a longer side alone.
    private var sides: [(left: TextLine, right: TextLine)] {
        var result: [(left: TextLine, right: TextLine)] = []
        var removed: [String] = []
        var added: [String] = []
        func settle() {
            for index in 0..<max(removed.count, added.count) {
                let left = index < removed.count ? removed[index] : nil
                let right = index < added.count ? added[index] : nil
                switch (left, right) {
                case (let left?, let right?):
                    result.append((DiffLine.changed(left).spans, DiffLine.changed(right).spans))
                case (let left, let right):
                    result.append(
                        (left.map { DiffLine.removed($0).spans } ?? [], right.map { DiffLine.added($0).spans } ?? []))
                }
            }
            (removed, added) = ([], [])
        }
        for line in lines {
            switch line {
            case .removed(let text): removed.append(text)
            case .added(let text): added.append(text)
            case .same:
                settle()
                result.append((line.spans, line.spans))
            case .changed:
                settle()
                result.append(([TextSpan("~", .diffChange)], line.spans))
            }
        }
        settle()
        return result
    }
}
