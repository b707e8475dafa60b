import Design
import Fabric
import FoundationEssentials

/// A BGPPeer was replaced by another one of the same name: names are unique over all nodes, and applying a
/// second object of a name replaces the first, so a node has lost its peer.
///
/// Detected by a BGPPeer that bears one node's name and is for another, while the first has no BGPPeer for
/// that leaf.
///
/// What to do: apply the BGPPeers of both nodes, each under a name with its own node (leaf203-calico-node-1),
/// and delete the misnamed one last.
enum PeerNameClash: FindingRule {
    static let id: RuleID = "peer-name-clash"
    static let explanation = """
        A BGPPeer was replaced by another one of the same name: names are unique over all nodes, and applying a
        second object of a name replaces the first, so a node has lost its peer.

        Detected by a BGPPeer that bears one node's name and is for another, while the first has no BGPPeer for
        that leaf.

        What to do: apply the BGPPeers of both nodes, each under a name with its own node (leaf203-calico-node-1),
        and delete the misnamed one last.
        """

    static let grounds: Grounds? = [.inventory, .cluster]

    static func findings(in context: RuleContext) -> [Finding] {
        guard let peers = context.snapshot.cluster.peers else { return [] }
        return peers.value.compactMap { peer -> Finding? in
            guard let owner = peer.node, let named = named(peer, context), named != owner,
                let lost = lost(named, peer, context)
            else { return nil }
            return Finding(
                rule: id, severity: .warning,
                subject: Subject(rack: lost.rack, leaf: lost.key.leaf, node: named), since: nil,
                summary:
                    "BGPPeer \(peer.name) is for \(owner): \(named) has lost its peer \(context.name(lost.key.leaf))",
                cause: "applying a BGPPeer of \(owner) under the name \(peer.name) replaced the one of \(named)",
                evidence: [EvidenceLine(peers.provenance, excerpt: "BGPPeer \(peer.name) node \(owner) \(peer.peerIP)")]
                    + context.evidence(of: lost),
                remedy:
                    "apply the BGPPeer of \(named) for \(context.name(lost.key.leaf)) again, and that of \(owner) under "
                    + "a name of its own")
        }
    }

    /// The node that a name of the paper's scheme (`leaf203-NODE`) speaks of.
    private static func named(_ peer: CalicoPeer, _ context: RuleContext) -> NodeName? {
        guard peer.name.hasPrefix("leaf"), let dash = peer.name.firstIndex(of: "-") else { return nil }
        let name = NodeName(String(peer.name[peer.name.index(after: dash)...]))
        return context.nodes[name] == nil ? nil : name
    }

    /// The session of the named node that has no BGPPeer any more.
    private static func lost(_ node: NodeName, _ peer: CalicoPeer, _ context: RuleContext) -> Session? {
        context.sessions(of: node).first { session in
            IntendedPeers.name(leaf: session.key.leaf, node: node) == peer.name
                && context.facts.calicoPeer(node, session.leafAddress) == nil
        }
    }
}
