import Fabric

/// Faults of what was configured: on the leaves, in Calico's objects, in Kubernetes.
extension SimulatedFabric {
    mutating func beginInCluster(_ fault: ActiveFault) {
        switch fault.target {
        case .session(let key): begin(fault.kind, key)
        case .node(let node): begin(fault.kind, node)
        case .leaf:
            leafStates = leafStates.mapValues { LeafState(tableVersion: $0.tableVersion + 1, bootedAt: $0.bootedAt) }
        case .service(let service): begin(fault.kind, service)
        case .host: break
        case .none: begin(fault.kind)
        }
    }

    mutating func endInCluster(_ fault: ActiveFault) {
        switch fault.target {
        case .session(let key): end(fault.kind, key)
        case .node(let node): end(fault.kind, node)
        case .leaf: moveTables(by: 1)
        case .service(let service): end(fault.kind, service)
        case .host: break
        case .none: end(fault.kind)
        }
    }

    // MARK: Sessions

    private mutating func begin(_ kind: FaultKind, _ key: SessionKey) {
        guard let plan = nodePlans[key.node], let rack = topology.rack(plan.rack) else { return }
        var settings = PeerSettings(asn: plan.asn, localAS: rack.asn)
        switch kind {
        case .maxPrefixShut: settings.prefixLimit = 1
        case .wrongASOnLeaf: settings.asn = ASN(plan.asn.value &+ 500)
        case .localASMissing: settings.localAS = topology.fabricAS
        case .holdTimerMismatch: (settings.holdTime, settings.keepalive) = (60, 20)
        case .wrongPeerAddress:
            if let stray = plan.subnet.address(at: 3) { cluster.setPeerAddress(stray, of: key) }
            return
        case .peerNameClash: return cluster.clash(key, topology)
        default: return
        }
        configured[key] = settings
        restartSession(key, isTold: kind == .holdTimerMismatch)
    }

    private mutating func end(_ kind: FaultKind, _ key: SessionKey) {
        switch kind {
        case .maxPrefixShut, .wrongASOnLeaf, .localASMissing, .holdTimerMismatch:
            configured[key] = nil
            restartSession(key, isTold: kind == .holdTimerMismatch)
        case .wrongPeerAddress, .peerNameClash: cluster.restorePeer(key, topology)
        default: break
        }
    }

    /// A leaf starts a session anew when its timers change, and says so (calico.md 2.7, 03).
    private mutating func restartSession(_ key: SessionKey, isTold: Bool) {
        guard isTold, var session = sessions[key], session.isEstablished else { return }
        restart(&session, error: "Received: Administrative reset", wait: 2)
        loseLeaf(key, &session, state: .idle)
        sessions[key] = session
    }

    // MARK: Nodes

    private mutating func begin(_ kind: FaultKind, _ node: NodeName) {
        let number = topology.nodes.firstIndex { $0.name == node } ?? 0
        let spare = cluster.spareBlock(number)
        let other = topology.nodes.first { $0.name != node && $0.rack == nodePlans[node]?.rack }
        switch kind {
        case .wrongNodeAddress: cluster.setAddress(IPAddress(v4: 0x0a4d_0100 + UInt32(number) + 10), of: node)
        case .duplicateNodeAddress: cluster.setAddress(other?.address, of: node)
        case .calicoNodeRestarted: restartBIRD(node)
        case .confdStuck: if let spare { cluster.own(spare, node) }
        case .blockPending: cluster.setPending(true, node)
        case .exportFilter: cluster.setFiltered(true, node)
        case .excludeLabelEmpty: cluster.setLabel(KubernetesNode.excludeLabel, "", of: node)
        case .asPathTooLong: refreshExports(node)
        case .foreignPool: setForeignPool(true, node, number)
        case .staleBlock: if let block = nodePlans[node]?.blocks.last { cluster.disown(block, node) }
        case .routeLeak:
            cluster.leaks[node] = spare
            cluster.touch()
        case .doubleAffinity:
            if let block = nodePlans[node]?.blocks.first, let other { cluster.own(block, other.name) }
        case .blockExhaustion: cluster.borrow(node)
        case .duplicateAS: setAS(of: node, to: other?.asn)
        case .cordoned, .cordonedLabelEmpty:
            _ = cluster.setCordoned(node, true)
            if kind == .cordonedLabelEmpty { cluster.setLabel(KubernetesNode.excludeLabel, "", of: node) }
        default: break
        }
    }

