import Fabric

extension SimulatedFabric {
    /// How long a started BIRD waits for its peers before it advertises anything (graceful-restart recovery).
    static let recoveryTime = Duration.seconds(240)

    /// Moves one node's BIRD and confd on by a step of the clock.
    mutating func stepDaemon(_ node: NodeName) {
        guard let daemon = daemons[node] else { return }
        let shouldRun = conditions.runsBIRD(node)
        if daemon.isRunning != shouldRun {
            if shouldRun { startBIRD(node) } else { daemons[node]?.isRunning = false }
        }
        guard shouldRun else { return }
        endRecoveryIfDone(node)
        if daemon.seenVersion != cluster.version || daemon.reloadAt != nil { renderConfiguration(node) }
    }

    /// The sessions of a node, leaf A first.
    func keys(of node: NodeName) -> [SessionKey] {
        guard let plan = nodePlans[node], let rack = topology.rack(plan.rack) else { return [] }
        return rack.leaves.map { SessionKey(node: node, leaf: $0) }
    }

    /// Ends BIRD hard and starts it again: what a deleted calico-node pod looks like.
    mutating func restartBIRD(_ node: NodeName) {
        for key in keys(of: node) {
            guard var session = sessions[key] else { continue }
            if session.isEstablished { lose(key, &session, .noProcess) }
            sessions[key] = session
        }
        startBIRD(node)
    }

    private mutating func startBIRD(_ node: NodeName) {
        guard var daemon = daemons[node] else { return }
        daemon.isRunning = true
        daemon.startedAt = now
        daemon.reconfiguredAt = now
        daemon.recoveryUntil = now + SimulatedFabric.recoveryTime
        daemon.configuration = rendered(for: node)
        daemon.addedAt = [:]
        daemon.seenVersion = cluster.version
        daemon.reloadAt = nil
        daemons[node] = daemon
        for key in keys(of: node) {
            let end = freshEnd(daemon.configuration.peers[key.leaf])
            sessions[key]?.node = end
            if var session = sessions[key], session.leaf.state == .established {
                loseLeaf(key, &session, state: .active, keepsStale: true)
                sessions[key] = session
            }
        }
        refreshExports(node)
    }

    private func freshEnd(_ neighborAS: ASN?) -> NodeEnd {
        var end = NodeEnd()
        end.neighborAS = neighborAS
        end.since = now
        end.waitTotal = 2
        end.retryAt = now + .seconds(2)
        return end
    }

    private mutating func endRecoveryIfDone(_ node: NodeName) {
        guard let until = daemons[node]?.recoveryUntil else { return }
        let waited = keys(of: node).compactMap { sessions[$0] }.filter {
            $0.node.neighborAS != nil && !$0.node.isDisabled
        }
        guard now >= until || waited.allSatisfy(\.isEstablished) else { return }
        let moment = now
        daemons[node]?.recoveryUntil = nil
        daemons[node]?.recoveredAt = moment
        for key in keys(of: node) where sessions[key]?.node.phase == .wait { sessions[key]?.node.phase = .up }
    }

    /// The number of peers that recovery still waits for.
    func recoveringPeers(_ node: NodeName) -> Int {
        keys(of: node).compactMap { sessions[$0] }.filter { $0.node.neighborAS != nil && !$0.isEstablished }.count
    }

    private mutating func renderConfiguration(_ node: NodeName) {
        guard !conditions.isConfdStuck(node), var daemon = daemons[node] else { return }
        daemon.seenVersion = cluster.version
        let wanted = rendered(for: node)
        if wanted == daemon.configuration {
            daemon.reloadAt = nil
        } else if let at = daemon.reloadAt, now >= at {
            daemon.reloadAt = nil
            daemon.reconfiguredAt = now
            let former = daemon.configuration
            daemon.configuration = wanted
            for prefix in wanted.routes.subtracting(former.routes) { daemon.addedAt[prefix] = now }
            daemons[node] = daemon
            reload(node, from: former, to: wanted)
            return
        } else if daemon.reloadAt == nil {
            daemon.reloadAt = now + .seconds(1)
        }
        daemons[node] = daemon
        if wanted.isMeshEnabled { refreshExports(node) }
    }

    /// BIRD reads its configuration again: changed protocols restart, and those disabled by hand start again.
    private mutating func reload(_ node: NodeName, from former: DaemonConfiguration, to wanted: DaemonConfiguration) {
        for key in keys(of: node) {
            guard var session = sessions[key] else { continue }
            let asn = wanted.peers[key.leaf]
            if asn == nil {
                if session.node.neighborAS != nil { lose(key, &session, .noProtocol) }
            } else if former.peers[key.leaf] == nil {
                session.node = freshEnd(asn)
            } else if former.peers[key.leaf] != asn || former.asn != wanted.asn || former.address != wanted.address {
                if session.isEstablished { lose(key, &session, .restarting) }
                session.node = freshEnd(asn)
            } else if session.node.isDisabled {
                session.node.isDisabled = false
                restart(&session, error: nil, wait: 2)
            }
            sessions[key] = session
        }
        refreshExports(node)
        if former.isMeshEnabled != wanted.isMeshEnabled {
            for plan in topology.nodes where plan.name != node { refreshExports(plan.name) }
        }
    }

    /// `birdcl disable`: the session ends with a Cease, and stays down until it is enabled or BIRD reloads.
    mutating func disable(_ key: SessionKey) {
        guard var session = sessions[key], session.node.neighborAS != nil, !session.node.isDisabled else { return }
        session.node.isDisabled = true
        lose(key, &session, .disabled)
        sessions[key] = session
    }

    /// `birdcl enable`.
    mutating func enable(_ key: SessionKey) {
        guard var session = sessions[key], session.node.isDisabled else { return }
        session.node.isDisabled = false
        restart(&session, error: nil, wait: 2)
        sessions[key] = session
    }
}
