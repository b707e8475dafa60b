public import Fabric

/// What a node's owner sets on the node itself, beside Calico's objects.
extension SimulatedFabric {
    /// Sets a node's default gateway; nil: the planned secondary of its leaves again.
    public mutating func setDefaultGateway(_ address: IPAddress?, of node: NodeName) { gateways[node] = address }

    /// Sets `CALICO_ADVERTISE_CLUSTER_IPS` on the calico-node DaemonSet; nil: takes the variable away.
    public mutating func setAdvertisedByVariable(_ ranges: [IPPrefix]?) {
        cluster.advertisedByVariable = ranges
        cluster.touch()
    }

    /// Switches graceful restart in a node's BIRD; its sessions start anew with what it then offers (RFC 4724).
    public mutating func setGracefulRestart(_ isOn: Bool, of node: NodeName) {
        if isOn { withoutGracefulRestart.remove(node) } else { withoutGracefulRestart.insert(node) }
        resetSessions(of: node)
    }

    /// Ends a node's sessions as `birdcl restart` does; they come up again by themselves, with what both ends then offer.
    public mutating func resetSessions(of node: NodeName) {
        for key in keys(of: node) {
            guard var session = sessions[key], session.isEstablished else { continue }
            lose(key, &session, .restarting)
            sessions[key] = session
        }
    }

    /// What a leaf sends a node: of the prefixes that its L3Out exports those that it knows from elsewhere.
    func receivedRoutes(_ key: SessionKey) -> [BIRDRoute] {
        guard let session = sessions[key], session.isEstablished, let exported = configured[key]?.exported,
            !exported.isEmpty, let plan = nodePlans[key.node], let rack = topology.rack(plan.rack),
            let gateway = topology.address(of: key.leaf, towards: plan), let since = session.leaf.since
        else { return [] }
        return exported.sorted().filter { isKnown($0, on: key.leaf, butFrom: plan.address) }.map { prefix in
            BIRDRoute(
                prefix: prefix, nextHop: "via \(gateway) on eth0",
                source: SimulatedFabric.protocolName("Node_", gateway), since: since,
                tail: "(100/0) [AS\(rack.asn)i]",
                attributes: [
                    "Type: BGP unicast univ", "BGP.origin: IGP", "BGP.as_path: \(rack.asn)",
                    "BGP.next_hop: \(gateway)", "BGP.local_pref: 100",
                ])
        }
    }

    private func isKnown(_ prefix: IPPrefix, on leaf: LeafID, butFrom address: IPAddress) -> Bool {
        topology.leaves.contains { other in
            (externalPaths(of: other.id)[prefix] ?? []).contains { other.id != leaf || $0.address != address }
        }
    }
}
