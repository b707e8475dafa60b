/// A key of the keyboard without modifiers.
public enum Key: Hashable, Sendable {
    /// A printable character; blanks are `space`.
    case character(Character)
    /// Return or Enter.
    case enter
    /// Escape.
    case escape
    /// Tab.
    case tab
    /// Shift and Tab.
    case backTab
    /// Arrow up.
    case up
    /// Arrow down.
    case down
    /// Arrow left.
    case left
    /// Arrow right.
    case right
    /// Home.
    case home
    /// End.
    case end
    /// Page up.
    case pageUp
    /// Page down.
    case pageDown
    /// Insert.
    case insert
    /// Delete, to the right.
    case delete
    /// Backspace, to the left.
    case backspace
    /// The space bar.
    case space
    /// A function key, from 1.
    case function(Int)
}

/// A key with its modifiers, as `ctrl-d`, `alt-x`, `shift-tab`, `pgdn`, `f5` or `G`.
///
/// Shift shows in the character itself; terminals do not tell it apart for other keys, except Tab.
public struct KeyChord: Hashable, Sendable {
    /// Keys held down beside the key.
    public struct Modifiers: OptionSet, Hashable, Sendable {
        /// The bits, one for each modifier.
        public let rawValue: UInt8

        /// Modifiers from their bits.
        public init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// Control.
        public static let ctrl = Modifiers(rawValue: 1)
        /// Alt or Meta.
        public static let alt = Modifiers(rawValue: 2)
    }

    /// The key.
    public let key: Key
    /// What is held down with it.
    public let modifiers: Modifiers

    /// A chord; a letter with Control is lower case, and a blank character is the space bar.
    public init(_ key: Key, _ modifiers: Modifiers = []) {
        self.modifiers = modifiers
        switch key {
        case .character(" "): self.key = .space
        case .character(let character) where modifiers.contains(.ctrl):
            self.key = .character(Character.lowercase(of: character))
        default: self.key = key
        }
    }

    /// A character without modifiers.
    public init(_ character: Character) {
        self.init(.character(character))
    }

    /// The character that typing this chord inserts; nil for chords that insert nothing.
    public var typed: Character? {
        guard modifiers.isEmpty else { return nil }
        return switch key {
        case .character(let character): character
        case .space: " "
        default: nil
        }
    }
}

extension Character {
    /// The lower case where it is one character, else the character itself.
    fileprivate static func lowercase(of character: Character) -> Character {
        let lower = character.lowercased()
        return lower.count == 1 ? lower.first ?? character : character
    }
}
