import Formats
import FoundationEssentials

/// The parsers of the Calico side; their seeds are the captures that their tests read.
let calicoTargets: [FuzzTarget] = CalicoTargets.all.map { entry in
    FuzzTarget(name: entry.name, seeds: CalicoTargets.seeds(entry.folder)) { input in
        violations(of: entry.run(input), input: input)
    }
}

/// What reads bytes, by name: each takes any bytes and must return.
enum CalicoTargets {
    /// A target: its name, the folder of its seeds, and what reads the bytes and returns the diagnostics.
    typealias Target = (name: String, folder: String, run: @Sendable ([UInt8]) -> [Diagnostic])

    /// The captures of a folder beside the parsers' tests, largest left out: a mutation wants to hit something.
    static func seeds(_ folder: String) -> [[UInt8]] {
        let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "FormatsTests/Fixtures/\(folder)")
        return files(in: fixtures.path()).filter { $0.count < 1 << 16 }
    }

    static let all: [Target] = [
        ("calico-status", "calico", { Calico.nodeStatus($0).diagnostics }),
        ("calico-status-document", "calico", { Calico.nodeStatusDocument($0).diagnostics }),
        ("bird-protocols", "bird", { BIRD.protocolsDocument($0).diagnostics }),
        ("bird-peers", "bird", { BIRD.peers($0).diagnostics }),
        ("bird-routes", "bird", { BIRD.routesDocument($0).diagnostics }),
        ("bird-status", "bird", { BIRD.status($0).diagnostics }),
        ("bird-socket", "bird", socket),
        ("kubernetes-nodes", "kubernetes", { Kubernetes.nodes($0).diagnostics }),
        ("kubernetes-services", "kubernetes", { Kubernetes.services($0).diagnostics }),
        ("kubernetes-endpoints", "kubernetes", { Kubernetes.endpoints($0).diagnostics }),
        ("kubernetes-pods", "kubernetes", { Kubernetes.pods($0).diagnostics }),
        ("kubernetes-budgets", "kubernetes", { Kubernetes.disruptionBudgets($0).diagnostics }),
        ("calico-peers", "calico", { Calico.peers($0).diagnostics }),
        ("calico-configuration", "calico", { Calico.bgpConfiguration($0).diagnostics }),
        ("calico-pools", "calico", { Calico.pools($0).diagnostics }),
        ("calico-blocks", "calico", { Calico.blockAffinities($0).diagnostics }),
        (
            "kubectl-messages", "kubernetes",
            {
                _ = KubectlMessages.classify($0)
                return []
            }
        ),
    ]

    /// The first byte cuts the stream, so that the fuzzer finds the seams.
    @Sendable private static func socket(_ bytes: [UInt8]) -> [Diagnostic] {
        var reader = BIRDReply(maximumReply: 1 << 20)
        let size = Int(bytes.first ?? 0) + 1
        for start in stride(from: 1, to: bytes.count, by: size) {
            _ = reader.receive(bytes[start..<min(bytes.count, start + size)])
        }
        return []
    }
}
