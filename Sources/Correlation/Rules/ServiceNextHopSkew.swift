import Fabric
import FoundationEssentials

/// The traffic of a service spreads unevenly: some node draws more than 1.5 times the share that its
/// endpoints deserve.
///
/// Detected per leaf: each next hop draws the same share, each node deserves the part of the ready
/// endpoints that it hosts (for ranges all nodes of the rack the same). The skew is the largest share
/// divided by the share deserved; 1.0 is even. Next hops that the ECMP limit cuts off are not counted,
/// and endpoints that were not read leave the figure unknown.
///
/// What to do: where next hops are missing, repair the sessions or routes of the nodes named; where the
/// endpoints are uneven, spread the pods evenly over the nodes (topology spread constraints).
enum ServiceNextHopSkew: FindingRule {
    static let id: RuleID = "service-next-hop-skew"
    static let explanation = """
        The traffic of a service spreads unevenly: some node draws more than 1.5 times the share that its
        endpoints deserve.

        Detected per leaf: each next hop draws the same share, each node deserves the part of the ready
        endpoints that it hosts (for ranges all nodes of the rack the same). The skew is the largest share
        divided by the share deserved; 1.0 is even. Next hops that the ECMP limit cuts off are not counted,
        and endpoints that were not read leave the figure unknown.

        What to do: where next hops are missing, repair the sessions or routes of the nodes named; where the
        endpoints are uneven, spread the pods evenly over the nodes (topology spread constraints).
        """

    static func findings(in context: RuleContext) -> [Finding] {
        var groups: [Group: [ServiceView]] = [:]
        for view in context.notable.skewed {
            let isSingle = view.verdict == .single && ServiceSingleNextHop.eligible(view, context).count > 1
            if isSingle { continue }
            let missing = view.shares.filter { $0.share == 0 }.map(\.node)
            if !missing.isEmpty, missing.allSatisfy({ isExplained($0, view, context) }) { continue }
            groups[Group(missing: missing, prefix: missing.isEmpty ? view.prefix : nil), default: []].append(view)
        }
        return groups.values.map { finding($0, context) }
    }

    /// Whether another finding says why a node with its session up draws nothing.
    private static func isExplained(_ node: NodeName, _ view: ServiceView, _ context: RuleContext) -> Bool {
        context.explanation(of: view.prefix, SessionKey(node: node, leaf: view.leaf)) != nil
    }

    /// Views that one cause explains: the same nodes are missing, or else the same prefix is uneven.
    private struct Group: Hashable {
        var missing: [NodeName]
        var prefix: IPPrefix?
    }

    private static func finding(_ views: [ServiceView], _ context: RuleContext) -> Finding {
        let views = views.sorted { ($0.prefix, $0.leaf) < ($1.prefix, $1.leaf) }
        let first = views[0]
        let prefixes = Set(views.map(\.prefix)).sorted()
        let leaves = Set(views.map(\.leaf)).sorted()
        let missing = first.shares.filter { $0.share == 0 }.map(\.node)
        let what =
            prefixes.count == 1
            ? "\(first.service?.description ?? "service range") \(prefixes[0])" : "\(prefixes.count) service prefixes"
        let worst = views.compactMap(\.skew).max() ?? 0
        return Finding(
            rule: id, severity: .warning,
            subject: Subject(
                leaf: leaves.count == 1 ? leaves[0] : nil,
                node: prefixes.count > 1 && missing.count == 1 ? missing[0] : nil,
                prefix: prefixes.count == 1 ? prefixes[0] : nil, service: prefixes.count == 1 ? first.service : nil),
            since: nil,
            summary: "\(what): skew \(tenths(worst)) on \(listed(leaves.map { context.name($0) }))",
            cause: cause(first, missing, context), evidence: views.prefix(4).flatMap { evidence($0, context) },
            remedy: missing.isEmpty
                ? "spread the pods of the service evenly over the nodes"
                : "repair the sessions and routes of \(listed(missing))")
    }

    private static func cause(_ view: ServiceView, _ missing: [NodeName], _ context: RuleContext) -> String {
        guard !missing.isEmpty else {
            return "uneven endpoints: every next hop draws the same share, the nodes host different numbers"
        }
        let reasons = missing.prefix(4).map { node -> String in
            let session = context.session(SessionKey(node: node, leaf: view.leaf))
            guard let session, session.verdict != .up else { return "\(node) (session up, route missing)" }
            return "\(node) (session \(session.verdict.rawValue))"
        }
        return "missing next hops: " + listed(reasons)
    }

    private static func evidence(_ view: ServiceView, _ context: RuleContext) -> [EvidenceLine] {
        var lines: [EvidenceLine] = []
        if let table = context.facts.table(view.leaf, view.prefix.family) {
            lines.append(EvidenceLine(table.provenance, excerpt: "\(view.prefix) via \(listed(view.nextHops))"))
        }
        if let endpoints = context.snapshot.cluster.endpoints, view.service != nil {
            let hosted = view.shares.compactMap { share in share.endpoints.map { "\(share.node) \($0)" } }
            lines.append(EvidenceLine(endpoints.provenance, excerpt: "ready endpoints: \(listed(hosted))"))
        }
        return lines
    }

    /// A figure with one decimal.
    private static func tenths(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
