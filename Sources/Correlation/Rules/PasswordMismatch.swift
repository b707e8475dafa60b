import Fabric
import FoundationEssentials

/// The two ends of a session have different passwords (TCP MD5), or one has none: each drops what the other
/// sends without a word. A probable cause, since a filter on TCP port 179 looks the same.
///
/// Detected where both ends have tried for longer than 30 seconds, BIRD stands in Connect or Active and has
/// no error to tell, or only that the leaf was configured anew, the leaf says Idle, Connect or Active, and
/// the leaf has Established sessions with other nodes. The node has to be read 8 seconds after the loss or
/// later: it has tried again by then. A broken path would have shown "No route to host" within the 30 seconds,
/// a refusing leaf a reset.
///
/// What to do: compare the password of the peer on the leaf with the Secret that the BGPPeer names, and
/// whether calico-node may read that Secret; where they agree look for a filter on TCP port 179.
enum PasswordMismatch: FindingRule {
    static let id: RuleID = "password-mismatch"
    static let explanation = """
        The two ends of a session have different passwords (TCP MD5), or one has none: each drops what the other
        sends without a word. A probable cause, since a filter on TCP port 179 looks the same.

        Detected where both ends have tried for longer than 30 seconds, BIRD stands in Connect or Active and has
        no error to tell, or only that the leaf was configured anew, the leaf says Idle, Connect or Active, and
        the leaf has Established sessions with other nodes. The node has to be read 8 seconds after the loss or
        later: it has tried again by then. A broken path would have shown "No route to host" within the 30 seconds,
        a refusing leaf a reset.

        What to do: compare the password of the peer on the leaf with the Secret that the BGPPeer names, and
        whether calico-node may read that Secret; where they agree look for a filter on TCP port 179.
        """

    /// Seconds after which a path that is broken, or a peer that refuses, has told so: BIRD tries every 5 s, and ARP
    /// gives up after 3 (calico.md 2.7, scenarios 15 and 17).
    static let patience = 30.0
    /// Seconds after which the node has tried again at least once: what it said before then is of the loss itself.
    private static let retry = 8.0

    static func findings(in context: RuleContext) -> [Finding] {
        context.picture.sessions.filter { isSilent($0, context) }.map { finding($0, context) }
    }

    private static func isSilent(_ session: Session, _ context: RuleContext) -> Bool {
        guard session.verdict == .down, let node = session.nodePeer, context.isTrusted(node.provenance),
            node.value.state?.phase == .connect || node.value.state?.phase == .active,
            isWordless(node.value), let leaf = session.leafPeer, context.isTrusted(leaf.provenance),
            [.idle, .connect, .active].contains(leaf.value.state.phase), !leaf.value.state.isAtPrefixLimit
        else { return false }
        guard let lost = [session.leafLost, session.since].compactMap({ $0 }).max(),
            context.now.timeIntervalSince(lost) >= patience, node.at.timeIntervalSince(lost) >= retry
        else { return false }
        let others = context.sessions(of: session.key.leaf)
        return others.contains { $0.key != session.key && $0.leafState?.isEstablished == true }
    }

    /// Whether the node has no error to tell, or only that the leaf once ended the session because it was configured anew.
    private static func isWordless(_ peer: NodePeer) -> Bool {
        let said = peer.lastError ?? ""
        return said.isEmpty && peer.info == peer.state?.words || said == "Received: Other configuration change"
    }

    private static func finding(_ session: Session, _ context: RuleContext) -> Finding {
        let leaf = context.name(session.key.leaf)
        let node = session.key.node
        return Finding(
            rule: id, severity: .warning,
            subject: Subject(rack: session.rack, leaf: session.key.leaf, node: node), since: context.lost(session),
            summary: "\(node) and \(leaf): probably different passwords",
            cause: "both ends try and hear nothing, no error, no reset, no missing route, while \(leaf) talks to its "
                + "other nodes: different or missing MD5 password; what remains is a filter on TCP port 179",
            evidence: context.evidence(of: session),
            remedy: "compare the peer's password on \(leaf) with the Secret of the BGPPeer of \(node), and whether "
                + "calico-node may read it; a ping from the node shows that the path is well")
    }
}
