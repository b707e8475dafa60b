/// Something that can be chosen from a palette.
public struct PaletteItem: Hashable, Sendable {
    /// What it is.
    public let id: String
    /// What it does, as the user reads it.
    public let title: String
    /// The keys that do the same; empty for none.
    public let keys: String
    /// Why it cannot be done now; nil where it can.
    public let disabledReason: String?

    /// An item.
    public init(id: String, title: String, keys: String = "", disabledReason: String? = nil) {
        self.id = id
        self.title = title
        self.keys = keys
        self.disabledReason = disabledReason
    }
}

/// What a key did in a palette.
public enum PaletteOutcome: Hashable, Sendable {
    /// The item with this id was chosen.
    case chosen(id: String)
    /// The item cannot be done now, for a reason.
    case refused(reason: String)
    /// Escape.
    case cancelled
}

/// A list of items that shrinks as one types.
public struct Palette: Hashable, Sendable {
    /// The title of the box.
    public let title: String
    /// All items, in the order shown while nothing is typed.
    public let items: [PaletteItem]
    /// What is typed.
    public private(set) var query: InputLine
    private var selectedIndex = 0

    /// A palette of items.
    public init(title: String, items: [PaletteItem], query: String = "") {
        self.title = title
        self.items = items
        self.query = InputLine(query)
    }

    /// The items that match, the best first; those of equal worth keep their order.
    public var matches: [PaletteItem] {
        ranked.map(\.item)
    }

    /// The item that Enter would choose; nil where none matches.
    public var selected: PaletteItem? {
        let matches = matches
        return matches.isEmpty ? nil : matches[min(selectedIndex, matches.count - 1)]
    }

    /// Handles a key: an outcome where the palette is done with, or refuses.
    public mutating func handle(_ chord: KeyChord) -> PaletteOutcome? {
        switch (chord.key, chord.modifiers) {
        case (.up, []), (.character("p"), .ctrl): move(.up)
        case (.down, []), (.character("n"), .ctrl): move(.down)
        case (.pageUp, []): move(.pageUp)
        case (.pageDown, []): move(.pageDown)
        default: return edit(chord)
        }
        return nil
    }

    /// Adds pasted text to what is typed.
    public mutating func paste(_ text: String) {
        query.insert(text)
        selectedIndex = 0
    }

    private mutating func edit(_ chord: KeyChord) -> PaletteOutcome? {
        switch query.handle(chord) {
        case .changed:
            selectedIndex = 0
            return nil
        case .submitted:
            guard let selected else { return nil }
            return selected.disabledReason.map { .refused(reason: $0) } ?? .chosen(id: selected.id)
        case .cancelled: return .cancelled
        case nil: return nil
        }
    }

    private mutating func move(_ motion: ScrollMotion) {
        selectedIndex = motion.target(from: selectedIndex, count: matches.count, page: 10)
    }

    private var ranked: [(item: PaletteItem, match: FuzzyMatch)] {
        let found = items.enumerated().compactMap { order, item in
            FuzzyMatch(query.text, in: item.title).map { (order, item, $0) }
        }
        return found.sorted { ($1.2.score, $0.0) < ($0.2.score, $1.0) }.map { ($0.1, $0.2) }
    }
}

extension Palette {
    /// Draws the palette in the upper middle of `rect` and answers the cursor's place.
    @discardableResult
    public func draw(in rect: Rect, of buffer: inout CellBuffer) -> Point? {
        let found = ranked
        let height = min(rect.height, max(3, min(items.count, 12) + 3))
        let place = Rect(
            origin: rect.centered(Size(width: 72, height: rect.height)).origin,
            size: Size(width: min(72, rect.width), height: height))
        buffer.fill(place, role: .dialog)
        buffer.box(place, title: [TextSpan(" \(title) ", .title)], role: .borderFocus)
        let (line, list) = place.insideBox.split(top: 1)
        let cursor = query.draw(in: line, of: &buffer, prompt: [TextSpan("> ", .hintKey)])
        if found.isEmpty {
            buffer.put("nothing matches", in: list)
        }
        let index = min(selectedIndex, max(0, found.count - 1))
        let offset = max(0, min(index - list.height / 2, found.count - list.height))
        for (y, place) in zip(list.minY..<list.maxY, offset..<max(offset, found.count)) {
            let row = Rect(x: list.minX, y: y, width: list.width, height: 1)
            drawItem(found[place].item, match: found[place].match, in: row, of: &buffer, isSelected: place == index)
        }
        return cursor
    }

    private func drawItem(
        _ item: PaletteItem, match: FuzzyMatch, in row: Rect, of buffer: inout CellBuffer, isSelected: Bool
    ) {
        let role: Role = isSelected ? .buttonFocus : item.disabledReason == nil ? .dialog : .hintDisabled
        buffer.fill(row, role: role)
        if isSelected { buffer.put(buffer.glyphs.selected, at: row.origin, role: role, maxWidth: row.width) }
        let right = item.disabledReason ?? item.keys
        let (left, rest) = row.split(left: 1).rest.split(right: min(Width.of(right) + 1, row.width / 2))
        let positions = Set(match.positions)
        let title = item.title.enumerated().map { index, character in
            TextSpan(String(character), role, positions.contains(index) ? [.bold, .underline] : [])
        }
        buffer.put(title, at: left.origin, maxWidth: left.width)
        let rightRole: Role = isSelected ? role : item.disabledReason == nil ? .hintKey : .hintDisabled
        buffer.put([TextSpan(right, rightRole)], in: rest, aligned: .trailing)
    }
}

extension CellBuffer {
    fileprivate mutating func put(_ text: String, in rect: Rect) {
        guard !rect.isEmpty else { return }
        put(text, at: rect.origin, role: .textDim, maxWidth: rect.width)
    }
}
