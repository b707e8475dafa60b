public import Console
public import Correlation
public import Fabric
public import FoundationEssentials
public import Operations
public import Polling

/// What raw bytes are kept, for `i`.
public struct EvidenceStore: Sendable {
    /// Keeps an answer's bytes and answers where; nil where they are not kept.
    public var keep: @Sendable (Answer) async -> Evidence?
    /// Reads kept bytes back; nil where they are gone.
    public var read: @Sendable (Evidence) async -> [UInt8]?

    /// A store from its closures.
    public init(
        keep: @escaping @Sendable (Answer) async -> Evidence?, read: @escaping @Sendable (Evidence) async -> [UInt8]?
    ) {
        self.keep = keep
        self.read = read
    }

    /// A store that keeps nothing.
    public static let none = EvidenceStore(keep: { _ in nil }, read: { _ in nil })
}

/// The faults of a simulated fabric, reached through its own control door.
public struct FaultDoor: Sendable {
    /// The names of all faults.
    public var names: [String]
    /// Injects or clears one; answers what happened, one line.
    public var set: @Sendable (String, Bool) async -> String

    /// A door from its parts.
    public init(names: [String], set: @escaping @Sendable (String, Bool) async -> String) {
        self.names = names
        self.set = set
    }
}

/// Everything that a run needs of the outside, built by the composition root: live or simulated makes no difference.
public struct World: Sendable {
    /// What is looked at, for the header.
    public var label: FabricLabel
    /// Racks, leaves and nodes from the configuration.
    public var inventory: Inventory
    /// The release and its limits.
    public var settings: CorrelationSettings
    /// The reading half of all sources.
    public var reading: ReadPort
    /// What is polled.
    public var targets: PollTargets
    /// How often.
    public var intervals: PollIntervals
    /// How much at once.
    public var budget: PollBudget
    /// The gate before the changing half; nil where nothing can be changed (captures).
    public var gate: ChangeGate?
    /// Raw bytes.
    public var evidence: EvidenceStore
    /// The folder of the operations' journal; nil: none is kept, and no operation starts.
    public var journalFolder: String?
    /// Who runs the console.
    public var who: Operator
    /// The faults of a simulated fabric.
    public var faults: FaultDoor?
    /// The folder for screen dumps.
    public var dumpFolder: String
    /// The clock.
    public var now: @Sendable () -> Date
    /// Captured moments instead of live sources; nil: live.
    public var playback: Playback?
    /// Takes leave of the sources: sessions are ended where there are any.
    public var leave: @Sendable () async -> Void = {}

    /// A world from its parts.
    public init(
        label: FabricLabel, inventory: Inventory, settings: CorrelationSettings, reading: ReadPort,
        targets: PollTargets, intervals: PollIntervals, budget: PollBudget = PollBudget(),
        gate: ChangeGate?, evidence: EvidenceStore,
        journalFolder: String?, who: Operator, faults: FaultDoor?, dumpFolder: String,
        now: @escaping @Sendable () -> Date, playback: Playback? = nil
    ) {
        self.label = label
        self.inventory = inventory
        self.settings = settings
        self.reading = reading
        self.targets = targets
        self.intervals = intervals
        self.budget = budget
        self.gate = gate
        self.evidence = evidence
        self.journalFolder = journalFolder
        self.who = who
        self.faults = faults
        self.dumpFolder = dumpFolder
        self.now = now
        self.playback = playback
    }
}
