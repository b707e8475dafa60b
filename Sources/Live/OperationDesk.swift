import Fabric
import FoundationEssentials
import Operations
import Polling
import Synchronization

/// Runs operations for a console: one runner at a time, fed with facts and time, written to the journal.
final class OperationDesk: Sendable {
    private struct State {
        var runner: OperationRunner?
        var facts: AsyncStream<OperationFacts>.Continuation?
        var ticks: AsyncStream<Date>.Continuation?
    }

    private let world: World
    private let poll: @Sendable ([Look]) -> Void
    private let state = Mutex(State())

    init(_ world: World, poll: @escaping @Sendable ([Look]) -> Void) {
        self.world = world
        self.poll = poll
    }

    /// Runs a consented plan to its end.
    ///
    /// - Throws: why it cannot start, in words for the status line.
    func run(
        _ plan: Plan, consent: Consent, publish: @escaping @Sendable (OperationView) -> Void
    ) async throws(ChangeRefusal) -> OperationResult {
        guard let gate = world.gate else { throw ChangeRefusal("a capture cannot be changed") }
        guard let folder = world.journalFolder else {
            throw ChangeRefusal("no journal can be kept, so nothing is changed")
        }
        let journal = Journal(folder: folder)
        let (facts, factsIn) = AsyncStream.makeStream(of: OperationFacts.self, bufferingPolicy: .bufferingNewest(1))
        let (ticks, ticksIn) = AsyncStream.makeStream(of: Date.self, bufferingPolicy: .bufferingNewest(1))
        let runner = OperationRunner(
            plan: plan, consent: consent, id: OperationDesk.identity(of: plan, world), gate: gate,
            world: OperationWorld(
                who: world.who, journal: { entry throws(JournalError) in try journal.append(entry) }, poll: poll,
                facts: facts, ticks: ticks, now: world.now))
        state.withLock { $0 = State(runner: runner, facts: factsIn, ticks: ticksIn) }
        let result = await runner.run(publish: publish)
        factsIn.finish()
        ticksIn.finish()
        state.withLock { $0 = State() }
        return result
    }

    /// An identity that no other operation has: what, where, when and who.
    private static func identity(of plan: Plan, _ world: World) -> OperationID {
        if let former = plan.target.resumes { return former }
        let moment = Int(world.now().timeIntervalSince1970 * 1000)
        return OperationID("\(plan.kind)-\(plan.node)-\(moment)-\(world.who.pid)")
    }

    /// Whether an operation runs, which needs the time.
    var isRunning: Bool { state.withLock { $0.runner != nil } }

    /// Hands on new facts.
    func take(_ facts: OperationFacts) { _ = state.withLock { $0.facts?.yield(facts) } }

    /// Hands on the time.
    func tick(_ now: Date) { _ = state.withLock { $0.ticks?.yield(now) } }

    /// Asks the running operation to stop.
    func abort() { state.withLock { $0.runner }?.abort() }
}
