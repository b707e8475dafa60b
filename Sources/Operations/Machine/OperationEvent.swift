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
    /// The change that a step ordered did not reach its server: it is tried again, for each can be made twice.
    case stepUnreached(StepID, reason: String, now: Date)
    /// Somebody else took the operation's lock.
    case lockLost(reason: String, now: Date)
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
    /// Take the leaf pair's and the node's lease.
    case lock(LockRequest)
    /// Keep the leases for a node in maintenance, without a console.
    case keepLock
    /// Remove the mark from the node, then give the leases back.
    case unlock(NodeName)
    /// Set and remove labels.
    case label(NodeName, [String: String?])
    /// Hold the sessions of a node, with this address, down.
    case hold(NodeName, IPAddress?, SessionHold)
    /// Let them up again.
    case release(NodeName, IPAddress?, SessionHold)
    /// Start one of a node's sessions anew, by BIRD's name.
    case reset(NodeName, String, SessionReset)
    /// Post what differs in the peer profiles of an address to the controllers, where they are still as planned.
    case post([ProfileChange], IPAddress?)
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
    /// Write the first mark on the node, make the change, write the second mark; then send `stepFinished`, `stepFailed`
    /// or `stepUnreached` for the step. A mark that is nil is not written.
    case perform(StepID, Change, before: NodeMark?, after: NodeMark?)
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
    /// Whether it was admitted and began its first step.
    public var wasBegun: Bool
    /// The operation that undoes what was done, nil where nothing was done or no operation undoes it.
    public var inverse: OperationKind?
    /// How to undo it, in words; empty where nothing was done.
    public var undo: String

    /// A result from its parts.
    public init(
        outcome: Outcome, reason: String, remains: String, inverse: OperationKind?, undo: String, wasBegun: Bool = true
    ) {
        self.wasBegun = wasBegun
        self.outcome = outcome
        self.reason = reason
        self.remains = remains
        self.inverse = inverse
        self.undo = undo
    }
}
