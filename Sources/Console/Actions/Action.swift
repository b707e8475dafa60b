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

/// Which key does what: the registry's keys with the user's overrides.
public struct KeyMap: Sendable {
    /// The action of each key.
    public private(set) var actions: [KeyChord: String]
    /// The keys of each action.
    public private(set) var keys: [String: [KeyChord]]

    /// The keys of the registry.
    public static let standard = make(overrides: [:]).map

    /// A map with overrides: action id to key texts.
    ///
    /// What cannot be honoured is told and left at its default: an unknown action, a key that cannot be read, a key
    /// that another action has.
    public static func make(overrides: [String: [String]]) -> (map: KeyMap, problems: [String]) {
        var problems: [String] = []
        var keys: [String: [KeyChord]] = [:]
        let ids = Set(ActionRegistry.all.map(\.id))
        for unknown in overrides.keys.sorted() where !ids.contains(unknown) {
            problems.append("keys: no action is called '\(unknown)'; key ? in the console lists them")
        }
        for action in ActionRegistry.all {
            let wanted = overrides[action.id] ?? []
            let read = wanted.compactMap { KeyChord(text: $0) }
            if read.count != wanted.count { problems.append("keys: \(action.id): a key of \(wanted) cannot be read") }
            keys[action.id] = read.isEmpty ? action.keys : read
        }
        var actions: [KeyChord: String] = [:]
        for action in ActionRegistry.all {
            for key in keys[action.id] ?? [] {
                if let other = actions[key] {
                    problems.append("keys: \(key) is both \(other) and \(action.id); \(other) keeps it")
                    keys[action.id]?.removeAll { $0 == key }
                } else {
                    actions[key] = action.id
                }
            }
        }
        return (KeyMap(actions: actions, keys: keys), problems)
    }

    private init(actions: [KeyChord: String], keys: [String: [KeyChord]]) {
        self.actions = actions
        self.keys = keys
    }

    /// The first key of an action as text, empty where it has none.
    public func label(of id: String) -> String { keys[id]?.first?.description ?? "" }
}
