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
    /// The clock: the one that observations are stamped with, or fresh facts could not be told from old ones.
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
