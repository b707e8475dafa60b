import Fabric
import FoundationEssentials
import Operations
import Polling
import Testing

@Suite struct DrainMachineTests {
    private func drained() throws -> Drive {
        var drive = try Drive(.drain, in: try World())
        drive.finish(.cordon)
        drive.seeCordoned(true)
        drive.finish(.evict)
        return drive
    }

    @Test func runsToMaintenance() throws {
        var drive = try Drive(.drain, in: try World())
        #expect(drive.changes == [.cordon(World.name(1))])
        drive.finish(.cordon)
        #expect(drive.asked == [.cluster])
        drive.seeCordoned(true)
        #expect(drive.changes.last == .drain(World.name(1), DrainOptions()))
        drive.send(.progress("evicting pod shop/web-1"))
        drive.finish(.evict)
        #expect(drive.asked.contains(.leafRoutes(World.leafA, .all)))
        #expect(drive.asked.contains(.leafRoutes(World.leafB, .all)))
        #expect(drive.asked.contains(.node(World.name(1))))
        try drive.seeRoutes(["10.96.0.20/32": [2]])
        #expect(drive.words == ["done", "done", "done", "done"])
        let result = try #require(drive.result)
        #expect(result.outcome == .succeeded)
        #expect(result.inverse == .restore)
        #expect(result.remains == "the node is cordoned and its pods are evicted")
        #expect(drive.machine.progress.first == "evicting pod shop/web-1")
        #expect(drive.actions.last == .finished(result))
    }

