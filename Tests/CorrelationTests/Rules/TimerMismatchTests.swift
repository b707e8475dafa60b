import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct TimerMismatchTests {
    @Test func anotherHoldTimeIsANote() {
        var fabric = FabricBuilder.figure1()
        fabric.onNode(2, side: 1) { peer in
            peer.holdTime = 60
            return true
        }
        let found = fabric.findings("timer-mismatch")
        #expect(found.map(\.severity) == [.note])
        #expect(found.first?.cause.contains("60 s") == true)
        #expect(fabric.rules == ["timer-mismatch"])
    }

    @Test func manyAlikeAreOneFinding() {
        var fabric = FabricBuilder.figure1()
        for node in 1...3 {
            fabric.onNode(node, side: 0) { peer in
                peer.holdTime = 30
                return true
            }
        }
        #expect(fabric.findings("timer-mismatch").count == 1)
    }

    @Test func whatWasNotToldIsNotJudged() {
        var fabric = FabricBuilder.figure1()
        fabric.onNode(2, side: 1) { peer in
            peer.holdTime = nil
            return true
        }
        #expect(fabric.findings("timer-mismatch").isEmpty)
    }
}
