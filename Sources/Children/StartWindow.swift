/// Who may start when: at most so many at once and so many starts within any second.
struct StartWindow: Sendable {
    let maximumRunning: Int
    let startsPerSecond: Int
    private var running = 0
    private var starts: [Duration] = []

    init(maximumRunning: Int, startsPerSecond: Int) {
        self.maximumRunning = max(1, maximumRunning)
        self.startsPerSecond = max(1, startsPerSecond)
    }

    enum Verdict: Hashable {
        case start
        case wait(Duration)
        case full
    }

    /// Asks for a start at a moment; `start` counts as taken.
    mutating func ask(at now: Duration) -> Verdict {
        guard running < maximumRunning else { return .full }
        starts.removeAll { now - $0 >= .seconds(1) || $0 > now }
        if starts.count >= startsPerSecond, let oldest = starts.first { return .wait(oldest + .seconds(1) - now) }
        starts.append(now)
        running += 1
        return .start
    }

    mutating func ended() { running = max(0, running - 1) }
}
