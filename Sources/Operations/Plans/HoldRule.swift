import Correlation
import Fabric

/// How a node's sessions can be held down: on the controllers where they can be written, else by a label that its
/// BGPPeers leave out. BGPPeers are never deleted: a console that died between deletion and creation would leave the
/// node without a peer.
struct HoldRule {
    let node: NodeName
    let context: PlanContext

    private static let absence = "!has(\(KubernetesNode.holdLabel))"

    var hold: SessionHold {
        if context.controllersAreWritable { return .controllers([]) }
        guard let live = context.snapshot.cluster.peers?.value else { return .none("the BGPPeers were not read") }
        let labels = context.kubernetesNode(node)?.labels ?? [:]
        let difference = PeerDifference(node: node, labels: labels, intended: [], live: live)
        if let odd = difference.undecided.first {
            return .none("the selector of BGPPeer \(odd.name) is not understood")
        }
        var held: [HeldPeer] = []
        for peer in live where difference.selects(peer) == true {
            guard let selector = selector(for: peer, labels) else {
                return .none(reason(peer))
            }
            held.append(
                HeldPeer(name: peer.name, node: peer.node?.text, selector: peer.nodeSelector, heldSelector: selector))
        }
        return held.isEmpty ? .none("no BGPPeer selects the node") : .label(held)
    }

    private func selector(for peer: CalicoPeer, _ labels: [String: String]) -> String? {
        if peer.node != nil {
            guard let host = labels["kubernetes.io/hostname"], isPlain(host), isUnique(host) else { return nil }
            return "kubernetes.io/hostname == '\(host)' && \(HoldRule.absence)"
        }
        guard let selector = peer.nodeSelector, !selector.isEmpty else { return nil }
        if selector.contains(HoldRule.absence) { return selector }
        return selector.split(separator: "||", omittingEmptySubsequences: false)
            .map { "\(trimmed($0)) && \(HoldRule.absence)" }.joined(separator: " || ")
    }

    private func isPlain(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { ($0 >= 45 && $0 <= 57) || ($0 >= 97 && $0 <= 122) || ($0 >= 65 && $0 <= 90) }
    }

    private func isUnique(_ host: String) -> Bool {
        (context.snapshot.cluster.nodes?.value ?? []).count { $0.labels["kubernetes.io/hostname"] == host } == 1
    }

    private func reason(_ peer: CalicoPeer) -> String {
        peer.node == nil
            ? "BGPPeer \(peer.name) is global: a selector on it would reset the sessions of every node"
            : "the node has no kubernetes.io/hostname label of its own that BGPPeer \(peer.name) could select it by"
    }
}
