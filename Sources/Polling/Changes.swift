public import Fabric
public import FoundationEssentials

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

/// What is set or removed on a Node object in one request: nil removes.
public struct NodePatch: Hashable, Sendable {
    /// Labels by key.
    public var labels: [String: String?]
    /// Annotations by key.
    public var annotations: [String: String?]

    /// A patch from its parts.
    public init(labels: [String: String?] = [:], annotations: [String: String?] = [:]) {
        self.labels = labels
        self.annotations = annotations
    }
}

/// Which nodes a BGPPeer is for: its `node` or its `nodeSelector`, the other one is emptied.
public enum PeerScope: Hashable, Sendable {
    case node(NodeName)
    case selector(String)
}

/// How a BGP session is started anew (calico.md 2.6).
public enum SessionReset: String, Hashable, Sendable, Codable {
    /// Routes are sent again, the session stays (`birdcl reload out`).
    case refresh
    /// The session goes down and comes up, some seconds (`birdcl restart`).
    case restart
}

/// The name of a Lease.
public struct LeaseName: Hashable, Sendable, CustomStringConvertible {
    /// The namespace.
    public var namespace: String
    /// The name.
    public var name: String

    /// A name from its parts.
    public init(namespace: String, name: String) {
        self.namespace = namespace
        self.name = name
    }

    /// `namespace/name`.
    public var description: String { "\(namespace)/\(name)" }
}

/// A Lease of `coordination.k8s.io/v1` (calico.md 5.4).
public struct Lease: Hashable, Sendable {
    /// The name.
    public var name: LeaseName
    /// `holderIdentity`; empty where nobody holds it.
    public var holder: String
    /// `leaseDurationSeconds`.
    public var durationSeconds: Int
    /// `acquireTime`.
    public var acquired: Date?
    /// `renewTime`.
    public var renewed: Date?
    /// `leaseTransitions`.
    public var transitions: Int
    /// The version that was read; nil for one that does not exist yet.
    public var resourceVersion: String?

    /// A lease from its parts.
    public init(
        name: LeaseName, holder: String, durationSeconds: Int, acquired: Date? = nil, renewed: Date? = nil,
        transitions: Int = 0, resourceVersion: String? = nil
    ) {
        self.name = name
        self.holder = holder
        self.durationSeconds = durationSeconds
        self.acquired = acquired
        self.renewed = renewed
        self.transitions = transitions
        self.resourceVersion = resourceVersion
    }
}

/// What came of writing a lease.
public enum LeaseWrite: Hashable, Sendable {
    /// It is written; with its new version.
    case written(Lease)
    /// Someone else made or changed it meanwhile: nothing was written.
    case conflict
}

/// A right that operations need: `kubectl auth can-i VERB RESOURCE`.
public struct ClusterRight: Hashable, Sendable, CustomStringConvertible {
    /// `patch`, `create`, …
    public var verb: String
    /// `nodes`, `leases.coordination.k8s.io`, …
    public var resource: String
    /// `eviction`, nil for the resource itself.
    public var subresource: String?
    /// The namespace, nil for all.
    public var namespace: String?

    /// A right from its parts.
    public init(_ verb: String, _ resource: String, subresource: String? = nil, namespace: String? = nil) {
        self.verb = verb
        self.resource = resource
        self.subresource = subresource
        self.namespace = namespace
    }

    /// `create pods/eviction in shop`.
    public var description: String {
        "\(verb) \(resource)" + (subresource.map { "/\($0)" } ?? "") + (namespace.map { " in \($0)" } ?? "")
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
    /// Sets and removes labels and annotations of a node in one request (`kubectl patch node`).
    public var patchNode: @Sendable (NodeName, NodePatch, @escaping Progress) async throws(SourceError) -> Void
    /// Says which nodes a BGPPeer is for; the rest of it stays (`calicoctl patch bgppeer`).
    public var scopePeer: @Sendable (String, PeerScope, @escaping Progress) async throws(SourceError) -> Void
    /// Starts one of a node's BGP sessions anew, by BIRD's name of the protocol.
    public var reset: @Sendable (NodeName, String, SessionReset, @escaping Progress) async throws(SourceError) -> Void
    /// Reads a lease, nil where there is none.
    public var readLease: @Sendable (LeaseName) async throws(SourceError) -> Lease?
    /// Creates a lease without a version, replaces one that has the version that is there.
    public var writeLease: @Sendable (Lease) async throws(SourceError) -> LeaseWrite
    /// Whether a namespace exists.
    public var hasNamespace: @Sendable (String) async throws(SourceError) -> Bool
    /// Which of some rights the console's user lacks.
    public var lacks: @Sendable ([ClusterRight]) async throws(SourceError) -> [ClusterRight]

    /// A port from its closures.
    public init(
        cordon: @escaping @Sendable (NodeName, @escaping Progress) async throws(SourceError) -> Void,
        uncordon: @escaping @Sendable (NodeName, @escaping Progress) async throws(SourceError) -> Void,
        drain: @escaping @Sendable (NodeName, DrainOptions, @escaping Progress) async throws(SourceError) -> Void,
        apply: @escaping @Sendable (String, @escaping Progress) async throws(SourceError) -> Void,
        patchNode: @escaping @Sendable (NodeName, NodePatch, @escaping Progress) async throws(SourceError) -> Void,
        scopePeer: @escaping @Sendable (String, PeerScope, @escaping Progress) async throws(SourceError) -> Void,
        reset:
            @escaping @Sendable (NodeName, String, SessionReset, @escaping Progress) async throws(SourceError) ->
            Void,
        readLease: @escaping @Sendable (LeaseName) async throws(SourceError) -> Lease?,
        writeLease: @escaping @Sendable (Lease) async throws(SourceError) -> LeaseWrite,
        hasNamespace: @escaping @Sendable (String) async throws(SourceError) -> Bool,
        lacks: @escaping @Sendable ([ClusterRight]) async throws(SourceError) -> [ClusterRight]
    ) {
        self.cordon = cordon
        self.uncordon = uncordon
        self.drain = drain
        self.apply = apply
        self.patchNode = patchNode
        self.scopePeer = scopePeer
        self.reset = reset
        self.readLease = readLease
        self.writeLease = writeLease
        self.hasNamespace = hasNamespace
        self.lacks = lacks
    }
}

/// The changing half of the controllers' port: handed to the change gate alone. Where the controllers are read by text
/// alone there is none.
public struct APICChanges: Sendable {
    /// Reads the peer profiles (`bgpPeerP` with their children) of a peer address, in every form of their names.
    public var peerProfiles: @Sendable (IPAddress) async throws(SourceError) -> [ManagedObject]
    /// Posts an object, which names itself by `dn`.
    public var post: @Sendable (ManagedObject, @escaping Progress) async throws(SourceError) -> Void

    /// What the user lacks to write, in words; nil where the controllers do not tell.
    public var lacks: @Sendable () async throws(SourceError) -> [String]?

    /// A port from its closures.
    public init(
        peerProfiles: @escaping @Sendable (IPAddress) async throws(SourceError) -> [ManagedObject],
        post: @escaping @Sendable (ManagedObject, @escaping Progress) async throws(SourceError) -> Void,
        lacks: @escaping @Sendable () async throws(SourceError) -> [String]?
    ) {
        self.peerProfiles = peerProfiles
        self.post = post
        self.lacks = lacks
    }
}
