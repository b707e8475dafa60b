import Correlation
import Fabric

extension RestorePlan {
    /// The plan for a node from the facts at hand.
    init(of node: NodeName, in context: PlanContext) {
        let seen = context.kubernetesNode(node)
        let leaves = context.leaves(of: node)
        self.init(
            node: node, rack: context.rack(of: node)?.name, leaves: leaves, isCordoned: seen?.isCordoned,
            isReady: seen?.isReady, isInMaintenance: context.maintenance.contains(node),
            sessions: context.sessions(of: node),
            ages: ([.kubernetes, .node(node)] + leaves.map(SourceID.leaf)).map(context.age), blockers: [], warnings: [])
        blockers = obstacles(context)
        warnings = cautions
    }

    private func obstacles(_ context: PlanContext) -> [Blocker] {
        if let nodes = context.snapshot.cluster.nodes, !nodes.value.contains(where: { $0.name == node }) {
            return [
                Blocker(.unknownNode, "Kubernetes has no node \(node)", remedy: "check the name: kubectl get nodes")
            ]
        }
        let old = ages.filter { $0.source == .kubernetes && !$0.isFresh }.map(\.text)
        guard !old.isEmpty else { return [] }
        return [
            Blocker(
                .staleData, "the plan rests on missing or old facts: " + old.joined(separator: ", "),
                remedy: "poll again, or override \(Blocker.Kind.staleData.rawValue)",
                isOverridden: context.overrides.contains(.staleData))
        ]
    }

    private var cautions: [PlanLine] {
        var lines: [PlanLine] = []
        if isCordoned == false {
            lines.append(PlanLine(.warning, "\(node) is not cordoned: nothing to uncordon, its sessions are looked at"))
        }
        if isReady == false { lines.append(PlanLine(.danger, "Kubernetes does not call \(node) ready")) }
        lines += sessions.filter { $0.verdict != .up }.map {
            PlanLine(
                .danger,
                "the session with leaf \($0.key.leaf) is \($0.verdict.rawValue): pods that come back are not reachable "
                    + "through it")
        }
        if leaves.isEmpty {
            lines.append(PlanLine(.warning, "no leaf of \(node) is known: its sessions cannot be looked at"))
        }
        return lines
    }

    /// The sections of the plan.
    var body: [PlanLine] {
        let start = isCordoned == true ? [PlanLine(.added, "uncordon: new pods may run on \(node)")] : []
        let ledger = isInMaintenance ? [PlanLine(.removed, "its maintenance ends")] : []
        let proof = PlanLine(.text, "then both ends of every session must be up: \(list(leaves.map { "leaf \($0)" }))")
        let pods = PlanLine(.text, "service next hops return as pods return; pods evicted before stay where they are")
        return [PlanLine(.heading, "Node")] + start + ledger + [proof, pods] + sessionLines(sessions) + ageLines(ages)
    }
}
