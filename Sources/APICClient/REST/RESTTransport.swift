import Fabric
import Formats

/// What is asked of the fabric, before a session and a controller are chosen for it.
struct RESTRequest: Sendable {
    var method: String
    /// As a person types it; what a signature is made over.
    var plainPath: String
    /// As it is sent.
    var path: String
    var body: [UInt8] = []
    /// What a refusal is remembered for: pages of one answer share it.
    var subject: String
    /// `GET /api/…` as it stands beside an answer.
    var command: String

    init(_ query: APICQuery) {
        method = "GET"
        plainPath = query.plainPath
        path = query.path
        subject = query.withoutPage.plainPath
        command = query.command
    }

    /// A change of the object of a name.
    init(posting body: [UInt8], to name: String) {
        let target = APICQuery.object(name)
        method = "POST"
        plainPath = target.plainPath
        path = target.path
        self.body = body
        subject = "POST " + target.plainPath
        command = subject
    }

    var isChange: Bool { method != "GET" }

    func headers(cookies: String) -> [(String, String)] {
        isChange ? [("Cookie", cookies), ("Content-Type", "application/json")] : [("Cookie", cookies)]
    }
}

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
        /// The connection ended under the question or its answer: the controller is there, or was a moment ago.
        case cut
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
    /// Takes the room of an answer that nobody needs any more, for the next.
    var giveBack: @Sendable (_ room: consuming [UInt8]) -> Void = { _ in }
    /// The reading of a table's pages begins: rooms that are given back go round until the last table is read.
    var beginTable: @Sendable () -> Void = {}
    /// The reading of a table's pages ends.
    var endTable: @Sendable () -> Void = {}
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
