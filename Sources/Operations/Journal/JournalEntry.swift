public import Fabric
public import FoundationEssentials

/// One line of the journal: written before and after each step of an operation.
public struct JournalEntry: Sendable, Hashable {
    /// What the line tells.
    public enum Phase: String, Sendable, Hashable, Codable {
        /// The operation was consented to; nothing is done yet.
        case started
        /// The step is about to be done.
        case begin
        /// The step waits for a source or a server that does not answer.
        case paused
        /// The step is done.
        case done
        /// The step failed.
        case failed
        /// The step was not needed.
        case skipped
        /// The operation is over.
        case finished
    }

    /// When, by the console's clock.
    public var time: Date
    /// The operation.
    public var operation: OperationID
    /// Who runs it.
    public var who: Operator
    /// What it does.
    public var kind: OperationKind
    /// The node.
    public var node: NodeName
    /// The step; nil for the lines that begin and end the operation.
    public var step: StepID?
    /// What the line tells.
    public var phase: Phase
    /// The operation's end, on its last line.
    public var outcome: OperationResult.Outcome?
    /// Words: a reason, a remaining state, the objects to go back to; empty where there are none.
    public var result: String
    /// The digest of the plan.
    public var plan: String
    /// What must be put back, on the line that begins an operation.
    public var former: FormerState?

    /// An entry from its parts.
    public init(
        time: Date, operation: OperationID, who: Operator, kind: OperationKind, node: NodeName, step: StepID?,
        phase: Phase, outcome: OperationResult.Outcome? = nil, result: String = "", plan: String,
        former: FormerState? = nil
    ) {
        self.former = former
        self.time = time
        self.operation = operation
        self.who = who
        self.kind = kind
        self.node = node
        self.step = step
        self.phase = phase
        self.outcome = outcome
        self.result = result
        self.plan = plan
    }
}

extension JournalEntry: Codable {
    private enum Key: String, CodingKey {
        case time, operation, who, kind, node, step, phase, outcome, result, plan, former
    }

    /// Reads a line's object; the time is RFC 3339.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        let text = try values.decode(String.self, forKey: .time)
        guard let time = RFC3339.date(text) else {
            throw DecodingError.dataCorruptedError(
                forKey: .time, in: values, debugDescription: "'\(text)' is no RFC 3339 time")
        }
        self.init(
            time: time, operation: try values.decode(OperationID.self, forKey: .operation),
            who: try values.decode(Operator.self, forKey: .who),
            kind: try values.decode(OperationKind.self, forKey: .kind),
            node: NodeName(try values.decode(String.self, forKey: .node)),
            step: try values.decodeIfPresent(StepID.self, forKey: .step),
            phase: try values.decode(Phase.self, forKey: .phase),
            outcome: try values.decodeIfPresent(OperationResult.Outcome.self, forKey: .outcome),
            result: try values.decodeIfPresent(String.self, forKey: .result) ?? "",
            plan: try values.decode(String.self, forKey: .plan),
            former: try values.decodeIfPresent(FormerState.self, forKey: .former))
    }

    /// Writes a line's object.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(RFC3339.text(time), forKey: .time)
        try values.encode(operation, forKey: .operation)
        try values.encode(who, forKey: .who)
        try values.encode(kind, forKey: .kind)
        try values.encode(node.text, forKey: .node)
        try values.encodeIfPresent(step, forKey: .step)
        try values.encode(phase, forKey: .phase)
        try values.encodeIfPresent(outcome, forKey: .outcome)
        try values.encode(result, forKey: .result)
        try values.encode(plan, forKey: .plan)
        try values.encodeIfPresent(former, forKey: .former)
    }
}

/// Times of the journal: RFC 3339 in UTC with milliseconds.
enum RFC3339 {
    static func text(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    static func date(_ text: String) -> Date? {
        (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
            ?? (try? Date(text, strategy: Date.ISO8601FormatStyle()))
    }
}
