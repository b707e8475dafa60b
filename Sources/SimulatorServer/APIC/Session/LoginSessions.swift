import Crypto
import FoundationEssentials

/// A user who has logged in at one controller.
struct LoginSession: Sendable, Hashable {
    var user: String
    var token: String
    var id: String
    /// Seconds of the controller's clock.
    var firstLogin: Double, created: Double
    /// When the token ends, and when the session does.
    var tokenEnds: Double, sessionEnds: Double
}

/// The tokens of one controller: those of another are nothing to it (aci.md 2.8).
struct LoginSessions: Sendable {
    /// How long tokens and sessions live (aci.md 2.1).
    struct Lifetimes: Sendable, Hashable {
        var token: Double
        var session: Double
    }

    var lifetimes: Lifetimes
    private var sessions: [String: LoginSession] = [:]
    private var serial: UInt64
    private let secret = SymmetricKey(size: .bits256)

    init(_ lifetimes: Lifetimes, controller: Int) {
        self.lifetimes = lifetimes
        serial = UInt64(controller) << 32
    }

    /// A new session of a user. One that signs its requests refreshes no token: its token lasts as long as the session.
    mutating func login(_ user: String, at now: Double, isSigned: Bool = false) -> LoginSession {
        let session = add(
            user, id: nextToken(length: 16), firstLogin: now, sessionEnds: now + lifetimes.session, at: now)
        if isSigned { sessions[session.token]?.tokenEnds = session.sessionEnds }
        return session
    }

    /// A token in place of another, which goes on until its own end; nil where the session is over.
    mutating func refresh(_ token: String, at now: Double) -> LoginSession? {
        guard let old = session(token, at: now) else { return nil }
        return add(old.user, id: old.id, firstLogin: old.firstLogin, sessionEnds: old.sessionEnds, at: now)
    }

    private mutating func add(
        _ user: String, id: String, firstLogin: Double, sessionEnds: Double, at now: Double
    ) -> LoginSession {
        let session = LoginSession(
            user: user, token: nextToken(length: 96), id: id, firstLogin: firstLogin, created: now,
            tokenEnds: min(now + lifetimes.token, sessionEnds), sessionEnds: sessionEnds)
        sessions[session.token] = session
        sessions = sessions.filter { $0.value.tokenEnds > now - 600 }
        return session
    }

    /// The session of a token that has not ended.
    func session(_ token: String, at now: Double) -> LoginSession? {
        guard let session = sessions[token], now < session.tokenEnds else { return nil }
        return session
    }

    /// Ends the session of a token, all its tokens with it.
    mutating func logout(_ token: String) {
        guard let ended = sessions[token] else { return }
        sessions = sessions.filter { $0.value.id != ended.id }
    }

    /// Ends every token now: what a restarted controller does.
    mutating func expireAll() { sessions = [:] }

    /// The number of tokens that have not ended.
    func count(at now: Double) -> Int { sessions.values.count { now < $0.tokenEnds } }

    /// A text of base64's letters that nobody guesses.
    private mutating func nextToken(length: Int) -> String {
        var bytes: [UInt8] = []
        while bytes.count < length {
            serial += 1
            var message = Data()
            withUnsafeBytes(of: serial) { message.append(contentsOf: $0) }
            bytes.append(contentsOf: HMAC<SHA256>.authenticationCode(for: message, using: secret))
        }
        return Data(bytes.prefix(length)).base64EncodedString()
    }
}
