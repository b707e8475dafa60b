import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct AddressMismatchTests {
    @Test func aBGPPeerWhereNoLeafIs() {
        var fabric = FabricBuilder.figure1()
        let stray = IPAddress(v4: 0xC0A8_0000 + 2 * 8 + 3)
        fabric.leafLoses(102, 2)
        fabric.onNode(2, side: 1) { peer in
            peer.address = stray
            peer.protocolState = "start"
            peer.state = BGPState(words: "Connect")
            peer.info = "Connect Socket: No route to host"
            peer.neighborID = nil
            return true
        }
        if let index = fabric.snapshot.cluster.peers?.value.firstIndex(where: { $0.name == "leaf102-node-2" }) {
            fabric.snapshot.cluster.peers?.value[index].peerIP = stray
        }
        fabric.rebuildTable(102)
        let found = fabric.findings("address-mismatch")
        #expect(found.count == 1)
        #expect(found.first?.cause.contains("BGPPeer leaf102-node-2 names \(stray), where no leaf is") == true)
        #expect(fabric.findings("peer-missing").isEmpty)
    }

    @Test func calicoDetectedAnotherAddress() {
        var fabric = FabricBuilder.figure1()
        for leaf in [101, 102] { fabric.lose(2, leaf, info: "Active Socket: Connection reset by peer") }
        fabric.snapshot.cluster.nodes?.value[1].calicoAddress = IPAddress(v4: 0x0A00_020F)
        let found = fabric.findings("address-mismatch")
        #expect(found.count == 1)
        #expect(found.first?.cause.contains("Calico detected 10.0.2.15") == true)
    }

    @Test func theLeafHasAnotherAddressForTheNode() {
        var fabric = FabricBuilder.figure1()
        fabric.nodeLoses(2, side: 1, info: "Active Socket: Connection reset by peer")
        fabric.onLeaf(102, 2) { peer in
            peer.neighbor = IPAddress(v4: 0xC0A8_0000 + 2 * 8 + 2)
            peer.state = BGPState(words: "Idle")
            peer.prefixesReceived = nil
            peer.age = nil
            return true
        }
        fabric.rebuildTable(102)
        let found = fabric.findings("address-mismatch")
        #expect(found.first?.cause.contains("the leaf leaf-102 has a peer 192.168.0.18") == true)
        #expect(fabric.findings("peer-missing").isEmpty)
    }

    @Test func aSessionThatIsUpIsNotJudged() {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot.cluster.nodes?.value[1].calicoAddress = IPAddress(v4: 0x0A00_020F)
        #expect(fabric.findings("address-mismatch").isEmpty)
    }
}
