public import Fabric
public import FoundationEssentials

/// All that the journal holds of one operation.
public struct OperationRecord: Sendable, Hashable {
    /// The operation.
    public var id: OperationID
    /// What it does.
    public var kind: OperationKind
    /// The node.
    public var node: NodeName
    /// Who ran it.
    public var who: Operator
    /// Its entries, as written.
    public var entries: [JournalEntry]

    /// When it began.
    public var started: Date? { entries.first?.time }
    /// When its last line was written, and whether it is the end.
    public var lastTime: Date? { entries.last?.time }
    /// The line that ended it, nil where the console died or it still runs.
    public var end: JournalEntry? { entries.last { $0.phase == .finished } }
    /// How it ended, nil where it did not.
    public var outcome: OperationResult.Outcome? { end?.outcome }
    /// Steps that were done, in order.
    public var done: [StepID] { entries.filter { $0.phase == .done }.compactMap(\.step) }
    /// The step that was begun and not ended, nil where there is none.
    public var pending: StepID? {
        guard end == nil, let last = entries.last, last.phase == .begin else { return nil }
        return last.step
    }

    /// Its steps as far as the journal tells; steps that it does not name are waiting.
    public var steps: [OperationStep] {
        StepID.steps(of: kind).map { id in
            let last = entries.last { $0.step == id }
            let state: OperationStep.State =
                switch last?.phase {
                case .begin: .running(since: last?.time ?? .distantPast)
                case .done: .done(at: last?.time ?? .distantPast)
                case .failed: .failed(at: last?.time ?? .distantPast, reason: last?.result ?? "")
                case .skipped: .skipped(reason: last?.result ?? "")
                case .started, .finished, nil: .waiting
                }
            return OperationStep(id: id, state: state)
        }
    }

    /// What state the operation left the world in, as far as the journal tells.
    public var remains: String {
        end?.result ?? Remains(kind: kind, done: done, begun: pending).sentence
    }

    /// What the operation is like without an end:
    /// `drain of node-3 was interrupted after step cordon; the node is cordoned; :restore`.
    public var interruption: String? {
        guard end == nil else { return nil }
        let place =
            if let pending { "in step \(pending.rawValue)" } else if let last = done.last {
                "after step \(last.rawValue)"
            } else { "before its first step" }
        let way = Remains(kind: kind, done: done, begun: pending).inverse.map { "; :\($0)" } ?? ""
        return "\(kind) of \(node) was interrupted \(place); \(remains)\(way)"
    }
}

extension Sequence<OperationRecord> {
    /// Operations without an end, oldest first: interrupted ones, and those that another console still runs.
    public var unfinished: [OperationRecord] { filter { $0.end == nil } }

    /// Operations that were cut off: without an end, and their console is gone, as the caller knows from host and pid.
    public func interrupted(isRunning: (Operator) -> Bool) -> [OperationRecord] {
        unfinished.filter { !isRunning($0.who) }
    }

    /// Nodes that are out of service by an operation: their last finished drain succeeded and no restore succeeded since.
    public var maintenance: Set<NodeName> {
        var nodes: Set<NodeName> = []
        let ended = compactMap { record in record.end.map { (record, $0) } }.sorted { $0.1.time < $1.1.time }
        for (record, end) in ended where end.outcome == .succeeded {
            switch record.kind {
            case .drain: nodes.insert(record.node)
            case .restore: nodes.remove(record.node)
            case .push: break
            }
        }
        return nodes
    }
}

/// What state an operation leaves behind when it stops at a place.
struct Remains {
    let kind: OperationKind
    let done: [StepID]
    let begun: StepID?

    /// The state, without a full stop.
    var sentence: String {
        switch kind {
        case .drain: drained
        case .restore: restored
        case .push: pushed
        }
    }

    /// Whether anything was changed, or may have been.
    var isTouched: Bool { begun?.changesTheWorld == true || done.contains(where: \.changesTheWorld) }

    /// The operation that leads back, nil where nothing was done.
    var inverse: OperationKind? { isTouched ? kind.inverse : nil }

    private var drained: String {
        if done.contains(.evict) { return "the node is cordoned and its pods are evicted" }
        if begun == .evict { return "the node is cordoned and some of its pods may be evicted" }
        if done.contains(.cordon) { return "the node is cordoned; its pods were not touched" }
        return begun == .cordon ? "the node may be cordoned; its pods were not touched" : "nothing was changed"
    }

    private var restored: String {
        if done.contains(.uncordon) { return "the node takes pods again" }
        return begun == .uncordon ? "the node may take pods again" : "nothing was changed; the node is as it was"
    }

    private var pushed: String {
        if done.contains(.apply) { return "the peer configuration was applied" }
        return begun == .apply ? "some of the peer configuration may be applied" : "nothing was changed"
    }
}
