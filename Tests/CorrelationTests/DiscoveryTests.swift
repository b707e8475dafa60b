import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct DiscoveryTests {
    private func bare() -> FabricBuilder {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot.inventory = Inventory(vrf: FabricBuilder.vrf)
        return fabric
    }

    @Test func everythingFromTheSources() {
        let inventory = bare().picture().inventory
        #expect(inventory.racks.map(\.name) == ["101-102", "103-104"])
        #expect(inventory.racks.map(\.asn) == [ASN(65101), ASN(65102)])
        #expect(inventory.racks.allSatisfy { $0.origin == .discovered })
        #expect(inventory.leaves.map(\.name) == ["leaf-101", "leaf-102", "leaf-103", "leaf-104"])
        #expect(inventory.leaves.allSatisfy { $0.origin == .discovered && $0.rack != nil })
        #expect(inventory.nodes.map(\.address) == (1...6).map(FabricBuilder.address))
        #expect(inventory.nodes.map(\.asn) == (1...6).map(FabricBuilder.asn))
        #expect(
            inventory.nodes.map(\.rack) == [String](repeating: "101-102", count: 3)
                + [String](repeating: "103-104", count: 3))
        #expect(inventory.serviceSubnets == [FabricBuilder.range])
    }

    @Test func aDiscoveredHealthyFabricHasNoFinding() {
        let picture = bare().picture()
        #expect(picture.findings == [])
        #expect(picture.sessions.count == 12 && picture.sessions.allSatisfy { $0.verdict == .up })
    }

    @Test func withoutKubernetesBIRDAndTheLeavesTell() {
        var fabric = bare()
        fabric.snapshot.cluster = ClusterState()
        let inventory = fabric.picture().inventory
        #expect(inventory.nodes.map(\.address) == (1...6).map(FabricBuilder.address))
        #expect(inventory.nodes.map(\.asn) == (1...6).map(FabricBuilder.asn))
        #expect(inventory.racks.map(\.asn) == [ASN(65101), ASN(65102)])
    }

    @Test func calicoctlAloneLeadsToTheAddressThroughTheSubnet() {
        var fabric = bare()
        fabric.snapshot.cluster = ClusterState()
        for node in 1...6 {
            let name = FabricBuilder.name(node)
            let from = fabric.provenance(.node(name), "calicoctl node status")
            let peers = (fabric.snapshot.nodes[name]?.protocols?.value ?? []).map {
                NodePeer(
                    address: $0.address, kind: .node, protocolState: "up", state: .established, info: "Established",
                    since: "08:00:00")
            }
            fabric.snapshot.nodes[name] = NodeState(
                calico: Observed(CalicoNodeStatus(isRunning: true, peers: peers, remarks: []), from))
        }
        let picture = fabric.picture()
        #expect(picture.inventory.nodes.map(\.address) == (1...6).map(FabricBuilder.address))
        #expect(picture.sessions.allSatisfy { $0.verdict == .up && $0.nodePeer != nil && $0.leafPeer != nil })
    }

    @Test func leavesAloneNameNodesByAddress() {
        var fabric = bare()
        fabric.snapshot.cluster = ClusterState()
        fabric.snapshot.nodes = [:]
        fabric.snapshot.sources = [:]
        let picture = fabric.picture()
        #expect(picture.inventory.nodes.count == 6)
        #expect(picture.sessions.count == 12)
        #expect(picture.nodes.first?.node.name == NodeName("192.168.0.9"))
    }

    @Test func aNodeOnOneLeafJoinsTheRackOfTheOthers() {
        var fabric = bare()
        fabric.onLeaf(101, 1) { _ in false }
        fabric.onNode(1, side: 0) { _ in false }
        fabric.snapshot.cluster.peers?.value.removeAll { $0.name == "leaf101-node-1" }
        #expect(fabric.picture().inventory.racks.map(\.name) == ["101-102", "103-104"])
        #expect(fabric.session(1, 101)?.verdict == .missing)
    }

    @Test func configuredItemsAreKept() {
        let inventory = FabricBuilder.figure1().picture().inventory
        #expect(inventory == FabricBuilder.figure1().snapshot.inventory)
    }

    @Test func otherVRFsAreNotLookedAt() {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot.leaves[LeafID(101)]?.summaries?.value[0].vrf = "common:other"
        #expect(fabric.session(1, 101)?.isLeafRead == false)
        #expect(fabric.session(1, 101)?.verdict == .up)
    }

    @Test func aPairListedTheOtherWayRoundIsJoinedByRouterID() {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot.inventory.racks[0].leaves = [LeafID(102), LeafID(101)]
        let session = fabric.session(1, 101)
        #expect(session?.leafAddress == FabricBuilder.leafAddress(1, side: 0))
        #expect(fabric.picture().findings == [])
        fabric.lose(1, 101)
        #expect(fabric.session(1, 101)?.leafAddress == FabricBuilder.leafAddress(1, side: 0))
    }
}
