import Design
import Fabric
import Simulator
import Testing

@Suite struct TopologyPlanTests {
    @Test(arguments: Topology.names) func theTopologyIsWhatItsPlanSays(name: String) throws {
        let topology = try #require(Topology.named(name))
        let layout = try #require(topology.layout)
        #expect(layout.nodes.map(\.address) == topology.nodes.map(\.address))
        #expect(layout.nodes.map(\.asn) == topology.nodes.map(\.asn))
        #expect(layout.nodes.map(\.leafAddresses) == topology.nodes.map(\.leafAddresses))
        #expect(layout.nodes.map(\.vlan) == topology.nodes.map(\.vlan))
        #expect(layout.racks.map(\.asn) == topology.racks.map(\.asn))
        #expect(layout.racks.flatMap(\.leaves).map(\.routerID) == topology.leaves.map(\.routerID))
    }
}
