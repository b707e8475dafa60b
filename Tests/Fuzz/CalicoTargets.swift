import Formats

/// The parsers of the Calico side by name, for the fuzzer: each takes any bytes and must return.
enum CalicoTargets {
    /// A target: its name, and what reads the bytes and returns how many diagnostics came of it.
    typealias Target = (name: String, run: @Sendable ([UInt8]) -> Int)

    static let all: [Target] = [
        ("calico-status", { Calico.nodeStatus($0).diagnostics.count }),
        ("calico-status-document", { Calico.nodeStatusDocument($0).diagnostics.count }),
        ("bird-protocols", { BIRD.protocolsDocument($0).diagnostics.count }),
        ("bird-peers", { BIRD.peers($0).diagnostics.count }),
        ("bird-routes", { BIRD.routesDocument($0).diagnostics.count }),
        ("bird-status", { BIRD.status($0).diagnostics.count }),
        ("bird-socket", socket),
        ("kubernetes-nodes", { Kubernetes.nodes($0).diagnostics.count }),
        ("kubernetes-services", { Kubernetes.services($0).diagnostics.count }),
        ("kubernetes-endpoints", { Kubernetes.endpoints($0).diagnostics.count }),
        ("kubernetes-pods", { Kubernetes.pods($0).diagnostics.count }),
        ("kubernetes-budgets", { Kubernetes.disruptionBudgets($0).diagnostics.count }),
        ("calico-peers", { Calico.peers($0).diagnostics.count }),
        ("calico-configuration", { Calico.bgpConfiguration($0).diagnostics.count }),
        ("calico-blocks", { Calico.blockAffinities($0).diagnostics.count }),
        ("kubectl-messages", { KubectlMessages.classify($0) == nil ? 0 : 1 }),
    ]

    /// The first byte cuts the stream, so that the fuzzer finds the seams.
    @Sendable private static func socket(_ bytes: [UInt8]) -> Int {
        var reader = BIRDReply(maximumReply: 1 << 20)
        let size = Int(bytes.first ?? 0) + 1
        var events = 0
        for start in stride(from: 1, to: bytes.count, by: size) {
            events += reader.receive(bytes[start..<min(bytes.count, start + size)]).count
        }
        return events
    }
}
