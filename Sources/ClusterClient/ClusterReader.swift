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
        ] + optional.map { [$0.resource] }

    /// What a cluster may lack by its version, or keep from a user who may read the rest: no failure, but a gap, and what
    /// it would tell stays unknown.
    private static let optional: [(resource: String, unknown: String)] = [
        ("ippools.crd.projectcalico.org", "overlay, NAT, block size and subnets of the IPPools"),
        ("ipamblocks.crd.projectcalico.org", "full and borrowed blocks of pod addresses"),
        ("bgpfilters.crd.projectcalico.org", "what BGPFilters keep nodes from advertising"),
        ("clusterinformations.crd.projectcalico.org", "Calico's version"),
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
        var failures: [SourceError] = []
        var gaps: [SourceError] = []
        for (index, outcome) in outcomes.enumerated() {
            guard case .failure(let error) = outcome else { continue }
            let isOptional = index >= missable
            if isOptional, error.kind == .refused { gaps.append(Self.gap(error, Self.optional[index - missable])) }
            if !isOptional || ![.refused, .notFound].contains(error.kind) { failures.append(error) }
        }
        var error = failures.first
        if failures.count > 1 {
            let others = failures.dropFirst().map { "\($0.operation) (\($0.kind.rawValue))" }
            error?.cause += "; failed as well: " + others.joined(separator: ", ")
        }
        var result = LookResult(look: .cluster, answers: outcomes.compactMap { try? $0.get() }, error: error)
        result.gaps = gaps
        return result
    }

    /// A refusal with the right that is missing and what stays unknown without it.
    private static func gap(_ error: SourceError, _ part: (resource: String, unknown: String)) -> SourceError {
        var gap = error
        gap.hint = "let the kubeconfig's user list \(part.resource) (RBAC); unknown meanwhile: \(part.unknown)"
        return gap
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
