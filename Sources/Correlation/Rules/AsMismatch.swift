import Fabric
import FoundationEssentials

/// The two ends of a session do not agree on the AS numbers, so BGP refuses to open it.
///
/// Four numbers belong together in two pairs: the node's own AS (annotation or BGPConfiguration) and
/// the AS that the leaf expects of it; the Local-AS that the leaf presents (the rack's AS) and the AS
/// that the node's BGPPeer expects. Detected on sessions that are not up, by comparing the pairs, or by
/// BIRD's last error "Bad peer AS": Received means that the leaf rejects the node's AS, BGP Error that
/// the node rejects the leaf's.
///
/// What to do: correct the number that is named. Changing the AS of a node restarts all its sessions.
/// When the numbers of the BGPPeer and the rack agree and the node still rejects the leaf, the Local-AS
/// is missing or wrong on the leaf.
enum AsMismatch: FindingRule {
    static let id: RuleID = "as-mismatch"
    static let explanation = """
        The two ends of a session do not agree on the AS numbers, so BGP refuses to open it.

        Four numbers belong together in two pairs: the node's own AS (annotation or BGPConfiguration) and
        the AS that the leaf expects of it; the Local-AS that the leaf presents (the rack's AS) and the AS
        that the node's BGPPeer expects. Detected on sessions that are not up, by comparing the pairs, or by
        BIRD's last error "Bad peer AS": Received means that the leaf rejects the node's AS, BGP Error that
        the node rejects the leaf's.

        What to do: correct the number that is named. Changing the AS of a node restarts all its sessions.
        When the numbers of the BGPPeer and the rack agree and the node still rejects the leaf, the Local-AS
        is missing or wrong on the leaf.
        """

    static func findings(in context: RuleContext) -> [Finding] {
        lazy var planned = Dictionary(
            context.snapshot.inventory.nodes.map { ($0.name, $0.asn) }, uniquingKeysWith: { a, _ in a })
        return context.troubledNodes.flatMap { node, sessions -> [Finding] in
            guard sessions.contains(where: { $0.verdict == .down || $0.verdict == .oneSided }) else { return [] }
            let own = ownAS(node, sessions, planned[node.name] ?? nil, context)
            let wrong = sessions.compactMap { session -> (Session, Disagreement)? in
                guard session.verdict == .down || session.verdict == .oneSided else { return nil }
                return disagreement(session, own: own, context).map { (session, $0) }
            }
            guard let first = wrong.first else { return [] }
            if Set(wrong.map(\.1.cause)).count == 1 { return [finding(node, wrong.map(\.0), first.1, context)] }
            return wrong.map { finding(node, [$0], $1, context) }
        }
    }

    private struct Disagreement {
        var cause: String
        var remedy: String
    }

    /// The node's AS by Calico, else by the configuration, else as proven by a session that is up.
    private static func ownAS(_ node: Node, _ sessions: [Session], _ planned: ASN?, _ context: RuleContext) -> ASN? {
        if let kubernetes = context.facts.kubernetesNodes[node.name] {
            if let asn = kubernetes.calicoAS { return asn }
            if let asn = context.snapshot.cluster.bgpConfiguration?.value?.asn { return asn }
        }
        return planned ?? sessions.first { $0.verdict == .up }?.leafPeer?.value.asn
    }

    private static func disagreement(_ session: Session, own: ASN?, _ context: RuleContext) -> Disagreement? {
        let node = session.key.node
        let leaf = context.name(session.key.leaf)
        if let own, let expected = session.leafPeer?.value.asn, own != expected {
            return Disagreement(
                cause: "node AS: \(node) has AS \(own), the leaf expects AS \(expected)",
                remedy: "set the AS of \(node) or the remote AS of its peer on \(leaf), whichever differs from the plan"
            )
        }
        let expectation = session.nodePeer?.value.neighborAS ?? calicoPeer(session, context)?.asn
        let rackAS = session.rack.flatMap { context.picture.inventory.rack($0)?.asn }
        if let expectation, let rackAS, expectation != rackAS {
            return Disagreement(
                cause: "leaf AS: the BGPPeer of \(node) expects AS \(expectation), the rack's Local-AS is \(rackAS)",
                remedy: "apply the BGPPeer of \(node) for \(leaf) with AS \(rackAS)")
        }
        return byError(session, own: own, expectation: expectation, leaf: leaf, context)
    }

    private static func calicoPeer(_ session: Session, _ context: RuleContext) -> CalicoPeer? {
        context.facts.calicoPeer(session.key.node, session.leafAddress)
    }

    private static func byError(
        _ session: Session, own: ASN?, expectation: ASN?, leaf: String, _ context: RuleContext
    ) -> Disagreement? {
        guard let peer = session.nodePeer?.value else { return nil }
        let text = peer.lastError ?? peer.info
        guard text.contains("Bad peer AS") else { return nil }
        let node = session.key.node
        if text.contains("Received") {
            let expected = session.leafPeer.map { "AS \($0.value.asn)" } ?? "another AS"
            return Disagreement(
                cause: "node AS: the leaf rejects the AS that \(node) presents; it expects \(expected)"
                    + (own.map { ", Calico's configuration says AS \($0)" } ?? ", the node's own AS was not read"),
                remedy: "compare the AS of \(node) with the remote AS of its peer on \(leaf)")
        }
        let fabric = context.facts.leaves[session.key.leaf]?.tables.lazy.compactMap(\.localAS).first
        return Disagreement(
            cause:
                "leaf AS: \(node) expects \(expectation.map { "AS \($0)" } ?? "an AS that was not read") and the leaf "
                + "presents another: Local-AS missing or wrong on the leaf"
                + (fabric.map { " (without it the leaf presents the fabric's AS \($0))" } ?? ""),
            remedy: "set the Local-AS of the peer on \(leaf)" + (expectation.map { " to \($0)" } ?? ""))
    }

    private static func finding(
        _ node: Node, _ sessions: [Session], _ wrong: Disagreement, _ context: RuleContext
    ) -> Finding {
        context.finding(
            id, node, sessions, what: "AS numbers disagree", cause: wrong.cause, remedy: wrong.remedy,
            evidence: sessions.flatMap { context.evidence(of: $0) + configured($0, context) })
    }

    private static func configured(_ session: Session, _ context: RuleContext) -> [EvidenceLine] {
        var lines: [EvidenceLine] = []
        if let nodes = context.snapshot.cluster.nodes,
            let asn = context.facts.kubernetesNodes[session.key.node]?.calicoAS
        {
            lines.append(EvidenceLine(nodes.provenance, excerpt: "\(session.key.node) AS \(asn)"))
        }
        if let peers = context.snapshot.cluster.peers, let peer = calicoPeer(session, context) {
            lines.append(EvidenceLine(peers.provenance, excerpt: "BGPPeer \(peer.name) \(peer.peerIP) AS \(peer.asn)"))
        }
        return lines
    }
}
