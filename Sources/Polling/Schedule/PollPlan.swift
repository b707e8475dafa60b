import Fabric

/// All that is to be looked at, and in which order it comes due.
struct PollPlan {
    private(set) var items: [PollKey: PollItem] = [:]
    private(set) var inFlight: [SourceID: PollKey] = [:]
    /// Of those, repeated looks at nodes and at routes.
    private(set) var nodesInFlight = 0
    private(set) var routesInFlight = 0
    private var lines = [DueQueue](repeating: DueQueue(), count: PollLine.allCases.count)

    /// Changes an item, and lines it up anew where it is not under way.
    mutating func set(_ key: PollKey, _ item: PollItem) {
        let former = items.updateValue(item, forKey: key)
        if inFlight[item.look.source] == key { return }
        if let former, former.due == item.due, former.urgent == item.urgent { return }
        line(key, item)
    }

    mutating func remove(_ key: PollKey) { items[key] = nil }

    /// Notes an item as under way.
    mutating func begin(_ key: PollKey, _ item: PollItem) {
        items[key] = item
        if let former = inFlight.updateValue(key, forKey: item.look.source) { count(former, -1) }
        count(key, 1)
    }

    private mutating func count(_ key: PollKey, _ change: Int) {
        guard case .repeated(let kind, _) = key else { return }
        if kind == .node { nodesInFlight += change }
        if kind == .routes { routesInFlight += change }
    }

    /// Notes a source as free and gives what was under way there, to be lined up again by ``set(_:_:)``.
    mutating func end(_ source: SourceID) -> PollItem? {
        guard let key = inFlight.removeValue(forKey: source) else { return nil }
        count(key, -1)
        guard var item = items[key] else { return nil }
        // No due time equals this one, so that lining up again is never skipped.
        item.due = .seconds(-1)
        items[key] = item
        return item
    }

    /// Moves everything in time.
    mutating func shift(by time: Duration) {
        lines = [DueQueue](repeating: DueQueue(), count: PollLine.allCases.count)
        for (key, former) in items {
            var item = former
            item.due += time
            item.started? += time
            items[key] = item
            if inFlight[item.look.source] != key { line(key, item) }
        }
    }

    private mutating func line(_ key: PollKey, _ item: PollItem) {
        lines[PollLine(item).rawValue].push(.init(due: item.due, rank: item.rank, key: key))
    }

    /// Takes the item out of line that is due and most worth starting; those whose source is busy stay.
    mutating func next(at now: Duration, without excluded: Set<PollLine>, intervals: PollIntervals) -> PollKey? {
        var best: (line: PollLine, entry: DueQueue.Entry, weight: Double)?
        for line in PollLine.allCases where !excluded.contains(line) {
            guard let entry = takeHead(of: line, at: now), let item = items[entry.key] else { continue }
            let weight = ((now - item.due) / intervals.interval(of: item.look) + 0.001) * line.weight
            if let former = best, former.weight >= weight {
                lines[line.rawValue].push(entry)
            } else {
                if let former = best { lines[former.line.rawValue].push(former.entry) }
                best = (line, entry, weight)
            }
        }
        return best?.entry.key
    }

    /// Takes the first of a line that still holds, is due and whose source is free.
    private mutating func takeHead(of line: PollLine, at now: Duration) -> DueQueue.Entry? {
        var busy: [DueQueue.Entry] = []
        defer { for entry in busy { lines[line.rawValue].push(entry) } }
        while let first = lines[line.rawValue].first, first.due <= now, let entry = lines[line.rawValue].pop() {
            guard let item = items[entry.key], holds(entry, item, line) else { continue }
            if inFlight[item.look.source] == nil { return entry }
            busy.append(entry)
        }
        return nil
    }

    private func holds(_ entry: DueQueue.Entry, _ item: PollItem, _ line: PollLine) -> Bool {
        item.due == entry.due && PollLine(item) == line && inFlight[item.look.source] != entry.key
    }

    /// The next moment after `now` at which something comes due; a line that waits for another look's end is left out.
    mutating func nextDue(after now: Duration, without excluded: Set<PollLine>) -> Duration? {
        var next: Duration?
        for line in PollLine.allCases where !excluded.contains(line) {
            var waiting: [DueQueue.Entry] = []
            while let entry = lines[line.rawValue].first {
                if let item = items[entry.key], holds(entry, item, line) {
                    if entry.due > now {
                        next = min(next ?? entry.due, entry.due)
                        break
                    }
                    waiting.append(entry)
                }
                _ = lines[line.rawValue].pop()
            }
            for entry in waiting { lines[line.rawValue].push(entry) }
        }
        return next
    }
}
