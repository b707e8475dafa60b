import Children
import Synchronization
import Testing

/// A clock that stands until it is moved; sleepers wake when it passes their moment.
final class ManualClock: Sendable {
    private struct State {
        var now = Duration.zero
        var sleepers: [(until: Duration, resume: CheckedContinuation<Void, Never>)] = []
        var watchers: [(count: Int, resume: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    var now: Duration { state.withLock { $0.now } }

    func sleep(for time: Duration) async {
        await withCheckedContinuation { resume in
            let ready = state.withLock { state in
                state.sleepers.append((state.now + time, resume))
                let count = state.sleepers.count
                let ready = state.watchers.filter { $0.count <= count }
                state.watchers.removeAll { $0.count <= count }
                return ready
            }
            for watcher in ready { watcher.resume.resume() }
        }
    }

    /// Returns once so many sleep.
    func sleepers(_ count: Int) async {
        await withCheckedContinuation { resume in
            let already = state.withLock { state in
                if state.sleepers.count >= count { return true }
                state.watchers.append((count, resume))
                return false
            }
            if already { resume.resume() }
        }
    }

    func advance(by time: Duration) {
        let woken = state.withLock { state in
            state.now += time
            let now = state.now
            let woken = state.sleepers.filter { $0.until <= now }
            state.sleepers.removeAll { $0.until <= now }
            return woken
        }
        for sleeper in woken { sleeper.resume.resume() }
    }
}

private final class Order: Sendable {
    private let state = Mutex<[Int]>([])
    var numbers: [Int] { state.withLock { $0 } }
    func add(_ number: Int) { state.withLock { $0.append(number) } }
}

@Suite struct ChildLimiterTests {
    private func limiter(_ running: Int, _ perSecond: Int, _ clock: ManualClock) -> ChildLimiter {
        ChildLimiter(
            maximumRunning: running, startsPerSecond: perSecond, now: { clock.now },
            sleep: { await clock.sleep(for: $0) })
    }

    @Test func noMoreThanTheMaximumRun() async {
        let clock = ManualClock()
        let limiter = limiter(2, 100, clock)
        #expect(await limiter.enter())
        #expect(await limiter.enter())
        let third = Task { await limiter.enter() }
        while await limiter.waiting == 0 { await Task.yield() }
        #expect(await limiter.waiting == 1)
        await limiter.leave()
        #expect(await third.value)
    }

    @Test func startsAreSpreadOverSeconds() async {
        let clock = ManualClock()
        let limiter = limiter(100, 3, clock)
        for _ in 0..<3 { #expect(await limiter.enter()) }
        let fourth = Task { await limiter.enter() }
        await clock.sleepers(1)
        #expect(await limiter.waiting == 1)
        clock.advance(by: .seconds(1))
        #expect(await fourth.value)
    }

    @Test func turnsAreGivenInTheOrderOfAsking() async {
        let clock = ManualClock()
        let limiter = limiter(1, 100, clock)
        #expect(await limiter.enter())
        let order = Order()
        var tasks: [Task<Void, Never>] = []
        for number in 0..<5 {
            tasks.append(
                Task {
                    _ = await limiter.enter()
                    order.add(number)
                    await limiter.leave()
                })
            while await limiter.waiting <= number { await Task.yield() }
        }
        await limiter.leave()
        for task in tasks { await task.value }
        #expect(order.numbers == [0, 1, 2, 3, 4])
    }

    @Test func aCancelledWaiterGivesUpItsPlace() async {
        let clock = ManualClock()
        let limiter = limiter(1, 100, clock)
        #expect(await limiter.enter())
        let waiter = Task { await limiter.enter() }
        while await limiter.waiting == 0 { await Task.yield() }
        waiter.cancel()
        #expect(await waiter.value == false)
        #expect(await limiter.waiting == 0)
        await limiter.leave()
        #expect(await limiter.enter())
    }

    @Test func aCancelledTaskDoesNotStartItsChild() async {
        let clock = ManualClock()
        let limiter = limiter(1, 100, clock)
        #expect(await limiter.enter())
        let runner = ChildRunner(limiter: limiter)
        let task = Task { await runner.run(ChildCommand("true")) }
        while await limiter.waiting == 0 { await Task.yield() }
        task.cancel()
        #expect(await task.value.termination == .cancelled)
    }
}
