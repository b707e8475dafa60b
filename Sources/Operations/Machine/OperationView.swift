public import Fabric
public import FoundationEssentials

/// An operation as a console shows it: a value, published after each event that changed it.
public struct OperationView: Sendable, Hashable {
    /// How far the operation is.
    public enum Phase: Sendable, Hashable {
        /// Not consented to yet.
        case waiting
        case running
        /// Stops as soon as the present step is over.
        case aborting
        case finished(OperationResult)
    }

    /// The operation.
    public var id: OperationID
    /// What it does.
    public var kind: OperationKind
    /// The node that it acts on.
    public var node: NodeName
    /// When it began, nil before.
    public var startedAt: Date?
    /// How far it is.
    public var phase: Phase
    /// Its steps, in order.
    public var steps: [OperationStep]
    /// What must be seen and what was, of the confirming steps so far.
    public var facts: [VerificationFact]
    /// The last lines that the changes printed and the operation's own remarks, oldest first.
    public var progress: [String]
    /// How many lines there were in all, those that are no longer kept included.
    public var progressCount: Int
    /// What state the world would be left in if it stopped now.
    public var remains: String
    /// What it is paused for: a source or server that does not answer; nil while it goes on.
    public var pause: String?

    /// A view from its parts.
    public init(
        id: OperationID, kind: OperationKind, node: NodeName, startedAt: Date?, phase: Phase, steps: [OperationStep],
        facts: [VerificationFact], progress: [String], remains: String, pause: String? = nil, progressCount: Int? = nil
    ) {
        self.progressCount = progressCount ?? progress.count
        self.id = id
        self.kind = kind
        self.node = node
        self.startedAt = startedAt
        self.phase = phase
        self.steps = steps
        self.facts = facts
        self.progress = progress
        self.remains = remains
        self.pause = pause
    }

    /// `drain node-3`.
    public var title: String { "\(kind) \(node)" }

    /// The running step, nil between steps and at the ends.
    public var current: OperationStep? {
        steps.first { if case .running = $0.state { true } else { false } }
    }

    /// Whether an abort would do something.
    public var canAbort: Bool { phase == .running }

    /// The result, nil while it runs.
    public var result: OperationResult? {
        if case .finished(let result) = phase { result } else { nil }
    }
}
