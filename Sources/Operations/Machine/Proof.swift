import Correlation
import Fabric
import FoundationEssentials
import Polling

/// Weighs facts against what a confirming step claims. Only what was observed after the change counts.
struct Proof {
    let snapshot: Snapshot
    let picture: Picture
    /// The end of the last change.
    let after: Date
    let limits: OperationLimits
    let former: FormerState

    func facts(for step: StepID, of plan: Plan) -> [VerificationFact] {
        switch (step, plan) {
        case (.confirmCordon, _): [cordon(plan.node, step, isWanted: true)]
        case (.confirmUncordon, _): [cordon(plan.node, step, isWanted: false)]
        case (.confirmExclude, .drain(let drain)): withdrawal(drain, step, services: true)
        case (.confirmWithdrawal, .drain(let drain)): withdrawal(drain, step, services: false)
        case (.confirmHold, _): held(plan)
        case (.confirmBlocks, _): plan.target.witnesses.map { forwarded(plan, $0, step, [.block]) }
        case (.confirmServices, _):
            plan.target.witnesses.map { forwarded(plan, $0, step, [.block, .service, .serviceRange]) }
        case (.confirmSessions, .restore):
            plan.target.witnesses.flatMap { [session(plan.node, $0, since: after), endOfRIB(plan.node, $0)] }
        case (.confirmSessions, .push(let push)):
            push.leaves.map { session(plan.node, $0, since: after.addingTimeInterval(limits.settleSeconds)) }
        case (.confirmFirst, .push(let push)): again(push, 0, step)
        case (.confirmSecond, .push(let push)): again(push, 1, step)
        case (.confirmPeers, .push(let push)): peers(push)
        default: []
        }
    }

    /// The session that was started anew; samples from before it has gone down prove nothing.
    private func again(_ push: PushPlan, _ place: Int, _ step: StepID) -> [VerificationFact] {
        guard push.protocols.indices.contains(place) else { return [] }
        let settle = push.reset == .restart ? limits.settleSeconds : 0
        var fact = session(push.node, push.protocols[place].leaf, since: after.addingTimeInterval(settle))
        fact.step = step
        return [fact]
    }

    private func cordon(_ node: NodeName, _ step: StepID, isWanted: Bool) -> VerificationFact {
        func fact(_ isProven: Bool, _ detail: String) -> VerificationFact {
            VerificationFact(
                step: step, claim: isWanted ? "\(node) is cordoned" : "\(node) is not cordoned", isProven: isProven,
                detail: detail)
        }
        guard let nodes = snapshot.cluster.nodes, nodes.at > after else {
            return fact(false, "Kubernetes was not read since")
        }
        guard let seen = nodes.value.first(where: { $0.name == node }) else {
            return fact(false, "Kubernetes does not list the node")
        }
        return fact(seen.isCordoned == isWanted, seen.isCordoned ? "unschedulable" : "schedulable")
    }

    // MARK: Sessions

    private func session(_ node: NodeName, _ leaf: LeafID, since: Date) -> VerificationFact {
        let session = picture.sessions.first { $0.key == SessionKey(node: node, leaf: leaf) }
        let (leafUp, leafWords) = leafEnd(session, leaf, since)
        let (nodeUp, nodeWords) = nodeEnd(session, since)
        return VerificationFact(
            step: .confirmSessions, claim: "the session with leaf \(leaf) is up from both ends",
            isProven: leafUp && nodeUp, detail: "\(leafWords), \(nodeWords)")
    }

    private func leafEnd(_ session: Session?, _ leaf: LeafID, _ since: Date) -> (Bool, String) {
        guard let peer = session?.leafPeer else {
            return (false, session?.isLeafRead == true ? "the leaf has no such neighbor" : "the leaf was not read")
        }
        guard peer.at > since else { return (false, "no fresh sample of the leaf") }
        return (peer.value.state.isEstablished, "leaf: \(peer.value.state)")
    }

    private func nodeEnd(_ session: Session?, _ since: Date) -> (Bool, String) {
        guard let peer = session?.nodePeer else {
            return (false, session?.isNodeRead == true ? "the node has no such peer" : "the node was not read")
        }
        guard peer.at > since else { return (false, "no fresh sample of the node") }
        let words = "node: \(peer.value.protocolState) \(peer.value.info)"
        return (peer.value.isUp, peer.value.isRecovering ? words + " (recovery holds its routes back)" : words)
    }

    /// The End-of-RIB of the node, where the leaf's objects tell of it. Text tells of none, and BIRD of neither its own nor
    /// the leaf's: there a protocol that is `up`, and not held back by recovery, stands for it, and the blocks that the
    /// next step looks for.
    private func endOfRIB(_ node: NodeName, _ leaf: LeafID) -> VerificationFact {
        let session = picture.sessions.first { $0.key == SessionKey(node: node, leaf: leaf) }
        func fact(_ isProven: Bool, _ detail: String) -> VerificationFact {
            VerificationFact(
                step: .confirmSessions, claim: "leaf \(leaf) has all that the node sends", isProven: isProven,
                detail: detail)
        }
        guard let peer = session?.leafPeer, peer.at > after else { return fact(false, "no fresh sample of the leaf") }
        if let isTold = peer.value.detail?.hasEndOfRIB {
            return fact(isTold, isTold ? "End-of-RIB received" : "no End-of-RIB in this session yet")
        }
        let (isUp, _) = nodeEnd(session, after)
        return fact(isUp, "End-of-RIB is not told here; " + (isUp ? "BIRD is past recovery" : "BIRD is not up"))
    }

    // MARK: Peer configuration

    private func peers(_ plan: PushPlan) -> [VerificationFact] {
        let wanted = plan.chosenPeers.compactMap { change -> CalicoPeer? in
            switch change {
            case .create(let peer), .replace(_, let peer): peer.unversioned
            case .keep, .extra: nil
            }
        }
        let live = snapshot.cluster.peers
        let isFresh = live.map { $0.at > after } ?? false
        let shown = wanted.map { peer in
            let isThere = live?.value.contains { $0.unversioned == peer } ?? false
            return VerificationFact(
                step: .confirmPeers, claim: "BGPPeer \(peer.name) is as intended", isProven: isFresh && isThere,
                detail: isFresh ? (isThere ? "seen" : "the live object differs") : "Calico was not read since")
        }
        guard let change = plan.emittedAS else { return shown }
        return shown + [number(plan.node, change)]
    }

    private func number(_ node: NodeName, _ change: ASChange) -> VerificationFact {
        let nodes = snapshot.cluster.nodes
        let isFresh = nodes.map { $0.at > after } ?? false
        let seen = nodes?.value.first { $0.name == node }?.calicoAS
        return VerificationFact(
            step: .confirmPeers, claim: "\(node) has AS \(change.intended)",
            isProven: isFresh && seen == change.intended,
            detail: isFresh ? "AS \(seen.map(\.description) ?? "inherited")" : "Kubernetes was not read since")
    }
}
