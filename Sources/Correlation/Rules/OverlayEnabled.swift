import Fabric
import FoundationEssentials

/// An IPPool of Calico has IP-in-IP or VXLAN on, which the design switches off. Pod traffic between nodes goes
/// through tunnels: contracts of the fabric do not see it, and the MTU shrinks.
///
/// Detected by the enabled IPPools.
///
/// What to do: set ipipMode and vxlanMode of the pool to Never. Existing sessions of pods are cut by the change.
enum OverlayEnabled: FindingRule {
    static let id: RuleID = "overlay-enabled"
    static let explanation = """
        An IPPool of Calico has IP-in-IP or VXLAN on, which the design switches off. Pod traffic between nodes goes
        through tunnels: contracts of the fabric do not see it, and the MTU shrinks.

        Detected by the enabled IPPools.

        What to do: set ipipMode and vxlanMode of the pool to Never. Existing sessions of pods are cut by the change.
        """

    static func findings(in context: RuleContext) -> [Finding] {
        guard let pools = context.snapshot.cluster.pools else { return [] }
        let wrong = pools.value.filter { !$0.isDisabled && $0.usesOverlay }
        guard !wrong.isEmpty else { return [] }
        let words = wrong.map { pool in "\(pool.name): " + "ipipMode \(pool.ipipMode), vxlanMode \(pool.vxlanMode)" }
        return [
            Finding(
                rule: id, severity: .warning, subject: Subject(), since: nil,
                summary:
                    "IP-in-IP or VXLAN is on in \(counted(wrong.count, "pool", "pools")) \(listed(wrong.map(\.name)))",
                cause: "\(listed(words)); the design wants Never",
                evidence: wrong.prefix(4).map { pool in
                    EvidenceLine(
                        pools.provenance,
                        excerpt: "IPPool \(pool.name) \(pool.cidr) "
                            + "ipipMode \(pool.ipipMode), vxlanMode \(pool.vxlanMode)")
                }, remedy: "set ipipMode and vxlanMode of \(listed(wrong.map(\.name))) to Never")
        ]
    }
}
