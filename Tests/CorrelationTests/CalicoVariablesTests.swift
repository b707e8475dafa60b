import Correlation
import Fabric
import FoundationEssentials
import Testing

/// `CALICO_ADVERTISE_CLUSTER_IPS` stands in serviceClusterIPs' place (calico.md 3.4 and 4.1).
@Suite struct CalicoVariablesTests {
    private func fabric(_ ranges: [IPPrefix]?) -> FabricBuilder {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot.cluster.calicoVariables = Observed(
            CalicoNodeVariables(
                daemonSet: ObjectName(namespace: "kube-system", name: "calico-node"), advertisedClusterIPs: ranges),
            fabric.provenance(.kubernetes, "kubectl get daemonsets.apps"))
        return fabric
    }

    private func expected(_ picture: Picture) -> Set<IPPrefix> {
        Set(picture.ledger.entries(of: FabricBuilder.name(3)).filter { $0.expected == .yes }.map(\.prefix))
    }

    @Test func withoutTheVariableTheConfigurationStands() {
        let picture = fabric(nil).picture()
        #expect(picture.findings.isEmpty)
        #expect(expected(picture).contains(FabricBuilder.range))
    }

    @Test func theVariablesRangeIsExpectedAndTheConfiguredOneIsNot() {
        let other = FabricBuilder.prefix("10.99.0.0/16")
        let picture = fabric([other]).picture()
        #expect(expected(picture).contains(other))
        #expect(!expected(picture).contains(FabricBuilder.range))
        let rules = Set(picture.findings.map(\.rule.text))
        #expect(rules.contains("prefix-not-advertised"))
        #expect(rules.contains("prefix-unexpected"))
    }

    @Test func aNewVariableIsConcludedFromAtOnce() {
        let first = fabric(nil).picture()
        var changed = fabric([FabricBuilder.prefix("10.99.0.0/16")])
        changed.now += 20
        changed.snapshot.generation += 1
        let picture = changed.picture(previous: first)
        #expect(expected(picture) == expected(changed.picture(previous: first.forgetting())))
        #expect(expected(picture).contains(FabricBuilder.prefix("10.99.0.0/16")))
    }
}
