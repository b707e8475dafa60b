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

    /// What remains after an abort in each step of a drain.
    private static let remains: [(StepID, String)] = [
        (.lock, "nothing was changed"), (.exclude, "the exclude label is set"),
        (.confirmExclude, "the exclude label is set"),
        (.cordon, "the exclude label is set, the node is cordoned"),
        (.confirmCordon, "the exclude label is set, the node is cordoned"),
        (.evict, "the exclude label is set, the node is cordoned, its pods are evicted"),
        (.confirmWithdrawal, "the exclude label is set, the node is cordoned, its pods are evicted"),
        (
            .hold, "the exclude label is set, the node is cordoned, its pods are evicted, its sessions are held down"
        ),
        (
            .confirmHold,
            "the exclude label is set, the node is cordoned, its pods are evicted, its sessions are held down"
        ),
    ]

    @Test(arguments: remains) func inEachStepOfADrain(step: StepID, remains: String) throws {
        var drive = try Drive(.drain, in: try World())
        try drive.goTo(step)
        let ordered = drive.changes.count
        let actions = drive.send(.abortRequested(now: drive.world.now))
        if step.changesTheWorld {
            #expect(drive.machine.phase == .aborting && drive.machine.view.canAbort == false)
            #expect(actions == ([.evict, .lock].contains(step) ? [.cancelChange] : []))
            #expect(drive.send(.abortRequested(now: drive.world.now)).isEmpty)
            drive.finish(step)
        }
        let result = try #require(drive.result)
        #expect(result.outcome == .aborted)
        #expect(result.remains == remains)
        #expect(result.inverse == (step == .lock ? nil : .restore))
        #expect(drive.changes.count == ordered, "no step follows")
        #expect(drive.journal.last?.outcome == .aborted)
    }

    @Test func aDrainThatIsEndedMayHaveEvictedSome() throws {
        var drive = try Drive(.drain, in: try World())
        try drive.goTo(.evict)
        drive.send(.abortRequested(now: drive.world.now))
        drive.fail(.evict, "cancelled")
        #expect(drive.result?.outcome == .aborted)
        #expect(drive.result?.remains.hasSuffix("some of its pods may be evicted") == true)
    }

    @Test func whilePausedEndsAtOnce() throws {
        var drive = try Drive(.drain, in: try World())
        try drive.goTo(.cordon)
        drive.unreach(.cordon)
        #expect(drive.machine.view.pause != nil)
        drive.send(.abortRequested(now: drive.world.now))
        #expect(drive.result?.outcome == .aborted)
        #expect(drive.result?.remains == "the exclude label is set, the node may be cordoned")
    }

    @Test func ofARestoreOffersTheDrain() throws {
        var drive = try Drive(.restore, in: try World())
        try drive.goTo(.uncordon)
        drive.finish(.uncordon)
        drive.send(.abortRequested(now: drive.world.now))
        #expect(drive.result?.remains.contains("the node takes pods again") == true)
        #expect(drive.result?.inverse == .drain)
    }
}
