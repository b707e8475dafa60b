/// Something that a dialog asks beside its buttons.
public struct DialogField: Hashable, Sendable {
    /// What is asked.
    public enum Content: Hashable, Sendable {
        /// A line of text; where `expected` is given, no consenting button works before it stands there exactly.
        case text(InputLine, expected: String?)
        /// Yes or no.
        case checkbox(Bool)
        /// One of some words, by index.
        case choice([String], selected: Int)
    }

    /// What it is.
    public let id: String
    /// What stands in front of it.
    public let label: String
    /// What is asked, and the answer so far.
    public internal(set) var content: Content

    /// A line of text to fill in.
    public static func text(_ id: String, label: String, value: String = "", expected: String? = nil) -> DialogField {
        DialogField(id: id, label: label, content: .text(InputLine(value), expected: expected))
    }

    /// A box to tick.
    public static func checkbox(_ id: String, label: String, isOn: Bool = false) -> DialogField {
        DialogField(id: id, label: label, content: .checkbox(isOn))
    }

    /// One of some words to choose; the first unless another is given.
    public static func choice(_ id: String, label: String, options: [String], selected: Int = 0) -> DialogField {
        let index = max(0, min(selected, options.count - 1))
        return DialogField(id: id, label: label, content: .choice(options, selected: index))
    }

    /// Whether what is expected stands there.
    var isSatisfied: Bool {
        guard case .text(let line, let expected?) = content else { return true }
        return line.text == expected
    }
}

/// A button of a dialog, beside Cancel.
public struct DialogButton: Hashable, Sendable {
    /// What it is.
    public let id: String
    /// What stands on it.
    public let title: String
    /// Whether it consents to a change: it works only once every expected text is typed.
    public let needsConsent: Bool
    /// Why it cannot be pressed at all; nil where it can.
    public let disabledReason: String?

    /// A button.
    public init(_ id: String, title: String, needsConsent: Bool = false, disabledReason: String? = nil) {
        self.id = id
        self.title = title
        self.needsConsent = needsConsent
        self.disabledReason = disabledReason
    }
}

/// What was filled in when a button was pressed.
public struct DialogValues: Hashable, Sendable {
    /// The texts by field.
    public let texts: [String: String]
    /// The ticks by field.
    public let ticks: [String: Bool]
    /// The chosen words by field.
    public let choices: [String: String]

    init(texts: [String: String] = [:], ticks: [String: Bool] = [:], choices: [String: String] = [:]) {
        self.texts = texts
        self.ticks = ticks
        self.choices = choices
    }
}

/// How a dialog ended, or why it did not.
public enum DialogOutcome: Hashable, Sendable {
    /// Cancel or Escape: nothing shall happen.
    case cancelled
    /// A button was pressed.
    case pressed(button: String, values: DialogValues)
    /// A button does not work yet, for a reason.
    case refused(reason: String)
}
