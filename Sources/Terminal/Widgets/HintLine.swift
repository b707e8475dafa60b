/// A key and what it does now.
public struct Hint: Hashable, Sendable {
    /// The key as its chord's name.
    public let key: String
    /// What it does, in a word or two.
    public let label: String
    /// Whether it does so now; a hint that does nothing stays visible.
    public let isEnabled: Bool

    /// A hint.
    public init(_ key: String, _ label: String, isEnabled: Bool = true) {
        self.key = key
        self.label = label
        self.isEnabled = isEnabled
    }
}

/// Keys and what they do, on one line: as many as fit, whole.
public struct HintLine: Hashable, Sendable {
    /// The hints, the most important first.
    public let hints: [Hint]

    /// A line of hints.
    public init(_ hints: [Hint]) {
        self.hints = hints
    }

    /// Draws the hints that fit in the first row of `rect`.
    public func draw(in rect: Rect, of buffer: inout CellBuffer) {
        guard !rect.isEmpty else { return }
        buffer.fill(Rect(x: rect.minX, y: rect.minY, width: rect.width, height: 1), role: .hintText)
        for (hint, x) in places(in: rect) {
            let used = buffer.put(
                hint.key, at: Point(x: x, y: rect.minY), role: hint.isEnabled ? .hintKey : .hintDisabled)
            buffer.put(
                " " + hint.label, at: Point(x: x + used, y: rect.minY),
                role: hint.isEnabled ? .hintText : .hintDisabled)
        }
    }

    /// The hint drawn at a place, for the mouse; nil elsewhere.
    public func hint(at point: Point, in rect: Rect) -> Hint? {
        guard point.y == rect.minY else { return nil }
        return places(in: rect).first { ($0.x..<$0.x + $0.hint.width).contains(point.x) }?.hint
    }

    private func places(in rect: Rect) -> [(hint: Hint, x: Int)] {
        var x = rect.minX
        return hints.compactMap { hint in
            guard x + hint.width <= rect.maxX else { return nil }
            defer { x += hint.width + 2 }
            return (hint, x)
        }
    }
}

extension Hint {
    fileprivate var width: Int { Width.of(key) + 1 + Width.of(label) }
}
