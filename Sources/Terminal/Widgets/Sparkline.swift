/// A graph one row high: a bar for each of the newest values, and beside it the newest as a number.
///
/// The number is always there: a bar says how values changed, not what they are, and who listens to the screen hears
/// the number alone.
public struct Sparkline: Hashable, Sendable {
    /// How bars are drawn.
    public enum Form: Hashable, Sendable, CaseIterable {
        /// One value in a cell, eight heights; in ASCII, characters that grow.
        case bars
        /// Two values in a cell, four heights, for fonts that hold braille; in ASCII like `bars`.
        case braille
    }

    /// The values, the newest last; nil where there is none, drawn as a gap.
    public let values: [Double?]
    /// The values that the lowest and the highest bar stand for; nil: the least and the greatest shown.
    public let range: ClosedRange<Double>?
    /// The role of all bars; nil: by height, `graph.low`, `graph.mid` and `graph.high`.
    public let role: Role?
    /// How bars are drawn.
    public let form: Form
    /// What stands behind the number, such as ` pfx`.
    public let unit: String

    /// A graph of values.
    public init(
        _ values: [Double?], range: ClosedRange<Double>? = nil, role: Role? = .graphLow, form: Form = .bars,
        unit: String = ""
    ) {
        self.values = values
        self.range = range
        self.role = role
        self.form = form
        self.unit = unit
    }

    /// The newest value as text: whole numbers whole, others to a tenth, `?` where there is none; the unit behind it.
    public var number: String {
        guard let last = values.last.flatMap(\.self), last.isFinite, abs(last) < 1e15 else { return "?" + unit }
        let tenths = Int((last * 10).rounded())
        let text =
            tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
        return text + unit
    }

    /// Draws the number at the right end of the first row of `rect`, and left of it as many of the newest values as
    /// fit.
    public func draw(in rect: Rect, of buffer: inout CellBuffer) {
        guard !rect.isEmpty else { return }
        let (rest, end) = rect.split(right: Width.of(number))
        buffer.put([TextSpan(number, .text)], at: end.origin, maxWidth: end.width)
        let place = rest.split(right: 1).rest
        guard !place.isEmpty else { return }
        if form == .braille, buffer.glyphs != .ascii {
            drawBraille(in: place, of: &buffer)
        } else {
            drawBars(in: place, of: &buffer)
        }
    }

    private func drawBars(in rect: Rect, of buffer: inout CellBuffer) {
        let steps = buffer.glyphs.bars.count
        let levels = levels(count: rect.width, steps: steps)
        for (x, level) in zip(rect.maxX - levels.count..<rect.maxX, levels) {
            guard let level else { continue }
            buffer.put(
                buffer.glyphs.bars[level], at: Point(x: x, y: rect.minY), role: role ?? Self.role(of: level, steps))
        }
    }

    /// Bits of the braille dots from the lowest up, left and right (Unicode, block Braille Patterns).
    private static let dots: [[UInt32]] = [[0x40, 0x04, 0x02, 0x01], [0x80, 0x20, 0x10, 0x08]]

    private func drawBraille(in rect: Rect, of buffer: inout CellBuffer) {
        var levels = levels(count: rect.width * 2, steps: 4)
        if levels.count % 2 == 1 { levels.insert(nil, at: 0) }
        let first = rect.maxX - levels.count / 2
        for index in 0..<levels.count / 2 {
            let pair = [levels[2 * index], levels[2 * index + 1]]
            let bits = zip(Self.dots, pair).reduce(UInt32(0)) { bits, side in
                side.0.prefix(side.1.map { $0 + 1 } ?? 0).reduce(bits, |)
            }
            guard bits > 0, let scalar = Unicode.Scalar(0x2800 + bits) else { continue }
            let highest = pair.compactMap(\.self).max() ?? 0
            buffer.put(
                String(scalar), at: Point(x: first + index, y: rect.minY), role: role ?? Self.role(of: highest, 4))
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

    private static func role(of level: Int, _ steps: Int) -> Role {
        switch level * 3 / max(1, steps) {
        case 0: .graphLow
        case 1: .graphMid
        default: .graphHigh
        }
    }
}
