public import Fabric

/// Decides when which source is asked: pure, no clock, no sockets.
///
/// - One look per source is under way at a time; no more in all, and no more starts a second, than the budget allows.
/// - A look's next turn is one interval after its start, give or take a tenth; a look that takes more than half its
///   interval is asked for every twice that long. What became late is done once, never made up for.
/// - After a failure the next attempt comes 1, 2, 4 … at most 60 seconds later; a success or a wish of the operator's
///   ends that.
/// - Times are measured on a monotonic clock from any origin. A clock that goes back moves the whole plan with it.
public struct PollSchedule: Sendable {
    private let intervals: PollIntervals
    private let budget: PollBudget
    private var random: any RandomNumberGenerator & Sendable
    private var plan = PollPlan()
    private var starts: [Duration] = []
    private var onceStarted: [Look: Duration] = [:]
    private var latest: Duration?
    private var nextRank = 0

    /// An empty schedule; `random` spreads the turns.
    public init(
        intervals: PollIntervals = PollIntervals(), budget: PollBudget = PollBudget(),
        random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) {
        self.intervals = intervals
        self.budget = budget
        self.random = random
    }

    /// How many looks are under way.
    public var underWay: Int { plan.inFlight.count }

    /// The interval that a source is promised to be read in, for judging its freshness.
    public func interval(of source: SourceID) -> Duration {
        switch source {
        case .apic: max(intervals.floor, intervals.fabric)
        case .leaf: max(intervals.floor, intervals.leafSummary)
        case .node: max(intervals.floor, intervals.node)
        case .kubernetes: max(intervals.floor, intervals.cluster)
        }
    }

    /// Takes an event at a moment and tells what is to be done: what to start, then when to tick again.
    public mutating func handle(_ event: PollEvent, at now: Duration) -> [PollAction] {
        follow(now)
        switch event {
        case .tick: break
        case .completed(let look, let succeeded, let took): complete(look, succeeded, took, now)
        case .tableVersion(let leaf, let version): tell(version, of: leaf, now)
        case .leafHalfChanged(let nodes):
            for node in nodes { hasten(.repeated(.node, .node(node)), now) }
        case .refreshRequested: refresh(now)
        case .targets(let targets): adopt(targets, now)
        case .priority(let looks):
            for look in looks { prefer(look, now) }
        }
        return start(now)
    }

    /// Moves the plan where the clock went back.
    private mutating func follow(_ now: Duration) {
        defer { latest = now }
        guard let latest, now < latest else { return }
        let shift = now - latest
        plan.shift(by: shift)
        starts = starts.map { $0 + shift }
        onceStarted = onceStarted.mapValues { $0 + shift }
    }
}

// What events do to the plan.
extension PollSchedule {
    private mutating func adopt(_ targets: PollTargets, _ now: Duration) {
        let looks = targets.looks
        let wanted = Set(looks.map { PollKey.repeated(PollKey.kind(of: $0), $0.source) })
        for key in plan.items.keys where !wanted.contains(key) {
            if case .repeated = key { plan.remove(key) }
        }
        for look in looks {
            let key = PollKey.repeated(PollKey.kind(of: look), look.source)
            nextRank += 1
            var item = plan.items[key] ?? PollItem(look: look, due: now, rank: nextRank)
            item.rank = nextRank
            if item.look != look {
                item.look = look
                item.due = now
                item.read = nil
                item.again = plan.inFlight[look.source] == key
            }
            plan.set(key, item)
        }
    }

    private mutating func refresh(_ now: Duration) {
        for (key, former) in plan.items {
            var item = former
            item.failures = 0
            item.due = now
            plan.set(key, item)
        }
    }

    /// Brings an item forward, no closer to its last start than the floor.
    private mutating func hasten(_ key: PollKey, _ now: Duration, urgently: Bool = false) {
        guard var item = plan.items[key] else { return }
        if urgently { item.urgent = true }
        if plan.inFlight[item.look.source] == key {
            item.again = true
        } else {
            item.due = min(item.due, max(now, item.started.map { $0 + intervals.floor } ?? now))
        }
        plan.set(key, item)
    }

