import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct StaleNextHopsTests {
    @Test func routesOutliveTheSession() {
        var fabric = FabricBuilder.figure1()
        for (side, leaf) in [101, 102].enumerated() {
            fabric.leafLoses(leaf, 1, age: 30)
            fabric.nodeLoses(1, side: side, age: 30)
        }
        let found = fabric.findings("stale-next-hops")
        #expect(found.count == 1)
        #expect(found.first?.severity == .critical)
        #expect(found.first?.since == fabric.now.addingTimeInterval(-30))
        #expect(found.first?.cause.contains("at most 90 s more") == true)
        #expect(found.first?.cause.contains("300 s") == true)
    }

    @Test func aTableReadBeforeTheLossProvesNothing() {
        var fabric = FabricBuilder.figure1()
        fabric.leafLoses(101, 1, age: 3)
        fabric.nodeLoses(1, side: 0, age: 3)
        let key = RouteTableKey(vrf: FabricBuilder.vrf, family: .ipv4)
        fabric.snapshot.leaves[LeafID(101)]?.routes[key]?.provenance.at = fabric.now.addingTimeInterval(-20)
        #expect(fabric.findings("stale-next-hops").isEmpty)
        #expect(!fabric.picture().ledger.contains { $0.verdict == .stale })
    }

    @Test func routesThatWentWithTheSession() {
        var fabric = FabricBuilder.figure1()
        fabric.lose(1, 101)
        #expect(fabric.findings("stale-next-hops").isEmpty)
    }

    /// The last loss bounds the whole; nothing is promised of a leaf that is past its bound.
    @Test func theBoundCountsFromTheLastLoss() {
        var fabric = FabricBuilder.figure1()
        for (side, age) in [50.0, 30.0].enumerated() {
            fabric.leafLoses(101 + side, 1, age: age)
            fabric.nodeLoses(1, side: side, age: age)
        }
        #expect(fabric.findings("stale-next-hops").first?.cause.contains("at most 90 s more") == true)
        for side in [0, 1] { fabric.leafLoses(101 + side, 1, age: 150) }
        #expect(fabric.findings("stale-next-hops").first?.cause.contains("already 30 s longer") == true)
    }
}
