import Correlation
import Fabric
public import FoundationEssentials

/// The machine of one operation: events in, actions out, no clock and no I/O of its own.
///
/// Each step is journalled before and after. A changing step orders its change and waits for its end; a confirming
/// step asks for facts and believes only those observed after the change that it confirms.
public struct Operation: Sendable {
    /// The operation.
    public let id: OperationID
    /// What was planned.
    public let plan: Plan
    /// How long it waits.
    public let limits: OperationLimits
    let who: Operator
    let digest: String

    /// Its steps.
    public internal(set) var steps: [OperationStep]
    /// What confirming steps must see and saw.
    public internal(set) var facts: [VerificationFact] = []
    /// The last lines, oldest first.
    public internal(set) var progress: [String] = []
    /// How many lines there were in all.
    var progressCount = 0
    /// How far it is.
    public internal(set) var phase: OperationView.Phase = .waiting
    /// When it began.
    public internal(set) var startedAt: Date?

    /// What differs from before a drain, told at the end of a restore.
    var differences: [String] = []
    var index = 0
    var isPerforming = false
    var wasPerformed: Set<StepID> = []
    var askedAt: Date?
    var cancelledAt: Date?
    /// What it waits for, since when, and when a change is tried again.
    var pause: Pause?
    /// Budgets that have refused an eviction.
    var refusing: [ObjectName] = []
    /// Seconds of the present step in which a source was lost: they count against no limit.
    var lostSeconds = 0.0
    /// Where a lost lock stops it before the next step.
    var stopReason: String?
    /// When the last change of the world was over: only facts from after it prove anything.
    var changedAt: Date?

    /// A wait for a source or server that does not answer.
    struct Pause: Sendable {
        var reason: String
        var since: Date
        /// When the change of the step is made again; nil where facts are waited for.
        var retryAt: Date?
    }

    /// The most lines of progress that are kept.
    public static let progressLimit = 200

    /// An operation that waits for consent.
    public init(id: OperationID, plan: Plan, who: Operator, limits: OperationLimits = OperationLimits()) {
        self.id = id
        self.plan = plan
        self.who = who
        self.limits = limits
        digest = plan.digest
        steps = StepID.steps(of: plan.kind).map { OperationStep(id: $0) }
    }

    /// What the console shows of it.
    public var view: OperationView {
        OperationView(
            id: id, kind: plan.kind, node: plan.node, startedAt: startedAt, phase: phase, steps: steps, facts: facts,
            progress: progress, remains: remains.sentence, pause: pause?.reason,
            progressCount: progressCount)
    }

    /// Takes an event and tells what to do, in order. After the end every event is ignored.
    public mutating func handle(_ event: OperationEvent) -> [OperationAction] {
        if case .finished(let result) = phase { return afterEnd(event, result) }
        switch event {
        case .started(let consent, let now): return start(consent, now)
        case .stepFinished(let step, let now): return isOurs(step) ? changeDone(now) : []
        case .stepFailed(let step, let reason, let now): return isOurs(step) ? changeFailed(reason, now) : []
        case .stepUnreached(let step, let reason, let now): return isOurs(step) ? changeUnreached(reason, now) : []
        case .lockLost(let reason, let now): return lockLost(reason, now)
        case .progress(let line):
            note(line)
            hear(line)
            return []
        case .facts(let snapshot, let picture, let now): return look(snapshot, picture, now)
        case .tick(let now): return tick(now)
        case .abortRequested(let now): return abort(now)
        case .journalFailed(let reason, let now): return journalFailed(reason, now)
        }
    }

    var current: StepID? { index < steps.count ? steps[index].id : nil }

    var remains: Remains {
        let done = steps.filter { if case .done = $0.state { true } else { false } }.map(\.id)
        return Remains(kind: plan.kind, done: done, begun: touched)
    }

    /// The changing step that was ordered and is not known to be done.
    private var touched: StepID? {
        steps.first { step in
            guard step.id.touchesTheNode else { return false }
            switch step.state {
            case .running: return wasPerformed.contains(step.id)
            case .failed: return wasPerformed.contains(step.id)
            case .waiting, .done, .skipped: return false
            }
        }?.id
    }

    private func isOurs(_ step: StepID) -> Bool { isPerforming && current == step }

    mutating func note(_ line: String) {
        guard !line.isEmpty else { return }
        progressCount += 1
        progress.append(line.count > 400 ? line.prefix(399) + "…" : line)
        if progress.count > Operation.progressLimit {
            progress.removeFirst(progress.count - Operation.progressLimit)
        }
    }

    private mutating func afterEnd(_ event: OperationEvent, _ result: OperationResult) -> [OperationAction] {
        guard case .journalFailed(let reason, _) = event else { return [] }
        note("the journal does not have the end of this operation: \(reason)")
        return [.finished(result)]
    }
}
