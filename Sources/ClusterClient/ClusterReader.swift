import Fabric
import FoundationEssentials
import Polling

/// Performs looks at the cluster's API.
struct ClusterReader: Sendable {
    let kubectl: Kubectl
    let now: @Sendable () -> Date

    /// What is asked of the cluster, each by a command of its own: one that is forbidden or missing takes nothing from
    /// the others.
    static let resources: [[String]] =
        [
            ["nodes"], ["services", "-A"], ["endpointslices.discovery.k8s.io", "-A"],
            ["poddisruptionbudgets.policy", "-A"], ["bgppeers.crd.projectcalico.org"],
            ["bgpconfigurations.crd.projectcalico.org"], ["blockaffinities.crd.projectcalico.org"],
            ["ippools.crd.projectcalico.org"],
        ] + optional

    /// What a cluster may lack by its version; that it does is no failure, and leaves unknown what it would tell.
    private static let optional: [[String]] = [
        ["ipamblocks.crd.projectcalico.org"], ["bgpfilters.crd.projectcalico.org"],
        ["clusterinformations.crd.projectcalico.org"],
    ]

    /// Asks for everything, side by side; the answers stand in the order of ``resources``.
    func performCluster() async -> LookResult {
        guard kubectl.configuration.readsCluster else {
            return LookResult(look: .cluster, answers: [], error: unwanted("kubectl get"))
        }
        let outcomes = await withTaskGroup(of: (Int, Result<Answer, SourceError>).self) { group in
            for (index, resource) in Self.resources.enumerated() {
                group.addTask { (index, await self.ask(["get"] + resource + ["-o", "json"])) }
            }
            var outcomes: [(Int, Result<Answer, SourceError>)] = []
            for await outcome in group { outcomes.append(outcome) }
            return outcomes.sorted { $0.0 < $1.0 }.map(\.1)
        }
        let missable = Self.resources.count - Self.optional.count
        let failures = outcomes.enumerated().compactMap { index, outcome -> SourceError? in
            guard case .failure(let error) = outcome else { return nil }
            return index >= missable && error.kind == .notFound ? nil : error
        }
        var error = failures.first
        if failures.count > 1 {
            let others = failures.dropFirst().map { "\($0.operation) (\($0.kind.rawValue))" }
            error?.cause += "; failed as well: " + others.joined(separator: ", ")
        }
        return LookResult(look: .cluster, answers: outcomes.compactMap { try? $0.get() }, error: error)
    }

    /// Asks for a node's pods.
    func performPods(_ node: NodeName) async -> LookResult {
        let look = Look.pods(node)
        let operation = "kubectl get pods"
        guard kubectl.configuration.readsCluster else {
            return LookResult(look: look, answers: [], error: unwanted(operation))
        }
        do throws(SourceError) {
            let name = try NodeGrammar.checked(node, source: .kubernetes, operation: operation)
            let words = ["get", "pods", "-A", "--field-selector", "spec.nodeName=\(name)", "-o", "json"]
            return LookResult(look: look, answers: [try await ask(words).get()])
        } catch {
            return LookResult(look: look, answers: [], error: error)
        }
    }

    private func ask(_ words: [String]) async -> Result<Answer, SourceError> {
        do throws(SourceError) {
            let bytes = try await kubectl.read(words, timeout: kubectl.configuration.clusterTimeout)
            let command = "kubectl " + words.joined(separator: " ")
            return .success(Answer(source: .kubernetes, command: command, at: now(), bytes: bytes))
        } catch {
            return .failure(error)
        }
    }

    private func unwanted(_ operation: String) -> SourceError {
        SourceError(
            kind: .notFound, source: .kubernetes, operation: operation, cause: "no cluster is configured",
            hint: "give a kubeconfig in the configuration")
    }
}
