import Fabric
import FoundationEssentials

/// Two nodes have the same address by Calico's annotations: calico-node refuses to start on the second one, or,
/// where that check is off, both open sessions and the leaf hears two routers at one address.
///
/// Detected by comparing the address annotations of all nodes.
///
/// What to do: correct the address of the node that has the other's (IP or IP_AUTODETECTION_METHOD of
/// calico-node, or the host's interface); calico-node then starts by itself.
enum DuplicateNodeAddress: FindingRule {
    static let id: RuleID = "duplicate-node-address"
    static let explanation = """
        Two nodes have the same address by Calico's annotations: calico-node refuses to start on the second one, or,
        where that check is off, both open sessions and the leaf hears two routers at one address.

        Detected by comparing the address annotations of all nodes.

        What to do: correct the address of the node that has the other's (IP or IP_AUTODETECTION_METHOD of
        calico-node, or the host's interface); calico-node then starts by itself.
        """

    static let grounds: Grounds? = .cluster

    static func findings(in context: RuleContext) -> [Finding] {
        guard let nodes = context.snapshot.cluster.nodes else { return [] }
        let known = nodes.value.filter { $0.calicoAddress != nil }
        return Dictionary(grouping: known, by: \.calicoAddress).filter { $0.value.count > 1 }
            .sorted { $0.value[0].name < $1.value[0].name }.map { address, owners in
                let names = owners.map(\.name).sorted()
                let text = address?.description ?? ""
                let stopped = names.filter { context.facts.nodes[$0]?.outage == .calico }
                return Finding(
                    rule: id, severity: .critical, subject: Subject(rack: rack(names, context)), since: nil,
                    summary: "\(listed(names)) have the same address \(text)",
                    cause: "two annotations with one address"
                        + (stopped.isEmpty
                            ? "" : "; calico-node does not run on \(listed(stopped)), which refuses to start so"),
                    evidence: names.map { EvidenceLine(nodes.provenance, excerpt: "\($0) IPv4Address \(text)") }
                        + names.flatMap {
                            context.sessions(of: $0).prefix(1).flatMap { context.evidence(of: $0) }
                        },
                    remedy:
                        "give \(listed(names.dropFirst().map(\.text))) an address of \(agreeing(names.count - 1, "its", "their")) own"
                )
            }
    }

    private static func rack(_ names: [NodeName], _ context: RuleContext) -> String? {
        let racks = Set(names.map { context.nodes[$0]?.rack })
        return racks.count == 1 ? racks.first ?? nil : nil
    }
}
