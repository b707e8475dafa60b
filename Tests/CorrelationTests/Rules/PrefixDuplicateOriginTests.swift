import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct PrefixDuplicateOriginTests {
    @Test func twoAffinitiesForOneBlock() {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot.cluster.blocks?.value.append(
            BlockAffinity(block: FabricBuilder.block(1), node: FabricBuilder.name(2), isConfirmed: true))
        let found = fabric.findings("prefix-duplicate-origin")
        #expect(found.map(\.severity) == [.critical])
        #expect(found.first?.cause.contains("node-1, node-2") == true)
    }

    @Test func aLeafHasABlockThroughTwoNodes() {
        var fabric = FabricBuilder.figure1()
        fabric.setTable(
            101, [FabricBuilder.block(1): [FabricBuilder.address(1), FabricBuilder.address(2)]])
        #expect(fabric.findings("prefix-duplicate-origin").first?.summary.contains("node-1, node-2") == true)
    }

    @Test func anAffinityThatIsBeingReleasedIsNone() {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot.cluster.blocks?.value.append(
            BlockAffinity(block: FabricBuilder.block(1), node: FabricBuilder.name(2), isConfirmed: false))
        #expect(fabric.findings("prefix-duplicate-origin").isEmpty)
    }
}
