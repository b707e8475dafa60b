import Fabric
import FoundationEssentials

/// An IPPool of Calico has natOutgoing on, which the design switches off. What pods send leaves with the address
/// of their node: the outside does not see pods, and contracts for them do not hold.
///
/// Detected by the enabled IPPools.
///
/// What to do: set natOutgoing of the pool to false. Existing sessions of pods are cut by the change.
enum NatOutgoingEnabled: FindingRule {
    static let id: RuleID = "nat-outgoing-enabled"
    static let explanation = """
        An IPPool of Calico has natOutgoing on, which the design switches off. What pods send leaves with the address
        of their node: the outside does not see pods, and contracts for them do not hold.

        Detected by the enabled IPPools.

        What to do: set natOutgoing of the pool to false. Existing sessions of pods are cut by the change.
        """

    static func findings(in context: RuleContext) -> [Finding] {
        guard let pools = context.snapshot.cluster.pools else { return [] }
        let wrong = pools.value.filter { !$0.isDisabled && $0.isNATOutgoing }
        guard !wrong.isEmpty else { return [] }
        let words = wrong.map { pool in "\(pool.name): " + "natOutgoing true" }
        return [
            Finding(
                rule: id, severity: .warning, subject: Subject(), since: nil,
                summary: "natOutgoing is on in \(counted(wrong.count, "pool", "pools")) \(listed(wrong.map(\.name)))",
                cause: "\(listed(words)); the design wants false",
                evidence: wrong.prefix(4).map { pool in
                    EvidenceLine(pools.provenance, excerpt: "IPPool \(pool.name) \(pool.cidr) " + "natOutgoing true")
                }, remedy: "set natOutgoing of \(listed(wrong.map(\.name))) to false")
        ]
    }
}