    private mutating func end(_ kind: FaultKind, _ node: NodeName) {
        let number = topology.nodes.firstIndex { $0.name == node } ?? 0
        let spare = cluster.spareBlock(number)
        let other = topology.nodes.first { $0.name != node && $0.rack == nodePlans[node]?.rack }
        switch kind {
        case .wrongNodeAddress, .duplicateNodeAddress: cluster.setAddress(nodePlans[node]?.address, of: node)
        case .confdStuck: if let spare { cluster.disown(spare, node) }
        case .blockPending: cluster.setPending(false, node)
        case .exportFilter: cluster.setFiltered(false, node)
        case .excludeLabelEmpty: cluster.setLabel(KubernetesNode.excludeLabel, nil, of: node)
        case .asPathTooLong: refreshExports(node)
        case .foreignPool: setForeignPool(false, node, number)
        case .staleBlock: if let block = nodePlans[node]?.blocks.last { cluster.own(block, node) }
        case .routeLeak:
            cluster.leaks[node] = nil
            cluster.touch()
        case .doubleAffinity:
            if let block = nodePlans[node]?.blocks.first, let other { cluster.disown(block, other.name) }
        case .blockExhaustion: cluster.giveBack(node)
        case .duplicateAS: setAS(of: node, to: nil)
        case .cordoned, .cordonedLabelEmpty:
            _ = cluster.setCordoned(node, false)
            if kind == .cordonedLabelEmpty { cluster.setLabel(KubernetesNode.excludeLabel, nil, of: node) }
        default: break
        }
    }

    /// A pool outside the pods' subnet, of which the node has a block.
    private mutating func setForeignPool(_ isThere: Bool, _ node: NodeName, _ number: Int) {
        guard let pool = IPPrefix("172.30.0.0/16"),
            let block = pool.address(at: UInt128(64 * (number + 1))).flatMap({ IPPrefix($0, length: 26) })
        else { return }
        cluster.pools.removeAll { $0.cidr == pool }
        if isThere {
            cluster.pools.append(CalicoIPPool(name: "lab-ippool", cidr: pool))
            cluster.own(block, node)
        } else {
            cluster.disown(block, node)
        }
    }

    /// Another AS of a node on both sides; nil: its own again.
    private mutating func setAS(of node: NodeName, to asn: ASN?) {
        guard let plan = nodePlans[node], let rack = topology.rack(plan.rack) else { return }
        cluster.setAS(asn ?? plan.asn, of: node)
        for key in keys(of: node) { configured[key] = asn.map { PeerSettings(asn: $0, localAS: rack.asn) } }
    }

    // MARK: Services and the whole

    private mutating func begin(_ kind: FaultKind, _ service: ObjectName) {
        switch kind {
        case .serviceWithoutEndpoints: cluster.setScaled(false, service, 0, at: now)
        case .serviceOutsideRanges: cluster.setExternal([IPAddress(v4: 0xcb00_710a)], service)
        default: break
        }
    }

    private mutating func end(_ kind: FaultKind, _ service: ObjectName) {
        switch kind {
        case .serviceWithoutEndpoints:
            let replicas = cluster.deployments.first { $0.name == service }?.replicas ?? 1
            cluster.setScaled(true, service, replicas, at: now)
        case .serviceOutsideRanges: cluster.setExternal([], service)
        default: break
        }
    }

    private mutating func begin(_ kind: FaultKind) {
        switch kind {
        case .meshByDefault: cluster.setConfigured(false, topology)
        case .overlayEnabled: cluster.pools[0].ipipMode = "Always"
        case .natOutgoingEnabled: cluster.pools[0].isNATOutgoing = true
        case .maximumPathsOne, .serviceSingleNextHop: moveTables(by: 1)
        default: return
        }
        cluster.touch()
    }

    private mutating func end(_ kind: FaultKind) {
        switch kind {
        case .meshByDefault: cluster.setConfigured(true, topology)
        case .overlayEnabled: cluster.pools[0].ipipMode = "Never"
        case .natOutgoingEnabled: cluster.pools[0].isNATOutgoing = false
        case .maximumPathsOne, .serviceSingleNextHop: moveTables(by: 1)
        default: return
        }
        cluster.touch()
    }
}
