import Design
import Fabric
import FoundationEssentials

/// The two ends of a session have different ideas of an address: each waits for a neighbor that nobody is.
///
/// Detected as an orphan on each side: the node peers with an address that no leaf of its rack has while it
/// has no peer for a leaf (wrong peerIP of the BGPPeer); Calico's address of the node is not the one that
/// the leaves peer with (another interface was detected, or the address has changed); or the leaf has a
/// neighbor with the node's AS at an address that no node has (wrong peer address on the leaf).
///
/// What to do: correct the side that differs from the plan: the BGPPeer's peerIP, the node's address (IP or
/// IP_AUTODETECTION_METHOD of calico-node), or the peer's address on the leaf.
enum AddressMismatch: FindingRule {
    static let id: RuleID = "address-mismatch"
    static let explanation = """
        The two ends of a session have different ideas of an address: each waits for a neighbor that nobody is.

        Detected as an orphan on each side: the node peers with an address that no leaf of its rack has while it
        has no peer for a leaf (wrong peerIP of the BGPPeer); Calico's address of the node is not the one that
        the leaves peer with (another interface was detected, or the address has changed); or the leaf has a
        neighbor with the node's AS at an address that no node has (wrong peer address on the leaf).

        What to do: correct the side that differs from the plan: the BGPPeer's peerIP, the node's address (IP or
        IP_AUTODETECTION_METHOD of calico-node), or the peer's address on the leaf.
        """

    static func findings(in context: RuleContext) -> [Finding] {
        context.troubledNodes.flatMap { node, sessions -> [Finding] in
            let found = sessions.compactMap { session in
                mismatch(session, node, sessions, context).map { (session, $0) }
            }
            guard let first = found.first else { return [] }
            if Set(found.map(\.1.cause)).count == 1 { return [finding(node, found.map(\.0), first.1, context)] }
            return found.map { finding(node, [$0], $1, context) }
        }
    }

    /// Whether different addresses are the reason why a session is missing on a side.
    static func explains(_ session: Session, _ node: Node, _ sessions: [Session], _ context: RuleContext) -> Bool {
        mismatch(session, node, sessions, context) != nil
    }

    private struct Mismatch {
        var cause: String
        var remedy: String
        var evidence: [EvidenceLine]
    }

    private static func mismatch(
        _ session: Session, _ node: Node, _ sessions: [Session], _ context: RuleContext
    ) -> Mismatch? {
        guard session.verdict == .missing || session.verdict == .down || session.verdict == .oneSided else {
            return nil
        }
        return detected(session, node, context) ?? strayNeighbor(session, node, context)
            ?? strayPeer(session, node, sessions, context)
    }

    /// Calico's address of the node is not the one that it is meant to peer from.
    private static func detected(_ session: Session, _ node: Node, _ context: RuleContext) -> Mismatch? {
        guard let planned = node.address, let told = context.facts.kubernetesNodes[node.name]?.calicoAddress,
            told != planned, let nodes = context.snapshot.cluster.nodes
        else { return nil }
        let leaf = context.name(session.key.leaf)
        return Mismatch(
            cause: "Calico detected \(told) as the address of \(node.name), the leaves peer with \(planned)",
            remedy: "set IP or IP_AUTODETECTION_METHOD of calico-node so that it takes \(planned), or correct the peer "
                + "on \(leaf) where \(told) is right",
            evidence: [EvidenceLine(nodes.provenance, excerpt: "\(node.name) IPv4Address \(told)")])
    }

    /// The leaf has a neighbor with the node's AS that is no node, and none for the node itself.
    private static func strayNeighbor(_ session: Session, _ node: Node, _ context: RuleContext) -> Mismatch? {
        guard session.isLeafRead, session.leafPeer == nil, let address = node.address,
            let known = context.facts.leaves[session.key.leaf], let provenance = known.provenance
        else { return nil }
        let subnet = NodeSubnet(nodeAddress: address, length: node.subnetLength)?.prefix
        let stray = known.rows.filter { row in
            !row.state.isEstablished && context.nodeOfAddress[row.neighbor] == nil
                && (row.asn == node.asn || subnet?.contains(row.neighbor) == true)
        }.min { $0.neighbor < $1.neighbor }
        guard let stray else { return nil }
        let leaf = context.name(session.key.leaf)
        return Mismatch(
            cause:
                "the leaf \(leaf) has a peer \(stray.neighbor) with AS \(stray.asPrinted), where no node is, and none "
                + "for \(address) of \(node.name)",
            remedy: "correct the address of the peer on \(leaf) to \(address)",
            evidence: [EvidenceLine(provenance, excerpt: stray.words)])
    }

    /// The node peers with an address that no leaf of its rack has, and not with this leaf.
    private static func strayPeer(
        _ session: Session, _ node: Node, _ sessions: [Session], _ context: RuleContext
    ) -> Mismatch? {
        guard session.nodePeer == nil, let address = session.leafAddress else { return nil }
        let leaf = context.name(session.key.leaf)
        let leafAddresses = Set(sessions.compactMap(\.leafAddress))
        let remedy = "apply the BGPPeer of \(node.name) for \(leaf) with peerIP \(address)"
        let own = context.facts.calicoPeersOfNode[node.name] ?? []
        let named = own.filter { !leafAddresses.contains($0.peerIP) && $0.asn == session.leafAS }
        if let peers = context.snapshot.cluster.peers,
            let wrong = named.first(where: { $0.name == IntendedPeers.name(leaf: session.key.leaf, node: node.name) })
                ?? named.first
        {
            return Mismatch(
                cause: "the BGPPeer \(wrong.name) names \(wrong.peerIP), where no leaf is; \(leaf) is at \(address)",
                remedy: remedy,
                evidence: [EvidenceLine(peers.provenance, excerpt: "BGPPeer \(wrong.name) \(wrong.peerIP)")])
        }
        guard let known = context.facts.nodes[node.name], let provenance = known.provenance else { return nil }
        let stray = known.peers.first { peer in
            !leafAddresses.contains(peer.address) && peer.state?.isEstablished != true
                && (peer.neighborAS == nil || peer.neighborAS == session.leafAS)
        }
        return stray.map { stray in
            Mismatch(
                cause: "the node peers with \(stray.address), where no leaf is; \(leaf) is at \(address)",
                remedy: remedy, evidence: [EvidenceLine(provenance, excerpt: stray.words)])
        }
    }

    private static func finding(
        _ node: Node, _ sessions: [Session], _ wrong: Mismatch, _ context: RuleContext
    ) -> Finding {
        context.finding(
            id, node, sessions, what: "addresses do not match", cause: wrong.cause, remedy: wrong.remedy,
            evidence: wrong.evidence + sessions.flatMap { context.evidence(of: $0) })
    }
}
