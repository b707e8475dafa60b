import Design
import Fabric
import FoundationEssentials

/// A leaf has nearly as many LPM entries in use as its forwarding scale profile offers, or more. A route that
/// finds no entry is not forwarded.
///
/// Detected by comparing what is in use with the limit of the release (and for LPM the leaf's own figure, else
/// that of the configured profile): a note from 80 percent, a warning from 95. Those of one kind are one
/// finding.
///
/// What to do: choose a forwarding scale profile with more LPM entries, or advertise fewer and larger prefixes.
enum LpmNearLimit: FindingRule {
    static let id: RuleID = "lpm-near-limit"
    static let explanation = """
        A leaf has nearly as many LPM entries in use as its forwarding scale profile offers, or more. A route that
        finds no entry is not forwarded.

        Detected by comparing what is in use with the limit of the release (and for LPM the leaf's own figure, else
        that of the configured profile): a note from 80 percent, a warning from 95. Those of one kind are one
        finding.

        What to do: choose a forwarding scale profile with more LPM entries, or advertise fewer and larger prefixes.
        """

    static func findings(in context: RuleContext) -> [Finding] {
        LimitUse.findings(
            .lpmPerLeaf, "LPM entries", rule: id,
            remedy: "choose a forwarding scale profile with more LPM entries, or advertise fewer and larger prefixes",
            context)
    }
}
