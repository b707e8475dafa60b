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
    public var end: JournalEntry? {
        guard let last = entries.last(where: { $0.phase == .finished || $0.phase == .started }) else { return nil }
        return last.phase == .finished ? last : nil
    }
    /// How it ended, nil where it did not.
    public var outcome: OperationResult.Outcome? { end?.outcome }
    /// Steps that were done, in order.
    public var done: [StepID] { entries.filter { $0.phase == .done }.compactMap(\.step) }
    /// The step that was begun and not ended, nil where there is none.
    public var pending: StepID? {
        guard end == nil, let last = entries.last, last.phase == .begin || last.phase == .paused else { return nil }
        return last.step
    }

    /// Its steps as far as the journal tells; steps that it does not name are waiting.
    public var steps: [OperationStep] {
        StepID.steps(of: kind).map { id in
            let last = entries.last { $0.step == id }
            let state: OperationStep.State =
                switch last?.phase {
                case .begin, .paused: .running(since: last?.time ?? .distantPast)
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
    /// Operations without an end, oldest first: interrupted ones, and those that another console still runs. One whose
    /// node was dealt with by a later operation is over.
    public var unfinished: [OperationRecord] {
        let settled = Dictionary(
            compactMap { record in record.outcome == .succeeded ? (record.node, record.lastTime ?? .distantPast) : nil
            },
            uniquingKeysWith: { $0 > $1 ? $0 : $1 })
        return filter { $0.end == nil && ($0.lastTime ?? .distantPast) > settled[$0.node] ?? .distantPast }
    }

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
    var isTouched: Bool { begun?.touchesTheNode == true || done.contains(where: \.touchesTheNode) }

    /// The operation that leads back, nil where nothing was done.
    var inverse: OperationKind? { isTouched ? kind.inverse : nil }

    /// A clause of the state: where the step was done, or where it was begun and its end is not known.
    private func clause(_ step: StepID, _ done: String, _ begun: String) -> String? {
        if self.done.contains(step) { return done }
        return self.begun == step ? begun : nil
    }

    private func joined(_ clauses: [String?], otherwise: String) -> String {
        let present = clauses.compactMap { $0 }
        return present.isEmpty ? otherwise : present.joined(separator: ", ")
    }

    private var drained: String {
        let state = joined(
            [
                clause(.exclude, "the exclude label is set", "the exclude label may be set"),
                clause(.cordon, "the node is cordoned", "the node may be cordoned"),
                clause(.evict, "its pods are evicted", "some of its pods may be evicted"),
                clause(.hold, "its sessions are held down", "its sessions may be held down"),
            ], otherwise: "nothing was changed")
        return done.contains(.maintain) ? "in maintenance: " + state : state
    }

    private var restored: String {
        joined(
            [
                clause(.release, "its sessions are let up", "its sessions may be let up"),
                clause(.include, "its service routes are back", "its service routes may be back"),
                clause(.uncordon, "the node takes pods again", "the node may take pods again"),
                clause(.unlock, "nothing of the drain is left", "its mark and locks may be gone"),
            ], otherwise: "nothing was changed; the node is as it was")
    }

    private var pushed: String {
        joined(
            [
                clause(.apply, "the peer configuration was applied", "some of the peer configuration may be applied"),
                clause(
                    .resetFirst, "the first session was started anew", "the first session may be starting anew"),
                clause(
                    .resetSecond, "the second session was started anew", "the second session may be starting anew"),
                clause(.post, "the peer profiles were posted", "some of the peer profiles may be posted"),
            ], otherwise: "nothing was changed")
    }
}
