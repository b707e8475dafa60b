import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct MeshEnabledTests {
    @Test func byConfiguration() {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot.cluster.bgpConfiguration?.value?.isMeshEnabled = true
        #expect(fabric.findings("mesh-enabled").count == 1)
    }

    @Test func byItsAbsence() {
        var fabric = FabricBuilder.figure1()
        let from = fabric.provenance(.kubernetes)
        fabric.snapshot.cluster.bgpConfiguration = Observed(CalicoBGPConfiguration?.none, from)
        #expect(fabric.findings("mesh-enabled").first?.cause.contains("no default BGPConfiguration") == true)
    }

    @Test func byMeshPeersWhichAreNoSessions() {
        var fabric = FabricBuilder.figure1()
        let peer = NodePeer(
            address: FabricBuilder.address(2), kind: .mesh, protocolName: "Mesh_1", protocolState: "start",
            state: BGPState(words: "Connect"), info: "Connect", since: "08:00:00")
        fabric.snapshot.nodes[FabricBuilder.name(1)]?.protocols?.value.append(peer)
        #expect(fabric.rules == ["mesh-enabled"])
        #expect(fabric.findings("mesh-enabled").first?.evidence.isEmpty == false)
    }

    @Test func unreadConfigurationIsUnknown() {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot.cluster.bgpConfiguration = nil
        #expect(fabric.findings("mesh-enabled").isEmpty)
    }
}
