/// What a key did to an input line.
public enum InputOutcome: Hashable, Sendable {
    /// The text changed.
    case changed
    /// Enter: the text as it stands.
    case submitted(String)
    /// Escape.
    case cancelled
}

/// One line of text that is being typed, with a cursor and the lines typed before.
public struct InputLine: Hashable, Sendable {
    private var characters: [Character]
    /// Characters before the cursor.
    public private(set) var cursor: Int
    private var history: [String]
    private var historyIndex: Int
    private var draft = ""

    /// The longest text, in characters: more is not taken.
    public static let limit = 4096

    /// A line that holds `text` with the cursor at its end; `history` has the oldest line first.
    public init(_ text: String = "", history: [String] = []) {
        characters = Array(Sanitiser.sanitised(text).prefix(Self.limit))
        cursor = characters.count
        self.history = history
        historyIndex = history.count
    }

    /// The text.
    public var text: String { String(characters) }

    /// Inserts text at the cursor, as one piece: line ends become blanks, controls become `·`.
    public mutating func insert(_ text: String) {
        let line = String(text.map { $0.isNewline || $0 == "\t" ? " " : $0 })
        let added = Sanitiser.sanitised(line).prefix(max(0, Self.limit - characters.count))
        characters.insert(contentsOf: added, at: cursor)
        cursor += added.count
    }

    /// The keys with Alt that edit: whoever takes a key with Alt for Escape and the key leaves these alone.
    public static let keysWithAlt: Set<KeyChord> = [KeyChord(.character("b"), .alt), KeyChord(.backspace, .alt)]

    /// Edits with a key: nil where the key means nothing to a line of text.
    public mutating func handle(_ chord: KeyChord) -> InputOutcome? {
        if let character = chord.typed {
            insert(String(character))
            return .changed
        }
        switch (chord.key, chord.modifiers) {
        case (.enter, []): return .submitted(text)
        case (.escape, []): return .cancelled
        case (.up, []), (.character("p"), .ctrl): return recall(historyIndex - 1)
        case (.down, []), (.character("n"), .ctrl): return recall(historyIndex + 1)
        default: return moveCursor(chord) ? .changed : delete(chord)
        }
    }

    /// Keeps the text in the history and empties the line.
    public mutating func submit() {
        if !characters.isEmpty, history.last != text { history.append(text) }
        self = InputLine(history: history)
    }

    private mutating func moveCursor(_ chord: KeyChord) -> Bool {
        switch (chord.key, chord.modifiers) {
        case (.left, []), (.character("b"), .ctrl): cursor = max(0, cursor - 1)
        case (.right, []), (.character("f"), .ctrl): cursor = min(characters.count, cursor + 1)
        case (.home, []), (.character("a"), .ctrl): cursor = 0
        case (.end, []), (.character("e"), .ctrl): cursor = characters.count
        case (.left, .ctrl), (.character("b"), .alt): cursor = wordStart
        default: return false
        }
        return true
    }

    private mutating func delete(_ chord: KeyChord) -> InputOutcome? {
        switch (chord.key, chord.modifiers) {
        case (.backspace, []): remove(max(0, cursor - 1)..<cursor)
        case (.delete, []): remove(cursor..<min(characters.count, cursor + 1))
        case (.character("u"), .ctrl): remove(0..<cursor)
        case (.character("k"), .ctrl): remove(cursor..<characters.count)
        case (.character("w"), .ctrl), (.backspace, .alt): remove(wordStart..<cursor)
        default: return nil
        }
        return .changed
    }

    private mutating func remove(_ range: Range<Int>) {
        characters.removeSubrange(range)
        cursor = range.lowerBound
    }

    /// Where the word before the cursor begins.
    private var wordStart: Int {
        let beforeBlanks = characters[..<cursor].lastIndex { $0 != " " }
        return beforeBlanks.map { end in (characters[...end].lastIndex(of: " ") ?? -1) + 1 } ?? 0
    }

    private mutating func recall(_ index: Int) -> InputOutcome {
        guard (0...history.count).contains(index) else { return .changed }
        if historyIndex == history.count { draft = text }
        historyIndex = index
        characters = Array(Sanitiser.sanitised(index == history.count ? draft : history[index]).prefix(Self.limit))
        cursor = characters.count
        return .changed
    }
}

extension InputLine {
    /// Draws the line behind its prompt, scrolled so that the cursor is in view, and answers the cursor's place.
    @discardableResult
    public func draw(
        in rect: Rect, of buffer: inout CellBuffer, prompt: TextLine = [], role: Role = .input
    ) -> Point? {
        guard !rect.isEmpty else { return nil }
        buffer.fill(Rect(x: rect.minX, y: rect.minY, width: rect.width, height: 1), role: role)
        let used = buffer.put(prompt, at: rect.origin, maxWidth: max(0, rect.width - 1))
        let room = rect.width - used
        let (first, before) = window(room: room)
        var x = rect.minX + used
        for character in characters[first...] {
            let width = Width.of(String(character))
            guard x + width <= rect.maxX else { break }
            x += buffer.put(String(character), at: Point(x: x, y: rect.minY), role: role)
        }
        return Point(x: rect.minX + used + before, y: rect.minY)
    }

    /// The first character shown, and the columns from it to the cursor; the cursor keeps a column of its own.
    private func window(room: Int) -> (first: Int, columns: Int) {
        var columns = 0
        var first = cursor
        while first > 0 {
            let width = Width.of(String(characters[first - 1]))
            guard columns + width < room else { break }
            columns += width
            first -= 1
        }
        return (first, columns)
    }
}
