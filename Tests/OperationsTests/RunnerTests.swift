import Correlation
import Fabric
import FoundationEssentials
import Operations
import Polling
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(2))) struct RunnerTests {
    private final class Views: Sendable {
        private let list = Mutex<[OperationView]>([])
        func keep(_ view: OperationView) { list.withLock { $0.append(view) } }
        var all: [OperationView] { list.withLock { $0 } }
    }

    @Test func drainsThroughAnOpenGate() async throws {
        let cluster = FakeCluster(try World())
        let console = FakeConsole(cluster)
        let views = Views()
        let result = try await console.run(.drain) { views.keep($0) }
        #expect(result.outcome == .succeeded)
        let words = cluster.calls.filter { !$0.contains("bgpdeck.io/operation") && !$0.hasPrefix("lease") }
        #expect(
            words == [
                "patch node-1 node.kubernetes.io/exclude-from-external-load-balancers=true", "cordon node-1",
                "drain node-1", "scope leaf101-node-1", "scope leaf102-node-1", "patch node-1 bgpdeck.io/hold=true",
            ])
        #expect(views.all.last?.result == result)
        #expect(views.all.last?.progress.contains("node/node-1 drained") == true)
        #expect(views.all.first?.phase == .waiting)
        #expect(cluster.entries.first?.phase == .started && cluster.entries.last?.phase == .finished)
        #expect(console.gate.busyNodes.isEmpty)
        #expect(cluster.holders.count == 2, "the locks stay through the maintenance")
    }

    /// A renewal that is under way when the locks are kept for maintenance comes before that, and does not shorten them.
    @Test func aRenewalUnderWayDoesNotMeetTheEnd() async throws {
        let cluster = FakeCluster(try World())
        let console = FakeConsole(cluster)
        let clock = console.clock
        cluster.state.withLock { $0.lateRenewal = FakeCluster.LateRenewal(tick: { clock.yield($0) }) }
        let drained = try await console.run(.drain)
        #expect(drained.outcome == .succeeded, "\(drained.reason)")
        let late = cluster.state.withLock { $0.lateRenewal }
        #expect(late?.isWaiting == false, "a renewal stood, and wrote")
        #expect(late?.passed == 0, "the locks were kept beside it")
        let seconds = cluster.state.withLock { $0.leases.values.map(\.durationSeconds) }
        #expect(seconds.count == 2 && seconds.allSatisfy { $0 > 86_400 }, "\(seconds)")
    }

    @Test func controllersHoldTheSessionsWhereTheyCanBeWritten() async throws {
        let cluster = FakeCluster(try World())
        let name = "uni/tn-common/out-calico/lnodep-rack1/lifp-nodes/rspathL3OutAtt-[x]/peerP-[192.168.1.1]"
        cluster.state.withLock {
            $0.profiles = [ManagedObject("bgpPeerP", ["dn": name, "addr": "192.168.1.1", "adminSt": "enabled"])]
        }
        #expect(try await FakeConsole(cluster, pid: 1, writesControllers: true).run(.drain).outcome == .succeeded)
        #expect(cluster.calls.contains("post \(name) disabled"))
        #expect(!cluster.calls.contains { $0.hasPrefix("scope") })
        #expect(try await FakeConsole(cluster, pid: 2, writesControllers: true).run(.restore).outcome == .succeeded)
        #expect(cluster.calls.contains("post \(name) enabled"))
        #expect(cluster.node?.operationMark == nil)
    }

    @Test(arguments: OperationKind.allCases) func closedGateLetsNothingThrough(kind: OperationKind) async throws {
        var world = try World()
        world.snapshot.cluster.peers = world.seen(
            (world.snapshot.cluster.peers?.value ?? []).filter { $0.name != "leaf102-node-1" })
        let cluster = FakeCluster(world)
        let console = FakeConsole(cluster, writesControllers: true)
        console.gate.lock()
        let views = Views()
        let result = try await console.run(kind, overrides: Set(Blocker.Kind.allCases)) { views.keep($0) }
        #expect(result.outcome == .failed && !result.wasBegun)
        #expect(result.reason.contains("read-only"))
        #expect(cluster.calls.isEmpty && cluster.entries.isEmpty)
        #expect(views.all.last?.result == result)
    }

    @Test func refusesToStartWithoutAJournal() async throws {
        let cluster = FakeCluster(try World())
        cluster.limit(1, lastTakesEffect: false)
        let result = try await FakeConsole(cluster).run(.drain)
        #expect(result.outcome == .failed)
        #expect(result.remains == "nothing was changed")
        #expect(cluster.calls.isEmpty)
    }

    @Test func failingDrainIsTold() async throws {
        let cluster = FakeCluster(try World())
        cluster.refuse { words in
            words == "drain node-1"
                ? SourceError(
                    kind: .timedOut, source: .kubernetes, operation: "kubectl drain node-1",
                    cause: "global timeout reached: 5s", hint: "") : nil
        }
        let result = try await FakeConsole(cluster).run(.drain)
        #expect(result.reason.contains("global timeout reached: 5s"))
        #expect(result.inverse == .restore)
        let mark = try #require(cluster.node?.mark)
        #expect(mark.phase == .stopped && mark.step == .evict && mark.words == "drain stopped in step evict")
        #expect(mark.remains == result.remains)
        #expect(cluster.holders.isEmpty, "the locks are given back, the mark keeps the rack")
    }

    @Test func anAPIServerThatIsAwayPausesAndTheOperationGoesOn() async throws {
        let cluster = FakeCluster(try World())
        let left = Mutex(12)
        cluster.refuse { words in
            guard words.contains("cordon"),
                left.withLock({
                    $0 -= 1; return $0 > 0
                })
            else { return nil }
            return SourceError(
                kind: .unreachable, source: .kubernetes, operation: words, cause: "connection refused", hint: "")
        }
        let views = Views()
        let result = try await FakeConsole(cluster).run(.drain) { views.keep($0) }
        #expect(result.outcome == .succeeded)
        #expect(views.all.contains { $0.pause?.contains("connection refused") == true })
        #expect(cluster.entries.contains { $0.phase == .paused && $0.step == .cordon })
    }

    @Test func abortEndsTheDrain() async throws {
        let cluster = FakeCluster(try World(), hangsInDrain: true)
        let console = FakeConsole(cluster)
        let runner = try console.runner(console.plan(.drain))
        async let ended = runner.run { _ in }
        _ = await cluster.drainStarted.first { true }
        #expect(console.gate.busyNodes == [World.name(1)])
        runner.abort()
        #expect(await ended.outcome == .aborted)
        #expect(cluster.node?.mark?.phase == .stopped)
    }

    @Test func cancelledTaskAborts() async throws {
        let cluster = FakeCluster(try World(), hangsInDrain: true)
        let console = FakeConsole(cluster)
        let runner = try console.runner(console.plan(.drain))
        let task = Task { await runner.run { _ in } }
        _ = await cluster.drainStarted.first { true }
        task.cancel()
        #expect(await task.value.outcome == .aborted)
    }

    @Test func oneOperationInARackAtATime() async throws {
        let cluster = FakeCluster(try World(), hangsInDrain: true)
        let console = FakeConsole(cluster)
        let first = try console.runner(console.plan(.drain))
        async let ended = first.run { _ in }
        _ = await cluster.drainStarted.first { true }
        let plan = try World().plan(.restore, 2)
        let second = OperationRunner(
            plan: plan, consent: try Consent.byFlag(for: plan), id: OperationID("op-2"), gate: console.gate,
            world: console.world)
        let refused = await second.run { _ in }
        #expect(refused.reason.contains("an operation on node-1 is running in the same rack"))
        first.abort()
        #expect(await ended.outcome == .aborted)
    }

    @Test func aLockedGateStopsTheNextChange() async throws {
        let cluster = FakeCluster(try World())
        let console = FakeConsole(cluster)
        let result = try await console.run(.drain) { view in
            if view.current?.id == .confirmCordon { console.gate.lock() }
        }
        #expect(result.outcome == .failed)
        #expect(result.reason.contains("locked while the operation ran"))
        #expect(!cluster.calls.contains("drain node-1"))
        #expect(cluster.node?.mark?.phase == .stopped)
    }

    @Test func aRestoreThatIsStoppedBeforeItChangesAnythingLeavesTheMaintenance() async throws {
        let cluster = FakeCluster(try World())
        try await FakeConsole(cluster, pid: 1).run(.drain)
        cluster.refuse { words in
            words == "patch node-1 bgpdeck.io/hold=-"
                ? SourceError(kind: .refused, source: .kubernetes, operation: words, cause: "no", hint: "") : nil
        }
        let failed = try await FakeConsole(cluster, pid: 2).run(.restore)
        #expect(failed.outcome == .failed)
        cluster.refuse { _ in nil }
        let back = try await FakeConsole(cluster, pid: 3).run(.restore)
        #expect(back.outcome == .succeeded)
        #expect(back.reason.contains("its ledger is as before the drain"))
        #expect(cluster.node?.operationMark == nil && cluster.holders.isEmpty)
    }

    @Test func aNodeInMaintenanceThatDrawsTrafficIsTold() async throws {
        let cluster = FakeCluster(try World())
        try await FakeConsole(cluster).run(.drain)
        let quiet = cluster.facts()
        #expect(MaintenanceWatch.outOfService(quiet.snapshot) == [World.name(1)])
        #expect(MaintenanceWatch.alarms(quiet.snapshot, quiet.picture).isEmpty)
        // Somebody takes the label away by hand.
        try await cluster.changes.patchNode(World.name(1), NodePatch(labels: ["bgpdeck.io/hold": nil]), { _ in })
        let loud = cluster.facts()
        let words = MaintenanceWatch.alarms(loud.snapshot, loud.picture)[World.name(1)]
        #expect(words?.contains("its session is up with leaf 101, 102") == true)
        // It came up after Kubernetes was read: a restore may have changed the mark by then.
        let young = try cluster.state.withLock { state in
            state.world.pass(3)
            for side in 0...1 { try state.world.setSession(1, side, .up, age: 1) }
            return (state.world.snapshot, state.world.picture)
        }
        #expect(MaintenanceWatch.alarms(young.0, young.1).isEmpty)
    }
}
