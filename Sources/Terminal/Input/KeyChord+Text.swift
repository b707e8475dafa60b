extension KeyChord: CustomStringConvertible {
    /// A chord from its name, as configuration files and help write it; nil for an unknown one.
    ///
    /// Modifiers stand in front, joined by `-` or `+`, in any order and case; names of keys in any case. A single
    /// character means itself.
    public init?(text: String) {
        var rest = Substring(text)
        var modifiers: Modifiers = []
        while let (modifier, remainder) = KeyChord.leadingModifier(of: rest) {
            guard modifiers.insert(modifier).inserted else { return nil }
            rest = remainder
        }
        if let key = KeyChord.key(named: String(rest)) {
            self.init(key, modifiers)
        } else if rest.lowercased() == "shift-tab", modifiers.isEmpty {
            self.init(.backTab)
        } else {
            return nil
        }
    }

    /// The name that `init(text:)` reads back.
    public var description: String {
        let prefix = (modifiers.contains(.ctrl) ? "ctrl-" : "") + (modifiers.contains(.alt) ? "alt-" : "")
        return prefix + KeyChord.name(of: key)
    }

    private static func leadingModifier(of text: Substring) -> (Modifiers, Substring)? {
        for (name, modifier) in [("ctrl", Modifiers.ctrl), ("c", .ctrl), ("alt", .alt), ("meta", .alt), ("m", .alt)] {
            let head = text.prefix(name.count)
            let tail = text.dropFirst(name.count)
            // What follows the separator is the key, so that `c` and `c-` alone stay characters.
            if head.lowercased() == name, let separator = tail.first, "-+".contains(separator), tail.count > 1 {
                return (modifier, tail.dropFirst())
            }
        }
        return nil
    }

    private static func key(named name: String) -> Key? {
        if name.count == 1, let character = name.first,
            !Sanitiser.sanitised(name).contains("\u{B7}") || name == "\u{B7}"
        {
            return character == " " ? .space : .character(character)
        }
        let lower = name.lowercased()
        if lower.first == "f", let number = Int(lower.dropFirst()), (1...63).contains(number) {
            return .function(number)
        }
        return names.first { $0.names.contains(lower) }?.key
    }

    private static func name(of key: Key) -> String {
        switch key {
        case .character(let character): String(character)
        case .function(let number): "f\(number)"
        default: names.first { $0.key == key }?.names.first ?? ""
        }
    }

    /// Each named key with the name that is written first and the others that are read.
    private static let names: [(key: Key, names: [String])] = [
        (.enter, ["enter", "return"]), (.escape, ["esc", "escape"]), (.tab, ["tab"]),
        (.backTab, ["shift-tab", "backtab"]), (.up, ["up"]), (.down, ["down"]), (.left, ["left"]),
        (.right, ["right"]), (.home, ["home"]), (.end, ["end"]), (.pageUp, ["pgup", "pageup"]),
        (.pageDown, ["pgdn", "pagedown"]), (.insert, ["ins", "insert"]), (.delete, ["del", "delete"]),
        (.backspace, ["backspace"]), (.space, ["space"]),
    ]
}

extension KeyChord: Codable {
    /// Reads the chord's name; an unknown one is an error that quotes it.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let chord = KeyChord(text: text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "\"\(text)\" is not a key; write for example ctrl-d, alt-x, shift-tab, pgdn, f5 or G")
        }
        self = chord
    }

    /// Writes the chord's name.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
