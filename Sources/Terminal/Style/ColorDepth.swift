/// How many colours a terminal shows.
public enum ColorDepth: Hashable, Sendable, CaseIterable, Comparable {
    /// None: emphasis carries the meaning.
    case mono
    /// The eight of early terminals.
    case ansi8
    /// Eight and their bright twins.
    case ansi16
    /// Sixteen, a cube of 216 and 24 greys.
    case ansi256

    /// The depth for a number of colours, as a terminal description counts them.
    public init(colors: Int) {
        switch colors {
        case 256...: self = .ansi256
        case 16...: self = .ansi16
        case 8...: self = .ansi8
        default: self = .mono
        }
    }

    /// The number of the terminal's colour that is nearest; -1 for the terminal's own foreground or background.
    public func index(of color: Color) -> Int {
        switch (self, color) {
        case (.mono, _), (_, .terminal): -1
        case (.ansi8, .ansi(let index)): Int(index) % 8
        case (_, .ansi(let index)): Int(index) % 16
        case (.ansi8, .rgb(let rgb, let stand)): Int(stand ?? UInt8(ColorDepth.nearest(to: rgb, among: 0..<16))) % 8
        case (.ansi16, .rgb(let rgb, let stand)): Int(stand ?? UInt8(ColorDepth.nearest(to: rgb, among: 0..<16))) % 16
        case (.ansi256, .rgb(let rgb, _)): ColorDepth.nearest(to: rgb, among: 16..<256)
        }
    }

    /// The numbers for the two colours of a look: where few colours would make text and ground the same, the text
    /// is black or white, whichever the ground is not.
    public func indices(of style: Theme.Style) -> (foreground: Int, background: Int) {
        let ground = index(of: style.background)
        let ink = index(of: style.foreground)
        guard ink == ground, ink >= 0, style.foreground != style.background else { return (ink, ground) }
        return (ColorDepth.rgb(of: ground).luminance < 0.2 ? 7 : 0, ground)
    }

    /// What xterm's colour of a number looks like by default.
    public static func rgb(of index: Int) -> RGB {
        switch index {
        case 0..<16: return sixteen[index]
        case 16..<232:
            let cube = index - 16
            let level = { (step: Int) in UInt8(step == 0 ? 0 : 55 + 40 * step) }
            return RGB(level(cube / 36), level(cube / 6 % 6), level(cube % 6))
        default:
            let grey = UInt8(8 + 10 * min(max(0, index - 232), 23))
            return RGB(grey, grey, grey)
        }
    }

    private static func nearest(to rgb: RGB, among candidates: Range<Int>) -> Int {
        candidates.min { self.rgb(of: $0).distance(to: rgb) < self.rgb(of: $1).distance(to: rgb) } ?? 0
    }

    private static let sixteen = [
        RGB(0, 0, 0), RGB(205, 0, 0), RGB(0, 205, 0), RGB(205, 205, 0), RGB(0, 0, 238), RGB(205, 0, 205),
        RGB(0, 205, 205), RGB(229, 229, 229), RGB(127, 127, 127), RGB(255, 0, 0), RGB(0, 255, 0),
        RGB(255, 255, 0), RGB(92, 92, 255), RGB(255, 0, 255), RGB(0, 255, 255), RGB(255, 255, 255),
    ]
}
