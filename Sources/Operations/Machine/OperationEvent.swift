public import Correlation
public import Fabric
public import FoundationEssentials
public import Polling

/// What happens to an operation.
public enum OperationEvent: Sendable {
    /// The operator consents; the first event.
    case started(Consent, now: Date)
    /// The change that a step ordered has been made.
    case stepFinished(StepID, now: Date)
    /// The change that a step ordered failed, with its reason.
    case stepFailed(StepID, reason: String, now: Date)
    /// The running change printed a line.
    case progress(String)
    /// New facts came.
    case facts(Snapshot, Picture, now: Date)
    /// Time passed.
    case tick(now: Date)
    /// The operator wants to stop.
    case abortRequested(now: Date)
    /// The journal did not take an entry: what was to follow it has not been done.
    case journalFailed(reason: String, now: Date)
}

/// A change of the world that an operation orders.
public enum Change: Sendable, Hashable {
    case cordon(NodeName)
    case uncordon(NodeName)
    case drain(NodeName, DrainOptions)
    /// The YAML for `calicoctl apply -f -`.
    case apply(String)
}

/// What an operation wants done, in this order.
public enum OperationAction: Sendable, Hashable {
    /// Write an entry; where that fails, do none of the actions behind it and send `journalFailed`.
    case journal(JournalEntry)
    /// Make a change and send `stepFinished` or `stepFailed` for the step.
    case perform(StepID, Change)
    /// End the running change; its `stepFailed` or `stepFinished` still comes.
    case cancelChange
    /// Get fresh facts soon.
    case poll([Look])
    /// The operation is over; no action follows.
    case finished(OperationResult)
}

/// How an operation ended.
public struct OperationResult: Sendable, Hashable {
    /// The kinds of end.
    public enum Outcome: String, Sendable, Hashable, Codable {
        case succeeded, failed, aborted
    }

    /// How it ended.
    public var outcome: Outcome
    /// Why, one sentence; what was proven where it succeeded.
    public var reason: String
    /// What state remains in the world: `the node is cordoned; its pods were not touched`.
    public var remains: String
    /// The operation that undoes what was done, nil where nothing was done or no operation undoes it.
    public var inverse: OperationKind?
    /// How to undo it, in words; empty where nothing was done.
    public var undo: String

    /// A result from its parts.
    public init(outcome: Outcome, reason: String, remains: String, inverse: OperationKind?, undo: String) {
        self.outcome = outcome
        self.reason = reason
        self.remains = remains
        self.inverse = inverse
        self.undo = undo
    }
}
