import Correlation
import Design
import Fabric
import FoundationEssentials
import Testing

@Suite struct LpmNearLimitTests {
    @Test func theLeafsOwnFigureCounts() {
        var fabric = FabricBuilder.figure1()
        let from = fabric.provenance(.leaf(LeafID(101)))
        fabric.snapshot.leaves[LeafID(101)]?.capacity = Observed(LeafCapacity(lpmLimit: 1000, lpmUsed: 810), from)
        let found = fabric.findings("lpm-near-limit")
        #expect(found.map(\.severity) == [.note])
        #expect(found.first?.subject.leaf == LeafID(101))
        #expect(found.first?.cause.contains("81 %") == true)
    }

    @Test func elseTheProfilesFigure() {
        var fabric = FabricBuilder.figure1()
        var routes: [IPPrefix: [IPAddress]] = [:]
        for index in 0..<19_000 {
            routes[IPPrefix(host: IPAddress(v4: 0x0AF4_0000 + UInt32(index)))] = [FabricBuilder.address(1)]
        }
        fabric.setTable(101, routes)
        #expect(fabric.findings("lpm-near-limit").map(\.severity) == [.warning])
        fabric.settings.profile = .highLPM
        #expect(fabric.findings("lpm-near-limit").isEmpty)
    }
}
