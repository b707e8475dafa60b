import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct SinceTests {
    @Test func leafAgeGivesTheBeginning() {
        let fabric = FabricBuilder.figure1()
        #expect(fabric.session(1, 101)?.since == fabric.now.addingTimeInterval(-7200))
    }

    @Test func nodeTimeIsReadByBIRDsClock() {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot.leaves = [:]
        let name = FabricBuilder.name(1)
        fabric.onNode(1, side: 0) { peer in
            peer.since = "12:59:00"
            return true
        }
        fabric.snapshot.nodes[name]?.bird?.value.serverTime = fabric.now.addingTimeInterval(3 * 3600)
        // The look was at 10:00:00, the node's clock said 13:00:00.
        #expect(fabric.session(1, 101)?.since == fabric.now.addingTimeInterval(-60))
    }

    @Test(arguments: [("09:59:30", -30.0), ("10:00:01", 0.0), ("23:00:00", -39_600.0), ("2026-01-08", -208_800.0)])
    func withoutBIRDsClockItIsUTC(text: String, offset: Double) {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot.leaves = [:]
        fabric.snapshot.nodes[FabricBuilder.name(1)]?.bird = nil
        fabric.onNode(1, side: 0) { peer in
            peer.since = text
            return true
        }
        #expect(fabric.session(1, 101)?.since == fabric.now.addingTimeInterval(offset))
    }

    @Test(arguments: ["", "never", "25:00:00", "2026-13-01", "12:60:00", "2026-01", "::"])
    func otherWordsGiveNothing(text: String) {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot.leaves = [:]
        fabric.onNode(1, side: 0) { peer in
            peer.since = text
            return true
        }
        #expect(fabric.session(1, 101)?.since == nil)
    }

    @Test func aFindingKeepsItsBeginningThroughJitter() {
        var fabric = FabricBuilder.figure1()
        fabric.lose(1, 101, age: 60)
        let first = fabric.picture()
        fabric.lose(1, 101, age: 59)
        let second = fabric.picture(previous: first)
        #expect(second.findings.first { $0.rule == "session-down" }?.since == fabric.now.addingTimeInterval(-60))
        fabric.lose(1, 101, age: 5)
        let third = fabric.picture(previous: second)
        #expect(third.findings.first { $0.rule == "session-down" }?.since == fabric.now.addingTimeInterval(-5))
    }

    @Test func aFindingWithoutATimeBeginsWhenItIsFirstWatched() {
        var fabric = FabricBuilder.figure1()
        let healthy = fabric.picture()
        fabric.snapshot.cluster.bgpConfiguration?.value?.isMeshEnabled = true
        #expect(fabric.picture().findings.first?.since == nil)
        let watched = fabric.picture(previous: healthy)
        #expect(watched.findings.first?.since == fabric.now)
        fabric.now = fabric.now.addingTimeInterval(2)
        #expect(fabric.picture(previous: watched).findings.first?.since == watched.at)
    }
}
