public import Correlation
public import Fabric
public import FoundationEssentials
public import Polling

/// The facts of a moment, as the console's loop hands them on.
public struct OperationFacts: Sendable {
    /// The snapshot.
    public var snapshot: Snapshot
    /// The picture made from it.
    public var picture: Picture
    /// When it was handed on.
    public var now: Date

    /// Facts from their parts.
    public init(snapshot: Snapshot, picture: Picture, now: Date) {
        self.snapshot = snapshot
        self.picture = picture
        self.now = now
    }
}

/// What an operation needs of the world around it; the loop that owns the clock provides it.
public struct OperationWorld: Sendable {
    /// Who runs it.
    public var who: Operator
    /// Writes a journal entry through to the disk.
    public var journal: @Sendable (JournalEntry) throws(JournalError) -> Void
    /// Asks for fresh facts soon.
    public var poll: @Sendable ([Look]) -> Void
    /// Facts as they come; keep the newest only.
    public var facts: AsyncStream<OperationFacts>
    /// The passing of time, about one a second.
    public var ticks: AsyncStream<Date>
    /// The clock.
    public var now: @Sendable () -> Date

    /// A world from its parts.
    public init(
        who: Operator, journal: @escaping @Sendable (JournalEntry) throws(JournalError) -> Void,
        poll: @escaping @Sendable ([Look]) -> Void, facts: AsyncStream<OperationFacts>, ticks: AsyncStream<Date>,
        now: @escaping @Sendable () -> Date
    ) {
        self.who = who
        self.journal = journal
        self.poll = poll
        self.facts = facts
        self.ticks = ticks
        self.now = now
    }
}

/// Runs one operation to its end: drives the machine with facts and time, makes its changes through the gate, writes
/// its journal.
public final class OperationRunner: Sendable {
    private let plan: Plan
    private let consent: Consent
    private let id: OperationID
    private let gate: ChangeGate
    private let world: OperationWorld
    private let limits: OperationLimits

    /// A runner for one operation; ``run(publish:)`` is called once.
    public init(
        plan: Plan, consent: Consent, id: OperationID, gate: ChangeGate, world: OperationWorld,
        limits: OperationLimits = OperationLimits()
    ) {
        self.plan = plan
        self.consent = consent
        self.id = id
        self.gate = gate
        self.world = world
        self.limits = limits
    }

    /// Runs the operation and returns its result; never throws and never hangs longer than the limits allow.
    ///
    /// `publish` is called with each new view, the last one with the result, on no particular thread and in order.
    public func run(publish: @escaping @Sendable (OperationView) -> Void) async -> OperationResult {
        OperationResult(
            outcome: .failed, reason: "not built yet", remains: "nothing was changed", inverse: nil, undo: "")
    }

    /// Asks it to stop after its present step; a running drain is ended.
    public func abort() {}
}
