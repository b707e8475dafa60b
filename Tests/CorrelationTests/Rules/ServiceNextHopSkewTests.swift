import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct ServiceNextHopSkewTests {
    private func view(_ fabric: FabricBuilder, _ leaf: Int = 101) -> ServiceView? {
        fabric.picture().services.first { $0.prefix == FabricBuilder.local && $0.leaf == LeafID(leaf) }
    }

    @Test func evenIsOne() {
        #expect(view(.figure1())?.skew == 1.0)
        #expect(view(.figure1())?.verdict == .even)
        #expect(view(.figure1())?.shares.map(\.share) == [0.5, 0.5])
    }

    @Test(arguments: [([1: 2, 2: 1], 1.5, ServiceVerdict.even), ([1: 3, 2: 1], 2.0, .skewed)])
    func unevenEndpoints(counts: [Int: Int], skew: Double, verdict: ServiceVerdict) {
        var fabric = FabricBuilder.figure1()
        fabric.setEndpoints(counts)
        #expect(view(fabric)?.skew == skew)
        #expect(view(fabric)?.verdict == verdict)
        #expect(fabric.findings("service-next-hop-skew").count == (verdict == .skewed ? 1 : 0))
    }

    @Test func missingSessionNamesTheNode() {
        var fabric = FabricBuilder.figure1()
        fabric.lose(2, 101)
        let found = fabric.findings("service-next-hop-skew")
        #expect(found.first?.severity == .warning)
        #expect(found.first?.cause.contains("node-2 (session down)") == true)
        #expect(view(fabric)?.skew == 2.0)
    }

    @Test func unreadEndpointsLeaveItUnknown() {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot.cluster.endpoints = nil
        #expect(view(fabric)?.skew == nil)
        #expect(view(fabric)?.verdict == .unknown)
    }

    @Test func trafficThroughTheOtherRackIsNotJudged() {
        var fabric = FabricBuilder.figure1()
        fabric.setTable(103, [FabricBuilder.local: [IPAddress(v4: 0x0A00_2042)]])
        #expect(view(fabric, 103)?.nextHops == ["10.0.32.66"])
        #expect(view(fabric, 103)?.skew == nil)
        #expect(view(fabric, 103)?.expectedNodes == [])
    }

    @Test func clippedByTheLimitIsNoFinding() {
        var fabric = FabricBuilder.figure1()
        fabric.settings.ecmpLimit = 2
        for leaf in [101, 102] { fabric.rebuildTable(leaf, except: [3: [FabricBuilder.range]]) }
        let view = fabric.picture().services.first { $0.prefix == FabricBuilder.range }
        #expect(view?.isClipped == true)
        #expect(view?.verdict == .even)
        #expect(fabric.findings("service-next-hop-skew").isEmpty)
    }
}
