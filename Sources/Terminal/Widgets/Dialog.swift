/// A question over the screen: text, fields, buttons.
///
/// Cancel is always there, first and focused, so that Enter pressed too early does nothing. Typing goes to a focused
/// text field only.
public struct Dialog: Hashable, Sendable {
    /// What has the keys.
    public enum Focus: Hashable, Sendable {
        /// A field, by index.
        case field(Int)
        /// Cancel.
        case cancel
        /// A button, by index.
        case button(Int)
    }

    /// The title of the box.
    public let title: String
    /// What the question is about.
    public private(set) var body: [TextLine]
    /// Whether the title warns.
    public let isDangerous: Bool
    /// What is asked, with the answers so far.
    public private(set) var fields: [DialogField]
    /// The buttons beside Cancel.
    public private(set) var buttons: [DialogButton]
    /// What has the keys.
    public private(set) var focus = Focus.cancel
    /// The part of the body in view.
    public private(set) var scroll = ScrollState()

    /// A question; without buttons it is a message to close.
    public init(
        title: String, body: [TextLine], fields: [DialogField] = [], buttons: [DialogButton] = [],
        isDangerous: Bool = false
    ) {
        self.title = title
        self.body = body
        self.fields = fields
        self.buttons = buttons
        self.isDangerous = isDangerous
    }

    /// The answers so far.
    public var values: DialogValues {
        var texts: [String: String] = [:]
        var ticks: [String: Bool] = [:]
        var choices: [String: String] = [:]
        for field in fields {
            switch field.content {
            case .text(let line, _): texts[field.id] = line.text
            case .checkbox(let isOn): ticks[field.id] = isOn
            case .choice(let options, let selected):
                if options.indices.contains(selected) { choices[field.id] = options[selected] }
            }
        }
        return DialogValues(texts: texts, ticks: ticks, choices: choices)
    }

    /// Takes in news about the question: what is already typed and ticked stays, and so does what has the keys.
    public mutating func renew(body: [TextLine], fields: [DialogField], buttons: [DialogButton]) {
        let focused: String? = if case .field(let index) = focus { self.fields[index].id } else { nil }
        let answered = Dictionary(uniqueKeysWithValues: self.fields.map { ($0.id, $0) })
        self.fields = fields.map { answered[$0.id] ?? $0 }
        self.body = body
        self.buttons = buttons
        if let focused {
            focus = self.fields.firstIndex { $0.id == focused }.map(Focus.field) ?? .cancel
        } else if case .button(let index) = focus, !buttons.indices.contains(index) {
            focus = .cancel
        }
    }

    /// Handles a key: an outcome where the dialog is done with, or refuses.
    ///
    /// `rect` is where the dialog is drawn: a page of the body is what is in view there.
    public mutating func handle(_ chord: KeyChord, in rect: Rect = Rect(x: 0, y: 0, width: 80, height: 24))
        -> DialogOutcome?
    {
        switch (chord.key, chord.modifiers) {
        case (.escape, []): return .cancelled
        case (.tab, []), (.down, []): moveFocus(1)
        case (.backTab, []), (.up, []): moveFocus(-1)
        case (.pageDown, []): scrollBody(.pageDown, in: rect)
        case (.pageUp, []): scrollBody(.pageUp, in: rect)
        default: return handleFocused(chord)
        }
        return nil
    }

    /// Puts pasted text into the focused text field; elsewhere it is dropped.
    public mutating func paste(_ text: String) {
        guard case .field(let index) = focus, case .text(var line, let expected) = fields[index].content else { return }
        line.insert(text)
        fields[index].content = .text(line, expected: expected)
    }

    /// Why a button does not work now; nil where it does.
    public func reasonAgainst(_ button: DialogButton) -> String? {
        if let reason = button.disabledReason { return reason }
        guard button.needsConsent, let field = fields.first(where: { !$0.isSatisfied }),
            case .text(_, let expected?) = field.content
        else { return nil }
        return "type \(expected) to confirm"
    }

    private mutating func scrollBody(_ motion: ScrollMotion, in rect: Rect) {
        let (count, page) = bodyExtent(in: rect)
        scroll.move(motion, count: count, page: page)
    }

    private var order: [Focus] {
        fields.indices.map(Focus.field) + [.cancel] + buttons.indices.map(Focus.button)
    }

    private mutating func moveFocus(_ step: Int) {
        let order = order
        let index = (order.firstIndex(of: focus) ?? 0) + step
        focus = order[(index + order.count) % order.count]
    }

    private mutating func handleFocused(_ chord: KeyChord) -> DialogOutcome? {
        switch focus {
        case .field(let index): handleField(index, chord)
        case .cancel: handleButton(chord) { _ in .cancelled }
        case .button(let index):
            handleButton(chord) { dialog in
                let button = dialog.buttons[index]
                return dialog.reasonAgainst(button).map { .refused(reason: $0) }
                    ?? .pressed(button: button.id, values: dialog.values)
            }
        }
    }

    private mutating func handleField(_ index: Int, _ chord: KeyChord) -> DialogOutcome? {
        switch fields[index].content {
        case .text(var line, let expected):
            if case .submitted = line.handle(chord) { moveFocus(1) }
            fields[index].content = .text(line, expected: expected)
        case .checkbox(let isOn):
            if chord == KeyChord(.space) { fields[index].content = .checkbox(!isOn) }
            if chord == KeyChord(.enter) { moveFocus(1) }
        case .choice(let options, let selected):
            let step =
                switch (chord.key, chord.modifiers) {
                case (.right, []), (.space, []), (.character("l"), []): 1
                case (.left, []), (.character("h"), []): options.count - 1
                default: 0
                }
            if !options.isEmpty {
                fields[index].content = .choice(options, selected: (selected + step) % options.count)
            }
            if chord == KeyChord(.enter) { moveFocus(1) }
        }
        return nil
    }

    private mutating func handleButton(_ chord: KeyChord, press: (Dialog) -> DialogOutcome) -> DialogOutcome? {
        switch chord {
        case KeyChord(.enter), KeyChord(.space): return press(self)
        case KeyChord(.right), KeyChord("l"): moveFocus(1)
        case KeyChord(.left), KeyChord("h"): moveFocus(-1)
        default: break
        }
        return nil
    }
}
