public import Terminal

/// Something wrong with an override of keys, and which of the user's words it is about.
public struct KeyProblem: Sendable, Hashable {
    /// The action that the configuration names.
    public var action: String
    /// The place of the key in the action's list; nil: the action itself.
    public var index: Int?
    /// What is wrong and what holds instead.
    public var text: String
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
    /// that another action has. An action with no usable key left keeps its default ones.
    public static func make(overrides: [String: [String]]) -> (map: KeyMap, problems: [KeyProblem]) {
        var map = KeyMap(actions: [:], keys: [:])
        var problems: [KeyProblem] = []
        let ids = ActionRegistry.all.map(\.id)
        for unknown in overrides.keys.sorted() where !ids.contains(unknown) {
            let hint = DidYouMean.text(unknown, in: ids) ?? "; key ? in the console lists them"
            problems.append(KeyProblem(action: unknown, text: "no action is called '\(unknown)'\(hint)"))
        }
        // Those who keep their keys come first: an override never takes a key from them.
        for action in ActionRegistry.all where overrides[action.id] == nil { map.give(action.keys, to: action.id) }
        for action in ActionRegistry.all {
            guard let wanted = overrides[action.id] else { continue }
            let usable = map.usable(wanted, for: action.id, &problems)
            map.give(usable.isEmpty ? action.keys.filter { map.actions[$0] == nil } : usable, to: action.id)
        }
        return (map, problems)
    }

    private func usable(_ texts: [String], for id: String, _ problems: inout [KeyProblem]) -> [KeyChord] {
        var found: [KeyChord] = []
        for (index, text) in texts.enumerated() {
            guard let key = KeyChord(text: text) else {
                problems.append(
                    KeyProblem(
                        action: id, index: index,
                        text: "'\(text)' is no key; write for example ctrl-d, alt-x, shift-tab, pgdn, f5 or G"))
                continue
            }
            if let other = actions[key] {
                // Another word for quitting is no conflict with quitting.
                if id == "quit", other == "interrupt" { continue }
                problems.append(
                    KeyProblem(
                        action: id, index: index,
                        text: "\(key) is taken by \(other), which keeps it; give \(other) another key first"))
            } else if !found.contains(key) {
                found.append(key)
            }
        }
        return found
    }

    private mutating func give(_ chords: [KeyChord], to id: String) {
        keys[id] = chords
        for chord in chords { actions[chord] = id }
    }

    private init(actions: [KeyChord: String], keys: [String: [KeyChord]]) {
        self.actions = actions
        self.keys = keys
    }

    /// The first key of an action as text, empty where it has none.
    public func label(of id: String) -> String { keys[id]?.first?.description ?? "" }

    /// All keys of an action as text.
    func labels(of id: String) -> String { (keys[id] ?? []).map(\.description).joined(separator: " ") }
}
