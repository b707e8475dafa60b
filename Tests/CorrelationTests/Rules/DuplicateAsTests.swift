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

    @Test func oneASForAllIsAnotherDesign() {
        var fabric = FabricBuilder.figure1()
        for index in 0...5 { fabric.snapshot.cluster.nodes?.value[index].calicoAS = FabricBuilder.asn(1) }
        #expect(fabric.findings("duplicate-as").isEmpty)
    }
}
