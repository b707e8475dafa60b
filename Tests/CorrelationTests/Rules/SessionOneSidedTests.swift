import Fabric
import FoundationEssentials
import Testing

@testable import Correlation

@Suite struct SessionOneSidedTests {
    @Test func samplesOfOneMomentThatDisagree() {
        var fabric = FabricBuilder.figure1()
        fabric.nodeLoses(1, side: 0, info: "OpenSent", age: 1)
        #expect(fabric.session(1, 101)?.verdict == .oneSided)
        let found = fabric.findings("session-one-sided")
        #expect(found.count == 1)
        #expect(found.first?.severity == .warning)
        #expect(found.first?.evidence.count == 2)
        #expect(fabric.findings("session-down").isEmpty)
    }

    @Test func anOlderSampleThatStillSaysEstablishedProvesNothing() {
        var fabric = FabricBuilder.figure1()
        fabric.leafLoses(101, 1, age: 3)
        fabric.snapshot.nodes[FabricBuilder.name(1)]?.protocols?.provenance.at = fabric.now.addingTimeInterval(-10)
        #expect(fabric.session(1, 101)?.verdict == .down)
        #expect(fabric.findings("session-one-sided").isEmpty)
    }

    @Test func aYoungerEstablishedSampleIsARecovery() {
        var fabric = FabricBuilder.figure1()
        fabric.leafLoses(101, 1, age: 1)
        fabric.snapshot.leaves[LeafID(101)]?.summaries?.provenance.at = fabric.now.addingTimeInterval(-4)
        #expect(fabric.session(1, 101)?.verdict == .up)
    }

    @Test func aDisagreementLongerThanAPollIsReal() {
        var fabric = FabricBuilder.figure1()
        fabric.leafLoses(101, 1, age: 60)
        fabric.snapshot.nodes[FabricBuilder.name(1)]?.protocols?.provenance.at = fabric.now.addingTimeInterval(-10)
        #expect(fabric.session(1, 101)?.verdict == .oneSided)
        #expect(fabric.findings("session-one-sided").first?.since == fabric.now.addingTimeInterval(-60))
    }

    @Test func anOldSampleHasNoVote() {
        var fabric = FabricBuilder.figure1()
        fabric.nodeLoses(1, side: 0)
        fabric.silence(.node(FabricBuilder.name(1)), seconds: 60)
        #expect(fabric.session(1, 101)?.verdict == .up)
    }

    @Test func anEndThatHasNotNoticedForLongHangs() {
        var fabric = FabricBuilder.figure1()
        fabric.nodeLoses(1, side: 1, info: "OpenSent BGP Error: Hold timer expired", age: 27)
        #expect(fabric.findings("session-one-sided").first?.cause.contains("for 27 s already") == true)
        #expect(fabric.findings("session-one-sided").first?.cause.contains("BGP of leaf-102 hangs") == true)
    }

    /// The leaf was read just before the session came back: what it said of the loss is over, and so are its routes'
    /// troubles.
    @Test func aSessionThatJustCameBackIsNotHalfOpen() {
        var fabric = FabricBuilder.figure1()
        fabric.leafLoses(102, 1, age: 6)
        fabric.onNode(1, side: 1) { peer in
            peer.since = FabricBuilder.clockTime(FabricBuilder.now)
            return true
        }
        #expect(fabric.session(1, 102)?.verdict == .up)
        #expect(fabric.picture().findings == [])
        fabric.onNode(1, side: 1) { peer in
            peer.since = FabricBuilder.clockTime(FabricBuilder.now.addingTimeInterval(-6))
            return true
        }
        #expect(fabric.session(1, 102)?.verdict == .oneSided)
    }

    /// An event tells the loss at once; what the node said a second before it is no contradiction.
    @Test func aSampleFromBeforeTheLossIsNoProof() {
        let now = FabricBuilder.now
        let lost = EndSample(
            at: now, isEstablished: false, isOld: false, since: now.addingTimeInterval(-0.1), interval: 5)
        var up = EndSample(
            at: now.addingTimeInterval(-1), isEstablished: true, isOld: false, since: nil, interval: 10)
        func verdict() -> SessionVerdict {
            SessionVerdictRules(isOnLeaf: true, isOnNode: true, leaf: lost, node: up, losses: 1).verdict
        }
        #expect(verdict() == .down)
        up.at = now.addingTimeInterval(1)
        #expect(verdict() == .oneSided)
    }
}
