import Fabric
import FoundationEssentials
import Polling
import Synchronization

/// Holds what the API server has of every kind, by lists and watches through one door, and answers looks from it.
///
/// Who takes its news gets watches: looks then cost nothing while nothing moves, and what moves asks for a look at once.
/// Without, each look lists: a command that reads once would open watches only to close them. Lists through the proxy
/// were quicker than a `kubectl get` for each kind (`bgpdeck findings` of figure-1: 1.9 s instead of 2.3 s).
actor ClusterWatcher {
    /// One kind as it is held.
    struct Held {
        let kind: ClusterKind
        var machine: ListWatch
        /// The forms that the machine was given.
        var forms: [ClusterKind.Form]
        /// The number of the list or watch that is heard; one that was given up is not.
        var attempt = 0
        var task: Task<Void, Never>?
        /// The version that was told last.
        var told: Int?
        var toldStanding: ListWatch.Standing?

        /// Whether the server is said not to have it.
        var isMissing: Bool {
            if case .failed(let failure) = machine.standing { failure.kind == .notFound } else { false }
        }

        /// Whether a look would tell something new.
        var isUntold: Bool {
            machine.isSettled && (told != machine.store.version || toldStanding != machine.standing)
        }
    }

    let door: APIDoor
    /// Readies the door; nil where it cannot be had.
    let ready: @Sendable () async -> SourceError?
    /// Asks for a kind that no group of the API holds in another way; nil where there is none.
    let other: @Sendable (ClusterKind) async -> Answer?
    let patience: Duration
    let now: @Sendable () -> Date
    private let start = ContinuousClock.now
    var held: [Held] = []
    var discovered = ContinuousClock.now
    var heard = ContinuousClock.now - .seconds(3600)
    private var wake: (due: Duration, task: Task<Void, Never>)?
    private var news: Task<Void, Never>?
    var saidWithout = false
    private var listener = 0
    var output: AsyncStream<PushedNews>.Continuation?
    private nonisolated let desk = Mutex<(number: Int, output: AsyncStream<PushedNews>.Continuation?)>((0, nil))

    /// What comes closely together is told together.
    private static let gathering: Duration = .milliseconds(150)
    /// A server that told something within this time is alive.
    static let freshness: Duration = .seconds(2)

    init(
        door: APIDoor, patience: Duration, now: @escaping @Sendable () -> Date,
        ready: @escaping @Sendable () async -> SourceError? = { nil },
        other: @escaping @Sendable (ClusterKind) async -> Answer? = { _ in nil }
    ) {
        self.door = door
        self.patience = patience
        self.now = now
        self.ready = ready
        self.other = other
    }

    // MARK: Listeners

    /// Says from now on what moves, until the stream is given up; a later stream takes its place.
    nonisolated func stream() -> AsyncStream<PushedNews> {
        AsyncStream { continuation in
            let number = desk.withLock { desk in
                desk = (desk.number + 1, continuation)
                return desk.number
            }
            continuation.onTermination = { _ in
                self.desk.withLock { if $0.number == number { $0 = (number + 1, nil) } }
                Task { await self.attend() }
            }
        }
    }

    /// Takes up a listener that came, and lets go of one that went: a new one has been told nothing.
    func attend() {
        let (number, output) = desk.withLock { $0 }
        guard number != listener else { return }
        listener = number
        self.output = output
        for index in held.indices { held[index].task?.cancel() }
        held = []
        wake?.task.cancel()
        wake = nil
    }

    /// Ends all watches.
    func end() {
        desk.withLock { $0 = ($0.number + 1, nil) }
        attend()
    }

    // MARK: What the machines want

    func handle(_ event: ListWatch.Event, _ index: Int) {
        let actions = held[index].machine.handle(event, at: ContinuousClock.now - start)
        for action in actions { perform(action, index) }
        schedule()
    }

    private func perform(_ action: ListWatch.Action, _ index: Int) {
        switch action {
        case .close: stop(index)
        case .changed: announce()
        case .notice(let words): output?.yield(.notice("kubernetes: \(held[index].kind.name): \(words)"))
        case .list(let listing):
            let attempt = stop(index)
            let path = held[index].forms[listing.form].path
            held[index].task = Task {
                do throws(APIFailure) {
                    let page = try await self.page(path, token: listing.token, isWhole: listing.isWhole)
                    self.take(.page(page), index, attempt)
                } catch {
                    self.take(.listFailed(error), index, attempt)
                }
            }
        case .watch(let form, let version, let seconds):
            let attempt = stop(index)
            let path = ClusterWatcher.asked(
                held[index].forms[form].path,
                ["watch=1", "allowWatchBookmarks=true", "resourceVersion=\(version)", "timeoutSeconds=\(seconds)"])
            held[index].task = Task { [door] in
                let failure = await door.watch(path) { piece in
                    switch piece {
                    case .opened: await self.take(.opened, index, attempt)
                    case .line(let bytes): await self.take(.heard(APIDocuments.event(bytes)), index, attempt)
                    }
                }
                self.take(.ended(failure), index, attempt)
            }
        }
    }

    /// Gives up what is under way; the number of what comes next.
    @discardableResult
    func stop(_ index: Int) -> Int {
        held[index].attempt += 1
        held[index].task?.cancel()
        held[index].task = nil
        return held[index].attempt
    }

    private func take(_ event: ListWatch.Event, _ index: Int, _ attempt: Int) {
        guard !Task.isCancelled, held.indices.contains(index), held[index].attempt == attempt else { return }
        switch event {
        case .page, .opened, .heard: heard = .now
        case .asked, .listFailed, .ended, .tick: break
        }
        handle(event, index)
    }

    /// Fetches a page and reads it, away from this actor: a list may be tens of megabytes.
    @concurrent
    nonisolated func page(
        _ path: String, token: String?, isWhole: Bool = false
    ) async throws(APIFailure) -> ObjectPage {
        var options = isWhole ? [] : ["limit=500"]
        if let token { options.append("continue=" + APISocket.encoded(token)) }
        return try APIDocuments.page(try await door.get(ClusterWatcher.asked(path, options)))
    }

    /// A path with options behind those that it has.
    private static func asked(_ path: String, _ options: [String]) -> String {
        guard !options.isEmpty else { return path }
        return path + (path.contains("?") ? "&" : "?") + options.joined(separator: "&")
    }

    /// Sleeps until the first machine wants to be asked again. What is due later than before leaves the sleeper alone: it
    /// looks again when it wakes, and a bookmark costs no timer.
    private func schedule() {
        guard let due = held.compactMap(\.machine.due).min() else { return }
        if let wake {
            guard due < wake.due else { return }
            wake.task.cancel()
        }
        let delay = max(.zero, due - (ContinuousClock.now - start))
        let task = Task {
            try? await Task.sleep(for: delay)
            guard !Task.isCancelled else { return }
            wake = nil
            for index in held.indices { handle(.tick, index) }
            schedule()
        }
        wake = (due, task)
    }

    /// Asks for a look, unless one that is under way has told it all.
    private func announce() {
        guard output != nil, news == nil else { return }
        news = Task {
            try? await Task.sleep(for: ClusterWatcher.gathering)
            news = nil
            if held.contains(where: \.isUntold) { output?.yield(.lookAgain([.cluster])) }
        }
    }
}
