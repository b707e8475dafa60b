/// A graph one row high: a bar for each of the newest values.
public struct Sparkline: Hashable, Sendable {
    /// The values, the newest last; nil where there is none, drawn as a gap.
    public let values: [Double?]
    /// The values that the lowest and the highest bar stand for; nil: the least and the greatest shown.
    public let range: ClosedRange<Double>?
    /// The role of all bars; nil: by height, `graph.low`, `graph.mid` and `graph.high`.
    public let role: Role?

    /// A graph of values.
    public init(_ values: [Double?], range: ClosedRange<Double>? = nil, role: Role? = .graphLow) {
        self.values = values
        self.range = range
        self.role = role
    }

    /// Draws as many of the newest values as fit in the first row of `rect`, against its right edge.
    public func draw(in rect: Rect, of buffer: inout CellBuffer) {
        guard !rect.isEmpty else { return }
        let levels = levels(count: rect.width, steps: buffer.glyphs.bars.count)
        for (x, level) in zip(rect.maxX - levels.count..<rect.maxX, levels) {
            guard let level else { continue }
            buffer.put(
                buffer.glyphs.bars[level], at: Point(x: x, y: rect.minY),
                role: role ?? Self.role(of: level, steps: buffer.glyphs.bars.count))
        }
    }

    /// The bar of each of the newest `count` values, from 0; equal values have the lowest bar.
    func levels(count: Int, steps: Int) -> [Int?] {
        let shown = values.suffix(count).map { $0.flatMap { $0.isFinite ? $0 : nil } }
        let known = shown.compactMap(\.self)
        let low = range?.lowerBound ?? known.min() ?? 0
        let high = range?.upperBound ?? known.max() ?? 0
        return shown.map { value in
            guard let value else { return nil }
            guard high > low else { return 0 }
            let share = min(max((value - low) / (high - low), 0), 1)
            return share.isFinite ? min(steps - 1, Int(share * Double(steps))) : 0
        }
    }

    private static func role(of level: Int, steps: Int) -> Role {
        switch level * 3 / max(1, steps) {
        case 0: .graphLow
        case 1: .graphMid
        default: .graphHigh
        }
    }
}
