import Fabric
import FoundationEssentials

/// The two leaves of a rack install different next hops for the same prefix: traffic that enters
/// through one leaf reaches other nodes than traffic that enters through the other.
///
/// Detected by merging the tables of the two leaves, counting only next hops that are nodes of the
/// rack. Where both leaves have filled their next-hop limit they may choose differently and are not
/// compared, nor is a route that was installed after the other leaf was read, unless that leaf is known to
/// refuse it. Tables that were read within one second are of one moment; others have to differ still when
/// both are read again.
///
/// What to do: repair the session of the node named with the leaf that lacks it; if the session is up,
/// compare the import policies of the two leaves.
enum LeavesDisagree: FindingRule {
    static let id: RuleID = "leaves-disagree"
    static let explanation = """
        The two leaves of a rack install different next hops for the same prefix: traffic that enters
        through one leaf reaches other nodes than traffic that enters through the other.

        Detected by merging the tables of the two leaves, counting only next hops that are nodes of the
        rack. Where both leaves have filled their next-hop limit they may choose differently and are not
        compared, nor is a route that was installed after the other leaf was read, unless that leaf is known to
        refuse it. Tables that were read within one second are of one moment; others have to differ still when
        both are read again.

        What to do: repair the session of the node named with the leaf that lacks it; if the session is up,
        compare the import policies of the two leaves.
        """

    /// The tables of the two leaves are mostly read one after the other, with changes between: both leaves then have to
    /// be read again. Tables of one moment tell at once.
    static let settling = 3.0

    static func restsOn(_ finding: Finding, _ context: RuleContext) -> Date? {
        let leaves = context.picture.inventory.rack(finding.subject.rack)?.leaves ?? []
        let read = leaves.compactMap { context.facts.table($0, .ipv4)?.at }
        if let first = read.min(), let last = read.max(), last.timeIntervalSince(first) < 1 { return .distantFuture }
        return context.readAt(rack: finding.subject.rack)
    }

    static let grounds: Grounds? = [.inventory, .settings, .tables, .refusals]

    static func findings(in context: RuleContext) -> [Finding] {
        context.picture.inventory.racks.flatMap { rack in
            zip(rack.leaves, rack.leaves.dropFirst()).compactMap { finding(rack, $0, $1, context) }
        }
    }

    private static func finding(_ rack: Rack, _ a: LeafID, _ b: LeafID, _ context: RuleContext) -> Finding? {
        let nodes = context.picture.inventory.nodes.filter { $0.rack == rack.name && !context.isInMaintenance($0.name) }
        var gaps: [Gap: [IPPrefix]] = [:]
        for family in AddressFamily.allCases {
            guard let left = whole(a, family, context), let right = whole(b, family, context) else { continue }
            let merge = TableComparison(left, right, nodes: nodes, limit: context.settings.nextHopLimit)
            // A leaf that is known to refuse a prefix does not lack it for being read early.
            let differences = merge.differences { prefix, node, isLeft in
                context.rejected[SessionKey(node: node, leaf: isLeft ? a : b)]?.contains(prefix) == true
            }
            for difference in differences {
                for node in difference.onlyLeft {
                    gaps[Gap(node: node, leaf: b), default: []].append(difference.prefix)
                }
                for node in difference.onlyRight {
                    gaps[Gap(node: node, leaf: a), default: []].append(difference.prefix)
                }
            }
        }
        return gaps.isEmpty ? nil : finding(rack, gaps, context)
    }

    /// A leaf's table, if all of it was read.
    private static func whole(_ leaf: LeafID, _ family: AddressFamily, _ context: RuleContext) -> Observed<RouteTable>?
    {
        context.snapshot.leaves[leaf]?.routesAreSelected == true ? nil : context.facts.table(leaf, family)
    }

    /// A node that a leaf lacks as next hop.
    private struct Gap: Hashable, Comparable {
        var node: NodeName
        var leaf: LeafID

        static func < (a: Gap, b: Gap) -> Bool { (a.leaf, a.node) < (b.leaf, b.node) }
    }

    private static func finding(_ rack: Rack, _ gaps: [Gap: [IPPrefix]], _ context: RuleContext) -> Finding {
        let order = gaps.keys.sorted()
        let prefixes = Set(gaps.values.flatMap { $0 }).sorted()
        let causes = order.map { gap -> String in
            let key = SessionKey(node: gap.node, leaf: gap.leaf)
            let verdict = context.session(key)?.verdict ?? .unknown
            let missing = gaps[gap] ?? []
            let reasons = Set(missing.compactMap { context.explanation(of: $0, key)?.text }).sorted()
            let see = reasons.isEmpty ? "" : ", see \(listed(reasons))"
            return "\(context.name(gap.leaf)) lacks \(gap.node) for "
                + "\(counted(missing.count, "prefix", "prefixes")) (session \(verdict.rawValue)\(see))"
        }
        let lines = order.prefix(4).flatMap { gap -> [EvidenceLine] in
            let session = context.session(SessionKey(node: gap.node, leaf: gap.leaf))
            return session.map { context.evidence(of: $0) } ?? []
        }
        return Finding(
            rule: id, severity: .warning,
            subject: Subject(rack: rack.name, prefix: prefixes.count == 1 ? prefixes[0] : nil), since: nil,
            summary: "leaves of \(rack.name) install different next hops for \(listed(prefixes, limit: 2))",
            cause: listed(causes), evidence: lines + tables(rack, prefixes[0], context),
            remedy: "repair the sessions named; where a session is up, compare the import policies of the two leaves")
    }

    private static func tables(_ rack: Rack, _ prefix: IPPrefix, _ context: RuleContext) -> [EvidenceLine] {
        rack.leaves.compactMap { leaf in
            context.facts.table(leaf, prefix.family).map { table in
                let hops = table.value.nextHops(of: prefix)?.addresses ?? []
                return EvidenceLine(
                    table.provenance, excerpt: "\(prefix) via \(hops.isEmpty ? "nothing" : listed(hops))")
            }
        }
    }
}
