public import FoundationEssentials

/// Who told a fact. In a capture folder: `apic`, `leaf/203`, `node/NAME` or `kubernetes`.
public enum SourceID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The controllers.
    case apic
    /// A leaf, directly or through a controller (`fabric 203 show …`).
    case leaf(LeafID)
    /// A node.
    case node(NodeName)
    /// The cluster's API.
    case kubernetes

    /// Reads the notation of a capture folder; nil for anything else.
    public init?(notation: String) {
        let parts = notation.split(separator: "/", maxSplits: 1).map(String.init)
        switch (parts.first, parts.count) {
        case ("apic", 1): self = .apic
        case ("kubernetes", 1): self = .kubernetes
        case ("leaf", 2):
            guard let number = Int(parts[1]) else { return nil }
            self = .leaf(LeafID(number))
        case ("node", 2): self = .node(NodeName(parts[1]))
        default: return nil
        }
    }

    /// The notation of a capture folder.
    public var description: String {
        switch self {
        case .apic: "apic"
        case .leaf(let id): "leaf/\(id)"
        case .node(let name): "node/\(name)"
        case .kubernetes: "kubernetes"
        }
    }

    /// Controllers, leaves, nodes, then the cluster.
    public static func < (a: SourceID, b: SourceID) -> Bool {
        switch (a, b) {
        case (.leaf(let x), .leaf(let y)): x < y
        case (.node(let x), .node(let y)): x < y
        default: a.rank < b.rank
        }
    }

    private var rank: Int {
        switch self {
        case .apic: 0
        case .leaf: 1
        case .node: 2
        case .kubernetes: 3
        }
    }
}

/// Where the raw bytes of an answer lie in the spool of this run.
public struct Evidence: Hashable, Sendable {
    /// The offset in the spool file, in bytes.
    public var offset: UInt64
    /// The number of bytes.
    public var length: Int

    /// A place from its parts.
    public init(offset: UInt64, length: Int) {
        self.offset = offset
        self.length = length
    }
}

/// Where a fact comes from: source, command, time and the raw bytes.
public struct Provenance: Hashable, Sendable {
    /// Who answered.
    public var source: SourceID
    /// The command as a person would type it.
    public var command: String
    /// When the answer was complete, by the console's clock.
    public var at: Date
    /// The raw bytes, nil where they were not kept.
    public var evidence: Evidence?

    /// A provenance from its parts.
    public init(source: SourceID, command: String, at: Date, evidence: Evidence? = nil) {
        self.source = source
        self.command = command
        self.at = at
        self.evidence = evidence
    }
}

/// A fact with its provenance.
public struct Observed<Value: Sendable>: Sendable {
    /// The fact.
    public var value: Value
    /// Where it comes from.
    public var provenance: Provenance

    /// A fact from its parts.
    public init(_ value: Value, _ provenance: Provenance) {
        self.value = value
        self.provenance = provenance
    }

    /// When it was observed.
    public var at: Date { provenance.at }
}

extension Observed: Equatable where Value: Equatable {}
extension Observed: Hashable where Value: Hashable {}
