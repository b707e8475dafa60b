import Correlation
import Fabric
import FoundationEssentials
import Polling

/// What stands in the way of a drain, and what deserves a second thought.
struct DrainObstacles {
    let plan: DrainPlan
    let context: PlanContext

    /// Facts about pods older than this many seconds decide nothing.
    private static let podSeconds = 60.0

    var blockers: [Blocker] {
        let present = [unknownNode, done].compactMap { $0 } + occupied + [stale, unproven].compactMap { $0 }
        return present + deafLeaves + [recovery, hold, context.lack(of: .drain)].compactMap { $0 } + consents
    }

    private var done: Blocker? {
        guard let mark = context.mark(of: plan.node), mark.phase == .maintenance else { return nil }
        return blocker(
            .nothingToDo, "\(plan.node) is in maintenance since \(mark.at.formatted(.iso8601)), by \(mark.who)",
            "restore it first")
    }

    /// Leaves that do not answer, or that no other node of the rack has a session with.
    private var deafLeaves: [Blocker] {
        guard context.answers(oneOf: plan.leaves) else { return [] }
        return plan.leaves.compactMap { leaf in
            let others = plan.rackSessions.filter { $0.key.leaf == leaf }
            let isDeaf = plan.ages.contains { $0.source == .leaf(leaf) && !$0.isFresh }
            let isLonely = !others.isEmpty && others.allSatisfy { $0.verdict != .up && $0.verdict != .flapping }
            guard isDeaf || isLonely else { return nil }
            let words =
                isDeaf ? "leaf \(leaf) is not read" : "leaf \(leaf) has no session up with the rack's other nodes"
            return blocker(
                .leafDown, "\(words): the rack hangs on one leaf, and a restart of BIRD would silence a node for 240 s",
                "bring the leaf back first, or override \(Blocker.Kind.leafDown.rawValue)")
        }
    }

    /// Sessions that wait out graceful restart: what they will advertise is not seen yet.
    private var recovery: Blocker? {
        let waiting = context.picture.sessions.filter { $0.nodePeer?.value.isRecovering == true }
            .map { "\($0.key.node) with leaf \($0.key.leaf)" }.sorted()
        guard !waiting.isEmpty else { return nil }
        return blocker(
            .recovery, "recovery is under way, routes are held back: \(list(waiting))",
            "wait for its end (240 s at most), or override \(Blocker.Kind.recovery.rawValue)")
    }

    private var hold: Blocker? {
        guard case .none(let reason) = plan.hold, context.snapshot.cluster.peers != nil else { return nil }
        return blocker(
            .noHold, "its sessions cannot be held down in maintenance: \(reason)",
            "mend it, or override \(Blocker.Kind.noHold.rawValue): the sessions then stay as they are")
    }

    private func blocker(_ kind: Blocker.Kind, _ text: String, _ remedy: String) -> Blocker {
        Blocker(kind, text, remedy: remedy, isOverridden: context.overrides.contains(kind))
    }

    private var unknownNode: Blocker? {
        guard let nodes = context.snapshot.cluster.nodes else { return nil }
        guard !nodes.value.contains(where: { $0.name == plan.node }) else { return nil }
        return blocker(
            .unknownNode, "Kubernetes has no node \(plan.node)", "check the name: kubectl get nodes")
    }

    private var occupied: [Blocker] {
        plan.occupants.map {
            blocker(
                .rackOccupied, "\($0.node) of the same rack is \($0.reason)",
                "restore it first, or override \(Blocker.Kind.rackOccupied.rawValue)")
        }
    }

    private var stale: Blocker? {
        let isMute = !context.answers(oneOf: plan.leaves)
        var old = plan.ages.filter { age in
            if age.isFresh { return false }
            if case .leaf = age.source { return isMute }
            return age.source == .kubernetes
        }.map(\.text)
        if let pods = context.pods(of: plan.node) {
            let age = context.now.timeIntervalSince(pods.at)
            if age > DrainObstacles.podSeconds { old.append("pods \(Int(age)) s old") }
        } else {
            old.append("pods of the node not read")
        }
        if context.snapshot.cluster.nodes == nil { old.append("Kubernetes nodes not read") }
        if context.snapshot.cluster.budgets == nil { old.append("disruption budgets not read") }
        guard !old.isEmpty else { return nil }
        return blocker(
            .staleData, "the plan rests on missing or old facts: " + old.joined(separator: ", "),
            "poll again, or override \(Blocker.Kind.staleData.rawValue)")
    }

    private var unproven: Blocker? {
        guard plan.leaves.isEmpty || plan.address == nil else { return nil }
        let lack = plan.address == nil ? "the address of \(plan.node)" : "the leaves of \(plan.node)"
        return blocker(
            .staleData, "\(lack) not known: that its routes leave the fabric could not be shown",
            "name it in the configuration, or override \(Blocker.Kind.staleData.rawValue)")
    }

    private var consents: [Blocker] {
        var found: [Blocker] = []
        let volumes = plan.pods(.emptyDir)
        if !volumes.isEmpty, !plan.options.deletesEmptyDirData {
            found.append(
                blocker(
                    .emptyDir, "\(volumes.count) pod(s) would lose an emptyDir volume: \(list(volumes))",
                    "allow deletion of emptyDir data, or move them first"))
        }
        let unowned = plan.pods(.unmanaged)
        if !unowned.isEmpty, !plan.options.forcesUnmanaged {
            found.append(
                blocker(
                    .unmanaged, "\(unowned.count) pod(s) that nobody owns would be gone for good: \(list(unowned))",
                    "force the drain, or delete them first"))
        }
        return found
    }

