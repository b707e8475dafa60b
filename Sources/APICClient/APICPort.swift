public import Children
public import FoundationEssentials
public import Polling

/// The reading port of the fabric's leaves.
public enum APICPort {
    /// A port that performs ``Look/leafSummary(_:)`` and ``Look/leafRoutes(_:_:)``; `now` stamps the answers.
    public static func read(
        _ configuration: APICConfiguration, children: ChildRunner, now: @escaping @Sendable () -> Date
    ) -> ReadPort {
        ReadPort { look in LookResult(look: look, answers: []) }
    }
}
