import Correlation
import Fabric
import Polling

/// What stands in the way of a push, and what deserves a second thought.
struct PushObstacles {
    let plan: PushPlan
    let difference: PeerDifference
    let context: PlanContext

    var blockers: [Blocker] { [unknown, held, stale, isolating, context.lack(of: .push), nothing].compactMap { $0 } }

    private var unknown: Blocker? {
        if let nodes = context.snapshot.cluster.nodes, !nodes.value.contains(where: { $0.name == plan.node }) {
            return Blocker(
                .unknownNode, "Kubernetes has no node \(plan.node)", remedy: "check the name: kubectl get nodes")
        }
        guard plan.intended.isEmpty else { return nil }
        return Blocker(
            .unknownNode,
            "what \(plan.node) should peer with is not known: its address, rack or the rack's AS is missing",
            remedy: "give plan or racks and nodes in the configuration")
    }

    private var held: Blocker? {
        guard let mark = context.outage(of: plan.node) else { return nil }
        return Blocker(
            .inMaintenance, "\(plan.node) is held by an operation (\(mark.words), by \(mark.who)): \(mark.remains)",
            remedy: "restore it first")
    }

    private var stale: Blocker? {
        var old = plan.ages.filter { $0.source == .kubernetes && !$0.isFresh }.map(\.text)
        if context.snapshot.cluster.peers == nil { old.append("live BGPPeers not read") }
        if !plan.resets.isEmpty {
            old += plan.sessions.filter { $0.verdict == .stale || $0.verdict == .unknown }.map {
                "the session with leaf \($0.key.leaf) is \($0.verdict.rawValue)"
            }
        }
        guard !old.isEmpty else { return nil }
        let mayGoOn = context.snapshot.cluster.peers != nil
        return Blocker(
            .staleData, "the plan rests on missing or old facts: " + old.joined(separator: ", "),
            remedy: "poll again, or override \(Blocker.Kind.staleData.rawValue)",
            isOverridden: mayGoOn && context.overrides.contains(.staleData))
    }

    private var isolating: Blocker? {
        // A refresh keeps the session, and yet it is not done while the other one is down (calico.md 3.7).
        let resets = Set(
            plan.reset == nil ? plan.resets : plan.protocols.map { SessionKey(node: plan.node, leaf: $0.leaf) })
        let up = plan.sessions.filter { $0.verdict == .up || $0.verdict == .flapping }
        let others = plan.sessions.filter { !up.contains($0) }
        guard !up.isEmpty, !others.isEmpty, up.allSatisfy({ resets.contains($0.key) }) else { return nil }
        return Blocker(
            .wouldIsolate,
            "the push resets the session with leaf \(list(up.map(\.key.leaf))) while that with leaf "
                + "\(list(others.map(\.key.leaf))) is \(list(others.map(\.verdict.rawValue))): the node would be cut off",
            remedy: "bring the other session up first, or override \(Blocker.Kind.wouldIsolate.rawValue)",
            isOverridden: context.overrides.contains(.wouldIsolate))
    }

    private var nothing: Blocker? {
        // A push that was cut off is brought to its end: its mark goes, its sessions are looked at.
        guard plan.isEmpty, context.mark(of: plan.node) == nil, unknown == nil, context.snapshot.cluster.peers != nil
        else { return nil }
        let words =
            plan.objects.contains(where: \.isLeft)
            ? "every object that differs is left as it is"
            : plan.asChange == nil && difference.conflicts.isEmpty && difference.takenNames.isEmpty
                ? "nothing differs: applying the same objects again changes nothing, Calico does not even reload BIRD"
                : "nothing that a push may change: see the warnings"
        return Blocker(.nothingToDo, words, remedy: "")
    }

    var warnings: [PlanLine] { resets + lost + number + roles + foreign + cluster }

    private var roles: [PlanLine] {
        guard !plan.profiles.isEmpty, let words = context.roleWords else { return [] }
        return [PlanLine(.danger, "\(words): nothing is posted there")]
    }

    private var resets: [PlanLine] {
        let up = plan.sessions.filter { $0.verdict == .up && plan.resets.contains($0.key) }
        guard plan.reset == nil, up.count > 1, up.count == plan.sessions.count else { return [] }
        return [PlanLine(.danger, "all sessions of \(plan.node) reset at once: it is cut off for some seconds")]
    }

    private var lost: [PlanLine] {
        plan.chosenPeers.compactMap { change in
            guard case .replace(let live, _) = change else { return nil }
            return PlanLine(
                .warning,
                "BGPPeer \(live.name) is replaced whole: a password, filters or timers that it carries are lost; "
                    + "look first: calicoctl get bgppeer \(live.name) -o yaml")
        }
    }

    private var number: [PlanLine] {
        guard let change = plan.asChange, !plan.leaving.contains("node/\(plan.node)") else { return [] }
        guard change.isEmitted else {
            return [
                PlanLine(
                    .warning,
                    "AS \(change.live.map(\.description) ?? "inherited") should be \(change.intended); the push leaves it "
                        + "alone, because the Node object as read is not complete. By hand: \(plan.patch ?? "")")
            ]
        }
        return [
            PlanLine(
                .danger,
                "the Node object is written whole: an IPv6 address, tunnel addresses, a WireGuard key or a route-reflector id, which the "
                    + "design does not use, are cleared. To set the AS alone: \(plan.patch ?? "")")
        ]
    }

    private var foreign: [PlanLine] {
        difference.conflicts.map {
            PlanLine(
                .danger,
                "BGPPeer \($0.name) (\($0.nodeSelector ?? "global")) gives leaf \($0.peerIP) AS \($0.asn); it is for several "
                    + "nodes and a push of one leaves it alone")
        }
            + difference.takenNames.map {
                PlanLine(
                    .danger, "the name \($0.name) is taken by a BGPPeer of \($0.node?.text ?? $0.nodeSelector ?? "all")"
                )
            }
            + difference.undecided.map {
                PlanLine(
                    .warning, "whether BGPPeer \($0.name) selects \(plan.node) is not known: \($0.nodeSelector ?? "")")
            }
            + plan.peers.compactMap { change in
                guard case .extra(let peer) = change else { return nil }
                return PlanLine(
                    .warning,
                    "BGPPeer \(peer.name) to \(peer.peerIP) is not intended; a push leaves it alone. By hand: "
                        + "calicoctl delete bgppeer \(peer.name)")
            }
    }

    private var cluster: [PlanLine] {
        guard let known = context.snapshot.cluster.bgpConfiguration, known.value?.isMeshEnabled ?? true else {
            return []
        }
        return [
            PlanLine(
                .warning,
                "the node-to-node mesh is on, which the design switches off; it concerns every node and is not pushed")
        ]
    }
}
