import Fabric

/// Keeps subscriptions alive: pure, no clock, no sockets (aci.md 2.7).
///
/// The socket is opened first, then the classes are subscribed to, then everything is asked for anew; events that came
/// meanwhile are replayed upon the answers by whoever folds them. Any doubt about a gap (the socket closed, a refresh
/// failed, nothing was heard, a new session) begins all of it again. Polling goes on beside it, whatever happens here.
struct SubscriptionMachine: Sendable {
    enum Event: Hashable, Sendable {
        /// There is a session, of this generation; nil: there is none.
        case session(Int?)
        case opened
        case closed(String)
        /// No controller gives a session for a socket: nothing to be tried again soon.
        case unavailable(String)
        /// A class was subscribed to under an id, or was not.
        case subscribed(name: String, id: String)
        case subscribeFailed(name: String, String)
        case refreshed(id: String)
        case refreshFailed(id: String, String)
        /// Anything came over the socket, a pong among it.
        case heard
        case tick
    }

    enum Action: Hashable, Sendable {
        /// Open a socket with the session's token.
        case open
        case close
        case subscribe(name: String)
        case refresh(id: String)
        case ping
        /// Something may have been missed: everything is to be asked for now.
        case askAnew
        case notice(String)
    }

    private enum Phase: Hashable { case idle, opening, subscribing, live, waiting(until: Duration) }

    /// How often a subscription is refreshed; it ends after 60 s.
    static let refreshEvery: Duration = .seconds(30)
    /// How often the socket is asked for a sign of life, and how long it may take.
    static let pingEvery: Duration = .seconds(10)
    static let silence: Duration = .seconds(25)

    /// How long a refusal of sessions for sockets is believed.
    static let unavailableFor: Duration = .seconds(3600)

    private let names: [String]
    private var phase = Phase.idle
    private var generation: Int?
    private var ids: [String: String] = [:]
    private var refreshedAt = Duration.zero
    private var pingedAt = Duration.zero
    private var heardAt = Duration.zero
    private var failures = 0
    private var saidUnavailable = false

    init(classes: [String]) { names = classes }

    /// Whether events come.
    var isLive: Bool { phase == .live }

    mutating func handle(_ event: Event, at now: Duration) -> [Action] {
        switch event {
        case .session(let new): return adopt(new, now)
        case .opened:
            guard phase == .opening else { return [] }
            phase = .subscribing
            ids = [:]
            (heardAt, pingedAt, refreshedAt) = (now, now, now)
            return names.map { .subscribe(name: $0) }
        case .closed(let why): return drop(why, now, closes: false)
        case .unavailable(let why): return pause(why, now)
        case .subscribed(let name, let id): return note(id, of: name)
        case .subscribeFailed(let name, let why): return drop("\(name): \(why)", now, closes: true)
        case .refreshed: return []
        case .refreshFailed(let id, let why):
            guard ids.values.contains(id) else { return [] }
            return drop("a subscription could not be refreshed: \(why)", now, closes: true)
        case .heard:
            heardAt = now
            return []
        case .tick: return tick(now)
        }
    }

    private mutating func adopt(_ new: Int?, _ now: Duration) -> [Action] {
        guard new != generation else { return [] }
        let wasOpen = phase != .idle
        generation = new
        failures = 0
        ids = [:]
        phase = new == nil ? .idle : .opening
        return (wasOpen ? [.close] : []) + (new == nil ? [] : [.open])
    }

    private mutating func note(_ id: String, of name: String) -> [Action] {
        guard phase == .subscribing else { return [] }
        ids[name] = id
        guard ids.count == names.count else { return [] }
        phase = .live
        failures = 0
        saidUnavailable = false
        return [.notice("events come over the web socket"), .askAnew]
    }

    private mutating func drop(_ why: String, _ now: Duration, closes: Bool) -> [Action] {
        guard generation != nil else { return [] }
        if case .waiting = phase { return [] }
        let wasLive = phase == .live
        ids = [:]
        failures = min(failures + 1, 6)
        phase = .waiting(until: now + .seconds(min(60, 1 << (failures - 1))))
        var actions: [Action] = closes ? [.close] : []
        if wasLive || !saidUnavailable {
            saidUnavailable = true
            actions.append(.notice("no events: \(why); polling goes on"))
        }
        // What the socket did not tell is asked for at once, not when the next poll is due.
        return wasLive ? actions + [.askAnew] : actions
    }

    /// Polling alone, and that is said once; a controller that was changed is asked again after an hour.
    private mutating func pause(_ why: String, _ now: Duration) -> [Action] {
        guard phase == .opening else { return [] }
        phase = .waiting(until: now + SubscriptionMachine.unavailableFor)
        guard !saidUnavailable else { return [] }
        saidUnavailable = true
        return [.notice("no events: \(why); the leaves are polled")]
    }

    private mutating func tick(_ now: Duration) -> [Action] {
        switch phase {
        case .waiting(let until) where now >= until:
            phase = .opening
            return [.open]
        case .subscribing, .live:
            if now - heardAt > SubscriptionMachine.silence {
                return drop(
                    "nothing was heard over the web socket for \(Int((now - heardAt).seconds)) s", now, closes: true)
            }
            var actions: [Action] = []
            if now - pingedAt >= SubscriptionMachine.pingEvery {
                pingedAt = now
                actions.append(.ping)
            }
            if phase == .live, now - refreshedAt >= SubscriptionMachine.refreshEvery {
                refreshedAt = now
                actions += ids.values.sorted().map { .refresh(id: $0) }
            }
            return actions
        default: return []
        }
    }
}
