public import Fabric

/// What a spool gives back for a place.
public enum SpoolReading: Hashable, Sendable {
    /// The answer's bytes.
    case bytes([UInt8])
    /// The answer is no longer kept.
    case gone
}

/// The private file that keeps raw answers for as long as the console runs.
public actor Spool {
    /// A spool in a directory, of at most `limit` bytes.
    public init(directory: String, limit: UInt64 = 2 << 30) {}

    /// Keeps an answer; nil where it cannot be kept.
    public func append(source: SourceID, command: String, bytes: [UInt8]) -> Evidence? { nil }

    /// Reads an answer back.
    public func read(_ evidence: Evidence) -> SpoolReading { .gone }
}
