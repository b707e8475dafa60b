import Children
import Fabric
import FoundationEssentials
import Polling

/// Performs looks at the cluster's API: through kubectl's proxy, and where that cannot be had by a `kubectl get` for
/// each kind.
struct ClusterReader: Sendable {
    let kubectl: Kubectl
    /// Nil: there is no place for the proxy's socket.
    let watcher: ClusterWatcher?
    let now: @Sendable () -> Date

    /// Asks for everything; the answers stand in the order of ``ClusterKind/all``.
    func performCluster() async -> LookResult {
        guard kubectl.configuration.readsCluster else {
            return LookResult(look: .cluster, answers: [], error: unwanted("kubectl get"))
        }
        if let watcher, let result = await watcher.look() { return result }
        let outcomes = await withTaskGroup(of: (Int, ClusterOutcome).self) { group in
            for (index, kind) in ClusterKind.all.enumerated() {
                let words = kind.forms.first?.words ?? []
                group.addTask { (index, await self.ask(["get"] + words + ["-o", "json"])) }
            }
            var outcomes: [(Int, ClusterOutcome)] = []
            for await outcome in group { outcomes.append(outcome) }
            return outcomes.sorted { $0.0 < $1.0 }.map(\.1)
        }
        return ClusterOutcomes.result(outcomes)
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
            let path = "/api/v1/pods?fieldSelector=spec.nodeName%3D\(name)"
            var told = await watcher?.list(path, command: "kubectl " + words.joined(separator: " "))
            if told == nil { told = await ask(words) }
            switch told {
            case .answer(let answer): return LookResult(look: look, answers: [answer])
            case .failure(let error): throw error
            case .unchanged, nil: return LookResult(look: look, answers: [])
            }
        } catch {
            return LookResult(look: look, answers: [], error: error)
        }
    }

    private func ask(_ words: [String]) async -> ClusterOutcome {
        do throws(SourceError) {
            let bytes = try await kubectl.read(words, timeout: kubectl.configuration.clusterTimeout)
            let command = "kubectl " + words.joined(separator: " ")
            return .answer(Answer(source: .kubernetes, command: command, at: now(), bytes: bytes))
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
