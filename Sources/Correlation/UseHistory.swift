import Design
import FoundationEssentials

/// What was in use of each limit over the last hour of a watch, for the trend that stands beside a limit.
struct UseHistory: Sendable {
    /// How far back a trend looks.
    static let reach: Double = 3600
    /// Less than this was watched: nothing is said.
    static let least: Double = 60

    /// Moments at which the use changed, the first of all before them; a minute lies between two, so that an hour of a use
    /// that never rests is sixty of them.
    private var samples: [CapacityKey: [(at: Date, used: Int)]] = [:]

    /// Notes what is in use now; a use that is unknown leaves what was known.
    mutating func note(_ rows: [CapacityRow], at now: Date) {
        for row in rows {
            guard let used = row.used else { continue }
            let known = samples[row.key, default: []]
            // What was in use an hour ago is told by the last sample before that.
            let beyond = known.dropFirst().prefix { now.timeIntervalSince($0.at) >= UseHistory.reach }.count
            if beyond > 0 { samples[row.key]?.removeFirst(beyond) }
            guard let last = known.last, last.used != used else {
                if known.isEmpty { samples[row.key] = [(now, used)] }
                continue
            }
            if known.count - beyond > 1, now.timeIntervalSince(last.at) < UseHistory.least {
                samples[row.key]?[known.count - beyond - 1].used = used
            } else {
                samples[row.key]?.append((now, used))
            }
        }
    }

    /// The trend of each row, against the use of an hour ago or the first that was seen.
    func trends(at now: Date) -> [CapacityKey: UseTrend] {
        samples.compactMapValues { samples in
            guard let first = samples.first, let last = samples.last else { return nil }
            let watched = now.timeIntervalSince(first.at)
            guard watched >= UseHistory.least else { return nil }
            return UseTrend(change: last.used - first.used, seconds: min(watched, UseHistory.reach))
        }
    }
}
