import Fabric
import Polling

/// How fast requests may follow each other: pure, no clock.
///
/// At most a third of what the APIC allows (`commHttps`) and no more than the configuration says, spread evenly, with
/// a small burst; after a sign of overload all pause 1, 2, 4 … at most 60 seconds, give or take a quarter.
struct RequestThrottle: Sendable {
    /// Requests a second.
    private(set) var rate: Double
    private let ceiling: Double
    private let burst: Double
    private var credit: Double
    private var counted = Duration.zero
    private var overloads = 0
    private(set) var pausedUntil = Duration.zero
    private var random: any RandomNumberGenerator & Sendable

    init(
        requestsPerSecond: Double, random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) {
        ceiling = max(0.1, requestsPerSecond)
        rate = ceiling
        burst = max(1, ceiling.rounded(.down))
        credit = burst
        self.random = random
    }

    /// Takes in what the APIC allows in requests a second; nil: it sets no limit.
    mutating func allow(_ limit: Double?) { rate = max(0.1, min(ceiling, (limit ?? .infinity) / 3)) }

    /// Zero where a request may start now, which is then counted; else how long to wait before asking again.
    mutating func take(at now: Duration) -> Duration {
        if now < pausedUntil { return pausedUntil - now }
        credit = min(burst, credit + max(0, (now - counted).seconds) * rate)
        counted = now
        guard credit >= 1 else { return .seconds((1 - credit) / rate) + .milliseconds(1) }
        credit -= 1
        return .zero
    }

    /// The APIC said that it is too much.
    mutating func overloaded(at now: Duration) {
        overloads = min(overloads + 1, 7)
        let seconds = min(60, Double(1 << (overloads - 1)))
        let jitter = 0.75 + 0.5 * Double(random.next() >> 11) / Double(1 << 53 as UInt64)
        pausedUntil = max(pausedUntil, now + .seconds(min(60, seconds * jitter)))
        credit = min(credit, 1)
    }

    /// It answered.
    mutating func answered() { overloads = 0 }

    /// How many signs of overload came since the last answer.
    var overloadsInARow: Int { overloads }
}

/// Requests and bytes of the last minute, and of the whole run.
struct RequestTally: Sendable {
    private var recent: [(at: Duration, bytes: Int)] = []
    private(set) var requests = 0
    private(set) var bytes = 0

    mutating func note(bytes count: Int, at now: Duration) {
        recent.append((now, count))
        requests += 1
        bytes += count
        forget(before: now)
    }

    private mutating func forget(before now: Duration) {
        let limit = now - .seconds(60)
        if let first = recent.firstIndex(where: { $0.at > limit }) {
            recent.removeFirst(first)
        } else {
            recent.removeAll()
        }
    }

    /// Requests and bytes within the last minute.
    mutating func lastMinute(at now: Duration) -> (requests: Int, bytes: Int) {
        forget(before: now)
        return (recent.count, recent.reduce(0) { $0 + $1.bytes })
    }
}

/// What it costs to look at everything once: by look, the requests that it last took.
struct PollCosts: Sendable {
    private var byLook: [Look: Int] = [:]

    mutating func note(_ requests: Int, for look: Look) { byLook[look] = requests }

    /// Requests of one look at everything.
    var requests: Int { byLook.values.reduce(0, +) }
}

/// The pages of one answer: pure.
struct Paging: Sendable {
    enum Next: Hashable {
        case page(Int)
        case done
        /// Objects are counted and none came, or the count shrank under the reading: the whole is to be asked again.
        case again(String)
    }

    let size: Int
    private(set) var received = 0
    private var page = 0

    init(size: Int) { self.size = max(1, size) }

    /// Takes in a page's `totalCount` and its objects.
    mutating func took(total: Int?, count: Int) -> Next {
        received += count
        guard let total else { return count < size ? .done : advance() }
        if received >= total { return .done }
        if count == 0 { return .again("\(received) of \(total) objects came, then an empty page") }
        // A page that is not full before the end: the table shrank, or the APIC gave up half way.
        if count < size { return .again("a page of \(count) objects where \(size) were due") }
        return advance()
    }

    private mutating func advance() -> Next {
        page += 1
        return .page(page)
    }
}
