import Correlation
import Fabric

extension RestorePlan {
    /// The plan for a node from the facts at hand.
    init(of node: NodeName, in context: PlanContext) {
        let seen = context.kubernetesNode(node)
        let leaves = context.leaves(of: node)
        self.init(
            node: node, rack: context.rack(of: node)?.name, target: context.target(.restore, of: node), leaves: leaves,
            isCordoned: seen?.isCordoned,
            isReady: seen?.isReady, isLabelled: seen?.isHeld ?? false,
            isInMaintenance: context.mark(of: node) != nil || context.maintenance.contains(node),
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
        let stale =
            old.isEmpty
            ? nil
            : Blocker(
                .staleData, "the plan rests on missing or old facts: " + old.joined(separator: ", "),
                remedy: "poll again, or override \(Blocker.Kind.staleData.rawValue)",
                isOverridden: context.overrides.contains(.staleData))
        return [stale, context.lack(of: .restore), powerless(context)].compactMap { $0 }
    }

    /// Sessions that are held down on the controllers can be let up there only.
    private func powerless(_ context: PlanContext) -> Blocker? {
        guard case .controllers? = target.former?.hold, let words = context.roleWords else { return nil }
        return Blocker(
            .rights, "\(words): its sessions are held down there and cannot be let up",
            remedy: "give the role, or use a user that has it")
    }

    private var cautions: [PlanLine] {
        var lines: [PlanLine] = []
        if target.former == nil {
            lines.append(
                PlanLine(
                    .warning,
                    "no drain left a mark on \(node): it is uncordoned and looked at, its labels stay as they are"))
        }
        if isCordoned == false {
            lines.append(PlanLine(.warning, "\(node) is not cordoned: nothing to uncordon, its sessions are looked at"))
        }
        if isReady == false { lines.append(PlanLine(.danger, "Kubernetes does not call \(node) ready")) }
        lines += sessions.filter { $0.verdict != .up && !isHeld }.map {
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

    /// Whether the drain holds its sessions down.
    private var isHeld: Bool { target.former.map { !$0.hold.isNone } ?? false }

    /// Why there is no session to let up; nil where there is.
    var nothingHeld: String? {
        guard let former = target.former else { return isLabelled ? nil : "no drain holds its sessions down" }
        if case .none(let reason) = former.hold { return isLabelled ? nil : "they were not held: \(reason)" }
        return nil
    }

    /// The sections of the plan.
    var body: [PlanLine] {
        [PlanLine(.heading, "Node")] + back + [PlanLine(.heading, "Steps")]
            + StepID.steps(of: .restore).enumerated().map { PlanLine(.text, "\($0.offset + 1). \($0.element.title)") }
            + sessionLines(sessions) + ageLines(ages)
    }

    private var back: [PlanLine] {
        var lines: [PlanLine] = []
        switch target.former?.hold {
        case .controllers: lines.append(PlanLine(.changed, "adminSt enabled in its bgpPeerP on the controllers"))
        case .label(let peers):
            lines.append(PlanLine(.removed, "label \(KubernetesNode.holdLabel)"))
            lines += peers.filter { $0.node != nil }.map { PlanLine(.changed, "BGPPeer \($0.name): node \(node)") }
        default: break
        }
        if let former = target.former {
            let value = former.excludeLabel.map { "'\($0)' again" } ?? "removed"
            lines.append(PlanLine(.changed, "label \(KubernetesNode.excludeLabel): \(value)"))
            if former.wasCordoned { lines.append(PlanLine(.text, "it was cordoned before its drain and stays so")) }
        }
        if isCordoned == true, target.former?.wasCordoned != true {
            lines.append(PlanLine(.added, "uncordon: new pods may run on \(node)"))
        }
        if isInMaintenance { lines.append(PlanLine(.removed, "its maintenance ends")) }
        lines.append(PlanLine(.text, "pods evicted before stay where they are; what differs from before is reported"))
        return lines
    }
}
