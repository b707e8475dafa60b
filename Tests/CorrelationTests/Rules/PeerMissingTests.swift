import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct PeerMissingTests {
    @Test func leafWithoutThePeer() {
        var fabric = FabricBuilder.figure1()
        fabric.nodeLoses(1, side: 0, info: "Active Socket: Connection reset by peer")
        fabric.onLeaf(101, 1) { _ in false }
        fabric.rebuildTable(101)
        #expect(fabric.session(1, 101)?.verdict == .missing)
        let found = fabric.findings("peer-missing")
        #expect(found.first?.summary.contains("missing on the leaf") == true)
        #expect(found.first?.severity == .warning)
        #expect(fabric.findings("one-leaf-only").count == 1)
    }

    @Test func disabledProtocolIsMissingWhetherItsRowVanishesOrNot() {
        for vanishes in [true, false] {
            var fabric = FabricBuilder.figure1()
            fabric.leafLoses(102, 2)
            fabric.onNode(2, side: 1) { peer in
                peer.protocolState = "down"
                peer.state = nil
                peer.info = ""
                return !vanishes
            }
            #expect(fabric.findings("peer-missing").first?.cause.contains("disabled by hand") == true)
            #expect(fabric.findings("session-down").isEmpty)
        }
    }

    @Test func noBGPPeerForALeaf() {
        var fabric = FabricBuilder.figure1()
        fabric.leafLoses(102, 2)
        fabric.onNode(2, side: 1) { _ in false }
        fabric.snapshot.cluster.peers?.value.removeAll { $0.name == "leaf102-node-2" }
        #expect(fabric.findings("peer-missing").first?.cause.contains("no BGPPeer") == true)
    }

    @Test func aPeerForSeveralNodesCountsAsConfigured() {
        var fabric = FabricBuilder.figure1()
        fabric.leafLoses(102, 2)
        fabric.onNode(2, side: 1) { _ in false }
        fabric.snapshot.cluster.peers?.value.removeAll { $0.name == "leaf102-node-2" }
        let address = FabricBuilder.leafAddress(2, side: 1)
        fabric.snapshot.cluster.peers?.value.append(
            CalicoPeer(name: "rack-1", node: nil, nodeSelector: "rack == '1'", peerIP: address, asn: ASN(65101)))
        #expect(fabric.findings("peer-missing").first?.cause.contains("a BGPPeer exists") == true)
    }

    @Test func neitherSide() {
        var fabric = FabricBuilder.figure1()
        fabric.onLeaf(102, 2) { _ in false }
        fabric.onNode(2, side: 1) { _ in false }
        #expect(fabric.findings("peer-missing").first?.summary.contains("both sides") == true)
    }

    @Test func bothLeavesForTheSameReasonAreOneFinding() {
        var fabric = FabricBuilder.figure1()
        for side in 0...1 {
            fabric.leafLoses(101 + side, 2)
            fabric.onNode(2, side: side) { _ in false }
        }
        #expect(fabric.findings("peer-missing").count == 1)
        #expect(fabric.findings("peer-missing").first?.subject.leaf == nil)
    }

    @Test func aSideThatWasNotReadIsNotMissing() {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot.nodes[FabricBuilder.name(2)] = nil
        #expect(fabric.findings("peer-missing").isEmpty)
    }

    @Test func anAbsenceReadTooLongAgoIsNotMissing() {
        var fabric = FabricBuilder.figure1()
        fabric.onNode(2, side: 1) { _ in false }
        fabric.silence(.node(FabricBuilder.name(2)), seconds: 100)
        #expect(fabric.session(2, 102)?.verdict == .up)
    }

    /// BIRD was asked for the protocol of one leaf alone: what it would say of the other is unknown.
    @Test func aProtocolThatWasNotAskedForIsNotMissing() {
        var fabric = FabricBuilder.figure1()
        fabric.onNode(1, side: 1) { _ in false }
        #expect(fabric.findings("peer-missing").count == 1)
        fabric.snapshot.nodes[FabricBuilder.name(1)]?.protocolsAreSelected = true
        #expect(fabric.findings("peer-missing").isEmpty)
        #expect(fabric.session(1, 102)?.verdict == .up)
    }
}
