public import Correlation
public import Fabric

/// What taking a node back means.
public struct RestorePlan: PlanBody {
    /// The node.
    public var node: NodeName
    /// Its rack, nil where unknown.
    public var rack: String?
    /// What the operation needs to know of the node.
    public var target: OperationTarget
    /// The leaves that its sessions must be up with, side A first.
    public var leaves: [LeafID]
    /// Whether it is cordoned; nil where unknown.
    public var isCordoned: Bool?
    /// Whether Kubernetes calls it ready; nil where unknown.
    public var isReady: Bool?
    /// Whether it bears the hold label.
    public var isLabelled: Bool
    /// Whether it is in maintenance, or an operation has stopped on it.
    public var isInMaintenance: Bool
    /// The node's sessions.
    public var sessions: [Session]
    /// The age of what the plan rests on.
    public var ages: [SourceAge]
    /// What forbids it.
    public var blockers: [Blocker]
    /// What deserves a second thought.
    public var warnings: [PlanLine]
}
