/// A step through rows or lines.
public enum ScrollMotion: Hashable, Sendable {
    /// One up.
    case up
    /// One down.
    case down
    /// A screenful up.
    case pageUp
    /// A screenful down.
    case pageDown
    /// Half a screenful up.
    case halfPageUp
    /// Half a screenful down.
    case halfPageDown
    /// To the first.
    case first
    /// To the last.
    case last

    /// The index that the step leads to from `index` among `count`, with `page` rows in view; 0 where there are none.
    public func target(from index: Int, count: Int, page: Int) -> Int {
        let page = max(1, page)
        let wanted =
            switch self {
            case .up: index - 1
            case .down: index + 1
            case .pageUp: index - page
            case .pageDown: index + page
            case .halfPageUp: index - max(1, page / 2)
            case .halfPageDown: index + max(1, page / 2)
            case .first: 0
            case .last: count - 1
            }
        return max(0, min(wanted, count - 1))
    }

    /// The motion of the keys that move everywhere: arrows, `hjkl`, `g`, `G`, pages and half pages.
    public init?(_ chord: KeyChord) {
        switch (chord.key, chord.modifiers) {
        case (.up, []), (.character("k"), []): self = .up
        case (.down, []), (.character("j"), []): self = .down
        case (.pageUp, []): self = .pageUp
        case (.pageDown, []): self = .pageDown
        case (.character("u"), .ctrl): self = .halfPageUp
        case (.character("d"), .ctrl): self = .halfPageDown
        case (.home, []), (.character("g"), []): self = .first
        case (.end, []), (.character("G"), []): self = .last
        default: return nil
        }
    }
}

/// The lines in view, for content that only scrolls.
public struct ScrollState: Hashable, Sendable {
    /// The first line in view; drawing clamps it.
    public private(set) var offset: Int

    /// A view that begins at a line.
    public init(offset: Int = 0) {
        self.offset = max(0, offset)
    }

    /// Scrolls `count` lines, `page` of which are in view.
    public mutating func move(_ motion: ScrollMotion, count: Int, page: Int) {
        let last = max(0, count - max(1, page))
        let target =
            switch motion {
            case .last: last
            default: motion.target(from: min(offset, last), count: last + 1, page: page)
            }
        offset = target
    }

    /// The offset at which the view of `page` lines stays within `count`.
    public func clamped(count: Int, page: Int) -> Int {
        min(offset, max(0, count - max(0, page)))
    }
}
