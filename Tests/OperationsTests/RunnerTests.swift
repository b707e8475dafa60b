import Correlation
import Fabric
import FoundationEssentials
import Operations
import Polling
import Synchronization
import Testing

/// Fake changes, a hand-set clock, and facts that follow each change.
private final class Stage: Sendable {
    struct State {
        var world: World
        var calls: [String] = []
        var entries: [JournalEntry] = []
        var views: [OperationView] = []
        var entriesUntilFailure = Int.max
    }

    let state: Mutex<State>
    let gate: ChangeGate
    let facts: AsyncStream<OperationFacts>
    let feed: AsyncStream<OperationFacts>.Continuation
    let ticks: AsyncStream<Date>
    let drainStarted: AsyncStream<Void>

    init(_ world: World, hangs: Bool = false, refusal: SourceError? = nil) {
        state = Mutex(State(world: world))
        (facts, feed) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (ticks, _) = AsyncStream.makeStream()
        let (started, signal) = AsyncStream<Void>.makeStream()
        drainStarted = started
        let log = Calls()
        calls = log
        gate = ChangeGate(
            ClusterChanges(
                cordon: { node, progress in
                    log.add("cordon \(node)")
                    progress("node/\(node) cordoned")
                },
                uncordon: { node, _ in log.add("uncordon \(node)") },
                drain: { node, _, progress throws(SourceError) in
                    log.add("drain \(node)")
                    signal.yield()
                    if hangs {
                        let (forever, _) = AsyncStream<Void>.makeStream()
                        for await _ in forever {}
                    }
                    if let refusal { throw refusal }
                    progress("node/\(node) drained")
                },
                apply: { _, _ in log.add("apply") }))
    }

    let calls: Calls

    final class Calls: Sendable {
        private let list = Mutex<[String]>([])
        func add(_ call: String) { list.withLock { $0.append(call) } }
        var all: [String] { list.withLock { $0 } }
    }

    /// Answers a request for facts: the world as it is after the changes so far, a second later.
    func answer() {
        let facts = state.withLock { state -> OperationFacts? in
            state.world.pass(1)
            let done = calls.all
            state.world.setCordoned(1, done.contains("cordon node-1"))
            if done.contains("drain node-1") { try? state.world.setRoutes(["10.96.0.20/32": [2]]) }
            return OperationFacts(snapshot: state.world.snapshot, picture: state.world.picture, now: state.world.now)
        }
        if let facts { feed.yield(facts) }
    }

    func world() -> OperationWorld {
        OperationWorld(
            who: World.who,
            journal: { [self] entry throws(JournalError) in
                let isFull = state.withLock { state in
                    state.entriesUntilFailure -= 1
                    if state.entriesUntilFailure >= 0 { state.entries.append(entry) }
                    return state.entriesUntilFailure < 0
                }
                if isFull { throw JournalError("No space left on device") }
            },
            poll: { [self] _ in answer() }, facts: facts, ticks: ticks,
            now: { [self] in state.withLock { $0.world.now } })
    }

    func runner() throws -> OperationRunner {
        let plan = state.withLock { $0.world.plan(.drain) }
        return OperationRunner(
            plan: plan, consent: try Consent.byFlag(for: plan), id: OperationID("op-1"), gate: gate, world: world())
    }

    func keep(_ view: OperationView) { state.withLock { $0.views.append(view) } }
    var views: [OperationView] { state.withLock { $0.views } }
    var entries: [JournalEntry] { state.withLock { $0.entries } }
}

