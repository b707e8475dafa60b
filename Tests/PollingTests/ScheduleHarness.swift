import Fabric
import Polling

/// A generator that always gives the same bits.
struct Constant: RandomNumberGenerator, Sendable {
    var bits: UInt64
    mutating func next() -> UInt64 { bits }

    /// Half of the range: a spread of nothing.
    static let middle = Constant(bits: 1 << 63)
}

/// A small fast generator with a seed (SplitMix64).
struct Seeded: RandomNumberGenerator, Sendable {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

/// Drives a schedule with a clock that is moved by hand, and writes down what it starts.
struct ScheduleHarness {
    var schedule: PollSchedule
    var now = Duration.zero
    /// How long each look takes; nil: it never ends by itself.
    var takes: (Look) -> Duration? = { _ in .milliseconds(100) }
    /// Whether a look succeeds.
    var succeeds: (Look, Duration) -> Bool = { _, _ in true }
    /// What was started when.
    var log: [(at: Duration, look: Look)] = []
    var peak = 0
    private var wake: Duration?
    private var ends: [(at: Duration, look: Look, took: Duration)] = []

    init(
        intervals: PollIntervals = PollIntervals(), budget: PollBudget = PollBudget(),
        random: any RandomNumberGenerator & Sendable = Constant.middle
    ) {
        schedule = PollSchedule(intervals: intervals, budget: budget, random: random)
    }

    mutating func send(_ event: PollEvent) {
        wake = nil
        for action in schedule.handle(event, at: now) {
            switch action {
            case .start(let look):
                log.append((now, look))
                if let took = takes(look) { ends.append((now + took, look, took)) }
            case .wake(let at): wake = at
            }
        }
        peak = max(peak, schedule.underWay)
    }

    /// Lets time pass, ending looks and ticking when asked to.
    mutating func run(until end: Duration) {
        while true {
            let first = ends.indices.min { ends[$0].at < ends[$1].at }
            if let first, ends[first].at <= end, ends[first].at <= wake ?? .seconds(1 << 40) {
                let done = ends.remove(at: first)
                now = max(now, done.at)
                send(.completed(done.look, succeeded: succeeds(done.look, now), took: done.took))
            } else if let wake, wake <= end {
                now = max(now, wake)
                send(.tick)
            } else {
                now = end
                return
            }
        }
    }

    mutating func end(_ look: Look, succeeded: Bool = true, took: Duration = .milliseconds(100)) {
        send(.completed(look, succeeded: succeeded, took: took))
    }

    /// The seconds at which a look was started, rounded to tenths.
    func times(_ look: Look) -> [Double] {
        log.filter { $0.look == look }.map { ($0.at.seconds * 10).rounded() / 10 }
    }
}

let leaf = LeafID(203)
let node = NodeName("calico-node-1")
