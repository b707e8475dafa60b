public import Fabric
public import Operations

/// Nodes that an operation is meant for, one after the other: each has its own plan and its own consent, made from
/// the facts of its turn.
public struct OperationQueue: Sendable, Hashable {
    /// What is done.
    public var kind: OperationKind
    /// The nodes that are still to come, in their order.
    public var nodes: [NodeName]
    /// How many there were at first.
    public var count: Int

    /// Which one is in turn, from 1.
    var turn: Int { count - nodes.count }
}
