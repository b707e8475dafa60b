import CNcurses
import Terminal

/// Roles as curses attributes and colour pairs, made when they are first needed.
@MainActor
struct StyleTable {
    /// What curses needs to draw in a style.
    struct Entry {
        let attributes: attr_t
        let pair: Int32
    }

    private struct Pair: Hashable {
        let foreground: Int
        let background: Int
    }

    private let theme: Theme
    private let depth: ColorDepth
    private let hasDefaultColors: Bool
    private var pairs: [Pair: Int32] = [:]
    private var entries: [Int: Entry] = [:]

    /// Without colours every theme looks like the one made for that; pairs must never be touched then, since curses
    /// has no table for them.
    init(theme: Theme, depth: ColorDepth, hasDefaultColors: Bool) {
        self.theme = depth == .mono ? Theme.builtIn(named: "mono") ?? .plain : theme
        self.depth = depth
        self.hasDefaultColors = hasDefaultColors
    }

    mutating func entry(_ role: Role, _ attributes: Attributes) -> Entry {
        let key = Int(role.rawValue) << 8 | Int(attributes.rawValue)
        if let known = entries[key] { return known }
        let style = theme[role]
        let entry = Entry(
            attributes: Self.curses(style.attributes.union(attributes)), pair: pair(style))
        entries[key] = entry
        return entry
    }

    private mutating func pair(_ style: Theme.Style) -> Int32 {
        guard depth != .mono else { return 0 }
        let indices = depth.indices(of: style)
        var wanted = Pair(foreground: indices.foreground, background: indices.background)
        guard wanted != Pair(foreground: -1, background: -1) else { return 0 }
        if !hasDefaultColors {
            let white = Int(COLOR_WHITE)
            wanted = Pair(
                foreground: wanted.foreground < 0 ? white : wanted.foreground, background: max(0, wanted.background))
        }
        if let known = pairs[wanted] { return known }
        let number = Int32(pairs.count + 1)
        // A terminal with fewer pairs than the theme has keeps its own colours for the rest.
        guard init_extended_pair(number, Int32(wanted.foreground), Int32(wanted.background)) == OK else { return 0 }
        pairs[wanted] = number
        return number
    }

    private static func curses(_ attributes: Attributes) -> attr_t {
        var result: attr_t = 0
        if attributes.contains(.bold) { result |= cn_bold() }
        if attributes.contains(.dim) { result |= cn_dim() }
        if attributes.contains(.underline) { result |= cn_underline() }
        if attributes.contains(.reverse) { result |= cn_reverse() }
        return result
    }
}
