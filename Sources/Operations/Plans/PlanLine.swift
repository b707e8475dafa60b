/// One line of a plan as dialog, command line and journal show it: words and a role, no layout.
public struct PlanLine: Sendable, Hashable {
    /// The role of a line, which a view turns into colour and glyph.
    public enum Level: String, Sendable, Hashable, CaseIterable {
        case heading, text, warning, danger, added, removed, changed
    }

    /// The role.
    public var level: Level
    /// The words, one line, without a mark for the level.
    public var text: String

    /// A line from its parts.
    public init(_ level: Level, _ text: String) {
        self.level = level
        self.text = text
    }

    /// The line without colour: `+`, `-`, `~` before what changes, `!` before warnings, `!!` before dangers.
    public var plain: String {
        switch level {
        case .heading: text
        case .text: "  " + text
        case .warning: "! " + text
        case .danger: "!! " + text
        case .added: "+ " + text
        case .removed: "- " + text
        case .changed: "~ " + text
        }
    }
}

/// What forbids an operation as planned.
public struct Blocker: Sendable, Hashable {
    /// The kinds of obstacle.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Kubernetes does not have the node, or the inventory lacks what the plan needs of it.
        case unknownNode = "unknown-node"
        /// Facts that the plan rests on are missing or old.
        case staleData = "stale-data"
        /// Another node of the rack is cordoned or in maintenance.
        case rackOccupied = "rack-occupied"
        /// Pods would lose their `emptyDir`; the option consents.
        case emptyDir = "empty-dir"
        /// Pods that nobody owns would be gone for good; the option consents.
        case unmanaged
        /// A leaf of the pair does not answer, or has no session up with the rack.
        case leafDown = "leaf-down"
        /// A node waits out graceful restart: its routes are held back.
        case recovery
        /// Its sessions cannot be held down during maintenance.
        case noHold = "no-hold"
        /// A drain or restore holds the node: its peers are not as the design has them.
        case inMaintenance = "in-maintenance"
        /// The console's user lacks rights that the operation needs.
        case rights
        /// The only session that is up would be reset while the other is down.
        case wouldIsolate = "would-isolate"
        /// Nothing differs: there is nothing to do.
        case nothingToDo = "nothing-to-do"

        /// Whether an operator may go on knowingly.
        public var mayBeOverridden: Bool {
            switch self {
            case .staleData, .rackOccupied, .leafDown, .recovery, .noHold, .wouldIsolate: true
            case .unknownNode, .emptyDir, .unmanaged, .inMaintenance, .rights, .nothingToDo: false
            }
        }
    }

    /// The kind.
    public var kind: Kind
    /// What is in the way, with the values that matter.
    public var text: String
    /// What to do about it.
    public var remedy: String
    /// Whether the operator chose to go on in spite of it.
    public var isOverridden: Bool

    /// A blocker from its parts; an override of a kind that allows none is ignored.
    public init(_ kind: Kind, _ text: String, remedy: String, isOverridden: Bool = false) {
        self.kind = kind
        self.text = text
        self.remedy = remedy
        self.isOverridden = isOverridden && kind.mayBeOverridden
    }

    /// The line that shows it.
    public var line: PlanLine {
        let words = remedy.isEmpty ? text : "\(text) (\(remedy))"
        return isOverridden
            ? PlanLine(.warning, "overridden: " + words) : PlanLine(.danger, "blocked: " + words)
    }
}
