import Design
import Fabric
import FoundationEssentials

/// Two nodes have the same AS number although the design gives each its own: AS paths do not tell them apart,
/// and a leaf of one rack drops what it hears of the other as a loop where it is told to.
///
/// Detected by comparing Calico's AS numbers of all nodes. Not judged where the plan, or most nodes, share
/// one AS by design.
///
/// What to do: give one of them the AS of the plan, in Calico and as remote AS of its peers on the leaves.
/// Changing it restarts the sessions of the node.
enum DuplicateAs: FindingRule {
    static let id: RuleID = "duplicate-as"
    static let explanation = """
        Two nodes have the same AS number although the design gives each its own: AS paths do not tell them apart,
        and a leaf of one rack drops what it hears of the other as a loop where it is told to.

        Detected by comparing Calico's AS numbers of all nodes. Not judged where the plan, or most nodes, share
        one AS by design.

        What to do: give one of them the AS of the plan, in Calico and as remote AS of its peers on the leaves.
        Changing it restarts the sessions of the node.
        """

    static let grounds: Grounds? = [.settings, .cluster]

    static func findings(in context: RuleContext) -> [Finding] {
        guard let nodes = context.snapshot.cluster.nodes, isJudged(context, nodes.value) else { return [] }
        let known = nodes.value.compactMap { node in node.calicoAS.map { (asn: $0, name: node.name) } }
        return Dictionary(grouping: known, by: \.asn).filter { $0.value.count > 1 }.sorted { $0.key < $1.key }.map {
            asn, owners in
            let names = owners.map(\.name).sorted()
            let forced = forced(asn, context)
            return Finding(
                rule: id, severity: .warning, subject: Subject(), since: nil,
                summary: "\(listed(names)) have the same AS \(asn)",
                cause:
                    "each node has an AS of its own in this design; \(counted(names.count, "node", "nodes")) share one"
                    + (forced.map {
                        "; the DaemonSet \($0) sets AS, which each start of calico-node writes over the "
                            + "node's own"
                    } ?? ""),
                evidence: names.prefix(4).map { EvidenceLine(nodes.provenance, excerpt: "\($0) ASNumber \(asn)") }
                    + names.prefix(4).flatMap {
                        context.sessions(of: $0).prefix(1).flatMap { context.evidence(of: $0) }
                    },
                remedy: (forced.map { "take AS out of the environment of \($0), then " } ?? "")
                    + "give each the AS of its plan, in Calico and as the remote AS of its peers on the leaves")
        }
    }

    /// The DaemonSet whose environment gives every node this number; nil: none does.
    private static func forced(_ asn: ASN, _ context: RuleContext) -> ObjectName? {
        guard let variables = context.snapshot.cluster.calicoVariables?.value, variables.asn == asn else { return nil }
        return variables.daemonSet
    }

    private static func isJudged(_ context: RuleContext, _ nodes: [KubernetesNode]) -> Bool {
        if let layout = context.settings.layout { return layout.variant.rules.nodeAS == .perNode }
        let numbers = nodes.compactMap(\.calicoAS)
        return Set(numbers).count * 2 > numbers.count
    }
}
