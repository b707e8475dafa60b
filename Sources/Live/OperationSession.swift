import Correlation
public import Fabric
import FoundationEssentials
public import Operations
public import Polling
import Synchronization

/// One operation without a console: polls on its own, plans from what it sees, runs and tells each step as a line.
public actor OperationSession {
    private let world: World
    private let engine: Engine
    private let desk: OperationDesk
    private var tasks: [Task<Void, Never>] = []

    /// A session that begins to poll with its first plan.
    public init(_ world: World) {
        self.world = world
        let engine = Engine(world)
        self.engine = engine
        desk = OperationDesk(world) { looks in Task { await engine.poll(looks) } }
    }

    /// The plan of an operation from fresh facts; waits until every source has answered or failed once.
    ///
    /// - Parameters:
    ///   - overrides: blockers that the operator goes on in spite of.
    ///   - reset: how a push starts sessions anew where nothing differs; nil: it does not.
    ///   - leaving: objects that a push leaves as they are, though they differ.
    public func plan(
        _ kind: OperationKind, of node: NodeName, options: DrainOptions = DrainOptions(),
        overrides: Set<Blocker.Kind> = [], reset: SessionReset? = nil, leaving: Set<String> = []
    ) async -> Plan {
        let engine = engine
        if world.playback == nil, tasks.isEmpty {
            tasks.append(Task { await engine.run() })
        }
        let facts: (snapshot: Snapshot, picture: Picture)
        if world.playback != nil {
            facts = await OneLook.take(world)
        } else {
            await engine.settle()
            await engine.look(at: [.pods(node), .cluster])
            facts = await engine.current()
        }
        let quiet = (try? world.journalFolder.map { try Journal.read(folder: $0).records.maintenance }) ?? []
        let context = PlanContext(
            snapshot: facts.snapshot, picture: facts.picture, now: world.now(), maintenance: quiet, options: options,
            overrides: overrides, reset: reset, leaving: leaving,
            controllersAreWritable: world.gate?.writesControllers ?? false,
            missingRights: try? await world.gate?.missingRights(for: kind),
            missingRoles: (try? await world.gate?.missingRoles()) ?? nil,
            isGone: { [who = world.who] in $0.isGone(seenFrom: who) })
        return Plan(kind, of: node, in: context)
    }

    /// Runs a consented plan and tells what moves, one line each.
    ///
    /// - Throws: why it cannot start.
    public func run(
        _ plan: Plan, consent: Consent, tell: @escaping @Sendable (String) -> Void
    ) async throws(ChangeRefusal) -> OperationResult {
        let desk = desk
        let engine = engine
        let now = world.now
        let feed = Task {
            for await event in await engine.events() {
                if case .facts(let snapshot, let picture, _) = event {
                    desk.take(OperationFacts(snapshot: snapshot, picture: picture, now: now()))
                }
            }
        }
        let clock = Task {
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(1))
                desk.tick(now())
            }
        }
        defer {
            feed.cancel()
            clock.cancel()
        }
        let told = Mutex(Told())
        let result = try await desk.run(plan, consent: consent) { view in
            for line in told.withLock({ $0.news(in: view) }) { tell(line) }
        }
        await end()
        return result
    }

    /// Asks the running operation to stop after its present step; harmless at any time.
    public nonisolated func abort() { desk.abort() }

    /// Ends polling.
    public func end() async {
        await engine.stop()
        for task in tasks { task.cancel() }
        tasks = []
    }
}

/// What of an operation was told already.
private struct Told {
    private var steps: [StepID: String] = [:]
    private var progress = 0
    private var pause: String?
    private var proven: Set<String> = []

    /// The lines that are new in a view.
    mutating func news(in view: OperationView) -> [String] {
        var lines = view.progress.suffix(max(0, view.progressCount - progress)).map { "  " + $0 }
        progress = max(progress, view.progressCount)
        if view.pause != pause {
            pause = view.pause
            if pause == nil { lines.append("  goes on") }
        }
        for fact in view.facts where fact.isProven && proven.insert(fact.claim).inserted {
            lines.append("  proven: \(fact.claim)")
        }
        for step in view.steps where step.word != "waiting" && steps[step.id] != step.word {
            steps[step.id] = step.word
            lines.append("\(step.word): \(step.id.title)" + (step.reason.map { ": \($0)" } ?? ""))
        }
        return lines
    }
}
