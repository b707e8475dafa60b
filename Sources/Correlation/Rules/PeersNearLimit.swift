import Design
import Fabric
import FoundationEssentials

/// A leaf has nearly as many BGP peers as its release supports, or more. Further nodes may not come up, and
/// convergence slows.
///
/// Detected by comparing what is in use with the limit of the release (and for LPM the leaf's own figure, else
/// that of the configured profile): a note from 80 percent, a warning from 95. Those of one kind are one
/// finding.
///
/// What to do: put further nodes behind another pair of leaves.
enum PeersNearLimit: FindingRule {
    static let id: RuleID = "peers-near-limit"
    static let explanation = """
        A leaf has nearly as many BGP peers as its release supports, or more. Further nodes may not come up, and
        convergence slows.

        Detected by comparing what is in use with the limit of the release (and for LPM the leaf's own figure, else
        that of the configured profile): a note from 80 percent, a warning from 95. Those of one kind are one
        finding.

        What to do: put further nodes behind another pair of leaves.
        """

    static func findings(in context: RuleContext) -> [Finding] {
        LimitUse.findings(
            .peersPerLeaf, "BGP peers", rule: id,
            remedy: "put further nodes behind another pair of leaves", context)
    }
}
