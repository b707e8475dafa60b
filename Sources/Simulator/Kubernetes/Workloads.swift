import Fabric

extension Duration {
    /// Longer than any fabric runs.
    static let forever = Duration.seconds(Int64.max / 4)
}

/// A pod with what a drain, a service and `kubectl get pods` need of it.
struct SimulatedPod: Sendable, Hashable {
    enum Owner: Sendable, Hashable {
        case replicaSet(String)
        case daemonSet(String)
    }

    var name: ObjectName
    var uid: String
    var node: NodeName?
    var owner: Owner
    var labels: [String: String]
    var hasEmptyDir = false
    var address: IPAddress?
    var createdAt: Duration
    /// When it gets a node, and when it passes its readiness probe.
    var scheduledAt: Duration
    var readyAt: Duration
    /// When it was told to end, and when it is gone.
    var deletedAt: Duration?
    var goneAt: Duration?

    var isTerminating: Bool { deletedAt != nil }

    func isReady(at now: Duration) -> Bool { node != nil && readyAt <= now && !isTerminating }

    /// When time will next change something about it; at once for a pod that waits for a node that takes it.
    func nextEvent(after now: Duration) -> Duration? {
        if let goneAt { return goneAt }
        if node == nil { return max(now, scheduledAt) }
        return readyAt > now ? readyAt : nil
    }
}

/// A Deployment: so many pods of a kind, spread over the schedulable nodes.
struct Deployment: Sendable, Hashable {
    var name: ObjectName
    var replicas: Int
    var labels: [String: String]
    var hasEmptyDir = false
    /// The hash in the names of its ReplicaSet and pods.
    var hash: String
    /// Seconds that a pod takes to end after its eviction.
    var endsAfter = 2
}

/// A service with what selects its endpoints.
struct SimulatedService: Sendable, Hashable {
    var service: Service
    var selector: [String: String]
    var port: Int
    var nodePort: Int?
}

/// A PodDisruptionBudget as it is written.
struct Budget: Sendable, Hashable {
    var name: ObjectName
    var matchLabels: [String: String]
    var minAvailable: Int
}
