import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct DuplicateNodeAddressTests {
    @Test func twoAnnotationsWithOneAddress() {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot.cluster.nodes?.value[1].calicoAddress = FabricBuilder.address(1)
        let found = fabric.findings("duplicate-node-address")
        #expect(found.map(\.severity) == [.critical])
        #expect(found.first?.summary.contains("node-1, node-2") == true)
    }

    @Test func nodesWithoutAnAddressAreNoPair() {
        var fabric = FabricBuilder.figure1()
        for index in 0...1 { fabric.snapshot.cluster.nodes?.value[index].calicoAddress = nil }
        #expect(fabric.findings("duplicate-node-address").isEmpty)
    }
}
