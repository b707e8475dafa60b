import Design
import Fabric
import FoundationEssentials

/// A session has agreed on another hold time than the design's 3 seconds, so the loss of a node or leaf is
/// noticed later, or the session is lost in step with a keepalive interval that is too long.
///
/// Detected by the negotiated hold time that BIRD tells (the smaller of both proposals), and by the leaf's
/// own where it is read. Worth a note; a warning where such a session flaps. Sessions with the same hold
/// time are one finding.
///
/// What to do: set keepalive 1 s and hold 3 s in the BGP timer policy of the leaf's node profile, and leave
/// the BGPPeer's keepaliveTime empty. Where another hold time is meant, nothing.
enum TimerMismatch: FindingRule {
    static let id: RuleID = "timer-mismatch"
    static let explanation = """
        A session has agreed on another hold time than the design's 3 seconds, so the loss of a node or leaf is
        noticed later, or the session is lost in step with a keepalive interval that is too long.

        Detected by the negotiated hold time that BIRD tells (the smaller of both proposals), and by the leaf's
        own where it is read. Worth a note; a warning where such a session flaps. Sessions with the same hold
        time are one finding.

        What to do: set keepalive 1 s and hold 3 s in the BGP timer policy of the leaf's node profile, and leave
        the BGPPeer's keepaliveTime empty. Where another hold time is meant, nothing.
        """

    static func findings(in context: RuleContext) -> [Finding] {
        let wrong = context.picture.sessions.compactMap { session in
            session.holdTime.flatMap { $0 == FabricLayout.hold ? nil : ($0, session) }
        }
        return Dictionary(grouping: wrong, by: \.0).sorted { $0.key < $1.key }.map { hold, sessions in
            finding(hold, sessions.map(\.1), context)
        }
    }

    private static func finding(_ hold: Int, _ sessions: [Session], _ context: RuleContext) -> Finding {
        let flaps = sessions.filter { $0.verdict == .flapping }
        let first = sessions[0]
        let places = sessions.map { "\($0.key.node) and \(context.name($0.key.leaf))" }
        return Finding(
            rule: id, severity: flaps.isEmpty ? .note : .warning,
            subject: sessions.count == 1
                ? Subject(rack: first.rack, leaf: first.key.leaf, node: first.key.node) : Subject(),
            since: nil,
            summary: "\(counted(sessions.count, "session has", "sessions have")) a hold time of \(hold) s: "
                + listed(places),
            cause: "negotiated hold time \(hold) s, the design's is \(FabricLayout.hold) s"
                + (hold > FabricLayout.hold ? ": a dead node draws traffic for up to \(hold) s" : "")
                + (flaps.isEmpty ? "" : "; \(counted(flaps.count, "of them flaps", "of them flap"))"),
            evidence: sessions.prefix(4).flatMap { session -> [EvidenceLine] in
                var lines = context.evidence(of: session)
                if let peer = session.nodePeer {
                    lines.append(EvidenceLine(peer.provenance, excerpt: "\(peer.value.address) hold time \(hold) s"))
                }
                return lines
            },
            remedy: "set keepalive \(FabricLayout.keepalive) s and hold \(FabricLayout.hold) s in the BGP timer policy "
                + "of \(listed(Set(sessions.map(\.key.leaf)).sorted().map { context.name($0) })), unless it is meant")
    }
}
