import Fabric
import Operations
import Polling
import Synchronization
import Testing

/// A console that dies at any instant of any operation leaves a state that the next console names, goes on with, or
/// takes back.
@Suite(.timeLimit(.minutes(5))) struct KillTests {
    /// What a node is like in service.
    private func isInService(_ cluster: FakeCluster, _ original: [CalicoPeer]) -> Bool {
        guard let node = cluster.node else { return false }
        return !node.isCordoned && node.labels["node.kubernetes.io/exclude-from-external-load-balancers"] == nil
            && !node.isHeld && node.operationMark == nil && cluster.holders.isEmpty
            && Set(cluster.peers) == Set(original)
    }

    private func isInMaintenance(_ cluster: FakeCluster) -> Bool {
        guard let node = cluster.node, let mark = node.mark else { return false }
        return node.isCordoned && node.isExcludedFromServices && node.isHeld && mark.phase == .maintenance
            && cluster.holders.count == 2
    }

    /// Whatever was changed is told by a mark on the node, or nothing was changed.
    private func isListed(_ cluster: FakeCluster, _ original: [CalicoPeer]) -> Bool {
        guard let node = cluster.node else { return false }
        let isTouched =
            node.isCordoned || node.isExcludedFromServices || node.isHeld || Set(cluster.peers) != Set(original)
        return !isTouched || node.mark != nil
    }

    private func cluster(_ kind: OperationKind) async throws -> (FakeCluster, [CalicoPeer]) {
        let world = try World()
        let original = world.snapshot.cluster.peers?.value ?? []
        let cluster = FakeCluster(world)
        switch kind {
        case .drain: break
        case .restore: #expect(try await FakeConsole(cluster, pid: 1).run(.drain).outcome == .succeeded)
        case .push:
            cluster.state.withLock { state in
                state.world.snapshot.cluster.peers = state.world.seen(original.filter { $0.name != "leaf102-node-1" })
            }
        }
        return (cluster, original)
    }

    /// Kills the console after each journal line and each effect, with and without the last one's effect; the next
    /// console goes on, or takes it back.
    @Test(arguments: OperationKind.allCases, [true, false])
    func atEveryInstant(kind: OperationKind, lastTakesEffect: Bool) async throws {
        var count = 0
        for instant in 1...400 {
            let (cluster, original) = try await cluster(kind)
            cluster.limit(instant, lastTakesEffect: lastTakesEffect)
            let result = try await FakeConsole(cluster, pid: 100).run(kind)
            guard cluster.state.withLock({ $0.isDead }) else {
                #expect(result.outcome == .succeeded)
                break
            }
            count += 1
            #expect(kind == .push || isListed(cluster, original), "after instant \(instant)")
            cluster.limit(.max, lastTakesEffect: true)
            try await goOn(kind, cluster, original, instant)
        }
        #expect(count > 20, "\(count) instants")
    }

    private func goOn(
        _ kind: OperationKind, _ cluster: FakeCluster, _ original: [CalicoPeer], _ instant: Int
    ) async throws {
        let next = FakeConsole(cluster, pid: 200)
        let plan = next.plan(kind)
        // The last line alone may have been missing: then there is nothing left to do.
        if plan.isAllowed {
            let result = try await next.run(kind)
            #expect(result.outcome == .succeeded, "after instant \(instant): \(result.reason)")
        } else {
            #expect(plan.isNothingToDo, "after instant \(instant): \(plan.standing.map(\.text))")
            // A lease that the dead console holds for a running operation runs out by itself.
            cluster.pass(61)
        }
        if kind == .drain { #expect(isInMaintenance(cluster), "after instant \(instant)") }
        // And back again, by yet another console.
        if kind == .drain { try await FakeConsole(cluster, pid: 300).run(.restore) }
        #expect(isInService(cluster, original), "after instant \(instant): \(String(describing: cluster.node))")
    }

    @Test(arguments: [true, false]) func anInterruptedDrainIsTakenBackAtEveryInstant(
        lastTakesEffect: Bool
    ) async throws {
        for instant in 1...400 {
            let (cluster, original) = try await cluster(.drain)
            cluster.limit(instant, lastTakesEffect: lastTakesEffect)
            try await FakeConsole(cluster, pid: 100).run(.drain)
            guard cluster.state.withLock({ $0.isDead }) else { break }
            cluster.limit(.max, lastTakesEffect: true)
            let result = try await FakeConsole(cluster, pid: 200).run(.restore)
            #expect(result.outcome == .succeeded, "after instant \(instant): \(result.reason)")
            #expect(isInService(cluster, original), "after instant \(instant)")
        }
    }

    @Test func whatWasThereBeforeComesBack() async throws {
        var world = try World()
        var nodes = world.snapshot.cluster.nodes?.value ?? []
        nodes[0].labels["node.kubernetes.io/exclude-from-external-load-balancers"] = ""
        nodes[0].isCordoned = true
        world.snapshot.cluster.nodes = world.seen(nodes)
        let cluster = FakeCluster(world)
        #expect(try await FakeConsole(cluster, pid: 1).run(.drain).outcome == .succeeded)
        #expect(cluster.node?.isExcludedFromServices == true)
        let back = try await FakeConsole(cluster, pid: 2).run(.restore)
        #expect(back.outcome == .succeeded)
        #expect(cluster.node?.labels["node.kubernetes.io/exclude-from-external-load-balancers"]?.isEmpty == true)
        #expect(cluster.node?.isCordoned == true)
        #expect(back.reason.contains("it was cordoned before its drain"))
    }
}
