public import Correlation
public import Fabric
import FoundationEssentials
public import Polling
public import Timeline

/// What an engine tells.
public enum EngineEvent: Sendable {
    /// New facts, and what changed since the picture before.
    case facts(Snapshot, Picture, [PictureChange])
    /// Lines of answers that could not be placed.
    case diagnostics([String])
    /// What a source says of itself, such as whether it tells events.
    case notice(String)
}

/// Polls, folds and correlates: the loop under the console, the batch commands and the operations alike.
///
/// Looks run as child tasks; the fold and the schedule live here, off the main actor. Pictures are made at most a few
/// times a second however many answers come in.
public actor Engine {
    private let world: World
    private var fold: Fold
    private var schedule: PollSchedule
    private var picture: Picture?
    private var settings: CorrelationSettings
    private var firstLooks: Set<SourceID> = []
    private var targets: PollTargets
    private var isDirty = false
    private var starts = 0
    /// The number of the start that a look's last end belongs to.
    private var ended: [Look: Int] = [:]
    private var versionedLeaves: Set<LeafID> = []
    private var routedLeaves: Set<LeafID> = []
    private let start = ContinuousClock.now
    private let inbox: AsyncStream<PollEvent>
    private let send: AsyncStream<PollEvent>.Continuation
    private var outlets: [AsyncStream<EngineEvent>.Continuation] = []
    private var wakeUp: Task<Void, Never>?
    private var correlation: Task<Void, Never>?

    /// The least time between two pictures.
    private let pause: Duration = .milliseconds(120)
    private var lastPicture: ContinuousClock.Instant?

    /// An engine that has not begun; ``run()`` begins.
    public init(_ world: World) {
        self.world = world
        fold = Fold(inventory: world.inventory, at: world.now())
        settings = world.settings
        targets = world.targets
        schedule = PollSchedule(intervals: world.intervals)
        (inbox, send) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
        for leaf in world.targets.leaves { fold.expect(.leaf(leaf), interval: world.intervals.leafSummary) }
        for node in world.targets.nodes { fold.expect(.node(node), interval: world.intervals.node) }
        if world.targets.fabric { fold.expect(.apic, interval: world.intervals.fabric) }
        if world.targets.cluster { fold.expect(.kubernetes, interval: world.intervals.cluster) }
    }

    /// What happens, from now on; facts are never lost, since each replaces the one before.
    public func events() -> AsyncStream<EngineEvent> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: EngineEvent.self, bufferingPolicy: .bufferingNewest(256))
        outlets.append(continuation)
        return stream
    }

    /// Runs until the task is cancelled.
    public func run() async {
        await withDiscardingTaskGroup { group in
            act(schedule.handle(.targets(world.targets), at: elapsed), in: &group)
            if let news = world.reading.news?() {
                group.addTask { for await item in news { await self.take(item) } }
            }
            for await event in inbox {
                if Task.isCancelled { break }
                act(schedule.handle(event, at: elapsed), in: &group)
            }
            group.cancelAll()
        }
        wakeUp?.cancel()
        correlation?.cancel()
        for outlet in outlets { outlet.finish() }
    }

    /// Ends ``run()``.
    public func stop() { send.finish() }

    /// Looks at these now, or at everything.
    public func poll(_ looks: [Look]?) { send.yield(looks.map(PollEvent.priority) ?? .refreshRequested) }

    /// Nodes whose alarms are quiet, as the journal tells.
    public func setMaintenance(_ nodes: Set<NodeName>) {
        guard settings.maintenance != nodes else { return }
        settings.maintenance = nodes
        markDirty()
    }

    /// Waits until every source has answered or failed once, and every leaf that answered has shown its routes or
    /// failed to, so that a picture says all that one look can say.
    public func settle() async {
        while !Task.isCancelled, !isSettled { try? await Task.sleep(for: .milliseconds(20)) }
    }

    /// Looks at these now and waits until each has ended, well or badly.
    public func look(at looks: [Look]) async {
        let asked = starts
        poll(looks)
        while !Task.isCancelled, !looks.allSatisfy({ (ended[$0] ?? 0) > asked }) {
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Whether a picture says all that one look at everything can say.
    public var isSettled: Bool {
        let snapshot = fold.snapshot
        guard firstLooks.isSuperset(of: snapshot.sources.keys) else { return false }
        return world.targets.leaves.allSatisfy { leaf in
            !versionedLeaves.contains(leaf) || routedLeaves.contains(leaf)
        }
    }

    /// The facts and conclusions of this moment.
    public func current() -> (snapshot: Snapshot, picture: Picture) {
        let now = world.now()
        let picture = correlate(fold.snapshot, settings: settings, previous: picture, now: now)
        return (fold.snapshot, picture)
    }

    private var elapsed: Duration { ContinuousClock.now - start }

    private func act(_ actions: [PollAction], in group: inout DiscardingTaskGroup) {
        for action in actions {
            switch action {
            case .start(let look):
                starts += 1
                let number = starts
                group.addTask { await self.perform(look, number) }
            case .wake(let moment):
                wakeUp?.cancel()
                let delay = max(.zero, moment - elapsed)
                wakeUp = Task { [send] in
                    try? await Task.sleep(for: delay)
                    if !Task.isCancelled { send.yield(.tick) }
                }
            }
        }
    }

    private nonisolated func perform(_ look: Look, _ number: Int) async {
        let began = ContinuousClock.now
        var result = await world.reading.perform(look)
        for index in result.answers.indices where result.answers[index].tables == nil {
            result.answers[index].evidence = await world.evidence.keep(result.answers[index])
        }
        await absorb(result, number, took: ContinuousClock.now - began)
    }

    private func absorb(_ result: LookResult, _ number: Int, took: Duration) {
        let outcome = fold.absorb(result, interval: interval(of: result.look), now: world.now())
        ended[result.look] = number
        firstLooks.insert(result.look.source)
        versionedLeaves.formUnion(outcome.tableVersions.keys)
        if case .leafRoutes(let leaf, _) = result.look { routedLeaves.insert(leaf) }
        if !outcome.diagnostics.isEmpty { tell(.diagnostics(outcome.diagnostics)) }
        if case .leafRoutes(let leaf, .all) = result.look, result.error?.kind == .tooLarge { narrow(leaf) }
        // The schedule wants to know what a look told before it hears that the look has ended.
        for (leaf, version) in outcome.tableVersions { send.yield(.tableVersion(leaf, version)) }
        let changed = nodes(at: outcome.changedNeighbors)
        if picture != nil, !changed.isEmpty { send.yield(.leafHalfChanged(changed)) }
        send.yield(.completed(result.look, succeeded: outcome.succeeded, took: took))
        markDirty()
    }

    /// What a source tells unasked: folded at once, or a reason to look.
    private func take(_ news: PushedNews) async {
        switch news {
        case .lookAgain(let looks): poll(looks)
        case .notice(let words): tell(.notice(words))
        case .answers(let answers):
            for var answer in answers {
                answer.evidence = await world.evidence.keep(answer)
                let outcome = fold.absorb(
                    [answer], of: answer.source, interval: world.intervals.leafSummary, now: world.now())
                if !outcome.diagnostics.isEmpty { tell(.diagnostics(outcome.diagnostics)) }
                let changed = nodes(at: outcome.changedNeighbors)
                if picture != nil, !changed.isEmpty { send.yield(.leafHalfChanged(changed)) }
            }
            markDirty()
        }
    }

    /// Asks from now on only for the prefixes that matter most: the leaf's whole table is too large for text.
    private func narrow(_ leaf: LeafID) {
        let prefixes = SelectedPrefixes.of(fold.snapshot)
        guard !prefixes.isEmpty else { return }
        targets.selections[leaf] = .prefixes(prefixes)
        send.yield(.targets(targets))
        tell(
            .diagnostics([
                "leaf \(leaf): its routing table is larger than the limit; from now on \(prefixes.count) prefixes are "
                    + "asked for one by one, and what is not among them is unknown"
            ]))
    }

    private func nodes(at addresses: Set<IPAddress>) -> [NodeName] {
        (picture?.inventory ?? world.inventory).nodes
            .filter { $0.address.map(addresses.contains) ?? false }.map(\.name)
    }

    private func interval(of look: Look) -> Duration {
        switch look {
        case .leafSummary, .leafRoutes: world.intervals.leafSummary
        case .node: world.intervals.node
        case .cluster, .pods: world.intervals.cluster
        case .fabric: world.intervals.fabric
        case .fabricConfiguration: world.intervals.configuration
        }
    }

    private func markDirty() {
        isDirty = true
        guard correlation == nil else { return }
        // The first change after a quiet while is drawn at once; what follows closely is gathered.
        let wait = lastPicture.map { max(.zero, self.pause - (ContinuousClock.now - $0)) } ?? pause
        correlation = Task {
            if wait > .zero { try? await Task.sleep(for: wait) }
            self.makePicture()
        }
    }

    private func makePicture() {
        correlation = nil
        guard isDirty else { return }
        isDirty = false
        defer { lastPicture = ContinuousClock.now }
        let next = correlate(fold.snapshot, settings: settings, previous: picture, now: world.now())
        let changes = PictureDifference.changes(from: picture, to: next)
        picture = next
        tell(.facts(fold.snapshot, next, changes))
    }

    private func tell(_ event: EngineEvent) {
        for outlet in outlets { outlet.yield(event) }
    }
}
