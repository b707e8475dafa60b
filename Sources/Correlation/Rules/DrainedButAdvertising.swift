import Fabric
import FoundationEssentials

/// A node that is cordoned, excluded from services or in maintenance still draws traffic of services: what
/// arrives there may find no pod, and is lost when the node goes.
///
/// Detected where a leaf's route of a service prefix has the node as next hop. Cordoning alone withdraws
/// nothing: service ranges and the host routes of services with an endpoint there stay. Counts when it has
/// been so for 10 seconds; stays an alarm in maintenance.
///
/// What to do: set the label node.kubernetes.io/exclude-from-external-load-balancers to true, which withdraws
/// all service routes of the node, then evict its pods; bgpdeck drain does it in this order and proves it.
enum DrainedButAdvertising: FindingRule {
    static let id: RuleID = "drained-but-advertising"
    static let explanation = """
        A node that is cordoned, excluded from services or in maintenance still draws traffic of services: what
        arrives there may find no pod, and is lost when the node goes.

        Detected where a leaf's route of a service prefix has the node as next hop. Cordoning alone withdraws
        nothing: service ranges and the host routes of services with an endpoint there stay. Counts when it has
        been so for 10 seconds; stays an alarm in maintenance.

        What to do: set the label node.kubernetes.io/exclude-from-external-load-balancers to true, which withdraws
        all service routes of the node, then evict its pods; bgpdeck drain does it in this order and proves it.
        """

    static let settling = LedgerStanding.settling
    static let isQuietInMaintenance = false

    static let grounds: Grounds? = [.inventory, .settings, .cluster, .services]

    static func findings(in context: RuleContext) -> [Finding] {
        let kubernetes = context.facts.kubernetesNodes
        let idle = Set(
            context.nodes.keys.filter { name in
                kubernetes[name]?.isCordoned == true || kubernetes[name]?.isExcludedFromServices == true
                    || context.isInMaintenance(name)
            })
        guard !idle.isEmpty else { return [] }
        var drawn: [NodeName: (prefixes: Set<IPPrefix>, leaves: Set<LeafID>)] = [:]
        for view in context.picture.services {
            for share in view.shares where share.share > 0 && idle.contains(share.node) {
                drawn[share.node, default: ([], [])].prefixes.insert(view.prefix)
                drawn[share.node, default: ([], [])].leaves.insert(view.leaf)
            }
        }
        return drawn.keys.sorted().compactMap { name in
            guard let node = context.nodes[name], let drawn = drawn[name] else { return nil }
            return finding(node, drawn.prefixes.sorted(), drawn.leaves.sorted(), context)
        }
    }

    static func restsOn(_ finding: Finding, _ context: RuleContext) -> Date? { context.readAt(finding.subject.node) }

    private static func finding(
        _ node: Node, _ prefixes: [IPPrefix], _ leaves: [LeafID], _ context: RuleContext
    ) -> Finding {
        let kubernetes = context.facts.kubernetesNodes[node.name]
        var evidence: [EvidenceLine] = leaves.prefix(2).compactMap { leaf in
            context.facts.table(leaf, prefixes[0].family).map {
                EvidenceLine(
                    $0.provenance, excerpt: "\(listed(prefixes)) via \(node.address?.description ?? node.name.text)")
            }
        }
        if let nodes = context.snapshot.cluster.nodes, let kubernetes {
            let label = kubernetes.labels[KubernetesNode.excludeLabel].map { ", label \"\($0)\"" } ?? ""
            evidence.append(
                EvidenceLine(
                    nodes.provenance, excerpt: "\(node.name)\(kubernetes.isCordoned ? " cordoned" : "")\(label)"))
        }
        return Finding(
            rule: id, severity: .warning, subject: Subject(rack: node.rack, node: node.name), since: nil,
            summary: "\(node.name) is \(state(node.name, kubernetes, context)) and still draws "
                + "\(counted(prefixes.count, "service prefix", "service prefixes")) on "
                + listed(leaves.map { context.name($0) }),
            cause: cause(node.name, kubernetes, context), evidence: evidence,
            remedy: "kubectl label node \(node.name) \(KubernetesNode.excludeLabel)=true --overwrite; or bgpdeck drain "
                + node.name.text)
    }

    private static func state(_ name: NodeName, _ node: KubernetesNode?, _ context: RuleContext) -> String {
        if context.isInMaintenance(name) { return "in maintenance" }
        return node?.isCordoned == true ? "cordoned" : "excluded from services"
    }

    private static func cause(_ name: NodeName, _ node: KubernetesNode?, _ context: RuleContext) -> String {
        if node?.isExcludedFromServices == true {
            return "its exclude label is true: BIRD has not withdrawn its service routes, or the leaf has kept them"
        }
        if let label = node?.labels[KubernetesNode.excludeLabel] {
            let value = label.isEmpty ? "is empty" : "is \"\(label)\""
            return "its exclude label is there, but the value \(value): Calico wants exactly true"
        }
        return node?.isCordoned == true
            ? "cordon keeps new pods away and withdraws nothing: its service routes stay"
            : "its service routes have not been withdrawn, or its sessions came back"
    }
}