    @Test func journalComesBeforeAndAfterEachStep() throws {
        var drive = try drained()
        try drive.seeRoutes([:])
        let told = drive.journal.map { "\($0.phase.rawValue) \($0.step?.rawValue ?? "-")" }
        #expect(
            told == [
                "started -", "begin cordon", "done cordon", "begin confirm-cordon", "done confirm-cordon",
                "begin evict",
                "done evict", "begin confirm-withdrawal", "done confirm-withdrawal", "finished -",
            ])
        #expect(Set(drive.journal.map(\.plan)).count == 1)
        let first = try #require(drive.actions.firstIndex { if case .perform = $0 { true } else { false } })
        guard case .journal(let before) = drive.actions[first - 1] else {
            Issue.record("no journal entry before the change")
            return
        }
        #expect(before.phase == .begin && before.step == .cordon)
    }

    @Test func nothingStartsWithoutConsentToThisPlan() throws {
        var world = try World()
        let plan = world.plan(.drain)
        world.options = DrainOptions(timeoutSeconds: 60)
        let other = try Consent.byFlag(for: world.plan(.drain))
        var machine = Operation(id: OperationID("x"), plan: plan, who: World.who)
        #expect(machine.handle(.tick(now: world.now)).isEmpty)
        #expect(machine.handle(world.facts).isEmpty)
        #expect(machine.handle(.stepFinished(.cordon, now: world.now)).isEmpty)
        let actions = machine.handle(.started(other, now: world.now))
        #expect(changes(actions).isEmpty)
        #expect(machine.view.result?.outcome == .failed)
        #expect(machine.view.remains == "nothing was changed")
    }

    @Test func failedCordonEndsIt() throws {
        var drive = try Drive(.drain, in: try World())
        drive.fail(.cordon, "Forbidden")
        #expect(drive.words == ["failed", "skipped", "skipped", "skipped"])
        #expect(drive.result?.reason == "cordon the node: Forbidden")
        #expect(drive.result?.remains == "the node may be cordoned; its pods were not touched")
        #expect(drive.journal.last?.outcome == .failed)
    }

    @Test func factsFromBeforeTheCordonProveNothing() throws {
        var world = try World()
        world.setCordoned(1, true)
        var drive = try Drive(.drain, in: world)
        drive.finish(.cordon)
        #expect(changes(drive.send(drive.world.facts)).isEmpty)
        #expect(drive.machine.facts.first?.detail == "Kubernetes was not read since")
        #expect(changes(drive.seeCordoned(true)).count == 1)
    }

    @Test func cordonThatIsNotSeenTimesOut() throws {
        var drive = try Drive(.drain, in: try World())
        drive.finish(.cordon)
        drive.seeCordoned(false)
        #expect(drive.wait(5) == [.poll([.cluster])])
        #expect(drive.wait(1).isEmpty)
        drive.wait(30)
        #expect(drive.result?.reason.contains("node-1 is cordoned: schedulable") == true)
        #expect(drive.changes.count == 1)
    }

    @Test func failedDrainLeavesTheNodeCordoned() throws {
        var drive = try Drive(.drain, in: try World())
        drive.finish(.cordon)
        drive.seeCordoned(true)
        drive.fail(.evict, "global timeout reached: 300s")
        let result = try #require(drive.result)
        #expect(result.outcome == .failed)
        #expect(result.remains == "the node is cordoned and some of its pods may be evicted")
        #expect(result.inverse == .restore && result.undo == "restore node-1")
    }

    @Test func prefixThatStaysIsNamedWithItsLeaf() throws {
        var drive = try drained()
        try drive.seeRoutes(["10.96.0.20/32": [1, 2]])
        drive.wait(91)
        let reason = try #require(drive.result?.reason)
        #expect(reason.contains("10.96.0.20/32 has left leaf 101: still there with next hop 192.168.1.1"))
        #expect(reason.contains("leaf 102"))
        #expect(reason.contains("DaemonSet"))
    }

    @Test func oneLeafIsNotEnough() throws {
        var drive = try drained()
        drive.world.pass(1)
        let old = drive.world.snapshot.leaves[World.leafB]
        try drive.world.setRoutes([:])
        drive.world.snapshot.leaves[World.leafB] = old
        drive.send(drive.world.facts)
        #expect(drive.result == nil)
        #expect(drive.machine.facts.filter { $0.step == .confirmWithdrawal }.map(\.isProven) == [true, false])
        drive.wait(91)
        #expect(
            drive.result?.reason.contains("leaf 102: the leaf's routes were not read since the drain ended") == true)
    }

    @Test func tablesFromDuringTheDrainProveNothing() throws {
        var drive = try Drive(.drain, in: try World())
        drive.finish(.cordon)
        drive.seeCordoned(true)
        try drive.seeRoutes([:])
        drive.finish(.evict)
        drive.send(drive.world.facts)
        #expect(drive.result == nil)
    }

    @Test func selectedTablesDoNotProveAbsence() throws {
        var drive = try drained()
        try drive.seeRoutes([:], selected: true)
        #expect(drive.result == nil)
        try drive.seeRoutes(["10.96.0.20/32": [2]], selected: true)
        #expect(drive.result?.outcome == .succeeded)
    }

    @Test func exportThatStaysIsNotProof() throws {
        var drive = try drained()
        drive.world.pass(1)
        let route = NodeRoute(prefix: try World.prefix("10.96.0.20/32"), protocolName: "static1")
        drive.world.snapshot.nodes[World.name(1)] = NodeState(
            exports: ["Node_192_168_1_4": drive.world.seen([route], .node(World.name(1)))])
        try drive.seeRoutes([:])
        #expect(drive.result == nil)
        drive.wait(91)
        #expect(drive.result?.reason.contains("BIRD still exports 10.96.0.20/32") == true)
    }

    @Test func nothingToWithdrawIsSkipped() throws {
        var world = try World()
        try world.setRoutes([:])
        var drive = try Drive(.drain, in: world)
        drive.finish(.cordon)
        drive.seeCordoned(true)
        drive.finish(.evict)
        #expect(drive.words == ["done", "done", "done", "skipped"])
        #expect(drive.result?.outcome == .succeeded)
        #expect(drive.result?.reason.contains("not checked") == true)
    }

    @Test func drainWithoutEndIsEnded() throws {
        var drive = try Drive(.drain, in: try World())
        drive.finish(.cordon)
        drive.seeCordoned(true)
        #expect(drive.wait(359).isEmpty)
        #expect(drive.wait(2) == [.cancelChange])
        #expect(drive.wait(30).isEmpty)
        drive.wait(31)
        #expect(drive.result?.outcome == .failed)
    }

    @Test func strayEventsAreIgnored() throws {
        var drive = try Drive(.drain, in: try World())
        #expect(drive.send(.stepFinished(.evict, now: drive.world.now)).isEmpty)
        #expect(drive.send(.stepFailed(.apply, reason: "x", now: drive.world.now)).isEmpty)
        drive.finish(.cordon)
        #expect(drive.send(.stepFinished(.cordon, now: drive.world.now)).isEmpty)
        drive.send(.abortRequested(now: drive.world.now))
        #expect(drive.result?.outcome == .aborted)
        #expect(drive.send(drive.world.facts).isEmpty)
        #expect(drive.send(.abortRequested(now: drive.world.now)).isEmpty)
    }

    @Test func progressIsBounded() throws {
        var drive = try Drive(.drain, in: try World())
        for number in 0..<500 { drive.send(.progress("line \(number) " + String(repeating: "x", count: 900))) }
        #expect(drive.machine.progress.count == Operation.progressLimit)
        #expect(drive.machine.progress.allSatisfy { $0.count <= 400 })
        #expect(drive.machine.progress.last?.hasPrefix("line 499") == true)
    }
}
