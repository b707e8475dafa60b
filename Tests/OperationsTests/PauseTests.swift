import Fabric
import Operations
import Testing

/// A server or a source that does not answer pauses an operation; it does not guess.
@Suite struct PauseTests {
    @Test func aChangeThatDidNotReachItsServerIsMadeAgain() throws {
        var drive = try Drive(.drain, in: try World())
        try drive.goTo(.cordon)
        let before = drive.changes.count
        drive.unreach(.cordon)
        #expect(drive.machine.view.pause == "no answer")
        #expect(drive.journal.last?.phase == .paused && drive.journal.last?.step == .cordon)
        #expect(drive.wait(2).isEmpty)
        #expect(changes(drive.wait(4)) == [.cordon(World.name(1))])
        drive.unreach(.cordon)
        #expect(drive.journal.count { $0.phase == .paused } == 1, "one pause is told once")
        drive.wait(6)
        #expect(drive.changes.count == before + 2)
        drive.finish(.cordon)
        #expect(drive.machine.view.pause == nil)
        drive.seeCordoned(true)
        #expect(drive.changes.last.map { if case .drain = $0 { true } else { false } } == true)
    }

    @Test func aPauseHasAnEnd() throws {
        var drive = try Drive(.drain, in: try World(), limits: OperationLimits(pauseSeconds: 30))
        try drive.goTo(.cordon)
        for _ in 0..<8 {
            drive.unreach(.cordon)
            drive.wait(6)
        }
        #expect(drive.result?.outcome == .failed)
        #expect(drive.result?.reason.contains("given up after 30 s of pause: no answer") == true)
    }

    @Test func aLostLeafStopsTheClockOfTheStepThatNeedsIt() throws {
        var drive = try Drive(.drain, in: try World())
        try drive.goTo(.confirmExclude)
        // Both leaves fall silent for longer than the step may take.
        for _ in 0..<30 {
            drive.world.pass(5)
            drive.send(drive.world.facts)
            drive.send(.tick(now: drive.world.now))
        }
        #expect(drive.result == nil)
        #expect(drive.machine.view.pause?.contains("leaf/101") == true)
        drive.world.fillSources()
        try drive.seeRoutes(["10.96.0.20/32": [2]])
        #expect(drive.machine.view.pause == nil)
        #expect(drive.changes.last == .cordon(World.name(1)))
    }

    @Test func aLeafThatStaysLostEndsTheOperationByName() throws {
        var drive = try Drive(.drain, in: try World(), limits: OperationLimits(pauseSeconds: 60))
        try drive.goTo(.confirmExclude)
        for _ in 0..<30 {
            drive.world.pass(5)
            drive.send(drive.world.facts)
        }
        let result = try #require(drive.result)
        #expect(result.outcome == .failed && result.reason.contains("leaf/101"))
        #expect(result.remains == "the exclude label is set")
    }
}
