import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct AsMismatchTests {
    @Test func leafExpectsAnotherNodeAS() {
        var fabric = FabricBuilder.figure1()
        fabric.lose(1, 101, info: "Idle Received: Bad peer AS")
        fabric.onLeaf(101, 1) { peer in
            peer.asn = ASN(64999)
            return true
        }
        let found = fabric.findings("as-mismatch")
        #expect(found.count == 1)
        #expect(found.first?.cause.contains("node AS") == true)
        #expect(found.first?.cause.contains("65201") == true)
        #expect(found.first?.cause.contains("64999") == true)
    }

    @Test func wrongNodeASOnBothLeavesIsOneFinding() {
        var fabric = FabricBuilder.figure1()
        for leaf in [101, 102] { fabric.lose(1, leaf, info: "Idle Received: Bad peer AS") }
        fabric.snapshot.cluster.nodes?.value[0].calicoAS = ASN(64777)
        let found = fabric.findings("as-mismatch")
        #expect(found.count == 1)
        #expect(found.allSatisfy { $0.cause.contains("64777") && $0.cause.contains("65201") })
    }

    @Test func bgpPeerExpectsAnotherLeafAS() {
        var fabric = FabricBuilder.figure1()
        fabric.lose(1, 102, info: "Idle BGP Error: Bad peer AS")
        fabric.onNode(1, side: 1) { peer in
            peer.neighborAS = ASN(65999)
            return true
        }
        let cause = fabric.findings("as-mismatch").first?.cause ?? ""
        #expect(cause.contains("leaf AS") && cause.contains("65999") && cause.contains("65101"))
    }

    @Test func localASMissingOnTheLeaf() {
        var fabric = FabricBuilder.figure1()
        fabric.lose(1, 102, info: "Idle BGP Error: Bad peer AS")
        let cause = fabric.findings("as-mismatch").first?.cause ?? ""
        #expect(cause.contains("Local-AS missing") && cause.contains("65001"))
    }

    @Test func aSessionThatIsUpHasNoMismatch() {
        var fabric = FabricBuilder.figure1()
        fabric.onNode(1, side: 0) { peer in
            peer.lastError = "BGP Error: Bad peer AS"
            return true
        }
        #expect(fabric.findings("as-mismatch").isEmpty)
    }
}
