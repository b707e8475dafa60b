import Fabric

/// What the API server says to an eviction.
enum EvictionAnswer: Sendable, Hashable {
    case evicted
    /// 429: the budget allows no disruption now.
    case blocked(budget: String)
    /// 500: more than one budget selects the pod.
    case severalBudgets
    case notFound
}

extension SimulatedCluster {
    /// The state of a budget: pods that are healthy now and evictions allowed.
    func state(of budget: Budget, at now: Duration) -> DisruptionBudget {
        let healthy = pods.filter { selects(budget, $0) && $0.isReady(at: now) }.count
        return DisruptionBudget(
            name: budget.name, matchLabels: budget.matchLabels,
            disruptionsAllowed: max(0, healthy - budget.minAvailable), desiredHealthy: budget.minAvailable,
            currentHealthy: healthy)
    }

    private func selects(_ budget: Budget, _ pod: SimulatedPod) -> Bool {
        pod.name.namespace == budget.name.namespace
            && budget.matchLabels.allSatisfy { pod.labels[$0.key] == $0.value }
    }

    /// Evicts a pod if its budget allows it: it ends some seconds later, and its ReplicaSet makes another at once.
    mutating func evict(_ name: ObjectName, at now: Duration) -> EvictionAnswer {
        guard let index = pods.firstIndex(where: { $0.name == name }) else { return .notFound }
        let guards = budgets.filter { selects($0, pods[index]) }
        guard guards.count < 2 else { return .severalBudgets }
        if let budget = guards.first, state(of: budget, at: now).disruptionsAllowed == 0, pods[index].isReady(at: now) {
            return .blocked(budget: budget.name.name)
        }
        delete(index, at: now)
        return .evicted
    }

    mutating func delete(_ index: Int, at now: Duration) {
        guard !pods[index].isTerminating else { return }
        let owner = pods[index].owner
        pods[index].deletedAt = now
        pods[index].goneAt = now + .seconds(Int.random(in: 2...4, using: &random))
        if case .replicaSet(let set) = owner,
            let deployment = deployments.first(where: { "\($0.name.name)-\($0.hash)" == set })
        {
            createPod(of: deployment, at: now)
        }
        touch()
    }

    /// Keeps new pods away, or lets them on again; whether that changed anything.
    mutating func setCordoned(_ node: NodeName, _ isCordoned: Bool) -> Bool {
        guard let present = nodes[node]?.isCordoned, present != isCordoned else { return false }
        nodes[node]?.isCordoned = isCordoned
        revision += 1
        return true
    }

    /// Sets or removes a label of a node.
    mutating func setLabel(_ key: String, _ value: String?, of node: NodeName) {
        nodes[node]?.labels[key] = value
        touch()
    }

    /// Sets the AS in a node's annotation; nil: it inherits the cluster's.
    mutating func setAS(_ asn: ASN?, of node: NodeName) {
        nodes[node]?.calicoAS = asn
        touch()
    }

    /// Switches the node-to-node mesh.
    mutating func setMesh(_ isEnabled: Bool) {
        bgpConfiguration.isMeshEnabled = isEnabled
        touch()
    }

    /// Puts the paper's BGPPeer of a session back (Calico step 3).
    mutating func restorePeer(_ key: SessionKey, _ topology: Topology) {
        guard let plan = topology.node(key.node), let address = topology.address(of: key.leaf, towards: plan),
            let asn = topology.rack(plan.rack)?.asn
        else { return }
        apply(CalicoPeer(name: peerName(key), node: key.node, peerIP: address, asn: asn))
    }

    /// The name of a session's BGPPeer, unique over all nodes (paper, Calico step 4).
    func peerName(_ key: SessionKey) -> String { "leaf\(key.leaf)-\(key.node)" }

    /// Deletes the BGPPeer of a session.
    mutating func removePeer(_ key: SessionKey) { _ = deletePeer(peerName(key)) }

    /// Gives the BGPPeer of a session another AS.
    mutating func setPeerAS(_ asn: ASN, of key: SessionKey) {
        guard var peer = peerResources[peerName(key)] else { return }
        peer.asn = asn
        apply(peer)
    }
}
