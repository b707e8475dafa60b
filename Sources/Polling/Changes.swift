public import Fabric

/// How a drain treats pods: the options of `kubectl drain`.
public struct DrainOptions: Hashable, Sendable {
    /// Seconds a pod gets to end; nil: its own.
    public var gracePeriodSeconds: Int?
    /// Seconds after which the drain gives up.
    public var timeoutSeconds: Int
    /// Whether pods with `emptyDir` volumes may lose them.
    public var deletesEmptyDirData: Bool
    /// Whether pods that nobody owns may be deleted for good.
    public var forcesUnmanaged: Bool

    /// Options; by default nothing is lost and five minutes are given.
    public init(
        gracePeriodSeconds: Int? = nil, timeoutSeconds: Int = 300, deletesEmptyDirData: Bool = false,
        forcesUnmanaged: Bool = false
    ) {
        self.gracePeriodSeconds = gracePeriodSeconds
        self.timeoutSeconds = timeoutSeconds
        self.deletesEmptyDirData = deletesEmptyDirData
        self.forcesUnmanaged = forcesUnmanaged
    }
}

/// A line that a change prints while it runs, sanitised.
public typealias Progress = @Sendable (String) -> Void

/// The changing half of the cluster's port: built by the composition root, handed to the change gate alone.
public struct ClusterChanges: Sendable {
    /// Keeps new pods away from a node (`kubectl cordon`).
    public var cordon: @Sendable (NodeName, @escaping Progress) async throws(SourceError) -> Void
    /// Lets new pods on again (`kubectl uncordon`).
    public var uncordon: @Sendable (NodeName, @escaping Progress) async throws(SourceError) -> Void
    /// Evicts a node's pods (`kubectl drain --ignore-daemonsets`); returns when all are gone. Cancelling the task ends
    /// the child.
    public var drain: @Sendable (NodeName, DrainOptions, @escaping Progress) async throws(SourceError) -> Void
    /// Creates or replaces Calico resources (`calicoctl apply -f -`); the document is YAML.
    public var apply: @Sendable (String, @escaping Progress) async throws(SourceError) -> Void

    /// A port from its closures.
    public init(
        cordon: @escaping @Sendable (NodeName, @escaping Progress) async throws(SourceError) -> Void,
        uncordon: @escaping @Sendable (NodeName, @escaping Progress) async throws(SourceError) -> Void,
        drain: @escaping @Sendable (NodeName, DrainOptions, @escaping Progress) async throws(SourceError) -> Void,
        apply: @escaping @Sendable (String, @escaping Progress) async throws(SourceError) -> Void
    ) {
        self.cordon = cordon
        self.uncordon = uncordon
        self.drain = drain
        self.apply = apply
    }
}
