import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct PrefixNotInstalledTests {
    @Test func acceptedByCountAndInNoRoute() {
        var fabric = FabricBuilder.figure1()
        fabric.rebuildTable(101, except: [3: [FabricBuilder.block(3)]])
        let found = fabric.findings("prefix-not-installed")
        #expect(found.count == 1)
        #expect(found.first?.subject.leaf == LeafID(101))
        #expect(found.first?.cause.contains("LPM") == true)
    }

    @Test func aFullTableIsNamedWithItsUse() {
        var fabric = FabricBuilder.figure1()
        fabric.rebuildTable(101, except: [3: [FabricBuilder.block(3)]])
        let from = fabric.provenance(.leaf(LeafID(101)))
        fabric.snapshot.leaves[LeafID(101)]?.capacity = Observed(LeafCapacity(lpmLimit: 20_000, lpmUsed: 20_000), from)
        let cause = fabric.findings("prefix-not-installed").first?.cause
        #expect(cause == "the LPM table of the leaf is full (20000 of 20000 entries in use)")
    }

    @Test func fewerAcceptedSaysSomethingElse() {
        var fabric = FabricBuilder.figure1()
        fabric.accept(101, 3, 1)
        fabric.rebuildTable(101, except: [3: [FabricBuilder.block(3)]])
        #expect(fabric.findings("prefix-not-installed").isEmpty)
        #expect(fabric.findings("prefix-not-accepted").count == 1)
    }
}
