import Fabric
import FoundationEssentials

/// One end of a session says Established, the other does not: half-open. The leaf may forward to a node
/// that will not answer, or the node may send to a leaf that has forgotten it.
///
/// Detected when both ends were read less than 2 seconds apart, or when one end still calls the session
/// Established although the other had lost it before, for longer than a poll. A sample that is merely
/// older than the other end's change is not enough.
///
/// What to do: usually nothing, the hold timer ends it within seconds. If it stays, restart the
/// protocol on the node (birdcl restart) or clear the neighbor on the leaf.
enum SessionOneSided: FindingRule {
    static let id: RuleID = "session-one-sided"
    static let explanation = """
        One end of a session says Established, the other does not: half-open. The leaf may forward to a node
        that will not answer, or the node may send to a leaf that has forgotten it.

        Detected when both ends were read less than 2 seconds apart, or when one end still calls the session
        Established although the other had lost it before, for longer than a poll. A sample that is merely
        older than the other end's change is not enough.

        What to do: usually nothing, the hold timer ends it within seconds. If it stays, restart the
        protocol on the node (birdcl restart) or clear the neighbor on the leaf.
        """

    /// Seconds after which a hold timer of 3 s should long have ended it.
    private static let longest = 15.0

    static func findings(in context: RuleContext) -> [Finding] {
        context.picture.sessions.filter { $0.verdict == .oneSided }.map { session in
            let leaf = context.name(session.key.leaf)
            let isUpOnLeaf = session.leafState?.isEstablished == true
            let up = isUpOnLeaf ? leaf : session.key.node.text
            let lost = isUpOnLeaf ? session.key.node.text : leaf
            let state = isUpOnLeaf ? session.nodePeer?.value.info : session.leafState?.words
            let lasted = session.lostEndSince(isUpOnLeaf, context).map { context.now.timeIntervalSince($0) } ?? 0
            return Finding(
                rule: id, severity: .warning,
                subject: Subject(rack: session.rack, leaf: session.key.leaf, node: session.key.node),
                since: session.leafLost ?? (isUpOnLeaf ? nil : session.since),
                summary: "\(session.key.node) and \(leaf): only \(up) calls the session Established",
                cause:
                    "half-open: \(lost) says \(state.flatMap { $0.isEmpty ? nil : $0 } ?? "that it has no session"), "
                    + "\(up) has not noticed; "
                    + (lasted > longest
                        ? "for \(Int(lasted)) s already, so with the design's hold time of 3 s the BGP of \(up) hangs, or a "
                            + "graceful restart is under way"
                        : "remains until its hold timer expires, or a graceful restart is under way"),
                evidence: context.evidence(of: session),
                remedy:
                    "wait for the hold timer; if it stays, restart the protocol on \(session.key.node) or clear the "
                    + "neighbor on \(leaf)")
        }
    }
}

extension Session {
    /// Since when the end that is not Established has been so; nil where it does not tell.
    fileprivate func lostEndSince(_ isUpOnLeaf: Bool, _ context: RuleContext) -> Date? {
        guard isUpOnLeaf else { return leafLost }
        guard let peer = nodePeer else { return nil }
        return context.facts.nodes[key.node]?.clock.moment(peer.value.since, observed: peer.at)
    }
}
