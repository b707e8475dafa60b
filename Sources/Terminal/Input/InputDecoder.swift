/// What a terminal library reads, one at a time.
public enum InputUnit: Hashable, Sendable {
    /// A character.
    case scalar(Unicode.Scalar)
    /// A key that the library recognised.
    case key(KeyChord)
    /// `ESC [ <`: a mouse report in SGR form follows.
    case mouseReport
    /// `ESC [ 200 ~`.
    case pasteBegin
    /// `ESC [ 201 ~`.
    case pasteEnd
    /// `ESC [ I` or `ESC [ O`.
    case focus(Bool)
    /// Nothing more waits now.
    case idle
}

/// Makes events of what a terminal library reads.
///
/// Pasted text never becomes keys, and neither does an escape sequence that nobody knows: its letters would be
/// commands. Escape alone is told from Alt by whether more waits behind it.
public struct InputDecoder: Sendable {
    private enum State {
        case ground
        case escape
        case control
        case string
        case mouse(String)
        case paste(String.UnicodeScalarView)
    }

    private var state = State.ground

    /// The longest paste, in scalars; the rest of a longer one is dropped.
    public static let pasteLimit = 65_536

    /// A decoder that has read nothing.
    public init() {}

    /// Takes one unit and answers the event that it completes; nil for none yet.
    public mutating func feed(_ unit: InputUnit) -> InputEvent? {
        switch (state, unit) {
        case (.paste(var text), _): return paste(unit, into: &text)
        case (_, .mouseReport): state = .mouse("")
        case (_, .pasteBegin): state = .paste(String.UnicodeScalarView())
        case (_, .pasteEnd): state = .ground
        case (_, .focus(let isFocused)): return .focus(isFocused)
        case (_, .key(let chord)): return key(chord)
        case (.escape, .idle):
            state = .ground
            return .key(KeyChord(.escape))
        case (.control, .idle), (.string, .idle): state = .ground
        case (_, .idle): break
        case (_, .scalar(let scalar)): return character(scalar)
        }
        return nil
    }

    private mutating func paste(_ unit: InputUnit, into text: inout String.UnicodeScalarView) -> InputEvent? {
        switch unit {
        case .pasteEnd:
            state = .ground
            return .paste(String(text))
        case .scalar(let scalar) where text.count < Self.pasteLimit: text.append(scalar)
        case .key(KeyChord(.enter)): text.append("\n")
        default: return nil
        }
        state = .paste(text)
        return nil
    }

    private mutating func key(_ chord: KeyChord) -> InputEvent {
        if case .escape = state {
            state = .ground
            return .key(KeyChord(chord.key, chord.modifiers.union(.alt)))
        }
        state = .ground
        return .key(chord)
    }

    private mutating func character(_ scalar: Unicode.Scalar) -> InputEvent? {
        switch state {
        case .ground where scalar.value == 0x1B: state = .escape
        case .ground: return .key(KeyChord(scalar: scalar))
        case .escape: return afterEscape(scalar)
        case .control: if (0x40..<0x7F).contains(scalar.value) { state = .ground }
        case .string: if scalar.value == 0x07 || scalar == "\\" { state = .ground }
        case .mouse(let text): return mouse(text, scalar)
        case .paste: break
        }
        return nil
    }

    private mutating func afterEscape(_ scalar: Unicode.Scalar) -> InputEvent? {
        switch scalar {
        case "[", "O": state = .control
        case "]", "P", "_", "^": state = .string
        case "\u{1B}": return .key(KeyChord(.escape))
        default:
            state = .ground
            let chord = KeyChord(scalar: scalar)
            return .key(KeyChord(chord.key, chord.modifiers.union(.alt)))
        }
        return nil
    }

    private mutating func mouse(_ text: String, _ scalar: Unicode.Scalar) -> InputEvent? {
        switch scalar {
        case "0"..."9", ";":
            state = text.utf8.count < 24 ? .mouse(text + String(scalar)) : .ground
            return nil
        case "M", "m":
            state = .ground
            return MouseEvent(sgr: text, isRelease: scalar == "m").map(InputEvent.mouse)
        default:
            state = .ground
            return nil
        }
    }
}

extension KeyChord {
    /// The chord that a character of the input stands for: control characters are keys with Control.
    public init(scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0: self.init(.space, .ctrl)
        case 0x09: self.init(.tab)
        case 0x0A, 0x0D: self.init(.enter)
        case 0x08, 0x7F: self.init(.backspace)
        case 0x1B: self.init(.escape)
        case 1..<0x1B: self.init(.character(Character(Unicode.Scalar(UInt8(scalar.value) + 0x60))), .ctrl)
        case 0x1C..<0x20: self.init(.character(Character(Unicode.Scalar(UInt8(scalar.value) + 0x40))), .ctrl)
        default: self.init(.character(Character(scalar)))
        }
    }
}

extension MouseEvent {
    /// A report such as `0;12;3`: button bits, column and row from 1; nil where it is none.
    init?(sgr text: String, isRelease: Bool) {
        let numbers = text.split(separator: ";", omittingEmptySubsequences: false).compactMap { Int($0) }
        guard numbers.count == 3, numbers[1] > 0, numbers[2] > 0 else { return nil }
        let position = Point(x: numbers[1] - 1, y: numbers[2] - 1)
        let bits = numbers[0]
        if bits & 64 != 0 {
            guard bits & 3 < 2 else { return nil }
            self.init(bits & 1 == 0 ? .wheelUp : .wheelDown, at: position)
            return
        }
        let buttons: [Button] = [.left, .middle, .right]
        guard bits & 3 < 3 else { return nil }
        let button = buttons[bits & 3]
        self.init(isRelease ? .release(button) : bits & 32 != 0 ? .drag(button) : .press(button), at: position)
    }
}
