import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct EcmpClippedTests {
    @Test func moreNodesThanNextHops() {
        var fabric = FabricBuilder(racks: [
            FabricBuilder.RackPlan(name: "rack-1", asn: 65101, leaves: [101, 102], nodes: Array(1...20))
        ])
        for leaf in [101, 102] {
            var routes: [IPPrefix: [IPAddress]] = [:]
            for node in 1...20 {
                for prefix in fabric.advertised(node) where (routes[prefix] ?? []).count < 16 {
                    routes[prefix, default: []].append(FabricBuilder.address(node))
                }
            }
            fabric.setTable(leaf, routes)
        }
        let found = fabric.findings("ecmp-clipped")
        #expect(found.map(\.severity) == [.note])
        #expect(found.first?.cause.contains("16 next hops of a route, 20 nodes") == true)
        #expect(fabric.findings("service-next-hop-skew").isEmpty)
    }

    @Test func aReleaseWithOneNextHopIsAnotherRules() {
        var fabric = FabricBuilder.figure1()
        fabric.settings.release = "4.1(2)"
        #expect(fabric.findings("ecmp-clipped").isEmpty)
    }
}
