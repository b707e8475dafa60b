import Fabric

/// What faults do to the cluster's objects, and how it is undone.
extension SimulatedCluster {
    /// A block at the far end of the pods' subnet, which no node of a topology owns.
    func spareBlock(_ number: Int) -> IPPrefix? {
        let count = podSubnet.addressCount
        return podSubnet.address(at: count - 64 * UInt128(number + 1)).flatMap { IPPrefix($0, length: 26) }
    }

    /// Gives a node a block, confirmed.
    mutating func own(_ block: IPPrefix, _ node: NodeName) {
        changeAffinities { $0.append(BlockAffinity(block: block, node: node, isConfirmed: true)) }
    }

    /// Takes a node's affinity for a block away.
    mutating func disown(_ block: IPPrefix, _ node: NodeName) {
        changeAffinities { $0.removeAll { $0.block == block && $0.node == node } }
    }

    /// Makes the affinity of a node's last block pending, or confirmed again.
    mutating func setPending(_ isPending: Bool, _ node: NodeName) {
        changeAffinities { list in
            guard let last = list.lastIndex(where: { $0.node == node }) else { return }
            list[last].isConfirmed = !isPending
            list[last].isPending = isPending
        }
    }

    /// Keeps a node's last block back by a BGPFilter, or lets it go again.
    mutating func setFiltered(_ isFiltered: Bool, _ node: NodeName) {
        filters[node] = isFiltered ? blocks(of: node).last : nil
        touch()
    }

    /// What BGPFilters keep a node from exporting.
    func rejected(of node: NodeName) -> Set<IPPrefix> { Set(filters[node].map { [$0] } ?? []) }

    /// The addresses of other nodes' blocks that pods of a node have.
    func borrowed(by node: NodeName) -> [IPAddress] { borrowedAddresses[node] ?? [] }

    /// Gives some pods of a node addresses of another node's first block, which is full thereby.
    mutating func borrow(_ node: NodeName) {
        guard let lender = nodeOrder.first(where: { $0 != node && !blocks(of: $0).isEmpty }),
            let block = blocks(of: lender).first
        else { return }
        var next: UInt128 = 60
        for index in pods.indices where pods[index].node == node && pods[index].address != nodes[node]?.internalIP {
            guard let address = block.address(at: next), borrowed(by: node).count < 3 else { break }
            pods[index].address = address
            borrowedAddresses[node, default: []].append(address)
            next += 1
        }
        touch()
    }

    /// Addresses of pods that are gone go back to their block.
    mutating func releaseBorrowed() {
        guard !borrowedAddresses.isEmpty else { return }
        let used = Set(pods.compactMap(\.address))
        let left = borrowedAddresses.mapValues { $0.filter(used.contains) }
        guard left != borrowedAddresses else { return }
        borrowedAddresses = left
        touch()
    }

    /// Gives them addresses of the node's own block again.
    mutating func giveBack(_ node: NodeName) {
        let lent = Set(borrowedAddresses.removeValue(forKey: node) ?? [])
        var next: UInt128 = 40
        for index in pods.indices where pods[index].address.map(lent.contains) == true {
            pods[index].address = blocks(of: node).first?.address(at: next)
            next += 1
        }
        touch()
    }

    /// Sets Calico's address of a node; without a length that of its subnet stays.
    mutating func setAddress(_ address: IPAddress?, length: Int? = nil, of node: NodeName) {
        nodes[node]?.calicoAddress = address
        if let length { nodes[node]?.calicoPrefixLength = length }
        touch()
    }

    /// Creates or replaces a pool; an equal one changes nothing.
    mutating func apply(_ pool: CalicoIPPool) {
        if let place = pools.firstIndex(where: { $0.name == pool.name }) {
            guard pools[place] != pool else { return }
            pools[place] = pool
        } else {
            pools.append(pool)
        }
        touch()
    }

    /// Deletes a pool; whether there was one.
    mutating func deletePool(_ name: String) -> Bool {
        guard let place = pools.firstIndex(where: { $0.name == name }) else { return false }
        pools.remove(at: place)
        touch()
        return true
    }

    /// Gives the BGPPeer of a session another address.
    mutating func setPeerAddress(_ address: IPAddress, of key: SessionKey) {
        guard var peer = peerResources[peerName(key)] else { return }
        peer.peerIP = address
        apply(peer)
    }

    /// Applies a BGPPeer of another node of the rack under the name of a session's: that one is gone.
    mutating func clash(_ key: SessionKey, _ topology: Topology) {
        guard let rack = topology.node(key.node)?.rack,
            let other = topology.nodes.first(where: { $0.rack == rack && $0.name != key.node }),
            let asn = topology.rack(rack)?.asn, let address = topology.address(of: key.leaf, towards: other)
        else { return }
        apply(CalicoPeer(name: peerName(key), node: other.name, peerIP: address, asn: asn))
    }

    /// Takes the default BGPConfiguration away, or brings it back: without it the mesh is on and no range is advertised.
    mutating func setConfigured(_ isConfigured: Bool, _ topology: Topology) {
        hasConfiguration = isConfigured
        bgpConfiguration = CalicoBGPConfiguration(
            isMeshEnabled: !isConfigured, serviceClusterIPs: isConfigured ? [topology.serviceSubnet] : [])
        touch()
    }

    /// Ends every pod of a service, and makes no more; or makes them again.
    mutating func setScaled(_ isScaled: Bool, _ name: ObjectName, _ replicas: Int, at now: Duration) {
        guard let place = deployments.firstIndex(where: { $0.name == name }) else { return }
        let set = "\(name.name)-\(deployments[place].hash)"
        if isScaled {
            for _ in 0..<replicas { createPod(of: deployments[place], at: now) }
        } else {
            for index in pods.indices where pods[index].owner == .replicaSet(set) && !pods[index].isTerminating {
                end(index, at: now)
            }
        }
        touch()
    }

    /// Gives a service external addresses.
    mutating func setExternal(_ addresses: [IPAddress], _ name: ObjectName) {
        guard let index = services.firstIndex(where: { $0.service.name == name }) else { return }
        services[index].service.externalIPs = addresses
        touch()
    }
}