    var warnings: [PlanLine] {
        last + unfinished + budgets + roles + sessions
            + (plan.isCordoned == true ? [PlanLine(.warning, "\(plan.node) is cordoned already")] : [])
            + forced
            + (plan.ages.filter { $0.source == .node(plan.node) && !$0.isFresh }.map {
                PlanLine(.warning, "the node itself was not read lately: \($0.text)")
            })
    }

    private var roles: [PlanLine] {
        context.roleWords.map { [PlanLine(.warning, "\($0): its sessions are held down by a label instead")] } ?? []
    }

    private var unfinished: [PlanLine] {
        guard let mark = context.mark(of: plan.node), mark.phase != .maintenance else { return [] }
        let takeover =
            plan.target.heirOf.isEmpty
            ? "; its lock is taken over if it is not renewed for \(LeaseRule.runningSeconds) s" : ""
        return [PlanLine(.warning, "taken up: \(mark.words), by \(mark.who); \(mark.remains)\(takeover)")]
    }

    private var last: [PlanLine] {
        let services = plan.losses.filter(\.isLast).map { $0.service?.description ?? $0.prefix.description }
        let routes = Set(services).sorted().map {
            PlanLine(.danger, "LAST: \($0) loses its last next hop; it is unreachable until its pods run elsewhere")
        }
        let named = Set(services)
        let endpoints = plan.lastEndpoints.filter { !named.contains($0.description) }.map {
            PlanLine(.danger, "LAST: all ready endpoints of \($0) are on this node; it stops until they run elsewhere")
        }
        return routes + endpoints
    }

    private var budgets: [PlanLine] {
        let several = plan.guards.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }.map { pod, budgets in
            PlanLine(
                .danger,
                "\(pod) has the budgets \(list(budgets)): the API server evicts no pod with more than one; delete one of "
                    + "them, or the pod")
        }
        return several
            + plan.budgets.map {
                PlanLine(
                    .danger,
                    "budget \($0.budget.name) allows 0 evictions now (\($0.budget.currentHealthy) healthy, "
                        + "\($0.budget.desiredHealthy) needed): \(list($0.pods)) will block for up to "
                        + "\(plan.options.timeoutSeconds) s")
            }
    }

    private var sessions: [PlanLine] {
        let down = (plan.sessions + plan.rackSessions).filter { $0.verdict != .up }
        return down.map {
            PlanLine(
                .warning,
                "the session of \($0.key.node) with leaf \($0.key.leaf) is \($0.verdict.rawValue)"
                    + ($0.key.node == plan.node ? "" : ": the rack has less than its full redundancy meanwhile"))
        }
    }

    private var forced: [PlanLine] {
        var lines: [PlanLine] = []
        if plan.options.forcesUnmanaged, !plan.pods(.unmanaged).isEmpty {
            lines.append(PlanLine(.danger, "gone for good: \(list(plan.pods(.unmanaged)))"))
        }
        if plan.options.deletesEmptyDirData, !plan.pods(.emptyDir).isEmpty {
            lines.append(PlanLine(.danger, "emptyDir content is deleted: \(list(plan.pods(.emptyDir)))"))
        }
        return lines
    }
}

extension PlanContext {
    /// What the controllers' user lacks, in words; nil where it lacks nothing that is known.
    var roleWords: String? {
        guard let missingRoles, !missingRoles.isEmpty else { return nil }
        return "the controllers' user lacks " + list(missingRoles)
    }

    /// Rights that an operation needs and the console's user lacks.
    func lack(of kind: OperationKind) -> Blocker? {
        guard let missing = missingRights?.filter({ kind.rights.contains($0) }), !missing.isEmpty else { return nil }
        return Blocker(
            .rights, "the kubeconfig's user may not " + list(missing, limit: 8),
            remedy: "give these rights (kubectl auth can-i tells), or use another context")
    }
}

extension OperationKind {
    /// The rights in Kubernetes that the operation needs; those on Calico's resources depend on where Calico keeps them.
    var rights: [ClusterRight] {
        let lease = "leases.coordination.k8s.io"
        let locks = ["get", "create", "update"].map {
            ClusterRight($0, lease, namespace: LockRequest.namespace)
        }
        let node = [ClusterRight("get", "nodes"), ClusterRight("patch", "nodes")]
        let peers = [ClusterRight("get", "bgppeers.crd.projectcalico.org")]
        return switch self {
        case .drain:
            locks + node + peers + [
                ClusterRight("list", "pods"), ClusterRight("create", "pods", subresource: "eviction"),
            ]
        case .restore: locks + node + peers
        case .push: locks + node + peers + [ClusterRight("update", "bgppeers.crd.projectcalico.org")]
        }
    }
}

/// Names in a line: the first few and how many more.
func list(_ names: [some CustomStringConvertible], limit: Int = 5) -> String {
    let shown = names.prefix(limit).map(\.description).joined(separator: ", ")
    return names.count > limit ? "\(shown) and \(names.count - limit) more" : shown
}
