import Fabric

/// Compares the peers that a node should have with those that it has.
struct PeerDifference {
    let node: NodeName
    let labels: [String: String]
    let intended: [CalicoPeer]
    let live: [CalicoPeer]

    /// Whether a live peer applies to the node; nil where its selector is not understood.
    func selects(_ peer: CalicoPeer) -> Bool? {
        if let name = peer.node { return name == node }
        guard let selector = peer.nodeSelector, !selector.isEmpty else { return true }
        return NodeSelector.matches(selector, labels)
    }

    /// Shared peers (global, or by selector) that apply to the node; a push of one node changes none of them.
    var shared: [CalicoPeer] { live.filter { $0.node == nil && selects($0) == true } }

    /// Shared peers whose selector is not understood.
    var undecided: [CalicoPeer] { live.filter { selects($0) == nil } }

    /// Shared peers with the address of an intended one and another AS: only their owner can set them right.
    var conflicts: [CalicoPeer] {
        shared.filter { peer in intended.contains { $0.peerIP == peer.peerIP && $0.asn != peer.asn } }
    }

    /// Objects that bear the name of an intended one and are meant for something else.
    var takenNames: [CalicoPeer] {
        live.filter { peer in peer.node != node && intended.contains { $0.name == peer.name } && selects(peer) != true }
    }

    /// What a push does, intended peers first.
    var changes: [PeerChange] {
        var used: Set<String> = []
        var result: [PeerChange] = []
        for peer in intended {
            guard let change = change(for: peer) else { continue }
            result.append(change)
            switch change {
            case .keep(let live), .replace(let live, _): used.insert(live.name)
            case .create, .extra: break
            }
        }
        let own = live.filter { $0.node == node && !used.contains($0.name) }
        return result + own.sorted { $0.name < $1.name }.map { .extra($0) }
    }

    private func change(for peer: CalicoPeer) -> PeerChange? {
        let own = live.filter { $0.node == node }
        let byAddress = own.filter { $0.peerIP == peer.peerIP }
        let match = byAddress.first { $0.asn == peer.asn } ?? byAddress.first ?? own.first { $0.name == peer.name }
        if let match {
            var wanted = peer
            wanted.name = match.name
            wanted.port = match.port
            wanted.version = match.version
            return match == wanted ? .keep(match) : .replace(live: match, intended: wanted)
        }
        if let common = shared.first(where: { $0.peerIP == peer.peerIP }) {
            return common.asn == peer.asn ? .keep(common) : nil
        }
        return takenNames.contains { $0.name == peer.name } ? nil : .create(peer)
    }
}
