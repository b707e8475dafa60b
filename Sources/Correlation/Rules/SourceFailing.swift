import Fabric
import FoundationEssentials

/// The last look at a source failed. What it told before is still young enough to be shown.
///
/// Detected by the poll itself. More than five failing nodes or leaves are one finding.
///
/// What to do: follow the hint. Until the source answers, what it alone tells is unknown, and the other
/// side's truth still stands.
enum SourceFailing: FindingRule {
    static let id: RuleID = "source-failing"
    static let explanation = """
        The last look at a source failed. What it told before is still young enough to be shown.

        Detected by the poll itself. More than five failing nodes or leaves are one finding.

        What to do: follow the hint. Until the source answers, what it alone tells is unknown, and the other
        side's truth still stands.
        """

    static func findings(in context: RuleContext) -> [Finding] {
        SourceTrouble.findings(context, context.facts.failing, rule: id, word: "failing")
    }
}
