import Fabric
import FoundationEssentials

/// A node does not advertise to a leaf what Calico's own data says it should: a block of pod addresses that
/// it owns, an address that a pod of it has borrowed, a service range or a service's host route.
///
/// Detected by comparing confirmed block affinities, IPAM blocks and services with what BIRD exports to each
/// leaf whose session is up. A block whose affinity stays pending, and one that a BGPFilter of the node's
/// peers rejects, are told as well. Where both sides were read and the difference was seen to begin, it counts
/// once the node has been read again 10 seconds after (Calico's own batching and BIRD's reload).
///
/// What to do: where confd has not reloaded BIRD since the change, sv hup bird in calico-node; where a
/// BGPFilter is named, correct it; where an affinity is pending, look at calico-node's log on the node.
enum PrefixNotAdvertised: FindingRule {
    static let id: RuleID = "prefix-not-advertised"
    static let explanation = """
        A node does not advertise to a leaf what Calico's own data says it should: a block of pod addresses that
        it owns, an address that a pod of it has borrowed, a service range or a service's host route.

        Detected by comparing confirmed block affinities, IPAM blocks and services with what BIRD exports to each
        leaf whose session is up. A block whose affinity stays pending, and one that a BGPFilter of the node's
        peers rejects, are told as well. Where both sides were read and the difference was seen to begin, it counts
        once the node has been read again 10 seconds after (Calico's own batching and BIRD's reload).

        What to do: where confd has not reloaded BIRD since the change, sv hup bird in calico-node; where a
        BGPFilter is named, correct it; where an affinity is pending, look at calico-node's log on the node.
        """

    static let settling = LedgerStanding.settling

    static func findings(in context: RuleContext) -> [Finding] {
        let missing = context.picture.ledger.entries(of: id)
        let nodes = Dictionary(grouping: missing, by: \.key.node)
        guard nodes.count <= single else { return [many(nodes, context)] + pending(context) + filtered(context) }
        let late = nodes.keys.sorted().compactMap { name in
            context.nodes[name].map { unreloaded($0, nodes[name] ?? [], context) }
        }
        return late + pending(context) + filtered(context)
    }

    static func restsOn(_ finding: Finding, _ context: RuleContext) -> Date? {
        context.readAtBothEnds(finding.subject.node)
    }

    /// Up to this many nodes are told one by one; what befalls more of them has one cause.
    private static let single = 5

    private static func many(_ nodes: [NodeName: [LedgerEntry]], _ context: RuleContext) -> Finding {
        let names = nodes.keys.sorted()
        let prefixes = Set(nodes.values.joined().map(\.prefix)).sorted()
        return Finding(
            rule: id, severity: .warning, subject: Subject(), since: nil,
            summary:
                "\(names.count) nodes do not advertise \(counted(prefixes.count, "prefix", "prefixes")) that they should: "
                + listed(names),
            cause:
                "confd has not reloaded BIRD on any of them: the API server or Typha is not heard, or a change is under way",
            evidence: names.prefix(2).flatMap { name -> [EvidenceLine] in
                let leaves = Set((nodes[name] ?? []).map(\.key.leaf)).sorted()
                return context.nodes[name].map { exports($0, leaves, context) } ?? []
            }, remedy: "look at calico-node's log on one of them, then at the API server and Typha")
    }

