import Children
import Fabric

/// A conversation with BIRD over its control socket: greeting, `restrict`, then one command after the other.
struct BIRDSocket: ~Copyable {
    private let socket: UnixSocket
    private let source: SourceID
    private let path: String
    private let timeout: Duration
    private let limit: Int
    private var replies = BIRDReplies()
    private var ready: [[UInt8]] = []

    private init(socket: consuming UnixSocket, path: String, source: SourceID, timeout: Duration, limit: Int) {
        self.socket = socket
        self.source = source
        self.path = path
        self.timeout = timeout
        self.limit = limit
    }

    /// Connects, hears the greeting, and gives up the right to change anything before a first question, unless an
    /// operation asks for it.
    static func open(
        path: String, source: SourceID, timeout: Duration, limit: Int, mayChange: Bool = false
    ) async throws(SourceError) -> BIRDSocket {
        let file: UnixSocket
        do throws(UnixSocket.Failure) {
            file = try await UnixSocket.open(path: path)
        } catch {
            throw Self.error(error, path: path, source: source, operation: "connect to BIRD")
        }
        var bird = BIRDSocket(socket: file, path: path, source: source, timeout: timeout, limit: limit)
        let greeting = try await bird.reply(to: "(greeting)")
        guard BIRDReplies.code(of: greeting) == 1 else { throw bird.unreadable(greeting, operation: "hear BIRD") }
        if mayChange { return bird }
        let restricted = try await bird.ask("restrict")
        guard BIRDReplies.code(of: restricted) == 16 else { throw bird.unreadable(restricted, operation: "restrict") }
        return bird
    }

    /// Gives a command and returns the whole reply with its codes.
    mutating func ask(_ command: String) async throws(SourceError) -> [UInt8] {
        do throws(UnixSocket.Failure) {
            try await socket.write(Array((command + "\n").utf8), by: .now + timeout)
        } catch {
            throw Self.error(error, path: path, source: source, operation: "birdcl " + command)
        }
        return try await reply(to: command)
    }

    private mutating func reply(to command: String) async throws(SourceError) -> [UInt8] {
        let deadline = ContinuousClock.now + timeout
        while ready.isEmpty {
            do throws(UnixSocket.Failure) {
                ready += replies.take(try await socket.read(by: deadline))
            } catch {
                throw Self.error(error, path: path, source: source, operation: "birdcl " + command)
            }
            if replies.pending > limit {
                throw SourceError(
                    kind: .unreadable, source: source, operation: "birdcl " + command,
                    cause: "the reply is larger than the limit of \(limit) bytes", hint: "raise the limit")
            }
        }
        return ready.removeFirst()
    }

    private func unreadable(_ reply: [UInt8], operation: String) -> SourceError {
        SourceError(
            kind: .unreadable, source: source, operation: operation,
            cause: "what listens at \(path) does not speak as BIRD does: \(Sanitised.summary(reply))",
            hint: "see the socket's path")
    }

    private static func error(
        _ failure: UnixSocket.Failure, path: String, source: SourceID, operation: String
    ) -> SourceError {
        let hint = "see that BIRD runs and that its control socket may be opened"
        let (kind, cause): (SourceError.Kind, String) =
            switch failure {
            case .pathTooLong:
                (.notFound, "the path '\(Sanitised.line(path.utf8.prefix(200)))' is too long for a socket")
            case .system(let text): (.unreachable, "\(path): \(text)")
            case .timedOut: (.timedOut, "\(path): no complete reply in time")
            case .closed: (.unreachable, "\(path): the connection was closed")
            case .refused: (.unreachable, "\(path): Connection refused")
            }
        return SourceError(kind: kind, source: source, operation: operation, cause: cause, hint: hint)
    }
}
