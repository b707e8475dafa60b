import Fabric
import FoundationEssentials

/// A node advertises a prefix inside the pod or service subnets, and a leaf does not accept it. It is
/// critical for a block of pod addresses, and for a prefix that no leaf of the rack accepts from any
/// node; else a warning.
///
/// Detected where the leaf's paths lack it (by REST, where the release tells them), else where its count
/// of accepted paths (PfxRcd) and its table leave no other conclusion: the count is zero, or it is used
/// up by prefixes that are installed through this node. Where only the table is known, a prefix
/// installed through other nodes is unknown for this one, never "not accepted". Prefixes outside the pod
/// and service subnets are denied by design and are no finding, nor are copies of another node's prefix that
/// came through the mesh (see mesh-enabled), nor what a node in graceful-restart recovery holds back (see
/// recovery-wait). What a node told before it stopped answering is not newly held against a leaf. Sessions
/// that lack the same are one finding.
///
/// What to do: check that the import route map (default-import) holds the subnet with aggregate, that
/// the AS path is not longer than the maximum AS limit, and that the maximum number of prefixes is not
/// reached.
enum PrefixNotAccepted: FindingRule {
    static let id: RuleID = "prefix-not-accepted"
    static let explanation = """
        A node advertises a prefix inside the pod or service subnets, and a leaf does not accept it. It is
        critical for a block of pod addresses, and for a prefix that no leaf of the rack accepts from any
        node; else a warning.

        Detected where the leaf's paths lack it (by REST, where the release tells them), else where its count
        of accepted paths (PfxRcd) and its table leave no other conclusion: the count is zero, or it is used
        up by prefixes that are installed through this node. Where only the table is known, a prefix
        installed through other nodes is unknown for this one, never "not accepted". Prefixes outside the pod
        and service subnets are denied by design and are no finding, nor are copies of another node's prefix that
        came through the mesh (see mesh-enabled), nor what a node in graceful-restart recovery holds back (see
        recovery-wait). What a node told before it stopped answering is not newly held against a leaf. Sessions
        that lack the same are one finding.

        What to do: check that the import route map (default-import) holds the subnet with aggregate, that
        the AS path is not longer than the maximum AS limit, and that the maximum number of prefixes is not
        reached.
        """

    static func findings(in context: RuleContext) -> [Finding] {
        let rejected = context.picture.ledger.entries(with: .notAccepted)
        guard !rejected.isEmpty else { return [] }
        let accepted = acceptedSomewhere(Set(rejected.map(Place.init)), context)
        var parts: [Part: [LedgerEntry]] = [:]
        for entry in rejected {
            let isLost = entry.kind == .block || !accepted.contains(Place(entry))
            parts[Part(key: entry.key, severity: isLost ? .critical : .warning), default: []].append(entry)
        }
        // Sessions that lack the same prefixes are one finding: one cause explains them.
        let groups = Dictionary(grouping: parts) { part, entries in
            Group(
                rack: entries[0].rack, severity: part.severity, prefixes: entries.map(\.prefix).sorted(),
                silent: context.facts.hasFallenSilent(part.key.node) ? part.key.node : nil)
        }
        return groups.map { group, parts in
            let entries = parts.flatMap(\.value).sorted { ($0.key, $0.prefix) < ($1.key, $1.prefix) }
            return (entries[0], finding(group, entries, context))
        }.sorted { ($0.0.key, $0.0.prefix) < ($1.0.key, $1.0.prefix) }.map(\.1)
    }

    /// What one session lacks in one severity.
    private struct Part: Hashable {
        var key: SessionKey
        var severity: Severity
    }

    /// Sessions of a rack that lack the same.
    private struct Group: Hashable {
        var rack: String?
        var severity: Severity
        var prefixes: [IPPrefix]
        /// A node that has not told since what it exports is judged by itself.
        var silent: NodeName?
    }

    /// A prefix in a rack.
    private struct Place: Hashable {
        var rack: String?
        var prefix: IPPrefix

        init(_ entry: LedgerEntry) {
            rack = entry.rack
            prefix = entry.prefix
        }
    }

    /// The places whose prefix some leaf of the rack accepts, or may accept, from some node.
    private static func acceptedSomewhere(_ places: Set<Place>, _ context: RuleContext) -> Set<Place> {
        var accepted: Set<Place> = []
        let wanted = Dictionary(grouping: places, by: \.rack)
        for page in context.picture.ledger.pages {
            for place in wanted[page.rack] ?? [] where !accepted.contains(place) {
                if let known = page.accepted(place.prefix), known != .no { accepted.insert(place) }
            }
        }
        return accepted
    }

    private static func finding(_ group: Group, _ entries: [LedgerEntry], _ context: RuleContext) -> Finding {
        let leaves = Set(entries.map(\.key.leaf)).sorted()
        let nodes = Set(entries.map(\.key.node)).sorted()
        return Finding(
            rule: id, severity: group.severity,
            subject: Subject(
                rack: group.rack, leaf: leaves.count == 1 ? leaves[0] : nil, node: nodes.count == 1 ? nodes[0] : nil,
                prefix: group.prefixes.count == 1 ? group.prefixes[0] : nil),
            since: nil,
            summary: "\(listed(leaves.map { context.name($0) })) \(agreeing(leaves.count, "does", "do")) not accept "
                + "\(listed(group.prefixes)) from \(listed(nodes))",
            cause: cause(entries, context), evidence: evidence(entries, context), remedy: remedy(entries[0], context))
    }

    private static func cause(_ entries: [LedgerEntry], _ context: RuleContext) -> String {
        let received = context.session(entries[0].key)?.accepted ?? 0
        let start =
            received == 0 ? "the leaf accepts no path at all" : "the leaf accepts \(received) of the paths advertised"
        return start
            + "; what remains is an import route map without the subnet, an AS path longer than the maximum AS "
            + "limit, or the maximum number of prefixes reached; the import route map and the peer's prefix limit decide"
    }

    private static func evidence(_ entries: [LedgerEntry], _ context: RuleContext) -> [EvidenceLine] {
        Set(entries.map(\.key)).sorted().prefix(4).flatMap { key -> [EvidenceLine] in
            guard let session = context.session(key) else { return [] }
            var lines = context.evidence(of: session)
            if let export = session.leafAddress.flatMap({ context.facts.nodes[key.node]?.exports[$0] }) {
                let prefixes = entries.filter { $0.key == key }.map(\.prefix)
                lines.append(EvidenceLine(export.provenance, excerpt: "exports \(listed(prefixes))"))
            }
            return lines
        }
    }

    private static func remedy(_ entry: LedgerEntry, _ context: RuleContext) -> String {
        "check that default-import permits \(entry.prefix) (subnet with aggregate), then the maximum AS limit and the "
            + "maximum prefixes of the peer on \(context.name(entry.key.leaf))"
    }
}