    private static func unreloaded(_ node: Node, _ entries: [LedgerEntry], _ context: RuleContext) -> Finding {
        let leaves = Set(entries.map(\.key.leaf)).sorted()
        let prefixes = Set(entries.map(\.prefix)).sorted()
        let bird = context.snapshot.nodes[node.name]?.bird
        let clock = context.facts.nodes[node.name]?.clock.offset ?? 0
        var evidence = exports(node, leaves, context)
        if let blocks = context.snapshot.cluster.blocks, entries.contains(where: { $0.kind == .block }) {
            evidence.append(EvidenceLine(blocks.provenance, excerpt: "\(node.name) owns \(listed(prefixes))"))
        }
        var cause = "confd has not reloaded BIRD on \(node.name)"
        if let bird, let last = bird.value.lastReconfiguration?.addingTimeInterval(-clock) {
            cause += " for \(Int(max(0, context.now.timeIntervalSince(last)))) s"
            evidence.append(EvidenceLine(bird.provenance, excerpt: "Last reconfiguration \(last)"))
        }
        if context.snapshot.cluster.filters == nil { cause += "; what remains is a BGPFilter, which was not read" }
        let label = context.facts.kubernetesNodes[node.name]?.labels[KubernetesNode.excludeLabel]
        if let label, entries.contains(where: { $0.kind == .service || $0.kind == .serviceRange }) {
            cause += "; the label \(KubernetesNode.excludeLabel) has the value \"\(label)\", which excludes nothing"
        }
        return Finding(
            rule: id, severity: .warning,
            subject: Subject(
                rack: node.rack, leaf: leaves.count == 1 ? leaves[0] : nil, node: node.name,
                prefix: prefixes.count == 1 ? prefixes[0] : nil),
            since: nil,
            summary: "\(node.name) does not advertise \(listed(prefixes)) to "
                + listed(leaves.map { context.name($0) }),
            cause: cause, evidence: evidence,
            remedy: "sv hup bird in calico-node on \(node.name); if that changes nothing, look at confd's log there")
    }

    private static func exports(_ node: Node, _ leaves: [LeafID], _ context: RuleContext) -> [EvidenceLine] {
        leaves.compactMap { leaf in
            let address = context.session(SessionKey(node: node.name, leaf: leaf))?.leafAddress
            return address.flatMap { context.facts.nodes[node.name]?.exports[$0] }.map {
                EvidenceLine($0.provenance, excerpt: "exports \(listed($0.value.map(\.prefix)))")
            }
        }
    }

    private static func pending(_ context: RuleContext) -> [Finding] {
        guard let blocks = context.snapshot.cluster.blocks else { return [] }
        let byNode = Dictionary(grouping: context.facts.pendingBlocks, by: \.node)
        return byNode.keys.sorted().map { name in
            let waiting = (byNode[name] ?? []).map(\.block).sorted()
            return Finding(
                rule: id, severity: .warning,
                subject: Subject(
                    rack: context.nodes[name]?.rack, node: name, prefix: waiting.count == 1 ? waiting[0] : nil),
                since: nil, summary: "\(name) does not advertise \(listed(waiting)): affinity pending",
                cause: "the affinity of the block is pending: Calico exports it once it is confirmed, which takes "
                    + "milliseconds unless calico-node was interrupted",
                evidence: [EvidenceLine(blocks.provenance, excerpt: "\(listed(waiting)) \(name) state pending")],
                remedy: "calicoctl ipam check; restart of calico-node on \(name) finishes the claim")
        }
    }

    private static func filtered(_ context: RuleContext) -> [Finding] {
        guard let filters = context.snapshot.cluster.filters, !filters.value.isEmpty else { return [] }
        return context.facts.filteredBlocks.sorted { $0.key < $1.key }.map { name, filtered in
            let blocks = Set(filtered.map(\.block)).sorted()
            let named = Set(filtered.map(\.filter)).sorted()
            return Finding(
                rule: id, severity: .warning,
                subject: Subject(
                    rack: context.nodes[name]?.rack, node: name, prefix: blocks.count == 1 ? blocks[0] : nil),
                since: nil, summary: "\(name) does not advertise \(listed(blocks)): a BGPFilter keeps it back",
                cause: "the BGPFilter \(listed(named)) of the node's BGPPeers rejects it",
                evidence: [
                    EvidenceLine(filters.provenance, excerpt: "BGPFilter \(listed(named)) rejects \(listed(blocks))")
                ],
                remedy: "take the rule out of the BGPFilter, if its pods shall be reached from outside")
        }
    }
}
