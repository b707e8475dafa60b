public import Terminal

/// Whether an action can be done now; if not, why.
public enum Availability: Sendable, Hashable {
    case enabled
    case disabled(String)

    /// The reason against, nil where there is none.
    public var reason: String? {
        if case .disabled(let reason) = self { return reason }
        return nil
    }
}

/// The groups that help lists actions by.
public enum ActionGroup: String, Sendable, Hashable, CaseIterable {
    case move = "Move"
    case panes = "Panes"
    case find = "Find and arrange"
    case look = "Look closer"
    case change = "Change the world"
    case console = "Console"
}

/// Something that a key, the palette or a command does. Hints, help, palette and the README's key table are all made
/// from the registry of these.
public struct Action: Sendable {
    /// The identifier that the configuration names: `filter`.
    public var id: String
    /// What it does, in two to five words.
    public var title: String
    /// The word in the hint line, nil: not hinted.
    public var hint: String?
    /// Its keys by default.
    public var keys: [KeyChord]
    /// Where help lists it.
    public var group: ActionGroup
    /// Whether it can be done now.
    public var availability: @Sendable (AppState) -> Availability
    /// Does it.
    public var perform: @Sendable (inout AppState) -> [Effect]

    /// An action from its parts; a key text that cannot be read is left out (a test compares).
    public init(
        _ id: String, _ title: String, hint: String? = nil, keys: [String], group: ActionGroup,
        availability: @escaping @Sendable (AppState) -> Availability = { _ in .enabled },
        perform: @escaping @Sendable (inout AppState) -> [Effect]
    ) {
        self.id = id
        self.title = title
        self.hint = hint
        self.keys = keys.compactMap { KeyChord(text: $0) }
        self.group = group
        self.availability = availability
        self.perform = perform
    }
}
