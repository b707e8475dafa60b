import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct RecoveryWaitTests {
    private func waiting() -> FabricBuilder {
        var fabric = FabricBuilder.figure1()
        fabric.lose(1, 101)
        fabric.onNode(1, side: 1) { peer in
            peer.protocolState = "wait"
            return true
        }
        fabric.accept(102, 1, 0)
        fabric.snapshot.nodes[FabricBuilder.name(1)]?.exports["Node_1"]?.value = []
        fabric.rebuildTable(102, except: [1: Set(fabric.advertised(1))])
        fabric.snapshot.nodes[FabricBuilder.name(1)]?.bird?.value.recoverySecondsLeft = 200
        fabric.snapshot.nodes[FabricBuilder.name(1)]?.bird?.provenance.at = fabric.now.addingTimeInterval(-20)
        return fabric
    }

    @Test func tellsTheSecondsLeftAndTheLeafThatIsAwaited() {
        let found = waiting().findings("recovery-wait")
        #expect(found.count == 1)
        #expect(found.first?.severity == .critical)
        #expect(found.first?.summary.contains("180 s left") == true)
        #expect(found.first?.cause.contains("leaf-101") == true)
    }

    @Test func theSessionItselfIsUp() {
        #expect(waiting().session(1, 102)?.verdict == .up)
        #expect(!waiting().rules.contains("prefix-not-accepted"))
    }

    @Test func anEstablishedUpProtocolDoesNotWait() {
        var fabric = FabricBuilder.figure1()
        fabric.lose(1, 101)
        #expect(fabric.findings("recovery-wait").isEmpty)
    }

    /// `show route export` shows what the filter would let through; in recovery none of it is sent, and what the leaf
    /// lacks follows from that alone.
    @Test func nothingIsAdvertisedAndNothingElseIsBlamed() {
        var fabric = FabricBuilder.figure1()
        fabric.onNode(1, side: 0) { peer in
            peer.protocolState = "wait"
            return true
        }
        fabric.lose(1, 102)
        fabric.accept(101, 1, 0)
        fabric.rebuildTable(101, except: [1: Set(fabric.advertised(1))])
        let picture = fabric.picture()
        let key = SessionKey(node: FabricBuilder.name(1), leaf: LeafID(101))
        let entries = picture.ledger.filter { $0.key == key }
        #expect(!entries.isEmpty)
        #expect(entries.allSatisfy { $0.advertised == .no && $0.rule == "recovery-wait" })
        #expect(picture.sessions.first { $0.key == key }?.advertised == 0)
        let rules = Set(picture.findings.filter { $0.subject.leaf != LeafID(102) }.map(\.rule.text))
        #expect(rules.isSubset(of: ["recovery-wait", "leaves-disagree", "session-down", "one-leaf-only"]))
        #expect(picture.findings.first { $0.rule == "leaves-disagree" }?.cause.contains("see recovery-wait") ?? true)
    }
}
