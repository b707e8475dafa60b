import Design
import Fabric
import FoundationEssentials

/// A service that several nodes of a rack could serve enters through one of them alone: the leaf
/// installs a single next hop. Before ACI 4.2 a leaf installs one next hop of an eBGP route in any
/// case; this is then a note, once for all services.
///
/// Detected when a leaf's route has one next hop although at least two nodes that should draw the
/// prefix have their session with that leaf up, and no other finding says why one of them draws nothing.
///
/// What to do: from ACI 4.2 raise the maximum of eBGP paths (BGP address family context policy) and
/// allow AS paths of different nodes to share a route (AS-path multipath relax). Before 4.2 spread by
/// other means, or upgrade.
enum ServiceSingleNextHop: FindingRule {
    static let id: RuleID = "service-single-next-hop"
    static let explanation = """
        A service that several nodes of a rack could serve enters through one of them alone: the leaf
        installs a single next hop. Before ACI 4.2 a leaf installs one next hop of an eBGP route in any
        case; this is then a note, once for all services.

        Detected when a leaf's route has one next hop although at least two nodes that should draw the
        prefix have their session with that leaf up, and no other finding says why one of them draws nothing.

        What to do: from ACI 4.2 raise the maximum of eBGP paths (BGP address family context policy) and
        allow AS paths of different nodes to share a route (AS-path multipath relax). Before 4.2 spread by
        other means, or upgrade.
        """

    /// A session that was just re-established has its next hop back only when the table is read again.
    static let settling = 3.0

    static func restsOn(_ finding: Finding, _ context: RuleContext) -> Date? {
        // Where the release or the configuration allows no second next hop, nothing is on its way.
        if context.settings.nextHopLimit <= 1 || context.settings.multipathRelax == false { return .distantFuture }
        // Who is expected follows from Kubernetes, which is read at its own time.
        let leaves =
            finding.subject.leaf.map { [context.readAt($0)] } ?? context.facts.leaves.values.map { $0.provenance?.at }
        return (leaves + [context.snapshot.cluster.endpoints?.at]).compactMap { $0 }.min()
    }

    static func findings(in context: RuleContext) -> [Finding] {
        let single = context.notable.singles.filter { eligible($0, context).count > 1 }
        guard let first = single.first else { return [] }
        let prefixes = Set(single.map(\.prefix)).sorted()
        guard context.settings.nextHopLimit > 1, context.settings.multipathRelax != false else {
            return [finding(first, prefixes, single, context)]
        }
        // Prefixes that enter so through the same leaves have one cause.
        let leaves = Dictionary(grouping: single, by: \.prefix).mapValues { Set($0.map(\.leaf)) }
        let groups = Dictionary(grouping: single) { leaves[$0.prefix] ?? [] }.values
        return groups.sorted { ($0[0].prefix, $0[0].leaf) < ($1[0].prefix, $1[0].leaf) }.map { views in
            finding(views[0], Set(views.map(\.prefix)).sorted(), views, context)
        }
    }

    /// The expected nodes whose session with the leaf is up, less those of which another finding says why they draw
    /// nothing.
    static func eligible(_ view: ServiceView, _ context: RuleContext) -> [NodeName] {
        view.shares.map(\.node).filter { node in
            let key = SessionKey(node: node, leaf: view.leaf)
            if context.explanation(of: view.prefix, key) != nil { return false }
            let session = context.session(key)
            return session?.verdict == .up || session?.verdict == .flapping
        }
    }

    private static func finding(
        _ first: ServiceView, _ prefixes: [IPPrefix], _ views: [ServiceView], _ context: RuleContext
    ) -> Finding {
        let isInevitable = context.settings.isSingleNextHopRelease
        let what =
            prefixes.count == 1
            ? "\(first.service?.description ?? "service range") \(prefixes[0])"
            : "\(prefixes.count) service prefixes (\(listed(prefixes)))"
        let leaves = Set(views.map(\.leaf)).sorted()
        return Finding(
            rule: id, severity: isInevitable ? .note : .warning,
            subject: Subject(
                leaf: leaves.count == 1 ? leaves[0] : nil, prefix: prefixes.count == 1 ? prefixes[0] : nil,
                service: prefixes.count == 1 ? first.service : nil),
            since: nil,
            summary: "\(what) \(agreeing(prefixes.count, "enters", "enter")) through a single node on "
                + listed(leaves.map { context.name($0) }),
            cause: cause(context), evidence: views.prefix(4).compactMap { evidence($0, context) },
            remedy: isInevitable
                ? "nothing on this release; from ACI 4.2 a leaf can install several next hops"
                : "raise the maximum of eBGP paths and set AS-path multipath relax in the BGP policies of the VRF")
    }

    private static func cause(_ context: RuleContext) -> String {
        let settings = context.settings
        if settings.isSingleNextHopRelease {
            return "ACI before 4.2 installs one next hop of an eBGP route (release \(settings.release ?? "unknown"))"
        }
        if settings.nextHopLimit == 1 { return "the maximum of eBGP paths is 1" }
        if settings.multipathRelax == false {
            return "each node has its own AS, and AS-path multipath relax is off: paths of equal length are not shared"
        }
        return "what remains is maximum eBGP paths of 1, AS-path multipath relax off, or a release before 4.2; the BGP "
            + "policies of the VRF decide"
    }

    private static func evidence(_ view: ServiceView, _ context: RuleContext) -> EvidenceLine? {
        context.facts.table(view.leaf, view.prefix.family).map {
            EvidenceLine(
                $0.provenance,
                excerpt: "\(view.prefix) via \(listed(view.nextHops)); expected \(listed(view.expectedNodes))")
        }
    }
}

extension CorrelationSettings {
    /// Whether the release installs one next hop of an eBGP route whatever is configured.
    var isSingleNextHopRelease: Bool { Limits.of(release: release).ecmpMaximum == 1 }
}
