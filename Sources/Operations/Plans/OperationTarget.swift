public import Fabric

/// What every operation needs to know of the node that it acts on.
public struct OperationTarget: Sendable, Hashable {
    /// The node's leaves, side A first: the pair that is locked.
    public var leaves: [LeafID]
    /// The leaves whose tables must prove what was done: all but those that the operator goes on without.
    public var witnesses: [LeafID]
    /// The address that leaves name as next hop, nil where unknown.
    public var address: IPAddress?
    /// What must be put back; nil where no drain of this console's kind took the node out.
    public var former: FormerState?
    /// The mark of an earlier operation, which comes back where this one ends before it changed anything.
    public var formerMark: NodeMark?
    /// Holders whose locks the operation inherits.
    public var heirOf: Set<String>
    /// Whether it goes on beside another node in maintenance behind the same leaves.
    public var sharesPair: Bool
    /// The operation that is taken up again; nil where this is a new one.
    public var resumes: OperationID?

    /// A target from its parts.
    public init(
        leaves: [LeafID], witnesses: [LeafID]? = nil, address: IPAddress? = nil, former: FormerState? = nil,
        formerMark: NodeMark? = nil, heirOf: Set<String> = [], sharesPair: Bool = false, resumes: OperationID? = nil
    ) {
        self.leaves = leaves
        self.witnesses = witnesses ?? leaves
        self.address = address
        self.former = former
        self.formerMark = formerMark
        self.heirOf = heirOf
        self.sharesPair = sharesPair
        self.resumes = resumes
    }
}

extension PlanContext {
    /// The mark that an operation left on a node.
    func mark(of node: NodeName) -> NodeMark? { kubernetesNode(node)?.mark }

    /// The mark of a drain or restore that is not over: the node is out of service, wholly or in part.
    func outage(of node: NodeName) -> NodeMark? { mark(of: node).flatMap { $0.kind == .push ? nil : $0 } }

    /// Whether at least one of some leaves is read.
    func answers(oneOf leaves: [LeafID]) -> Bool { leaves.contains { age(of: .leaf($0)).isFresh } }

    /// The target of an operation on a node.
    func target(_ kind: OperationKind, of node: NodeName) -> OperationTarget {
        let mark = mark(of: node)
        var heirs: Set<String> = []
        if let mark, mark.phase != .running || isGone(mark.who) { heirs.insert(mark.holder(of: node).description) }
        let leaves = leaves(of: node)
        // Without any leaf nothing could be proved: then the operation waits for them.
        let mayMiss = overrides.contains(.leafDown) && answers(oneOf: leaves)
        let deaf = mayMiss ? leaves.filter { !age(of: .leaf($0)).isFresh } : []
        return OperationTarget(
            leaves: leaves, witnesses: leaves.filter { !deaf.contains($0) }, address: address(of: node),
            former: outage(of: node)?.former, formerMark: mark, heirOf: heirs,
            sharesPair: kind == .restore || overrides.contains(.rackOccupied),
            resumes: mark.flatMap { $0.kind == kind && $0.phase != .maintenance ? $0.operation : nil })
    }
}
