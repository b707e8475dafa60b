public import Correlation
public import Fabric
public import Polling

/// What a drain does with a pod.
public enum PodTreatment: String, Sendable, Hashable, CaseIterable {
    /// Evicted; its owner starts it elsewhere.
    case evict
    /// Skipped: a DaemonSet would put it back at once.
    case daemonSet = "DaemonSet, stays"
    /// Skipped: the kubelet runs it from a file.
    case mirror = "mirror, stays"
    /// Evicted, and the content of its `emptyDir` is deleted: needs consent.
    case emptyDir = "emptyDir, content is deleted"
    /// Nobody would start it again: needs force.
    case unmanaged = "unmanaged, gone for good"
    /// Has ended; deleted.
    case completed
}

/// The pods of a node that a drain treats alike.
public struct PodGroup: Sendable, Hashable {
    /// What happens to them.
    public var treatment: PodTreatment
    /// The pods, by name.
    public var pods: [ObjectName]

    /// A group from its parts.
    public init(treatment: PodTreatment, pods: [ObjectName]) {
        self.treatment = treatment
        self.pods = pods
    }
}

/// A PodDisruptionBudget that allows no eviction now and guards pods of the node.
public struct BlockingBudget: Sendable, Hashable {
    /// The budget with its numbers.
    public var budget: DisruptionBudget
    /// The pods on the node that it guards.
    public var pods: [ObjectName]

    /// A blocking budget from its parts.
    public init(budget: DisruptionBudget, pods: [ObjectName]) {
        self.budget = budget
        self.pods = pods
    }
}

/// A service host route that loses the node as next hop on a leaf.
public struct ServiceLoss: Sendable, Hashable {
    /// The service, nil where only the prefix is known.
    public var service: ObjectName?
    /// The host prefix.
    public var prefix: IPPrefix
    /// The leaf.
    public var leaf: LeafID
    /// The next hops that remain on this leaf: nodes, or addresses where no node has one.
    public var remaining: [String]
    /// Nodes of any rack that advertise or should advertise the prefix beside this one.
    public var otherNodes: [NodeName]

    /// A loss from its parts.
    public init(
        service: ObjectName?, prefix: IPPrefix, leaf: LeafID, remaining: [String], otherNodes: [NodeName]
    ) {
        self.service = service
        self.prefix = prefix
        self.leaf = leaf
        self.remaining = remaining
        self.otherNodes = otherNodes
    }

    /// Whether the service loses its last way in: no next hop remains here and no other node offers one.
    public var isLast: Bool { remaining.isEmpty && otherNodes.isEmpty }
}

/// A node of the same rack that is already out of service.
public struct RackOccupant: Sendable, Hashable {
    /// The node.
    public var node: NodeName
    /// `cordoned` or `in maintenance`.
    public var reason: String

    /// An occupant from its parts.
    public init(node: NodeName, reason: String) {
        self.node = node
        self.reason = reason
    }
}

/// What draining a node means for its pods, its services and its rack.
public struct DrainPlan: PlanBody {
    /// The node.
    public var node: NodeName
    /// Its rack, nil where unknown.
    public var rack: String?
    /// What the operation needs to know of the node.
    public var target: OperationTarget
    /// The address that leaves name as next hop, nil where unknown.
    public var address: IPAddress?
    /// The leaves that it peers with, side A first.
    public var leaves: [LeafID]
    /// How pods are treated.
    public var options: DrainOptions
    /// Whether it is cordoned already; nil where unknown.
    public var isCordoned: Bool?
    /// Its pods by treatment, nil where they were not read.
    public var pods: [PodGroup]?
    /// Budgets that allow no eviction now.
    public var budgets: [BlockingBudget]
    /// The disruption budgets of each pod that is to be evicted.
    public var guards: [ObjectName: [ObjectName]] = [:]
    /// Service host routes that lose this next hop, by prefix and leaf.
    public var losses: [ServiceLoss]
    /// Services whose only ready endpoints are on the node.
    public var lastEndpoints: [ObjectName]
    /// The service routes that must have left the leaves, ranges and host routes.
    public var withdrawn: [IPPrefix]
    /// The node's blocks of pod addresses, which stay advertised until its sessions are held down.
    public var stayingBlocks: [IPPrefix]
    /// How its sessions are held down.
    public var hold: SessionHold
    /// The node's sessions.
    public var sessions: [Session]
    /// The sessions of the rack's other nodes.
    public var rackSessions: [Session]
    /// Nodes of the rack that are out of service already.
    public var occupants: [RackOccupant]
    /// The age of what the plan rests on.
    public var ages: [SourceAge]
    /// What forbids it.
    public var blockers: [Blocker]
    /// What deserves a second thought.
    public var warnings: [PlanLine]
}
