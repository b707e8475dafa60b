/// Lines of text that scroll, wrapped or cut at the edge.
public struct TextView: Hashable, Sendable {
    /// The lines.
    public let lines: [TextLine]
    /// Whether long lines go on below instead of being cut.
    public let wraps: Bool
    /// What stands where there are no lines.
    public let emptyText: TextLine

    /// A view of lines.
    public init(_ lines: [TextLine], wraps: Bool = false, emptyText: TextLine = []) {
        self.lines = lines
        self.wraps = wraps
        self.emptyText = emptyText
    }

    /// Lines on the screen in a view of a width: what `ScrollState` counts.
    public func lineCount(width: Int) -> Int {
        wraps ? wrapped(width: width - 1).count : lines.count
    }

    /// Draws the lines in view; the last column belongs to the scroll bar.
    public func draw(in rect: Rect, of buffer: inout CellBuffer, state: ScrollState = ScrollState()) {
        guard !rect.isEmpty else { return }
        buffer.fill(rect)
        let shown = wraps ? wrapped(width: rect.width - 1) : lines
        if shown.isEmpty { buffer.put(emptyText, at: rect.origin, maxWidth: rect.width) }
        let offset = state.clamped(count: shown.count, page: rect.height)
        let isScrolling = shown.count > rect.height
        for (y, line) in zip(rect.minY..<rect.maxY, shown.dropFirst(offset)) {
            buffer.put(line, at: Point(x: rect.minX, y: y), maxWidth: rect.width - (isScrolling ? 1 : 0))
        }
        buffer.scrollBar(x: rect.maxX - 1, rows: rect.minY..<rect.maxY, offset: offset, total: shown.count)
    }

    private func wrapped(width: Int) -> [TextLine] {
        lines.flatMap { $0.wrapped(width: width) }
    }
}

extension [TextSpan] {
    /// The line cut into lines of at most `width` columns, at blanks where there are any; roles stay.
    public func wrapped(width: Int) -> [TextLine] {
        guard width > 0, self.width > width else { return [self] }
        var rest = flatMap { span in
            Graphemes.of(span.text).map { (grapheme: $0, role: span.role, attributes: span.attributes) }
        }[...]
        var result: [TextLine] = []
        while !rest.isEmpty {
            var columns = 0
            let fitting = rest.prefix { piece in
                columns += piece.grapheme.width
                return columns <= width
            }
            var taken = Swift.max(1, fitting.count)
            if taken < rest.count, rest[rest.startIndex + taken].grapheme.text != " ",
                let blank = fitting.lastIndex(where: { $0.grapheme.text == " " }), blank > rest.startIndex
            {
                taken = blank - rest.startIndex
            }
            result.append(rest.prefix(taken).map { TextSpan($0.grapheme.text, $0.role, $0.attributes) }.merged)
            rest = rest.dropFirst(taken)
            if rest.first?.grapheme.text == " " { rest = rest.dropFirst() }
        }
        return result
    }

    /// The line with neighbouring spans of equal look joined.
    var merged: TextLine {
        reduce(into: []) { result, span in
            if let last = result.last, last.role == span.role, last.attributes == span.attributes {
                result[result.count - 1] = TextSpan(last.text + span.text, span.role, span.attributes)
            } else {
                result.append(span)
            }
        }
    }

    /// The line with every occurrence of `needle` in the role `text.match`; letter case is ignored in ASCII.
    public func highlighting(_ needle: String) -> TextLine {
        let wanted = [Character](needle.lowercased())
        guard !wanted.isEmpty else { return self }
        let pieces = flatMap { span in span.text.map { (character: $0, span: span) } }
        let lower = pieces.map { $0.character.lowercased().first ?? $0.character }
        var isMatch = [Bool](repeating: false, count: pieces.count)
        for start in pieces.indices where lower[start...].starts(with: wanted) {
            for index in start..<start + wanted.count { isMatch[index] = true }
        }
        return zip(pieces, isMatch).map { piece, matches in
            TextSpan(String(piece.character), matches ? .textMatch : piece.span.role, piece.span.attributes)
        }.merged
    }
}
