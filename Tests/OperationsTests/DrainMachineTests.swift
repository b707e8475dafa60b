import Correlation
import Fabric
import FoundationEssentials
import Operations
import Polling
import Testing

@Suite struct DrainMachineTests {
    @Test func runsToMaintenance() throws {
        var drive = try Drive(.drain, in: try World())
        #expect(drive.changes.first.map { if case .lock = $0 { true } else { false } } == true)
        drive.finish(.lock)
        #expect(drive.changes.last == .label(World.name(1), [KubernetesNode.excludeLabel: "true"]))
        drive.finish(.exclude)
        #expect(drive.asked.contains(.leafRoutes(World.leafA, .all)))
        #expect(drive.asked.contains(.leafRoutes(World.leafB, .all)))
        #expect(drive.asked.contains(.node(World.name(1))))
        try drive.seeRoutes(["10.96.0.20/32": [2]])
        #expect(drive.changes.last == .cordon(World.name(1)))
        drive.finish(.cordon)
        drive.seeCordoned(true)
        #expect(drive.changes.last == .drain(World.name(1), DrainOptions()))
        drive.send(.progress("evicting pod shop/web-1"))
        drive.finish(.evict)
        try drive.seeRoutes(["10.96.0.20/32": [2]])
        guard case .hold(World.name(1), _, .label(let peers))? = drive.changes.last else {
            Issue.record("no hold: \(String(describing: drive.changes.last))")
            return
        }
        #expect(peers.map(\.name) == ["leaf101-node-1", "leaf102-node-1"])
        #expect(
            peers.allSatisfy { $0.heldSelector == "kubernetes.io/hostname == 'node-1' && !has(bgpdeck.io/hold)" })
        drive.finish(.hold)
        try drive.seeHeld()
        #expect(drive.changes.last == .keepLock)
        drive.finish(.maintain)
        #expect(drive.words.allSatisfy { $0 == "done" })
        let result = try #require(drive.result)
        #expect(result.outcome == .succeeded)
        #expect(result.inverse == .restore)
        #expect(
            result.remains == "in maintenance: the exclude label is set, the node is cordoned, its pods are evicted, "
                + "its sessions are held down")
        #expect(drive.machine.progress.first == "evicting pod shop/web-1")
        #expect(drive.actions.last == .finished(result))
    }

    @Test func journalComesBeforeAndAfterEachStepAndMarksAroundEachChange() throws {
        var drive = try Drive(.drain, in: try World())
        try drive.goTo(.maintain)
        drive.finish(.maintain)
        let told = drive.journal.map { "\($0.phase.rawValue) \($0.step?.rawValue ?? "-")" }
        let steps = StepID.steps(of: .drain).flatMap { ["begin \($0.rawValue)", "done \($0.rawValue)"] }
        #expect(told == ["started -"] + steps + ["finished -"])
        #expect(Set(drive.journal.map(\.plan)).count == 1)
        #expect(drive.journal.first?.former?.prefixes.map(\.prefix) == ["10.96.0.20/32"])
        for (place, action) in drive.actions.enumerated() {
            guard case .perform(let step, _, let before, let after) = action else { continue }
            guard case .journal(let entry) = drive.actions[place - 1] else {
                Issue.record("no journal entry before \(step)")
                return
            }
            #expect(entry.phase == .begin && entry.step == step)
            #expect((before == nil) == (step == .lock))
            #expect(before == nil || before?.isDone == false && before?.step == step)
            #expect(after?.isDone == true && after?.phase == (step == .maintain ? .maintenance : .running))
        }
    }

    /// `kubectl` names the pod, the machine the budget that keeps it: while it goes on, and where it fails.
    @Test func theBudgetThatRefusesIsNamed() throws {
        var world = try World()
        let pod = Pod(
            name: ObjectName(namespace: "shop", name: "web-1"), node: World.name(1), ownerKind: "ReplicaSet",
            labels: ["app": "web"])
        world.setPods([pod])
        let budget = DisruptionBudget(
            name: ObjectName(namespace: "shop", name: "web"), matchLabels: ["app": "web"], disruptionsAllowed: 1,
            desiredHealthy: 2, currentHealthy: 3)
        world.snapshot.cluster.budgets = world.seen([budget])
        var drive = try Drive(.drain, in: world)
        try drive.goTo(.evict)
        let refusal =
            "error when evicting pods/\"web-1\" -n \"shop\" (will retry after 5s): Cannot evict pod as it would violate "
            + "the pod's disruption budget."
        for _ in 0..<2 { drive.send(.progress(refusal)) }
        #expect(drive.machine.progress.count { $0.contains("budget shop/web keeps shop/web-1") } == 1)
        drive.fail(.evict, "global timeout reached")
        #expect(drive.result?.reason.contains("kept by budget shop/web: global timeout reached") == true)
    }

    @Test func nothingStartsWithoutConsentToThisPlan() throws {
        var world = try World()
        let plan = world.plan(.drain)
        world.options = DrainOptions(timeoutSeconds: 60)
        let other = try Consent.byFlag(for: world.plan(.drain))
        var machine = Operation(id: OperationID("x"), plan: plan, who: World.who)
        #expect(machine.handle(.tick(now: world.now)).isEmpty)
        #expect(machine.handle(world.facts).isEmpty)
        #expect(machine.handle(.stepFinished(.lock, now: world.now)).isEmpty)
        let actions = machine.handle(.started(other, now: world.now))
        #expect(changes(actions).isEmpty)
        #expect(machine.view.result?.outcome == .failed)
        #expect(machine.view.remains == "nothing was changed")
    }

    @Test func noLockNoStep() throws {
        var drive = try Drive(.drain, in: try World())
        drive.fail(.lock, "held by ben")
        #expect(drive.words.first == "failed" && drive.words.dropFirst().allSatisfy { $0 == "skipped" })
        #expect(drive.result?.remains == "nothing was changed")
        #expect(drive.changes.count == 1)
    }

    @Test func failedCordonEndsIt() throws {
        var drive = try Drive(.drain, in: try World())
        try drive.goTo(.cordon)
        drive.fail(.cordon, "Forbidden")
        #expect(drive.result?.reason == "cordon the node: Forbidden")
        #expect(drive.result?.remains == "the exclude label is set, the node may be cordoned")
        #expect(drive.result?.undo == "restore node-1")
        #expect(drive.journal.last?.outcome == .failed)
    }

    @Test func factsFromBeforeTheCordonProveNothing() throws {
        var drive = try Drive(.drain, in: try World())
        try drive.goTo(.cordon)
        drive.world.setCordoned(1, true)
        drive.finish(.cordon)
        #expect(changes(drive.send(drive.world.facts)).isEmpty)
        #expect(drive.machine.facts.last?.detail == "Kubernetes was not read since")
        #expect(changes(drive.seeCordoned(true)).count == 1)
    }

    @Test func cordonThatIsNotSeenTimesOut() throws {
        var drive = try Drive(.drain, in: try World())
        try drive.goTo(.cordon)
        drive.finish(.cordon)
        drive.seeCordoned(false)
        #expect(drive.wait(5) == [.poll([.cluster])])
        #expect(drive.wait(1).isEmpty)
        drive.wait(30)
        #expect(drive.result?.reason.contains("node-1 is cordoned: schedulable") == true)
    }

    @Test func failedDrainLeavesTheNodeNamed() throws {
        var drive = try Drive(.drain, in: try World())
        try drive.goTo(.evict)
        drive.fail(.evict, "global timeout reached: 300s")
        let result = try #require(drive.result)
        #expect(result.outcome == .failed)
        #expect(
            result.remains == "the exclude label is set, the node is cordoned, some of its pods may be evicted")
        #expect(result.inverse == .restore && result.undo == "restore node-1")
    }

    @Test func prefixThatStaysIsNamedWithItsLeaf() throws {
        var drive = try Drive(.drain, in: try World())
        try drive.goTo(.confirmExclude)
        try drive.seeRoutes(["10.96.0.20/32": [1, 2]])
        drive.wait(91)
        let reason = try #require(drive.result?.reason)
        #expect(reason.contains("leaf 101: still there with next hop 192.168.1.1: 10.96.0.20/32"))
        #expect(reason.contains("leaf 102"))
        #expect(drive.changes.count == 2, "nothing is drained while routes stay")
    }

    @Test func aServiceRouteThatNobodyNotedKeepsTheDrainFromGoingOn() throws {
        var drive = try Drive(.drain, in: try World())
        try drive.goTo(.confirmExclude)
        try drive.seeRoutes(["10.96.0.20/32": [2], "10.96.7.7/32": [1]])
        #expect(drive.machine.facts.first?.detail.contains("10.96.7.7/32") == true)
        try drive.seeRoutes(["10.96.0.20/32": [2]])
        #expect(drive.changes.last == .cordon(World.name(1)))
    }

    @Test func oneLeafIsNotEnough() throws {
        var drive = try Drive(.drain, in: try World())
        try drive.goTo(.confirmExclude)
        drive.world.pass(1)
        let old = drive.world.snapshot.leaves[World.leafB]
        try drive.world.setRoutes([:])
        drive.world.snapshot.leaves[World.leafB] = old
        drive.send(drive.world.facts)
        #expect(drive.machine.facts.map(\.isProven) == [true, false])
        drive.wait(91)
        #expect(drive.result?.reason.contains("leaf 102: the leaf's routes were not read since") == true)
    }

    @Test func selectedTablesDoNotProveAbsence() throws {
        var drive = try Drive(.drain, in: try World())
        try drive.goTo(.confirmExclude)
        try drive.seeRoutes([:], selected: true)
        #expect(drive.changes.count == 2)
        try drive.seeRoutes(["10.96.0.20/32": [2]], selected: true)
        #expect(drive.changes.last == .cordon(World.name(1)))
    }

    @Test func exportThatStaysIsNotProof() throws {
        var drive = try Drive(.drain, in: try World())
        try drive.goTo(.confirmExclude)
        drive.world.pass(1)
        let route = NodeRoute(prefix: try World.prefix("10.96.0.20/32"), protocolName: "static1")
        drive.world.snapshot.nodes[World.name(1)] = NodeState(
            exports: ["Node_192_168_1_4": drive.world.seen([route], .node(World.name(1)))])
        try drive.seeRoutes([:])
        drive.wait(91)
        #expect(drive.result?.reason.contains("BIRD still exports 10.96.0.20/32") == true)
    }

    @Test func aBlockThatStaysIsAPathThroughTheNode() throws {
        var drive = try Drive(.drain, in: try World())
        try drive.goTo(.confirmHold)
        try drive.seeHeld(routes: ["10.244.1.0/26": [1]])
        #expect(drive.result == nil)
        #expect(drive.machine.facts.contains { $0.detail.contains("10.244.1.0/26") })
    }

    @Test func anEstablishedSessionIsNotHeld() throws {
        var drive = try Drive(.drain, in: try World())
        try drive.goTo(.confirmHold)
        try drive.seeHeld(verdict: .up)
        #expect(drive.changes.last.map { if case .hold = $0 { true } else { false } } == true)
        #expect(drive.machine.facts.contains { !$0.isProven && $0.detail == "leaf: Established" })
    }

    @Test func drainWithoutEndIsEnded() throws {
        var drive = try Drive(.drain, in: try World())
        try drive.goTo(.evict)
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
        drive.finish(.lock)
        #expect(drive.send(.stepFinished(.lock, now: drive.world.now)).isEmpty)
        drive.finish(.exclude)
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
        #expect(drive.machine.view.progressCount == 500)
    }
}
