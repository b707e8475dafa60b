import Fabric
import Simulator
import Testing

/// A fault that the lab makes for real, and what the console has to say about it.
struct FaultCase: CustomTestStringConvertible {
    /// Its name, for `Tests/Lab/fault` and, where the simulated fabric knows it, for ``FaultKind``.
    var name: String
    /// Rules of which at least one must be found; empty: the fabric is as good as before (diagnosis.md).
    var rules: [String]
    /// Whether it edits the Kubernetes API.
    var needsCluster = false
    /// The kind in the simulated fabric; nil: it has none.
    var kind: FaultKind? { FaultKind(rawValue: name) }

    /// The node that it is made on: the last, but where next hops are what it changes, the first of the last rack. On a
    /// release with one next hop leaves forward to no other.
    var node: Topology.NodePlan? {
        let last = Lab.topology.nodes.last
        return name == "leaves-disagree" ? Lab.topology.nodes.first { $0.rack == last?.rack } : last
    }

    /// The target for `Tests/Lab/fault`; nil: what it takes by itself.
    var target: String? { name == "leaves-disagree" ? node?.name.text : nil }

    var testDescription: String { name }

    init(_ name: String, _ rules: [String] = [], needsCluster: Bool = false) {
        self.name = name
        self.rules = rules
        self.needsCluster = needsCluster
    }

    /// Every fault of `Tests/Lab/fault --list`.
    static let all: [FaultCase] = [
        FaultCase("leaf-neighbor-shut", ["session-down"]),
        FaultCase("leaf-peer-missing", ["peer-missing"]),
        FaultCase("wrong-as-on-leaf", ["as-mismatch"]),
        FaultCase("password-mismatch", ["session-down", "password-mismatch"]),
        FaultCase("hold-timer-mismatch", ["timer-mismatch"]),
        FaultCase("max-prefix-shut", ["session-down"]),
        FaultCase("max-prefix-warning"),
        FaultCase("import-filter-missing", ["prefix-not-accepted"]),
        FaultCase("bird-killed", ["stale-next-hops", "session-down"]),
        FaultCase("bird-terminated", ["session-down"]),
        FaultCase("hold-timer-expired", ["session-down"]),
        FaultCase("calico-node-restarted"),
        FaultCase("calico-node-dead", ["stale-next-hops", "session-down"]),
        FaultCase("recovery-wait", ["recovery-wait", "session-down"]),
        FaultCase("peer-disabled", ["peer-missing", "session-down"]),
        FaultCase("node-down", ["session-down"]),
        FaultCase("link-down", ["session-down"]),
        FaultCase("wrong-vlan", ["session-down"]),
        FaultCase("leaf-killed", ["session-down", "source-failing"]),
        FaultCase("leaf-terminated", ["session-down", "source-failing"]),
        FaultCase("leaf-stopped", ["source-failing", "session-one-sided"]),
        FaultCase("one-leaf-down", ["session-down", "source-failing"]),
        FaultCase("restarted-with-leaf-down", ["recovery-wait", "session-down"]),
        FaultCase("duplicate-address", ["session-down", "session-flapping"]),
        FaultCase("source-ssh-refused", ["source-failing"]),
        FaultCase("service-single-next-hop", ["service-single-next-hop"], needsCluster: true),
        FaultCase("services-excluded", needsCluster: true),
        // With one next hop at most leaves may choose differently; what is not accepted is told all the same.
        FaultCase("leaves-disagree", ["leaves-disagree", "prefix-not-accepted"], needsCluster: true),
        FaultCase("wrong-node-as", ["as-mismatch"], needsCluster: true),
        FaultCase("wrong-leaf-as", ["as-mismatch"], needsCluster: true),
        FaultCase("wrong-peer-address", ["address-mismatch"], needsCluster: true),
        FaultCase("peer-missing", ["peer-missing"], needsCluster: true),
        FaultCase("mesh-enabled", ["mesh-enabled"], needsCluster: true),
        FaultCase("api-down", ["source-failing"], needsCluster: true),
    ]

    /// Those that can be made in this lab, or of them the ones that are asked for; with `BGPDECK_LAB_THIRD` of 0 to 2 every
    /// third of them.
    static var possible: [FaultCase] {
        let made = all.filter { Lab.hasCluster || !$0.needsCluster }
        if let chosen = Lab.faults { return made.filter { chosen.contains($0.name) } }
        guard let third = Lab.third else { return made }
        return made.indices.filter { $0 % 3 == third }.map { made[$0] }
    }
}
