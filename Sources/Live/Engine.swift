public import Correlation
public import Fabric
import FoundationEssentials
import Operations
public import Polling
import Timeline

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
    private var isConfirmed = false
    private var judged: Judged?
    /// What events told since the facts that are being concluded from.
    private var glanced: [LeafID: Set<IPAddress>] = [:]

    /// What the last conclusions were drawn at.
    private struct Judged {
        var troubled: [SourceID: SourceStatus.Freshness]
        var isCalm: Bool
        var ended: ContinuousClock.Instant
        var took: Duration
    }

    private var starts = 0
    /// The number of the start that a look's last end belongs to.
    private var ended: [Look: Int] = [:]
    /// Looks that somebody asked for by name and that have not ended since.
    private var awaited: Set<Look> = []
    private var versionedLeaves: Set<LeafID> = []
    private var routedLeaves: Set<LeafID> = []
    private nonisolated let start = ContinuousClock.now
    private let inbox: AsyncStream<PollEvent>
    private let send: AsyncStream<PollEvent>.Continuation
    private var outlets: [EngineEvents] = []
    private var wakeUp: Task<Void, Never>?
    private var wakeMoment: Duration?
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
        schedule = PollSchedule(intervals: world.intervals, budget: world.budget)
        (inbox, send) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
        for leaf in world.targets.leaves { fold.expect(.leaf(leaf), interval: world.intervals.leafSummary) }
        for node in world.targets.nodes { fold.expect(.node(node), interval: world.intervals.node) }
        if world.targets.fabric { fold.expect(.apic, interval: world.intervals.fabric) }
        if world.targets.cluster { fold.expect(.kubernetes, interval: world.intervals.cluster) }
    }

    /// What happens, from now on, for one listener.
    public func events() -> EngineEvents {
        let events = EngineEvents()
        outlets.append(events)
        return events
    }

    /// Runs until the task is cancelled.
    public func run() async {
        await withDiscardingTaskGroup { group in
            // Before the first look: whoever tells news has told this engine nothing yet.
            if let news = world.reading.news?() {
                group.addTask { for await item in news { await self.take(item) } }
            }
            act(schedule.handle(.targets(world.targets), at: elapsed), in: &group)
            for await event in inbox {
                if Task.isCancelled { break }
                act(schedule.handle(event, at: elapsed), in: &group)
            }
            group.cancelAll()
        }
        wakeUp?.cancel()
        correlation?.cancel()
        for outlet in outlets { outlet.box.finish() }
    }

    /// Ends ``run()``.
    public func stop() { send.finish() }

    /// Looks at these now, or at everything.
    ///
    /// What somebody waits for is judged anew even where it tells nothing new: an operation proves its steps by samples
    /// that are younger than the step.
    public func poll(_ looks: [Look]?) {
        awaited.formUnion(looks ?? [])
        send.yield(looks.map(PollEvent.priority) ?? .refreshRequested)
    }

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

    /// What is looked at closely: routes of these leaves are read before others', and these nodes tell all they have.
    public func attend(to leaf: LeafID?, _ node: NodeName?) async {
        await world.reading.attend(node.map { [$0] } ?? [])
        if let leaf, !routedLeaves.contains(leaf) { poll([.leafRoutes(leaf, targets.selections[leaf] ?? .all)]) }
        if let node, fold.snapshot.nodes[node]?.routes == nil { poll([.node(node)]) }
    }

    /// The time until the next whole second since the engine began, so that what ticks on screen wakes the console
    /// together with what is polled.
    public nonisolated var untilBeat: Duration {
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        return max(.zero, start + .seconds(1) * (seconds.rounded(.down) + 1) - ContinuousClock.now)
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
        // The APIC has answered when the first of its two looks ended; what was configured comes with the other.
        guard !world.targets.fabric || ended[.fabricConfiguration] != nil else { return false }
        return world.targets.leaves.allSatisfy { leaf in
            !versionedLeaves.contains(leaf) || routedLeaves.contains(leaf)
        }
    }

    /// The facts and conclusions of this moment.
    public func current() async -> (snapshot: Snapshot, picture: Picture) {
        let snapshot = fold.snapshot
        let (next, _) = await Engine.conclude(snapshot, settings, picture, world.now())
        return (snapshot, next)
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
                guard moment != wakeMoment else { continue }
                wakeMoment = moment
                wakeUp?.cancel()
                let delay = max(.zero, moment - elapsed)
                wakeUp = Task { [send] in
                    try? await Task.sleep(for: delay)
                    if !Task.isCancelled { send.yield(.tick) }
                }
            }
        }
    }

    /// Performs a look and decodes its answers, both away from the engine: a whole table is tens of megabytes of text,
    /// which are let go of before the next.
    @concurrent
    private nonisolated func perform(_ look: Look, _ number: Int) async {
        let began = ContinuousClock.now
        var result = await world.reading.perform(look)
        var answers = result.answers
        result.answers = []
        for index in answers.indices where answers[index].tables == nil && answers[index].paths == nil {
            answers[index].evidence = await world.evidence.keep(answers[index])
        }
        let skews = await fold.snapshot.fabric.skews
        result.facts = decode(answers, skew: { skews[$0] ?? 0 }) + result.facts
        await absorb(result, number, took: ContinuousClock.now - began)
    }

    private func absorb(_ result: LookResult, _ number: Int, took: Duration) {
        let outcome = fold.absorb(result, interval: interval(of: result.look), now: world.now())
        ended[result.look] = number
        firstLooks.insert(result.look.source)
        versionedLeaves.formUnion(outcome.tableVersions.keys)
        if case .leafRoutes(let leaf, _) = result.look { routedLeaves.insert(leaf) }
        if !outcome.diagnostics.isEmpty { tell(.diagnostics(outcome.diagnostics)) }
        for words in outcome.notices { tell(.notice(words)) }
        if case .leafRoutes(let leaf, .all) = result.look, result.error?.kind == .tooLarge { narrow(leaf) }
        // The schedule wants to know what a look told before it hears that the look has ended.
        for (leaf, version) in outcome.tableVersions { send.yield(.tableVersion(leaf, version)) }
        let changed = nodes(at: outcome.changedNeighbors)
        if picture != nil, !changed.isEmpty { send.yield(.leafHalfChanged(changed)) }
        send.yield(.completed(result.look, succeeded: outcome.succeeded, took: took))
        let isAwaited = awaited.remove(result.look) != nil
        if outcome.isNews || isAwaited { markDirty() } else { markConfirmed() }
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
                glance(at: outcome.changedOnLeaves)
                let changed = nodes(at: outcome.changedNeighbors)
                if picture != nil, !changed.isEmpty { send.yield(.leafHalfChanged(changed)) }
            }
            markDirty()
        }
    }

    /// Shows at once what an event changed; what follows from it is concluded after.
    private func glance(at changed: [LeafID: Set<IPAddress>]) {
        guard let former = picture, !changed.isEmpty else { return }
        glanced.merge(changed) { $0.union($1) }
        let now = world.now()
        let glance = Glance(at: fold.snapshot, from: former, changed: changed, now: now)
        guard !glance.after.isEmpty else { return }
        picture = glance.picture
        var (before, after) = (Picture(at: now), Picture(at: now))
        (before.sessions, after.sessions) = (glance.before, glance.after)
        tell(.facts(fold.snapshot, glance.picture, PictureDifference.changes(from: before, to: after)))
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
        soon()
    }

    /// What was known has been found so again: the picture stays, but is as young as that.
    private func markConfirmed() {
        isConfirmed = true
        soon()
    }

    private func soon() {
        guard correlation == nil else { return }
        // The first change after a quiet while is drawn at once; what follows closely is gathered.
        let wait = lastPicture.map { max(.zero, self.pause - (ContinuousClock.now - $0)) } ?? pause
        correlation = Task {
            if wait > .zero { try? await Task.sleep(for: wait) }
            await self.makePicture()
        }
    }

    private func makePicture() async {
        while isDirty || isConfirmed, !Task.isCancelled {
            let now = world.now()
            if !isDirty, !mustJudge(at: now) {
                refresh(at: now)
                break
            }
            isDirty = false
            isConfirmed = false
            let snapshot = fold.snapshot
            glanced = [:]
            let began = ContinuousClock.now
            var (next, changes) = await Engine.conclude(snapshot, settings, picture, now)
            // What events told meanwhile is not taken back.
            if !glanced.isEmpty {
                next = Glance(at: fold.snapshot, from: next, changed: glanced, now: world.now()).picture
            }
            let took = ContinuousClock.now - began
            judged = Judged(
                troubled: Engine.troubled(snapshot, at: now), isCalm: Engine.isCalm(next), ended: ContinuousClock.now,
                took: took)
            picture = next
            lastPicture = ContinuousClock.now
            tell(.facts(glanced.isEmpty ? snapshot : fold.snapshot, next, changes))
            // While much comes in, at most half of the time goes into conclusions.
            if isDirty { try? await Task.sleep(for: max(pause, took)) }
        }
        correlation = nil
    }

    /// Whether time alone may lead to other conclusions: a source fell silent or came back, or something is wrong, whose
    /// findings follow the clock. Then no more than a twentieth of the time is spent on it. A small fabric is judged
    /// always, since nothing is saved there.
    private func mustJudge(at now: Date) -> Bool {
        guard let judged, picture != nil else { return true }
        if judged.troubled != Engine.troubled(fold.snapshot, at: now) { return true }
        guard !judged.isCalm || judged.took < .milliseconds(5) else { return false }
        return ContinuousClock.now - judged.ended > judged.took * 20
    }

    /// Tells the facts with the picture of before, which still holds.
    private func refresh(at now: Date) {
        isConfirmed = false
        guard var present = picture else { return }
        let snapshot = fold.snapshot
        present.at = now
        present.generation = snapshot.generation
        for index in present.leaves.indices {
            let id = present.leaves[index].leaf.id
            if let at = snapshot.leaves[id]?.summaries?.at { present.leaves[index].lastRead = at }
        }
        picture = present
        tell(.facts(snapshot, present, []))
    }

    private static func troubled(_ snapshot: Snapshot, at now: Date) -> [SourceID: SourceStatus.Freshness] {
        snapshot.sources.compactMapValues { status in
            let freshness = status.freshness(at: now)
            return freshness == .ok ? nil : freshness
        }
    }

    private static func isCalm(_ picture: Picture) -> Bool {
        picture.findings.isEmpty && !picture.isAwaiting && picture.sessions.allSatisfy { $0.verdict == .up }
    }

    /// Correlates away from the engine, which goes on folding meanwhile; what came in then is concluded next.
    @concurrent
    private static func conclude(
        _ snapshot: Snapshot, _ settings: CorrelationSettings, _ previous: Picture?, _ now: Date
    ) async -> (Picture, [PictureChange]) {
        var settings = settings
        settings.maintenance = MaintenanceWatch.outOfService(snapshot, remembered: settings.maintenance)
        let next = correlate(snapshot, settings: settings, previous: previous, now: now)
        return (next, PictureDifference.changes(from: previous, to: next))
    }

    private func tell(_ event: EngineEvent) {
        for outlet in outlets { outlet.box.post(event) }
    }
}
