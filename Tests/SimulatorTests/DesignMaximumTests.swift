import Fabric
import Formats
import Simulator
import Testing

/// The design's maximum as the simulator builds it.
@Suite struct DesignMaximumTests {
    @Test func theTopologyIsTheDesignsOwnMaximum() {
        let topology = Topology.designMax
        #expect(topology.leaves.count == 12)
        #expect(topology.nodes.count == 2400)
        #expect(topology.racks.map(\.leaves.count) == Array(repeating: 2, count: 6))
        #expect(Set(topology.nodes.map(\.asn)).count == 2400)
        #expect(topology.nodes.allSatisfy { $0.asn.value > 65_535 })
        #expect(Set(topology.nodes.flatMap(\.blocks)).count == topology.nodes.reduce(0) { $0 + $1.blocks.count })
        #expect(topology.nodes.allSatisfy { node in node.blocks.allSatisfy { topology.podSubnet.contains($0) } })
        #expect(!topology.nodes.contains { topology.podSubnet.contains($0.subnet) })
    }

    @Test func aHundredNodesStandInTwoRacks() {
        #expect(Topology.rack100.nodes.count == 100)
        #expect(Topology.rack100.leaves.count == 4)
        #expect(Topology.names.allSatisfy { Topology.named($0)?.name == $0 })
    }

    @Test(.timeLimit(.minutes(5))) func everyTableHoldsWhatTheDesignAllows() throws {
        var fabric = SimulatedFabric(topology: .designMax)
        let leaf = fabric.topology.leaves[7]
        func text(_ words: String) -> [UInt8] {
            Array(fabric.run("fabric \(leaf.id) \(words) vrf \(fabric.topology.vrf)", on: .controller).output.utf8)
        }
        let summary = NXOS.summary(text("show ip bgp summary"))
        #expect(summary.isComplete)
        let peers = try #require(summary.value.first).peers
        #expect(peers.count == 400)
        #expect(peers.allSatisfy { $0.state.isEstablished && $0.asn.value > 65_535 })
        let routes = NXOS.routes(text("show ip route"))
        #expect(routes.isComplete)
        let table = try #require(routes.value.tables().first).table
        #expect(table.count == 128_000)
        let services = try #require(IPPrefix("10.97.0.0/16"))
        let first = table.lowerBound(of: services)
        let rows = (first..<table.count).prefix { services.contains(table.prefixes[$0]) }
        #expect(rows.count == 4000)
        #expect(rows.allSatisfy { table.nextHops(at: $0).hops.count == 16 })
        let accepted = peers.reduce(0) { $0 + ($1.prefixesReceived ?? 0) }
        #expect(accepted == 400 * (1 + 160) + blocks(of: leaf.rack, fabric) + hosted(fabric, leaf.rack))
    }

    private func blocks(of rack: String, _ fabric: SimulatedFabric) -> Int {
        fabric.topology.nodes.filter { $0.rack == rack }.reduce(0) { $0 + $1.blocks.count }
    }

    /// Endpoints in a rack of the two Local services that every topology has.
    private func hosted(_ fabric: SimulatedFabric, _ rack: String) -> Int {
        let facts = fabric.clusterFacts()
        let nodes = Set(fabric.topology.nodes.filter { $0.rack == rack }.map(\.name))
        let wanted = ["gb/frontend", "shop/gateway"]
        return facts.slices.filter { wanted.contains($0.service.description) }
            .reduce(0) { $0 + Set(facts.endpointLists[$1.list].compactMap(\.node)).intersection(nodes).count }
    }
}
