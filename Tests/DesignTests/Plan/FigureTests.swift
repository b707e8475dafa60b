import Design
import Fabric
import Testing

@Suite struct FigureTests {
    @Test func figure1HasThePapersNumbers() throws {
        let layout = try PlanFiles.figure1()
        #expect(layout.racks.map(\.asn.value) == [65101, 65201])
        #expect(layout.racks.map { $0.nodes.map(\.asn.value) } == [[65102, 65103, 65104], [65202, 65203, 65204]])
        #expect(layout.racks.map { $0.leaves.map(\.id.number) } == [[101, 102], [103, 104]])
        #expect(layout.nodes.map(\.name.text) == (1...6).map { "node-\($0)" })
        #expect(layout.nodes.map(\.address.description) == [1, 9, 17, 25, 33, 41].map { "192.168.2.\($0)" })
        #expect(layout.nodes.map(\.vlan) == Array(310...315))
        let node5 = try #require(layout.nodes.dropFirst(4).first)
        #expect(node5.subnet.description == "192.168.2.32/29")
        #expect(node5.leafAddresses.map(\.description) == ["192.168.2.36", "192.168.2.37"])
        #expect(node5.gateway.description == "192.168.2.38")
        #expect(
            layout.racks.flatMap(\.leaves).map(\.routerID.description)
                == (1...4).map { "192.168.255.\($0)" })
    }

    @Test func figure2HasThePapersNumbersAndNames() throws {
        let layout = try PlanFiles.figure2()
        #expect(layout.racks.map(\.asn.value) == [64500])
        #expect(layout.nodes.map(\.asn.value) == [64501, 64502, 64503])
        #expect(
            layout.peers.map(\.name).sorted() == [
                "leaf203-calico-master-1", "leaf203-calico-node-1", "leaf203-calico-node-2",
                "leaf204-calico-master-1", "leaf204-calico-node-1", "leaf204-calico-node-2",
            ])
        #expect(layout.peers.allSatisfy { $0.asn.value == 64500 })
        #expect(
            layout.peers.prefix(2).map { "\($0.node?.text ?? "") \($0.peerIP)" } == [
                "calico-master-1 192.168.2.4", "calico-master-1 192.168.2.5",
            ])
        let node = try #require(layout.nodes.first)
        #expect(node.vlan == 310)
        #expect(layout.mtu == 9000)
        #expect(FabricLayout.keepalive == 1 && FabricLayout.hold == 3)
        #expect(layout.variant.rules.maximumASLimit == 2)
        #expect(layout.variant.rules.peerControls == ["nh-self"])
    }

    @Test func theLargestClusterFits() throws {
        let layout = try PlanFiles.largest()
        #expect(layout.nodes.count == 2400)
        #expect(Set(layout.nodes.map(\.asn)).count == 2400)
        #expect(Set(layout.nodes.map(\.vlan)).count == 2400)
        #expect(Set(layout.nodes.map(\.subnet)).count == 2400)
        #expect(Set(layout.peers.map(\.name)).count == 4800)
        #expect(layout.racks[5].asn.value == 4_200_005_000)
        #expect(layout.nodes.last?.name.text == "node-2400")
    }

    @Test(arguments: [(24, 32), (23, 64)])
    func aSupernetHoldsAsManyNodesAsThePaperSays(length: Int, nodes: Int) throws {
        func text(_ count: Int) -> String {
            """
            {tenant: a, vrf: b, supernet: 192.168.2.0/\(length), racks: [{name: r, as: 65000, leaves: [1, 2], \
            nodes: \(count)}]}
            """
        }
        #expect(FabricPlan.load(text: text(nodes), file: "plan.yaml").layout?.nodes.count == nodes)
        let over = FabricPlan.load(text: text(nodes + 1), file: "plan.yaml")
        #expect(over.layout == nil)
        #expect(over.diagnostics.map(\.message).contains { $0.contains("holds \(nodes) subnets of /29") })
    }
}

@Suite struct VariantTests {
    private func plan(_ variant: String, _ more: String = "", racks: Int = 2) throws -> FabricLayout {
        var text = "{variant: \(variant), tenant: a, vrf: b, supernet: 192.168.2.0/24, \(more) racks: ["
        for rack in 1...racks {
            text += "{name: rack-\(rack), as: 65\(rack)00, leaves: [\(99 + 2 * rack), \(100 + 2 * rack)], nodes: 2},"
        }
        return try PlanFiles.layout(text + "]}")
    }

    @Test func nodesOfARackShareAnASInAsPerRack() throws {
        let layout = try plan("as-per-rack")
        #expect(layout.nodes.map(\.asn.value) == [65101, 65101, 65201, 65201])
        #expect(layout.nodes.map(\.address.description) == [1, 9, 17, 25].map { "192.168.2.\($0)" })
        #expect(layout.variant.rules.attachment == .sviPerNode)
    }

    @Test func allNodesShareAnASAndASubnetInSingleAS() throws {
        let layout = try plan("single-as", "cluster_as: 64999,")
        #expect(Set(layout.nodes.map(\.asn.value)) == [64999])
        #expect(layout.nodes.map(\.address.description) == (1...4).map { "192.168.2.\($0)" })
        #expect(
            layout.racks.flatMap(\.leaves).map { $0.sharedAddress?.description } == [
                "192.168.2.252", "192.168.2.253", "192.168.2.250", "192.168.2.251",
            ])
        #expect(layout.nodes.allSatisfy { $0.gateway.description == "192.168.2.254" })
        #expect(layout.floatingAddress?.description == "192.168.2.249")
        #expect(layout.peers.map(\.name) == ["leaf101", "leaf102", "leaf103", "leaf104"])
        #expect(layout.peers.first?.nodeSelector == "rack_id == 'rack-1'")
        let rules = layout.variant.rules
        #expect(rules.hasDynamicNeighbors && rules.sendsRoutesToNodes && rules.maximumASLimit == 1)
    }

    @Test func thePeersOfASharedSubnetAreThoseOfTheLayout() throws {
        let layout = try plan("single-as", "cluster_as: 64999,")
        let inventory = layout.inventory
        for (rack, planned) in zip(layout.racks, inventory.racks) {
            for node in inventory.nodes where node.rack == planned.name {
                let intended = try #require(rack.nodes.first { $0.name == node.name })
                #expect(IntendedPeers.peers(of: node, in: inventory) == layout.peers(of: intended, in: rack))
            }
        }
    }

    @Test(arguments: DesignVariant.allCases) func everyVariantSaysWhatItChanges(variant: DesignVariant) {
        #expect(variant.rules.correlation.count >= 4)
        #expect(!variant.rules.source.isEmpty)
    }
}
