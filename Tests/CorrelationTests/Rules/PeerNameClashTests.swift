import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct PeerNameClashTests {
    @Test func aBGPPeerOfANameThatSpeaksOfAnotherNode() {
        var fabric = FabricBuilder.figure1()
        if let index = fabric.snapshot.cluster.peers?.value.firstIndex(where: { $0.name == "leaf102-node-2" }) {
            fabric.snapshot.cluster.peers?.value[index].node = FabricBuilder.name(1)
            fabric.snapshot.cluster.peers?.value[index].peerIP = FabricBuilder.leafAddress(1, side: 1)
        }
        fabric.leafLoses(102, 2)
        fabric.onNode(2, side: 1) { _ in false }
        fabric.rebuildTable(102)
        let found = fabric.findings("peer-name-clash")
        #expect(found.count == 1)
        #expect(found.first?.subject.node == FabricBuilder.name(2))
        #expect(found.first?.cause.contains("replaced the one of node-2") == true)
    }

    @Test func aNameByAnotherSchemeIsNone() {
        var fabric = FabricBuilder.figure1()
        if let index = fabric.snapshot.cluster.peers?.value.firstIndex(where: { $0.name == "leaf102-node-2" }) {
            fabric.snapshot.cluster.peers?.value[index].name = "rack1-b-second"
        }
        #expect(fabric.findings("peer-name-clash").isEmpty)
    }
}
