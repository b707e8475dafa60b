public import Fabric
public import FoundationEssentials

/// What an operation writes on the node: any console reads it, resumes, rolls back or takes over.
public struct NodeMark: Sendable, Hashable, Codable {
    /// Where the operation stands.
    public enum Phase: String, Sendable, Hashable, Codable {
        /// A console runs it, or was killed while it ran it.
        case running
        /// The drain is over and the node is out of service.
        case maintenance
        /// It failed or was aborted: the node is neither in service nor in maintenance.
        case stopped
    }

    /// The operation.
    public var operation: OperationID
    /// What it does.
    public var kind: OperationKind
    /// Where it stands.
    public var phase: Phase
    /// The last step that was begun, nil before the first.
    public var step: StepID?
    /// Whether that step was done.
    public var isDone: Bool
    /// Whose console it is.
    public var who: Operator
    /// When the operation began.
    public var since: Date
    /// When this was written.
    public var at: Date
    /// What must be put back.
    public var former: FormerState
    /// What the operation leaves the node in, in words.
    public var remains: String

    /// A mark from its parts.
    public init(
        operation: OperationID, kind: OperationKind, phase: Phase, step: StepID?, isDone: Bool, who: Operator,
        since: Date, at: Date, former: FormerState, remains: String
    ) {
        self.operation = operation
        self.kind = kind
        self.phase = phase
        self.step = step
        self.isDone = isDone
        self.who = who
        self.since = since
        self.at = at
        self.former = former
        self.remains = remains
    }

    /// Reads an annotation; nil for what this version did not write.
    public init?(annotation text: String) {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        guard let mark = try? decoder.decode(NodeMark.self, from: Data(text.utf8)) else { return nil }
        self = mark
    }

    /// The annotation's value: one line of JSON.
    ///
    /// - Throws: the encoder's error.
    func annotation() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        var short = self
        short.former = former.forAnnotation
        return String(decoding: try encoder.encode(short), as: UTF8.self)
    }

    /// The lock holder that wrote it.
    public func holder(of node: NodeName) -> LockHolder { LockHolder(who: who, node: node) }

    /// `in maintenance`, `drain under way in step evict`, `drain stopped after step cordon`.
    public var words: String {
        let place = step.map { isDone ? " after step \($0.rawValue)" : " in step \($0.rawValue)" } ?? ""
        return switch phase {
        case .maintenance: "in maintenance"
        case .running: "\(kind) under way\(place)"
        case .stopped: "\(kind) stopped\(place)"
        }
    }
}

extension KubernetesNode {
    /// What an operation wrote on the node; nil where there is nothing, or nothing that can be read.
    public var mark: NodeMark? { operationMark.flatMap(NodeMark.init(annotation:)) }
}
