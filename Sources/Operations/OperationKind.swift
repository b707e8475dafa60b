/// What an operation does to a node.
public enum OperationKind: String, Sendable, Hashable, CaseIterable, Codable, CustomStringConvertible {
    /// Takes a node out of service: cordon, evict, prove that its service routes have left the leaves.
    case drain
    /// Takes a drained node back: uncordon, prove that its sessions are up.
    case restore
    /// Applies the peer configuration that the design intends for a node.
    case push

    /// The operation that undoes this one; nil where none of the three does (a push is undone by its former objects).
    public var inverse: OperationKind? {
        switch self {
        case .drain: .restore
        case .restore: .drain
        case .push: nil
        }
    }

    /// `drain`, `restore`, `push`.
    public var description: String { rawValue }
}

/// Names one run of an operation, unique over all consoles: the journal's key.
public struct OperationID: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The text, as the journal holds it.
    public let text: String

    /// An identity from its text; the caller makes it unique (a UUID, or time and process).
    public init(_ text: String) { self.text = text }

    /// Reads a bare string.
    public init(from decoder: any Decoder) throws { text = try decoder.singleValueContainer().decode(String.self) }

    /// Writes a bare string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    /// The text.
    public var description: String { text }
}

/// Who runs an operation: written into each line of the journal.
public struct Operator: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The login name.
    public var user: String
    /// The machine that the console runs on.
    public var host: String
    /// The console's process.
    public var pid: Int32

    /// An operator from its parts.
    public init(user: String, host: String, pid: Int32) {
        self.user = user
        self.host = host
        self.pid = pid
    }

    /// `anna@jump-1 pid 4711`.
    public var description: String { "\(user)@\(host) pid \(pid)" }
}
