import Fabric
import FoundationEssentials
import Operations
import Polling
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(2))) struct LockTests {
    private let pair = LeaseName(namespace: "kube-system", name: "bgpdeck-leaves-101-102")
    private let node = LeaseName(namespace: "kube-system", name: "node-node-1")

    private func held(
        _ cluster: FakeCluster, _ name: LeaseName, by holder: String, renewedAgo: Double, seconds: Int = 60
    ) {
        cluster.state.withLock { state in
            let renewed = state.world.now.addingTimeInterval(-renewedAgo)
            state.leases[name] = Lease(
                name: name, holder: holder, durationSeconds: seconds, acquired: renewed, renewed: renewed,
                resourceVersion: "x")
        }
    }

    @Test func thePairIsLockedBeforeTheNodeAndBothBeforeAnythingElse() async throws {
        let cluster = FakeCluster(try World())
        try await FakeConsole(cluster).run(.drain)
        #expect(
            cluster.calls.prefix(2) == [
                "lease \(pair) bgpdeck/anna@jump-1/4711/node-1", "lease \(node) bgpdeck/anna@jump-1/4711/node-1",
            ])
        #expect(cluster.calls.dropFirst(2).first?.hasPrefix("patch node-1 bgpdeck.io/operation") == true)
    }

    @Test func theNodesLeaseLiesWhereMedik8sKeepsIts() async throws {
        let cluster = FakeCluster(try World())
        cluster.state.withLock { $0.hasMedik8s = true }
        try await FakeConsole(cluster).run(.drain)
        #expect(
            cluster.state.withLock {
                $0.leases.keys.contains(LeaseName(namespace: "medik8s-leases", name: "node-node-1"))
            })
    }

    @Test(arguments: [true, false]) func aHeldLockStopsEverythingAndNamesItsHolder(isPair: Bool) async throws {
        let cluster = FakeCluster(try World())
        held(cluster, isPair ? pair : node, by: "bgpdeck/ben@jump-2/77/node-3", renewedAgo: 4)
        let result = try await FakeConsole(cluster).run(.drain)
        #expect(result.outcome == .failed)
        #expect(result.reason.contains("held by ben@jump-2 (process 77) for node-3 since"))
        #expect(result.remains == "nothing was changed")
        #expect(cluster.node?.operationMark == nil)
        #expect(!cluster.calls.contains { $0.hasPrefix("patch") || $0.hasPrefix("cordon") })
        #expect(cluster.holders.count == 1, "what was taken is given back")
    }

    @Test func aLockOfAnotherProgramIsRespected() async throws {
        let cluster = FakeCluster(try World())
        held(cluster, node, by: "node-maintenance", renewedAgo: 600, seconds: 3600)
        #expect(try await FakeConsole(cluster).run(.drain).reason.contains("held by node-maintenance"))
    }

    @Test func aLockThatNobodyRenewsIsTakenOverAfterItsTime() async throws {
        let cluster = FakeCluster(try World())
        held(cluster, pair, by: "bgpdeck/ben@jump-2/77/node-3", renewedAgo: 3600)
        let before = cluster.now
        let result = try await FakeConsole(cluster).run(.drain)
        #expect(result.outcome == .succeeded)
        #expect(cluster.now.timeIntervalSince(before) > 60)
    }

    @Test func twoConsolesAtOnceOneGetsIt() async throws {
        let cluster = FakeCluster(try World(), hangsInDrain: true)
        let first = FakeConsole(cluster, pid: 1)
        let runner = try first.runner(first.plan(.drain))
        async let ended = runner.run { _ in }
        _ = await cluster.drainStarted.first { true }
        let second = FakeConsole(cluster, pid: 2, sees: false)
        let refused = try await second.run(.drain)
        #expect(refused.reason.contains("held by anna@jump-1 (process 1) for node-1 since"))
        runner.abort()
        #expect(await ended.outcome == .aborted)
    }

    @Test func theLockIsRenewedWhileTheOperationRuns() async throws {
        let cluster = FakeCluster(try World(), hangsInDrain: true)
        let console = FakeConsole(cluster)
        let runner = try console.runner(console.plan(.drain))
        async let ended = runner.run { _ in }
        _ = await cluster.drainStarted.first { true }
        let first = cluster.state.withLock { $0.leases[pair]?.renewed }
        cluster.pass(25)
        console.clock.yield(cluster.now)
        while cluster.state.withLock({ $0.leases[node]?.renewed }) == first { await Task.yield() }
        while cluster.state.withLock({ $0.leases[pair]?.renewed }) == first { await Task.yield() }
        runner.abort()
        _ = await ended
    }

    @Test func aLostLockStopsTheOperation() async throws {
        let cluster = FakeCluster(try World(), hangsInDrain: true)
        let console = FakeConsole(cluster)
        let runner = try console.runner(console.plan(.drain))
        async let ended = runner.run { _ in }
        _ = await cluster.drainStarted.first { true }
        held(cluster, pair, by: "bgpdeck/ben@jump-2/77/node-3", renewedAgo: 0)
        cluster.pass(25)
        console.clock.yield(cluster.now)
        let result = await ended
        #expect(result.outcome == .failed)
        #expect(cluster.holders["bgpdeck-leaves-101-102"] == "bgpdeck/ben@jump-2/77/node-3")
    }

    /// An API server that has just started forbids everything for some seconds: that is no loss of the lock.
    @Test func aRefusedRenewalIsTriedAgainUntilTheLockHasRunOut() async throws {
        let cluster = FakeCluster(try World(), hangsInDrain: true)
        let console = FakeConsole(cluster)
        let runner = try console.runner(console.plan(.drain))
        let asked = Mutex(0)
        async let ended = runner.run { _ in }
        _ = await cluster.drainStarted.first { true }
        cluster.refuse { words in
            guard words.hasPrefix("lease") else { return nil }
            asked.withLock { $0 += 1 }
            return SourceError(kind: .refused, source: .kubernetes, operation: words, cause: "forbidden", hint: "")
        }
        func tick(_ seconds: Double, expecting count: Int) async {
            cluster.pass(seconds)
            console.clock.yield(cluster.now)
            while asked.withLock({ $0 }) < count { await Task.yield() }
        }
        await tick(21, expecting: 1)
        await tick(6, expecting: 2)
        await tick(6, expecting: 3)
        cluster.refuse { _ in nil }
        let before = cluster.state.withLock { $0.leases[pair]?.renewed }
        cluster.pass(6)
        console.clock.yield(cluster.now)
        while cluster.state.withLock({ $0.leases[pair]?.renewed }) == before { await Task.yield() }
        cluster.refuse { words in
            guard words.hasPrefix("lease") else { return nil }
            return SourceError(kind: .refused, source: .kubernetes, operation: words, cause: "forbidden", hint: "")
        }
        cluster.pass(61)
        console.clock.yield(cluster.now)
        let result = await ended
        #expect(result.outcome == .failed && result.reason.contains("forbidden"), "\(result.reason)")
    }

    @Test(arguments: ["", "bgpdeck", "bgpdeck/a@b/x/n", "bgpdeck/a/1/n", "bgpdeck/a@b/1/", "console/a@b/1/n"])
    func foreignHoldersAreNotOurs(text: String) { #expect(LockHolder(text) == nil) }

    @Test func holdersComeBackAsWritten() {
        let holder = LockHolder(who: Operator(user: "a/b@c", host: "h", pid: 9), node: NodeName("n.example"))
        #expect(LockHolder(holder.description)?.node == holder.node)
        #expect(LockHolder(holder.description)?.description == holder.description)
    }
}
