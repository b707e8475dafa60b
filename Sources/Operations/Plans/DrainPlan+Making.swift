import Correlation
public import Fabric
import FoundationEssentials
import Polling

extension DrainPlan {
    /// The plan for a node from the facts at hand.
    init(of node: NodeName, in context: PlanContext) {
        let rack = context.rack(of: node)
        let leaves = context.leaves(of: node)
        let pods = context.pods(of: node)?.value
        let services = ServiceImpact(node: node, leaves: leaves, context: context)
        self.init(
            node: node, rack: rack?.name, target: context.target(.drain, of: node), address: context.address(of: node),
            leaves: leaves,
            options: context.options, isCordoned: context.kubernetesNode(node)?.isCordoned,
            pods: pods.map(DrainPlan.groups),
            budgets: DrainPlan.blocking(pods ?? [], context.snapshot.cluster.budgets?.value ?? []),
            losses: services.losses,
            lastEndpoints: services.lastEndpoints, withdrawn: services.withdrawn, stayingBlocks: services.blocks,
            hold: context.outage(of: node)?.former.hold ?? HoldRule(node: node, context: context).hold,
            sessions: context.sessions(of: node),
            rackSessions: context.rackSessions(beside: node), occupants: context.occupants(beside: node),
            ages: ([.kubernetes, .node(node)] + leaves.map(SourceID.leaf)).map(context.age), blockers: [], warnings: [])
        guards = DrainPlan.guards(pods ?? [], context.snapshot.cluster.budgets?.value ?? [])
        target.former = context.former(of: node, hold: hold)
        blockers = DrainObstacles(plan: self, context: context).blockers
        warnings = DrainObstacles(plan: self, context: context).warnings
    }

    /// Sorts pods as `kubectl drain` filters them: DaemonSet, mirror, ended, unowned, `emptyDir`, the rest.
    static func groups(_ pods: [Pod]) -> [PodGroup] {
        let sorted = Dictionary(grouping: pods, by: treatment)
        return PodTreatment.allCases.compactMap { treatment in
            sorted[treatment].map { PodGroup(treatment: treatment, pods: $0.map(\.name).sorted()) }
        }
    }

    private static func treatment(of pod: Pod) -> PodTreatment {
        if pod.ownerKind == "Node" { return .mirror }
        if pod.phase == "Succeeded" || pod.phase == "Failed" { return .completed }
        switch pod.ownerKind {
        case "DaemonSet": return .daemonSet
        case nil: return .unmanaged
        default: return pod.hasEmptyDir ? .emptyDir : .evict
        }
    }

    private static func evicted(_ pods: [Pod]) -> [Pod] {
        pods.filter { [.evict, .emptyDir, .unmanaged].contains(treatment(of: $0)) }
    }

    private static func guards(_ pods: [Pod], _ budgets: [DisruptionBudget]) -> [ObjectName: [ObjectName]] {
        let guarded = evicted(pods).map { pod in
            (pod.name, budgets.filter { $0.selects(pod) }.map(\.name).sorted())
        }
        return Dictionary(guarded.filter { !$0.1.isEmpty }) { first, _ in first }
    }

    private static func blocking(_ pods: [Pod], _ budgets: [DisruptionBudget]) -> [BlockingBudget] {
        let evicted = evicted(pods)
        return budgets.compactMap { budget in
            guard budget.disruptionsAllowed == 0 else { return nil }
            let guarded = evicted.filter(budget.selects).map(\.name).sorted()
            return guarded.isEmpty ? nil : BlockingBudget(budget: budget, pods: guarded)
        }.sorted { $0.budget.name < $1.budget.name }
    }

    /// The pods of a treatment; empty where there are none or they were not read.
    public func pods(_ treatment: PodTreatment) -> [ObjectName] {
        pods?.first { $0.treatment == treatment }?.pods ?? []
    }

    /// Services that lose their last way in or their last ready endpoint.
    public var lastServices: [ObjectName] {
        Array(Set(losses.filter(\.isLast).compactMap(\.service) + lastEndpoints)).sorted()
    }
}

extension PlanContext {
    /// The address that a node peers from.
    func address(of name: NodeName) -> IPAddress? {
        let seen = kubernetesNode(name)
        return node(name)?.address ?? seen?.calicoAddress ?? seen?.internalIP
    }

    private func neighbours(of name: NodeName) -> [NodeName] {
        guard let rack = node(name)?.rack else { return [] }
        return picture.inventory.nodes.filter { $0.rack == rack && $0.name != name }.map(\.name).sorted()
    }

    /// The sessions of the other nodes of a node's rack.
    func rackSessions(beside name: NodeName) -> [Session] {
        let others = Set(neighbours(of: name))
        return picture.sessions.filter { others.contains($0.key.node) }.sorted { $0.key < $1.key }
    }

    /// The other nodes of the rack that are out of service already.
    func occupants(beside name: NodeName) -> [RackOccupant] {
        neighbours(of: name).compactMap { other in
            if let mark = mark(of: other) {
                return RackOccupant(
                    node: other, reason: "\(mark.words), by \(mark.who) since \(mark.since.formatted(.iso8601))")
            }
            if maintenance.contains(other) { return RackOccupant(node: other, reason: "in maintenance") }
            return kubernetesNode(other)?.isCordoned == true ? RackOccupant(node: other, reason: "cordoned") : nil
        }
    }

    /// What must be put back after a drain: what an earlier operation noted before it changed anything, else what is
    /// seen now.
    func former(of name: NodeName, hold: SessionHold) -> FormerState {
        if let mark = outage(of: name) { return mark.former }
        let seen = kubernetesNode(name)
        var leaves: [IPPrefix: [Int]] = [:]
        var kinds: [IPPrefix: PrefixKind] = [:]
        for entry in picture.ledger.entries(of: name) where entry.installed == .yes {
            leaves[entry.prefix, default: []].append(entry.key.leaf.number)
            kinds[entry.prefix] = entry.kind
        }
        let prefixes = leaves.sorted { $0.key < $1.key }.map { prefix, leaves in
            FormerPrefix(
                prefix: prefix.description, kind: (kinds[prefix] ?? .other).rawValue, leaves: leaves.sorted())
        }
        return FormerState(
            excludeLabel: seen?.labels[KubernetesNode.excludeLabel], wasCordoned: seen?.isCordoned ?? false,
            address: address(of: name)?.description, hold: hold, prefixes: prefixes)
    }
}
