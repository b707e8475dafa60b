import Fabric
import FoundationEssentials

/// A session that the node's rack implies is configured on one side only, or on neither.
///
/// Detected by comparing the leaf's neighbors with the node's peers. A node that shows no row for a
/// leaf has no BGPPeer for it, or its BIRD protocol was disabled by hand: calicoctl does not show
/// disabled protocols. A leaf that shows no row has no peer configured for the node's address, or only
/// the object without a session.
///
/// What to do: configure what is missing: the BGPPeer of the node, or the peer of the leaf; enable the
/// protocol if it was disabled by hand (any reload of BIRD enables it as well).
enum PeerMissing: FindingRule {
    static let id: RuleID = "peer-missing"
    static let explanation = """
        A session that the node's rack implies is configured on one side only, or on neither.

        Detected by comparing the leaf's neighbors with the node's peers. A node that shows no row for a
        leaf has no BGPPeer for it, or its BIRD protocol was disabled by hand: calicoctl does not show
        disabled protocols. A leaf that shows no row has no peer configured for the node's address, or only
        the object without a session.

        What to do: configure what is missing: the BGPPeer of the node, or the peer of the leaf; enable the
        protocol if it was disabled by hand (any reload of BIRD enables it as well).
        """

    static func findings(in context: RuleContext) -> [Finding] {
        context.troubledNodes.flatMap { node, sessions in
            let missing = sessions.filter {
                $0.verdict == .missing && !AddressMismatch.explains($0, node, sessions, context)
            }
            let sides = missing.map { side($0, context) }
            if missing.count > 1, Set(sides.map(\.cause)).count == 1 {
                return [finding(node, missing, sides[0], context)]
            }
            return zip(missing, sides).map { finding(node, [$0], $1, context) }
        }
    }

    private struct Side {
        var place: String
        var cause: String
        var remedy: String
    }

    private static func side(_ session: Session, _ context: RuleContext) -> Side {
        let node = session.key.node
        let isOnLeaf = session.leafPeer != nil
        let isOnNode = session.nodePeer.map { !$0.value.isDisabled } ?? false
        if session.isLeafRead, !isOnLeaf {
            let address = session.nodeAddress?.description ?? "the node's address"
            let remedy = "configure a peer \(address) on the leaf (bgpPeerP under the node's L3Out)"
            if isOnNode || !session.isNodeRead {
                return Side(
                    place: "the leaf",
                    cause: "the leaf has no peer \(address): no bgpPeerP, or the object has no session entry",
                    remedy: remedy)
            }
            return Side(
                place: "both sides",
                cause: "configured on neither side: the leaf has no peer \(address), the node none for the leaf",
                remedy: remedy + ", and apply the node's BGPPeer for it")
        }
        return nodeSide(session, node, context)
    }

    private static func nodeSide(_ session: Session, _ node: NodeName, _ context: RuleContext) -> Side {
        let enable = "birdcl enable on \(node), or reload BIRD"
        if session.nodePeer?.value.isDisabled == true {
            return Side(place: "the node", cause: "the node's BIRD protocol is disabled by hand", remedy: enable)
        }
        let apply = "apply a BGPPeer of \(node) for the leaf"
        guard context.snapshot.cluster.peers != nil else {
            return Side(
                place: "the node",
                cause:
                    "the node shows no peer for the leaf: what remains is no BGPPeer, or a BIRD protocol disabled by hand; "
                    + "calicoctl get bgppeer decides",
                remedy: apply + ", or " + enable)
        }
        if context.facts.calicoPeer(node, session.leafAddress) != nil {
            return Side(
                place: "the node",
                cause:
                    "a BGPPeer exists and BIRD shows no row: the protocol is disabled by hand, or confd has not reloaded BIRD",
                remedy: enable)
        }
        let address = session.leafAddress.map { " (\($0))" } ?? ""
        return Side(place: "the node", cause: "no BGPPeer of the node for the leaf\(address)", remedy: apply)
    }

    private static func finding(
        _ node: Node, _ sessions: [Session], _ side: Side, _ context: RuleContext
    ) -> Finding {
        let leaves = sessions.map { context.name($0.key.leaf) }
        return Finding(
            rule: id, severity: .warning,
            subject: Subject(rack: node.rack, leaf: sessions.count == 1 ? sessions[0].key.leaf : nil, node: node.name),
            since: nil, summary: "\(node.name) and \(listed(leaves)): peer missing on \(side.place)",
            cause: side.cause, evidence: sessions.flatMap { context.evidence(of: $0) }, remedy: side.remedy)
    }
}
