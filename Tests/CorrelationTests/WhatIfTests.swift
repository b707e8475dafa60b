import Correlation
import Fabric
import Testing

@Suite struct WhatIfTests {
    @Test func twoNodesWithOneEndpointEachLeaveOneThatDrawsAll() throws {
        let fabric = FabricBuilder.figure1()
        let views = fabric.picture().services(without: FabricBuilder.name(1)).filter {
            $0.prefix == FabricBuilder.local
        }
        #expect(views.count == 2)
        let view = try #require(views.first)
        #expect(view.nextHops == ["node-2"])
        #expect(view.shares == [NodeShare(node: FabricBuilder.name(2), endpoints: 1, share: 1)])
        #expect(view.skew == 1)
        #expect(view.verdict == .even)
    }

    @Test func anUnevenRestShows() throws {
        var fabric = FabricBuilder.figure1()
        fabric.setEndpoints([1: 1, 2: 5, 3: 1])
        for leaf in [101, 102] {
            fabric.setTable(leaf, [FabricBuilder.local: (1...3).map { FabricBuilder.address($0) }])
        }
        let view = try #require(
            fabric.picture().services(without: FabricBuilder.name(1)).first { $0.prefix == FabricBuilder.local })
        #expect(view.shares.map(\.share) == [0.5, 0.5])
        // Node 3 hosts one endpoint of six and draws half.
        #expect(view.skew == 3)
        #expect(view.verdict == .skewed)
    }

    @Test func theLastNodeLeavesNothing() throws {
        var fabric = FabricBuilder.figure1()
        fabric.setEndpoints([1: 1])
        for leaf in [101, 102] { fabric.setTable(leaf, [FabricBuilder.local: [FabricBuilder.address(1)]]) }
        let view = try #require(
            fabric.picture().services(without: FabricBuilder.name(1)).first { $0.prefix == FabricBuilder.local })
        #expect(view.nextHops.isEmpty)
        #expect(view.verdict == .absent)
    }

    @Test func whatANodeHasNoPartInIsLeftOut() {
        let views = FabricBuilder.figure1().picture().services(without: FabricBuilder.name(1))
        #expect(!views.isEmpty)
        #expect(views.allSatisfy { [LeafID(101), LeafID(102)].contains($0.leaf) })
    }
}
