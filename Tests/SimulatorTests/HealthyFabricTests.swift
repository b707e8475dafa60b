import Fabric
import Simulator
import Testing

@Suite struct HealthyFabricTests {
    @Test func everySessionOfTheFiguresIsUp() {
        for topology in [Topology.figure1, .figure2] {
            var fabric = SimulatedFabric(topology: topology, seed: 7)
            fabric.advance(to: .seconds(30))
            for leaf in topology.leaves {
                let text = fabric.run("show ip bgp summary vrf \(topology.vrf)", on: .leaf(leaf.id)).output
                let rows = text.split(separator: "\n").filter { $0.hasPrefix("192.168.2.") }
                #expect(rows.count == 3)
                #expect(rows.allSatisfy { ["3", "4", "5"].contains($0.split(separator: " ").last) })
            }
        }
    }

    @Test func servicesSpreadFromRelease42OnlyAndNotBefore() throws {
        let service = try #require(IPPrefix("10.96.0.0/12"))
        let one = SimulatedFabric(topology: .figure1)
        #expect(one.nextHops(of: service, on: LeafID(101)).count == 3)
        let two = SimulatedFabric(topology: .figure2)
        #expect(two.nextHops(of: service, on: LeafID(203)).count == 1)
    }
}