@Suite(.timeLimit(.minutes(1))) struct RunnerTests {
    @Test func drainsThroughAnOpenGate() async throws {
        let stage = Stage(try World())
        stage.gate.unlock()
        let result = try await stage.runner().run { stage.keep($0) }
        #expect(result.outcome == .succeeded)
        #expect(stage.calls.all == ["cordon node-1", "drain node-1"])
        #expect(stage.views.last?.result == result)
        #expect(stage.views.last?.progress.contains("node/node-1 drained") == true)
        #expect(stage.views.first?.phase == .waiting)
        #expect(stage.entries.first?.phase == .started && stage.entries.last?.phase == .finished)
        #expect(stage.gate.busyNodes.isEmpty)
    }

    @Test func closedGateLetsNothingThrough() async throws {
        let stage = Stage(try World())
        let result = try await stage.runner().run { stage.keep($0) }
        #expect(result.outcome == .failed)
        #expect(result.reason.contains("read-only"))
        #expect(stage.calls.all.isEmpty && stage.entries.isEmpty)
        #expect(stage.views.last?.result == result)
    }

    @Test func refusesToStartWithoutAJournal() async throws {
        let stage = Stage(try World())
        stage.gate.unlock()
        stage.state.withLock { $0.entriesUntilFailure = 0 }
        let result = try await stage.runner().run { stage.keep($0) }
        #expect(result.outcome == .failed)
        #expect(result.reason.contains("No space left on device"))
        #expect(result.remains == "nothing was changed")
        #expect(stage.calls.all.isEmpty)
    }

    @Test func stopsWhenTheJournalFailsOnTheWay() async throws {
        let stage = Stage(try World())
        stage.gate.unlock()
        stage.state.withLock { $0.entriesUntilFailure = 3 }
        let result = try await stage.runner().run { stage.keep($0) }
        #expect(result.outcome == .failed)
        #expect(stage.calls.all == ["cordon node-1"])
        #expect(result.remains == "the node is cordoned; its pods were not touched")
    }

    @Test func failingDrainIsTold() async throws {
        let error = SourceError(
            kind: .timedOut, source: .kubernetes, operation: "kubectl drain node-1",
            cause: "global timeout reached: 5s",
            hint: "")
        let stage = Stage(try World(), refusal: error)
        stage.gate.unlock()
        let result = try await stage.runner().run { stage.keep($0) }
        #expect(result.reason.contains("global timeout reached: 5s"))
        #expect(result.inverse == .restore)
    }

    @Test func abortEndsTheDrain() async throws {
        let stage = Stage(try World(), hangs: true)
        stage.gate.unlock()
        let runner = try stage.runner()
        async let ended = runner.run { stage.keep($0) }
        _ = await stage.drainStarted.first { true }
        #expect(stage.gate.busyNodes == [World.name(1)])
        runner.abort()
        let result = await ended
        #expect(result.outcome == .aborted)
        #expect(stage.views.last?.result == result)
    }

    @Test func cancelledTaskAborts() async throws {
        let stage = Stage(try World(), hangs: true)
        stage.gate.unlock()
        let runner = try stage.runner()
        let task = Task { await runner.run { stage.keep($0) } }
        _ = await stage.drainStarted.first { true }
        task.cancel()
        #expect(await task.value.outcome == .aborted)
    }

    @Test func oneOperationInARackAtATime() async throws {
        let stage = Stage(try World(), hangs: true)
        stage.gate.unlock()
        let first = try stage.runner()
        async let ended = first.run { _ in }
        _ = await stage.drainStarted.first { true }
        let plan = try World().plan(.restore, 2)
        let second = OperationRunner(
            plan: plan, consent: try Consent.byFlag(for: plan), id: OperationID("op-2"), gate: stage.gate,
            world: stage.world())
        let refused = await second.run { _ in }
        #expect(refused.reason.contains("an operation on node-1 is running in the same rack"))
        first.abort()
        #expect(await ended.outcome == .aborted)
    }

    @Test func lockStopsTheNextChange() async throws {
        let stage = Stage(try World())
        stage.gate.unlock()
        let result = try await stage.runner().run { view in
            stage.keep(view)
            if view.current?.id == .confirmCordon { stage.gate.lock() }
        }
        #expect(result.outcome == .failed)
        #expect(result.reason.contains("locked while the operation ran"))
        #expect(stage.calls.all == ["cordon node-1"])
    }
}
