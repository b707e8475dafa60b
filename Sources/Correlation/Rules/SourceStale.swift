import Fabric
import FoundationEssentials

/// A source has given no readable answer for three of its intervals. What it told before is shown, but
/// not trusted: it has no vote in any verdict.
///
/// Detected by the time of the last answer. More than five silent nodes or leaves are one finding.
///
/// What to do: see what the source last said: an expired login, a refused connection, a missing right.
/// Until it answers, what it alone tells is unknown, and the other side's truth still stands.
enum SourceStale: FindingRule {
    static let id: RuleID = "source-stale"
    static let explanation = """
        A source has given no readable answer for three of its intervals. What it told before is shown, but
        not trusted: it has no vote in any verdict.

        Detected by the time of the last answer. More than five silent nodes or leaves are one finding.

        What to do: see what the source last said: an expired login, a refused connection, a missing right.
        Until it answers, what it alone tells is unknown, and the other side's truth still stands.
        """

    static func findings(in context: RuleContext) -> [Finding] {
        SourceTrouble.findings(context, context.facts.old, rule: id, word: "silent")
    }
}
