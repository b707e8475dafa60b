public import Correlation
public import Fabric
public import FoundationEssentials
public import Polling

/// All that a plan is computed from: values only, so that a plan can be made at any moment and changes nothing.
public struct PlanContext: Sendable {
    /// The facts.
    public var snapshot: Snapshot
    /// What is concluded from them.
    public var picture: Picture
    /// The moment that freshness is judged at.
    public var now: Date
    /// Nodes that operations hold in maintenance, from the journal; those that Kubernetes shows tell it by their marks.
    public var maintenance: Set<NodeName>
    /// How a drain treats pods.
    public var options: DrainOptions
    /// Blockers that the operator goes on in spite of.
    public var overrides: Set<Blocker.Kind>
    /// How a push starts sessions anew where nothing differs; nil: it does not.
    public var reset: SessionReset?
    /// Names of objects that a push leaves as they are, though they differ (``PushObject/name``).
    public var leaving: Set<String>
    /// Whether the controllers can be written, so that sessions are held down there.
    public var controllersAreWritable: Bool
    /// Rights that the console's user lacks; nil where that was not asked.
    public var missingRights: [ClusterRight]?
    /// What the controllers' user lacks to write, in words; nil where that was not asked or is not told.
    public var missingRoles: [String]?
    /// Whether a console that wrote a mark is known to have ended.
    public var isGone: @Sendable (Operator) -> Bool

    /// A context from its parts.
    public init(
        snapshot: Snapshot, picture: Picture, now: Date, maintenance: Set<NodeName> = [],
        options: DrainOptions = DrainOptions(), overrides: Set<Blocker.Kind> = [],
        reset: SessionReset? = nil, leaving: Set<String> = [], controllersAreWritable: Bool = false,
        missingRights: [ClusterRight]? = nil, missingRoles: [String]? = nil,
        isGone: @escaping @Sendable (Operator) -> Bool = { _ in false }
    ) {
        self.snapshot = snapshot
        self.picture = picture
        self.now = now
        self.maintenance = MaintenanceWatch.unseen(maintenance, snapshot)
        self.options = options
        self.overrides = overrides
        self.reset = reset
        self.leaving = leaving
        self.controllersAreWritable = controllersAreWritable && (missingRoles ?? []).isEmpty
        self.missingRights = missingRights
        self.missingRoles = missingRoles
        self.isGone = isGone
    }

    /// The node as the inventory in force knows it: the picture's, else the configured one.
    func node(_ name: NodeName) -> Node? {
        picture.inventory.node(name) ?? snapshot.inventory.node(name)
    }

    /// The rack that a node stands in.
    func rack(of node: NodeName) -> Rack? {
        let name = self.node(node)?.rack
        return picture.inventory.rack(name) ?? snapshot.inventory.rack(name)
    }

    /// The leaves that a node peers with, side A first: its rack's, else those of its sessions.
    func leaves(of node: NodeName) -> [LeafID] {
        if let rack = rack(of: node), !rack.leaves.isEmpty { return rack.leaves }
        return picture.sessions.filter { $0.key.node == node }.map(\.key.leaf).sorted()
    }

    /// The node as Kubernetes tells it, nil where it was not read or is not there.
    func kubernetesNode(_ name: NodeName) -> KubernetesNode? {
        snapshot.cluster.nodes?.value.first { $0.name == name }
    }

    /// The pods of a node; nil where they were not read, also where the last look asked for another node's only.
    func pods(of node: NodeName) -> Observed<[Pod]>? {
        guard let pods = snapshot.cluster.pods else { return nil }
        let mark = "spec.nodeName="
        let words = pods.provenance.command.split { $0 == " " || $0 == "&" || $0 == "?" || $0 == "," }
        let asked = words.compactMap { word in word.firstRange(of: mark).map { String(word[$0.upperBound...]) } }
        guard asked.isEmpty || asked.contains(node.text) else { return nil }
        return Observed(pods.value.filter { $0.node == node }, pods.provenance)
    }

    /// The sessions of a node, by leaf.
    func sessions(of node: NodeName) -> [Session] {
        picture.sessions.filter { $0.key.node == node }.sorted { $0.key < $1.key }
    }
}

/// How old the facts of a source are at the moment of a plan.
public struct SourceAge: Sendable, Hashable {
    /// The source.
    public var source: SourceID
    /// Seconds since its last readable answer, nil where there was none.
    public var seconds: Double?
    /// The word for it.
    public var freshness: SourceStatus.Freshness

    /// An age from its parts.
    public init(source: SourceID, seconds: Double?, freshness: SourceStatus.Freshness) {
        self.source = source
        self.seconds = seconds
        self.freshness = freshness
    }

    /// Whether a plan may rest on the source: one that fails now is good for a while, where it has ever answered.
    public var isFresh: Bool { seconds != nil && (freshness == .ok || freshness == .failing) }

    /// `leaf/101 3 s ok`, `kubernetes never waiting`.
    public var text: String {
        "\(source) " + (seconds.map { "\(Int($0)) s" } ?? "never") + " \(freshness.rawValue)"
    }
}

extension PlanContext {
    /// The age of a source's last answer.
    func age(of source: SourceID) -> SourceAge {
        guard let status = snapshot.sources[source] else {
            return SourceAge(source: source, seconds: nil, freshness: .waiting)
        }
        return SourceAge(source: source, seconds: status.age(at: now), freshness: status.freshness(at: now))
    }
}
