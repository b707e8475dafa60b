import Fabric

/// A request as it is sent to one controller.
struct RESTCall: Sendable {
    var method: String
    /// Path and options, encoded.
    var path: String
    var headers: [(String, String)]
    var body: [UInt8]
    var timeout: Duration
}

/// What came back.
struct RESTReply: Sendable {
    var status: Int
    var bytes: [UInt8]
}

/// Why nothing came back.
struct RESTBroken: Error, Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case unreachable, timedOut, untrusted, tooLarge, cancelled
    }
    var kind: Kind
    /// In words; never holds what was sent.
    var cause: String
}

/// What sends requests: a value of closures, so that sessions are tested without sockets.
struct RESTTransport: Sendable {
    /// Sends a request to the controller of a number and waits for all of its answer.
    var send: @Sendable (_ controller: Int, _ call: RESTCall) async throws(RESTBroken) -> RESTReply
    /// Forgets what is known of a controller's connections and certificate.
    var forget: @Sendable (_ controller: Int) async -> Void
}

/// The clock of a connection.
struct RESTClock: Sendable {
    var now: @Sendable () -> Duration
    var sleep: @Sendable (Duration) async throws -> Void

    /// The continuous clock, from any origin.
    static func continuous() -> RESTClock {
        let origin = ContinuousClock.now
        return RESTClock(now: { ContinuousClock.now - origin }, sleep: { try await Task.sleep(for: $0) })
    }
}
