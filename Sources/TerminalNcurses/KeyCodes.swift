import CNcurses
import Terminal

/// What curses reads, in the words of the toolkit.
enum KeyCodes {
    /// Sequences that curses does not know by itself, with codes beyond those that it hands out.
    private static let own: [(sequence: String, code: Int32, unit: InputUnit)] = [
        ("\u{1B}[<", 2001, .mouseReport), ("\u{1B}[200~", 2002, .pasteBegin), ("\u{1B}[201~", 2003, .pasteEnd),
        ("\u{1B}[I", 2004, .focus(true)), ("\u{1B}[O", 2005, .focus(false)),
    ]

    private static let named: [Int32: Key] = [
        KEY_UP: .up, KEY_DOWN: .down, KEY_LEFT: .left, KEY_RIGHT: .right, KEY_HOME: .home, KEY_END: .end,
        KEY_PPAGE: .pageUp, KEY_NPAGE: .pageDown, KEY_IC: .insert, KEY_DC: .delete, KEY_BACKSPACE: .backspace,
        KEY_ENTER: .enter, KEY_BTAB: .backTab, KEY_A1: .home, KEY_A3: .pageUp, KEY_C1: .end, KEY_C3: .pageDown,
    ]

    /// How terminfo names keys with modifiers: a stem and a digit.
    private static let extended: [String: Key] = [
        "kUP": .up, "kDN": .down, "kLFT": .left, "kRIT": .right, "kHOM": .home, "kEND": .end, "kPRV": .pageUp,
        "kNXT": .pageDown, "kIC": .insert, "kDC": .delete,
    ]

    /// Teaches curses the sequences of mouse, paste and focus.
    static func register() {
        for key in own { _ = define_key(key.sequence, key.code) }
    }

    /// The unit that a key code stands for; nil for codes without a meaning here, such as `KEY_RESIZE`.
    static func unit(code: Int32) -> InputUnit? {
        if let key = own.first(where: { $0.code == code }) { return key.unit }
        if let key = named[code] { return .key(KeyChord(key)) }
        if (cn_key_f(1)...cn_key_f(63)).contains(code) { return .key(KeyChord(.function(Int(code - cn_key_f(0))))) }
        guard let name = keyname(code).map({ String(cString: $0) }), let digit = name.last?.wholeNumberValue,
            let key = extended[String(name.dropLast())]
        else { return nil }
        // The digit is 1 + shift + 2 alt + 4 control.
        let bits = digit - 1
        return .key(KeyChord(key, KeyChord.Modifiers(rawValue: UInt8((bits & 4) >> 2 | bits & 2))))
    }
}
