import Design
import Fabric
import FoundationEssentials

/// More nodes advertise a service prefix than a leaf installs next hops for: some of them draw none of its
/// traffic. No alarm: nothing is lost, and those that are installed share evenly.
///
/// Detected where a leaf's route has as many next hops as the limit allows and more nodes should draw it.
/// All such prefixes are one finding.
///
/// What to do: nothing, or raise the maximum of eBGP paths as far as the release allows; for services that
/// keep traffic local, fewer nodes with endpoints.
enum EcmpClipped: FindingRule {
    static let id: RuleID = "ecmp-clipped"
    static let explanation = """
        More nodes advertise a service prefix than a leaf installs next hops for: some of them draw none of its
        traffic. No alarm: nothing is lost, and those that are installed share evenly.

        Detected where a leaf's route has as many next hops as the limit allows and more nodes should draw it.
        All such prefixes are one finding.

        What to do: nothing, or raise the maximum of eBGP paths as far as the release allows; for services that
        keep traffic local, fewer nodes with endpoints.
        """

    static func findings(in context: RuleContext) -> [Finding] {
        guard !context.settings.isSingleNextHopRelease, context.settings.nextHopLimit > 1 else { return [] }
        let clipped = context.notable.clipped
        guard let first = clipped.first else { return [] }
        let prefixes = Set(clipped.map(\.prefix)).sorted()
        let leaves = Set(clipped.map(\.leaf)).sorted()
        let limit = context.settings.nextHopLimit
        let most = clipped.map(\.shares.count).max() ?? 0
        return [
            Finding(
                rule: id, severity: .note,
                subject: Subject(
                    prefix: prefixes.count == 1 ? prefixes[0] : nil,
                    service: prefixes.count == 1 ? first.service : nil),
                since: nil,
                summary: "\(listed(prefixes)): \(limit) of up to \(most) nodes are next hops on "
                    + listed(leaves.map { context.name($0) }),
                cause: "a leaf installs \(limit) next hops of a route, \(most) nodes advertise it",
                evidence: clipped.prefix(4).compactMap { view in
                    context.facts.table(view.leaf, view.prefix.family).map {
                        EvidenceLine($0.provenance, excerpt: "\(view.prefix) via \(listed(view.nextHops))")
                    }
                },
                remedy: "nothing, or raise the maximum of eBGP paths (\(context.capacity.limits.ecmpMaximum) at most)")
        ]
    }
}