    private mutating func prefer(_ look: Look, _ now: Duration) {
        let repeated = PollKey.repeated(PollKey.kind(of: look), look.source)
        if plan.items[repeated]?.look == look {
            hasten(repeated, now, urgently: true)
            return
        }
        let key = PollKey.once(look)
        if plan.items[key] != nil {
            if plan.inFlight[look.source] == key { hasten(key, now) }
            return
        }
        onceStarted = onceStarted.filter { now - $0.value < intervals.floor }
        let due = max(now, onceStarted[look].map { $0 + intervals.floor } ?? now)
        plan.set(key, PollItem(look: look, due: due, rank: 0, urgent: true))
    }

    private mutating func tell(_ version: UInt64, of leaf: LeafID, _ now: Duration) {
        let key = PollKey.repeated(.routes, .leaf(leaf))
        guard var item = plan.items[key], item.told != version else { return }
        item.told = version
        if plan.inFlight[item.look.source] != key, item.failures == 0, item.read != version {
            item.due = min(item.due, max(now, item.started.map { $0 + intervals.interval(of: item.look) } ?? now))
        }
        plan.set(key, item)
    }

    private mutating func complete(_ look: Look, _ succeeded: Bool, _ took: Duration, _ now: Duration) {
        guard let key = plan.inFlight[look.source], running(key, is: look) else { return }
        guard var item = plan.end(look.source) else { return }
        if case .once = key, !item.again {
            plan.remove(key)
            return
        }
        let start = item.started ?? now
        if succeeded {
            item.failures = 0
            item.read = item.reading
            item.due = max(now, start + spread(pause(after: item, took: took)))
        } else {
            item.failures = min(item.failures + 1, 30)
            item.due = now + backOff(item.failures)
        }
        if item.again {
            item.again = false
            item.due = min(item.due, max(now, start + intervals.floor))
        }
        plan.set(key, item)
    }

    /// A look whose target's selection changed meanwhile still ends the one under way.
    private func running(_ key: PollKey, is look: Look) -> Bool {
        switch key {
        case .once(let once): once == look
        case .repeated(let kind, _): kind == PollKey.kind(of: look)
        }
    }

    private func pause(after item: PollItem, took: Duration) -> Duration {
        let base = intervals.interval(of: item.look)
        let stretched = took * 2 > base ? took * 2 : base
        guard case .leafRoutes = item.look else { return stretched }
        return item.told == item.read ? max(stretched, intervals.leafRoutesAtRest) : stretched
    }

    /// A tenth more or less, by default.
    private mutating func spread(_ time: Duration) -> Duration {
        guard budget.spread > 0 else { return time }
        return time * (1 - budget.spread + 2 * budget.spread * Double(random.next() >> 11) / Double(1 << 53 as UInt64))
    }

    /// 1, 2, 4 … 60 seconds, a tenth more or less, never more than 60.
    private mutating func backOff(_ failures: Int) -> Duration {
        let seconds = failures > 6 ? 60 : 1 << (failures - 1)
        return min(.seconds(60), spread(.seconds(seconds)))
    }
}

// What is started.
extension PollSchedule {
    private mutating func start(_ now: Duration) -> [PollAction] {
        if let oldest = starts.first, now - oldest >= .seconds(1) { starts.removeAll { now - $0 >= .seconds(1) } }
        var actions: [PollAction] = []
        var excluded: Set<PollLine> = []
        while plan.inFlight.count < budget.inFlight {
            if starts.count >= budget.startsPerSecond, let oldest = starts.first {
                return actions + [.wake(at: oldest + .seconds(1))]
            }
            excluded = plan.nodesInFlight < budget.inFlight - budget.reserved ? [] : [.node]
            if plan.routesInFlight >= budget.routesInFlight { excluded.insert(.routes) }
            guard let key = plan.next(at: now, without: excluded, intervals: intervals) else { break }
            guard var item = plan.items[key] else { continue }
            if case .once(let look) = key { onceStarted[look] = now }
            item.started = now
            item.urgent = false
            item.reading = item.told
            plan.begin(key, item)
            starts.append(now)
            actions.append(.start(item.look))
        }
        // A full house is left by the end of a look alone.
        guard plan.inFlight.count < budget.inFlight, let wake = plan.nextDue(after: now, without: excluded)
        else { return actions }
        return actions + [.wake(at: gathered(wake))]
    }

    /// The moment at which what comes due until then is started together.
    private func gathered(_ moment: Duration) -> Duration {
        guard budget.grain > .zero else { return moment }
        let beats = (moment / budget.grain).rounded(.up)
        return budget.grain * beats
    }
}
