import Fabric

extension SimulatedFabric {
    /// The faults in force, in the order in which they came, with their targets.
    public var faults: [Fault] { active.map(\.fault) }

    /// Brings a fault; one that is in force already stays as it is.
    ///
    /// - Throws: a ``FaultError`` where the target does not exist in this fabric.
    public mutating func inject(_ fault: Fault) throws(FaultError) {
        let resolved = try resolve(fault)
        guard !active.contains(resolved) else { return }
        active.append(resolved)
        conditionsChanged()
        begin(resolved)
        settle()
    }

    /// Ends a fault; without a target every one of its kind.
    public mutating func clear(_ fault: Fault) {
        let target = fault.target == nil ? nil : (try? resolve(fault))
        guard fault.target == nil || target != nil else { return }
        let ended = active.filter { $0.kind == fault.kind && (target == nil || $0 == target) }
        active.removeAll { ended.contains($0) }
        conditionsChanged()
        for fault in ended { end(fault) }
        settle()
    }

    /// What follows from a fault at once, without time passing.
    private mutating func settle() {
        for plan in topology.nodes { stepDaemon(plan.name) }
        for key in sessionKeys { step(key) }
    }

    /// Ends every fault.
    public mutating func clearAll() {
        for fault in active { clear(fault.fault) }
    }

    private mutating func conditionsChanged() {
        let racks = topology
        conditions = Conditions(active) { node in
            racks.node(node).flatMap { racks.rack($0.rack) }?.leaves.last
        }
    }

    private mutating func begin(_ fault: ActiveFault) {
        switch (fault.kind, fault.target) {
        case (.wrongNodeAS, .node(let node)): cluster.setAS(ASN((nodePlans[node]?.asn.value ?? 64500) + 276), of: node)
        case (.wrongLeafAS, .session(let key)): cluster.setPeerAS(ASN(64999), of: key)
        case (.peerMissing, .session(let key)): cluster.removePeer(key)
        case (.peerDisabled, .session(let key)): disable(key)
        case (.meshEnabled, _): cluster.setMesh(true)
        case (.recoveryWait, .node(let node)):
            // The leaf that refuses it has ended the session with a Cease before: it keeps nothing as stale.
            for key in keys(of: node) { step(key) }
            restartBIRD(node)
        case (.serviceSkew, .service(let service)): cluster.skew(service, topology, at: now)
        case (.calicoNodeDead, .node(let node)): cluster.setCalicoPod(of: node, isPresent: false, at: now)
        case (.oneLeafDown, .leaf(let leaf)): leafStates[leaf]?.tableVersion = 1
        case (.importFilterMissing, _), (.leavesDisagree, _), (.maxPrefixDrop, _): resynchronise()
        default: beginInCluster(fault)
        }
    }

    private mutating func end(_ fault: ActiveFault) {
        switch (fault.kind, fault.target) {
        case (.wrongNodeAS, .node(let node)): cluster.setAS(nodePlans[node]?.asn, of: node)
        case (.wrongLeafAS, .session(let key)), (.peerMissing, .session(let key)): cluster.restorePeer(key, topology)
        case (.peerDisabled, .session(let key)): enable(key)
        case (.meshEnabled, _): cluster.setMesh(false)
        case (.calicoNodeDead, .node(let node)): cluster.setCalicoPod(of: node, isPresent: true, at: now)
        case (.oneLeafDown, .leaf(let leaf)): leafStates[leaf]?.bootedAt = now
        case (.serviceSkew, .service(let service)): cluster.spread(service, at: now)
        case (.importFilterMissing, _), (.leavesDisagree, _), (.maxPrefixDrop, _): resynchronise()
        default: endInCluster(fault)
        }
    }

    private mutating func resynchronise() {
        for key in sessionKeys { sessions[key]?.syncedVersion = nil }
    }

    /// Makes the targets of a fault certain: the given one, or one that the seed picks.
    private func resolve(_ fault: Fault) throws(FaultError) -> ActiveFault {
        guard let target = target(of: fault) else {
            throw .unknownTarget(fault.kind, fault.target ?? "a default")
        }
        return ActiveFault(kind: fault.kind, target: target)
    }

    private func target(of fault: Fault) -> ActiveFault.Target? {
        let salt = SeededRandom.hash(fault.kind.rawValue, seed: seed)
        let text = fault.target
        switch fault.kind.scope {
        case .none: return ActiveFault.Target.none
        case .node: return node(text, salt).map { .node($0) }
        case .leaf: return (text.map { leaf(named: $0) } ?? topology.leaves[pick: salt]?.id).map { .leaf($0) }
        case .session: return session(text, salt).map { .session($0) }
        case .service:
            let services = cluster.localServices
            let chosen = text.map { wanted in services.first { $0.description == wanted } } ?? services[pick: salt]
            return chosen.map { .service($0) }
        case .host:
            let chosen = text ?? topology.nodes[pick: salt]?.name.text
            return chosen.flatMap { isHost($0) ? .host($0) : nil }
        }
    }

    private func node(_ text: String?, _ salt: UInt64) -> NodeName? {
        guard let text else { return topology.nodes[pick: salt]?.name }
        return nodePlans[NodeName(text)]?.name
    }

    private func session(_ text: String?, _ salt: UInt64) -> SessionKey? {
        let parts = text?.split(separator: "/", maxSplits: 1).map(String.init) ?? []
        guard let node = node(parts.first, salt), let plan = nodePlans[node],
            let leaves = topology.rack(plan.rack)?.leaves, let last = leaves.last
        else { return nil }
        guard parts.count > 1 else { return SessionKey(node: node, leaf: last) }
        guard let leaf = leaf(named: parts[1]), leaves.contains(leaf) else { return nil }
        return SessionKey(node: node, leaf: leaf)
    }

    /// A leaf by its name or number.
    func leaf(named text: String) -> LeafID? {
        topology.leaves.first { $0.name == text || $0.id.description == text }?.id
    }

    /// Whether the ssh stand-in knows a host of this name.
    func isHost(_ text: String) -> Bool {
        text == topology.controller || topology.leaves.contains { $0.name == text } || nodePlans[NodeName(text)] != nil
    }
}

extension Array {
    /// The element that a hash picks, nil of an empty array.
    fileprivate subscript(pick hash: UInt64) -> Element? {
        isEmpty ? nil : self[Int(hash % UInt64(count))]
    }
}
