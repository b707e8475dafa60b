import Fabric
import FoundationEssentials

/// An operation holds a node in maintenance, so its alarms are quiet: their severity falls to note.
///
/// Detected from the operations that are under way.
///
/// What to do: nothing; restore the node when the work is done.
enum InMaintenance: FindingRule {
    static let id: RuleID = "in-maintenance"
    static let explanation = """
        An operation holds a node in maintenance, so its alarms are quiet: their severity falls to note.

        Detected from the operations that are under way.

        What to do: nothing; restore the node when the work is done.
        """

    static func findings(in context: RuleContext) -> [Finding] {
        context.settings.maintenance.sorted().map { name in
            let node = context.nodes[name]
            let sessions = context.sessions(of: name)
            let up = sessions.count { $0.verdict == .up || $0.verdict == .flapping }
            return Finding(
                rule: id, severity: .note, subject: Subject(rack: node?.rack, node: name), since: nil,
                summary: "\(name) is in maintenance", cause: "an operation holds it; its alarms are quiet meanwhile",
                evidence: sessions.isEmpty
                    ? []
                    : [
                        EvidenceLine(
                            source: .node(name), command: "", excerpt: "\(up) of \(sessions.count) sessions up")
                    ],
                remedy: "restore it when the work is done: bgpdeck restore \(name)")
        }
    }
}
