import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct DuplicateAsTests {
    @Test func twoNodesWithOneAS() {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot.cluster.nodes?.value[1].calicoAS = FabricBuilder.asn(1)
        #expect(fabric.findings("duplicate-as").first?.summary.contains("node-1, node-2") == true)
    }

    /// calico-node writes the AS of its environment over the node's own at each start (calico.md 3.4).
    @Test func aDaemonSetThatSetsASIsNamed() throws {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot.cluster.nodes?.value[1].calicoAS = FabricBuilder.asn(1)
        fabric.snapshot.cluster.calicoVariables = Observed(
            CalicoNodeVariables(
                daemonSet: ObjectName(namespace: "kube-system", name: "calico-node"), asn: FabricBuilder.asn(1)),
            fabric.provenance(.kubernetes, "kubectl get daemonsets.apps"))
        let finding = try #require(fabric.findings("duplicate-as").first)
        #expect(finding.cause.contains("the DaemonSet kube-system/calico-node sets AS"))
        #expect(finding.remedy.hasPrefix("take AS out of the environment of kube-system/calico-node"))
    }

    @Test func oneASForAllIsAnotherDesign() {
        var fabric = FabricBuilder.figure1()
        for index in 0...5 { fabric.snapshot.cluster.nodes?.value[index].calicoAS = FabricBuilder.asn(1) }
        #expect(fabric.findings("duplicate-as").isEmpty)
    }
}
