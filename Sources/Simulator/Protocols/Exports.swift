import Fabric

extension SimulatedFabric {
    /// What confd renders for a node from the cluster's present state.
    func rendered(for node: NodeName) -> DaemonConfiguration {
        var configuration = DaemonConfiguration()
        guard let kubernetesNode = cluster.nodes[node] else { return configuration }
        configuration.asn = kubernetesNode.calicoAS ?? cluster.bgpConfiguration.asn ?? ASN(64512)
        configuration.address = kubernetesNode.calicoAddress
        configuration.borrowed = Set(cluster.borrowed(by: node).map(IPPrefix.init(host:)))
        let rack = nodePlans[node].flatMap { topology.rack($0.rack) }
        for peer in cluster.peers(of: kubernetesNode) {
            if let leaf = leafByAddress[peer.peerIP], rack?.leaves.contains(leaf) == true,
                nodePlans[node]?.leafAddresses.contains(peer.peerIP) == true
            {
                configuration.peers[leaf] = peer.asn
            } else {
                configuration.strayPeers[peer.peerIP] = peer.asn
            }
        }
        configuration.isMeshEnabled = cluster.bgpConfiguration.isMeshEnabled
        configuration.statics = Set(cluster.blocks(of: node)).union(cluster.servicePrefixes(of: kubernetesNode))
        if let leaked = cluster.leaks[node] { configuration.statics.insert(leaked) }
        configuration.statics.subtract(cluster.rejected(of: node))
        return configuration
    }

    /// What BIRD hands to its BGP peers now; the number moves when it changes.
    mutating func refreshExports(_ node: NodeName) {
        guard let daemon = daemons[node] else { return }
        var exports: [IPPrefix: [ASN]] = [:]
        if daemon.configuration.isMeshEnabled {
            for other in topology.nodes where other.name != node {
                guard let peer = daemons[other.name], peer.isRunning, peer.configuration.isMeshEnabled else { continue }
                for block in cluster.blocks(of: other.name) {
                    exports[block] = [daemon.configuration.asn, peer.configuration.asn]
                }
            }
        }
        let asn = daemon.configuration.asn
        let own = conditions.has(.asPathTooLong, node) ? [asn, asn] : [asn]
        for prefix in daemon.configuration.statics.union(daemon.configuration.borrowed) { exports[prefix] = own }
        guard exports != daemon.exports else { return }
        daemons[node]?.exports = exports
        daemons[node]?.exportVersion += 1
    }
}
