import Fabric

/// What a login or refresh answers (aci.md 2.1).
struct APICLogin: Hashable, Sendable {
    var token: Secret
    /// How long the token holds.
    var refreshSeconds: Double = 600
    /// How long the session holds, however often it is refreshed.
    var maximumSeconds: Double = 86_400
    /// The APIC's release, `4.2(3l)`.
    var version: String?
    /// Roles that may write; nil where they are not told.
    var writeRoles: [String]?
}

/// Why a controller gave no session.
enum SessionFailure: Hashable, Sendable {
    /// The user or password is wrong: asking again with the same could lock the user out.
    case credentials
    /// It cannot be reached, proved or heard.
    case unreachable
}

/// A session with one controller of several: pure, no clock, no sockets.
///
/// - Tokens belong to the controller that gave them. A refresh is due at half a token's life; a second, overlapping
///   login at 95 % of the session's life, after which the first is logged out.
/// - A controller that fails is left for the next; when all failed in a row, the next round comes after 1, 2, 4 … at
///   most 60 seconds.
/// - A refused password is not tried again until it is another one.
struct SessionMachine: Sendable {
    /// A session in use.
    struct Session: Hashable, Sendable {
        /// Counts logins: what was asked with an older one may be asked again.
        var generation: Int
        var controller: Int
        var token: Secret
        var version: String?
        var writeRoles: [String]?
        var begun: Duration
        var refreshAt: Duration
        var renewAt: Duration
    }

    enum Event: Sendable {
        /// A request wants a session.
        case wanted
        /// A login ended.
        case loggedIn(APICLogin)
        case loginFailed(SessionFailure)
        /// A refresh ended.
        case refreshed(APICLogin)
        case refreshFailed
        /// The session of this generation was refused (HTTP 403).
        case rejected(generation: Int)
        /// The controller of this generation cannot be used any more.
        case lost(generation: Int)
        /// The operator or a new password ends a refusal.
        case forgiven
        /// Time went on.
        case tick
    }

    enum Action: Hashable, Sendable {
        case logIn(controller: Int)
        case refresh(Session)
        case logOut(Session)
    }

    private enum Attempt { case none, login(overlapping: Bool), refresh }

    private let controllers: Int
    private(set) var session: Session?
    /// Whether the password was refused.
    private(set) var isRefused = false
    /// Before this moment no login is tried; nil: at once.
    private(set) var retryAt: Duration?
    private var attempt = Attempt.none
    private var next = 0
    private var failures = 0
    private var generation = 0

    init(controllers: Int) { self.controllers = max(1, controllers) }

    /// Whether a login is under way.
    var isLoggingIn: Bool { if case .login = attempt { true } else { false } }

    /// When it wants to be told the time next.
    var wake: Duration? { session.map { min($0.refreshAt, $0.renewAt) } }

    mutating func handle(_ event: Event, at now: Duration) -> [Action] {
        switch event {
        case .wanted: return session == nil ? logIn(at: now) : []
        case .loggedIn(let login): return begin(login, at: now)
        case .loginFailed(let failure): return fail(failure, at: now)
        case .refreshed(let login): return extend(login, at: now)
        case .refreshFailed:
            attempt = .none
            session = nil
            return logIn(at: now)
        case .rejected(let generation):
            guard session?.generation == generation else { return [] }
            session = nil
            return logIn(at: now)
        case .lost(let generation):
            guard let lost = session, lost.generation == generation else { return [] }
            session = nil
            next = (lost.controller + 1) % controllers
            return logIn(at: now)
        case .forgiven:
            isRefused = false
            return []
        case .tick: return due(at: now)
        }
    }

    private mutating func logIn(at now: Duration) -> [Action] {
        guard !isRefused, !isLoggingIn else { return [] }
        if let retryAt, now < retryAt { return [] }
        attempt = .login(overlapping: session != nil)
        return [.logIn(controller: next)]
    }

    private mutating func begin(_ login: APICLogin, at now: Duration) -> [Action] {
        attempt = .none
        failures = 0
        retryAt = nil
        let former = session
        generation += 1
        session = Session(
            generation: generation, controller: next, token: login.token, version: login.version,
            writeRoles: login.writeRoles,
            begun: now,
            refreshAt: now + .seconds(login.refreshSeconds / 2), renewAt: now + .seconds(login.maximumSeconds * 0.95))
        return former.map { [.logOut($0)] } ?? []
    }

    private mutating func extend(_ login: APICLogin, at now: Duration) -> [Action] {
        attempt = .none
        guard var session else { return [] }
        session.token = login.token
        session.refreshAt = now + .seconds(login.refreshSeconds / 2)
        self.session = session
        return []
    }

    private mutating func fail(_ failure: SessionFailure, at now: Duration) -> [Action] {
        attempt = .none
        if failure == .credentials {
            isRefused = true
            return []
        }
        next = (next + 1) % controllers
        failures += 1
        // The session before still holds while a renewal fails; the next tick tries again.
        if session != nil {
            session?.renewAt = now + .seconds(60)
            return []
        }
        guard failures % controllers == 0 else { return logIn(at: now) }
        let round = min(failures / controllers, 7)
        retryAt = now + .seconds(min(60, 1 << (round - 1)))
        return []
    }

    private mutating func due(at now: Duration) -> [Action] {
        guard let session, case .none = attempt else { return [] }
        if now >= session.renewAt {
            next = session.controller
            return logIn(at: now)
        }
        guard now >= session.refreshAt else { return [] }
        attempt = .refresh
        return [.refresh(session)]
    }
}
