/// Lets children start in the order they came: so many at once, so many a second.
public actor ChildLimiter {
    private struct Waiter {
        var id: UInt64
        var resume: CheckedContinuation<Bool, Never>
    }

    private var window: StartWindow
    private var waiters: [Waiter] = []
    private var nextID: UInt64 = 0
    private var sleeps = false
    private let now: @Sendable () -> Duration
    private let sleep: @Sendable (Duration) async -> Void

    /// A limiter on the system's clock; by default twenty at once and twenty starts a second.
    public init(maximumRunning: Int = 20, startsPerSecond: Int = 20) {
        let origin = ContinuousClock.now
        self.init(
            maximumRunning: maximumRunning, startsPerSecond: startsPerSecond,
            now: { ContinuousClock.now - origin }, sleep: { try? await Task.sleep(for: $0) })
    }

    /// A limiter on a given clock: `now` is the time since any origin, `sleep` returns after a time.
    public init(
        maximumRunning: Int, startsPerSecond: Int, now: @escaping @Sendable () -> Duration,
        sleep: @escaping @Sendable (Duration) async -> Void
    ) {
        window = StartWindow(maximumRunning: maximumRunning, startsPerSecond: startsPerSecond)
        self.now = now
        self.sleep = sleep
    }

    /// Waits for a turn; false where the task was cancelled meanwhile. After true, ``leave()`` must follow.
    public func enter() async -> Bool {
        nextID += 1
        let id = nextID
        return await withTaskCancellationHandler {
            await withCheckedContinuation { resume in
                if Task.isCancelled { return resume.resume(returning: false) }
                waiters.append(Waiter(id: id, resume: resume))
                admit()
            }
        } onCancel: {
            Task { await self.cancel(id) }
        }
    }

    /// Gives a turn back.
    public func leave() {
        window.ended()
        admit()
    }

    /// How many wait.
    public var waiting: Int { waiters.count }

    private func cancel(_ id: UInt64) {
        guard let index = waiters.firstIndex(where: { $0.id == id }) else { return }
        waiters.remove(at: index).resume.resume(returning: false)
    }

    private func admit() {
        while let first = waiters.first {
            switch window.ask(at: now()) {
            case .start:
                waiters.removeFirst()
                first.resume.resume(returning: true)
            case .wait(let time): return wake(after: time)
            case .full: return
            }
        }
    }

    private func wake(after time: Duration) {
        guard !sleeps else { return }
        sleeps = true
        Task {
            await sleep(time)
            sleeps = false
            admit()
        }
    }
}
