import Fabric
import Operations
import Testing

@Suite struct AbortTests {
    @Test func beforeTheStart() throws {
        let world = try World()
        var machine = Operation(id: OperationID("x"), plan: world.plan(.drain), who: World.who)
        _ = machine.handle(.abortRequested(now: world.now))
        #expect(machine.view.result?.outcome == .aborted)
        #expect(machine.view.remains == "nothing was changed")
    }

    @Test func duringTheCordonWaitsForIt() throws {
        var drive = try Drive(.drain, in: try World())
        #expect(drive.send(.abortRequested(now: drive.world.now)).isEmpty)
        #expect(drive.machine.phase == .aborting && drive.machine.view.canAbort == false)
        drive.finish(.cordon)
        let result = try #require(drive.result)
        #expect(result.outcome == .aborted)
        #expect(result.remains == "the node is cordoned; its pods were not touched")
        #expect(result.inverse == .restore)
        #expect(drive.changes.count == 1)
    }

    @Test func whileTheCordonIsConfirmed() throws {
        var drive = try Drive(.drain, in: try World())
        drive.finish(.cordon)
        drive.send(.abortRequested(now: drive.world.now))
        #expect(drive.result?.outcome == .aborted)
        #expect(drive.words == ["done", "failed", "skipped", "skipped"])
        #expect(drive.journal.last?.outcome == .aborted)
    }

    @Test(arguments: [true, false]) func duringTheDrainEndsTheChild(childSucceeds: Bool) throws {
        var drive = try Drive(.drain, in: try World())
        drive.finish(.cordon)
        drive.seeCordoned(true)
        #expect(drive.send(.abortRequested(now: drive.world.now)) == [.cancelChange])
        #expect(drive.send(.abortRequested(now: drive.world.now)).isEmpty)
        #expect(drive.result == nil)
        if childSucceeds { drive.finish(.evict) } else { drive.fail(.evict, "cancelled") }
        #expect(drive.result?.outcome == .aborted)
        #expect(
            drive.result?.remains
                == (childSucceeds
                    ? "the node is cordoned and its pods are evicted"
                    : "the node is cordoned and some of its pods may be evicted"))
    }

    @Test func whileTheWithdrawalIsAwaited() throws {
        var drive = try Drive(.drain, in: try World())
        drive.finish(.cordon)
        drive.seeCordoned(true)
        drive.finish(.evict)
        drive.send(.abortRequested(now: drive.world.now))
        #expect(drive.result?.outcome == .aborted)
        #expect(drive.result?.remains == "the node is cordoned and its pods are evicted")
    }

    @Test func ofARestoreAfterItsUncordonOffersTheDrain() throws {
        var drive = try Drive(.restore, in: try World())
        drive.finish(.uncordon)
        drive.send(.abortRequested(now: drive.world.now))
        #expect(drive.result?.remains == "the node takes pods again")
        #expect(drive.result?.inverse == .drain)
    }
}
