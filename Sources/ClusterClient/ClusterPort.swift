public import Children
public import FoundationEssentials
public import Polling

/// The ports of the cluster and its nodes.
public enum ClusterPort {
    /// A port that performs ``Look/node(_:)``, ``Look/cluster`` and ``Look/pods(_:)``; `now` stamps the answers.
    public static func read(
        _ configuration: ClusterConfiguration, children: ChildRunner, now: @escaping @Sendable () -> Date
    ) -> ReadPort {
        ReadPort { look in LookResult(look: look, answers: []) }
    }
}
