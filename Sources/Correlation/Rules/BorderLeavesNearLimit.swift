import Design
import Fabric
import FoundationEssentials

/// An L3Out has nearly as many border leaves as its release supports, or more: the cluster has no room for
/// another rack.
///
/// Detected by comparing what is in use with the limit of the release (and for LPM the leaf's own figure, else
/// that of the configured profile): a note from 80 percent, a warning from 95. Those of one kind are one
/// finding.
///
/// What to do: spread further racks over another L3Out: bgpdeck plan proposes how.
enum BorderLeavesNearLimit: FindingRule {
    static let id: RuleID = "border-leaves-near-limit"
    static let explanation = """
        An L3Out has nearly as many border leaves as its release supports, or more: the cluster has no room for
        another rack.

        Detected by comparing what is in use with the limit of the release (and for LPM the leaf's own figure, else
        that of the configured profile): a note from 80 percent, a warning from 95. Those of one kind are one
        finding.

        What to do: spread further racks over another L3Out: bgpdeck plan proposes how.
        """

    static func findings(in context: RuleContext) -> [Finding] {
        LimitUse.findings(
            .borderLeavesPerL3Out, "border leaves", rule: id,
            remedy: "spread further racks over another L3Out: bgpdeck plan proposes how", context)
    }
}
