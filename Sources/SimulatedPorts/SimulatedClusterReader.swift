import Fabric
import FoundationEssentials
import Polling
import Simulator
import SimulatorServer

/// The cluster by its facts.
actor SimulatedClusterReader {
    private let facts: SimulatorFacts
    private var version: UInt64 = 0

    init(_ facts: SimulatorFacts) { self.facts = facts }

    func perform(now: @Sendable () -> Date) async -> LookResult {
        do throws(SimulatorFacts.Failure) {
            guard let (facts, version) = try await facts.cluster(version: version) else {
                return LookResult(
                    look: .cluster, answers: [], facts: [told(.unchanged(.kubernetes), "nodes", now())])
            }
            self.version = version
            if let silence = facts.silence {
                let failure = SimulatedFailure.words(silence, source: .kubernetes, operation: "kubectl get")
                return LookResult(look: .cluster, answers: [], error: failure)
            }
            return LookResult(look: .cluster, answers: [], facts: all(facts, now()))
        } catch {
            let failure = SimulatedFailure.error(error, source: .kubernetes, operation: "kubectl get")
            return LookResult(look: .cluster, answers: [], error: failure)
        }
    }

    func perform(podsOf node: NodeName, now: @Sendable () -> Date) async -> LookResult {
        let look = Look.pods(node)
        do throws(SimulatorFacts.Failure) {
            let pods = try await facts.pods(of: node)
            let words = "pods -A --field-selector spec.nodeName=\(node)"
            return LookResult(look: look, answers: [], facts: [told(.pods(pods, of: node), words, now())])
        } catch {
            let failure = SimulatedFailure.error(error, source: .kubernetes, operation: "kubectl get pods")
            return LookResult(look: look, answers: [], error: failure)
        }
    }

    private func told(_ observation: Observation, _ words: String, _ at: Date) -> Decoded {
        let provenance = Provenance(source: .kubernetes, command: "kubectl get \(words) -o json", at: at)
        return Decoded(observations: [observation], provenance: provenance)
    }

    private func all(_ facts: SimulatedClusterFacts, _ at: Date) -> [Decoded] {
        let slices = facts.slices.map { slice in
            let isKnown = facts.endpointLists.indices.contains(slice.list)
            return ServiceEndpoints(service: slice.service, endpoints: isKnown ? facts.endpointLists[slice.list] : [])
        }
        return [
            told(.kubernetesNodes(facts.nodes), "nodes", at), told(.services(facts.services), "services -A", at),
            told(.endpoints(slices), "endpointslices.discovery.k8s.io -A", at),
            told(.budgets(facts.budgets), "poddisruptionbudgets.policy -A", at),
            told(.calicoPeers(facts.peers), "bgppeers.crd.projectcalico.org", at),
            told(.bgpConfiguration(facts.configuration), "bgpconfigurations.crd.projectcalico.org", at),
            told(
                .calicoVariables(facts.variables), "daemonsets.apps -A --field-selector metadata.name=calico-node", at),
            told(.blocks(facts.blocks), "blockaffinities.crd.projectcalico.org", at),
            told(.pools(facts.pools), "ippools.crd.projectcalico.org", at),
            told(.calicoVersion(facts.calicoVersion), "clusterinformations.crd.projectcalico.org", at),
        ]
    }
}
