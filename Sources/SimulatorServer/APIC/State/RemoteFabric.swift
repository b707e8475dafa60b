import Fabric
import FoundationEssentials
import Simulator

/// A fabric whose facts another process tells over a Unix socket, in the form that ``FabricState`` describes: the
/// lab's routers under Tests/Lab.
public struct RemoteFabric: Sendable {
    /// Why there is no answer.
    public enum Failure: Error, Sendable, Hashable, CustomStringConvertible {
        /// Nobody answers in time at the socket.
        case unreachable(path: String, cause: String)
        /// The other side refuses the question, with its reason.
        case refused(String)
        /// The answer is not what the question asks for.
        case unintelligible(question: String, cause: String)

        /// One sentence: what, where, why.
        public var description: String {
            switch self {
            case .unreachable(let path, let cause): "the fabric's state at \(path) does not answer: \(cause)"
            case .refused(let why): "the fabric's state: \(why)"
            case .unintelligible(let question, let cause):
                "the fabric's state answers \(question) with something else: \(cause)"
            }
        }
    }

    /// Seconds to wait for an answer.
    static let patience = 5.0

    /// The socket.
    public let socketPath: String

    /// A fabric by the path of its socket.
    public init(socketPath: String) { self.socketPath = socketPath }

    /// The state for controllers, with the configuration that the other side tells now.
    ///
    /// - Throws: a ``Failure``.
    public func state() async throws -> FabricState {
        let configuration = try await ask(Question(ask: "configuration"), ConfigurationAnswer.self).configuration
        return FabricState(
            configuration: configuration,
            picture: { try await self.ask(Question(ask: "picture"), PictureAnswer.self).picture },
            routes: { leaf in
                try await self.ask(Question(ask: "routes", leaf: leaf.number), RoutesAnswer.self).table()
            },
            paths: { leaf in
                try await self.ask(Question(ask: "paths", leaf: leaf.number), PathsAnswer.self).table
            },
            configure: { settings, address, leaf in
                let change = Question(configure: SettingsQuestion(settings), address: "\(address)", leaf: leaf.number)
                _ = try await self.ask(change, NothingAnswer.self)
            })
    }

    private func ask<Answer: Decodable & Sendable>(_ question: Question, _: Answer.Type) async throws -> Answer {
        let path = socketPath
        let line = try JSONEncoder().encode(question) + [UInt8(ascii: "\n")]
        let name = question.ask ?? "configure"
        let bytes: Result<[UInt8], Failure> = await withCheckedContinuation { continuation in
            OwnThread.run {
                continuation.resume(returning: Result { () throws(Failure) in try exchange([UInt8](line), path) })
            }
        }
        let data = Data(try bytes.get())
        do {
            if let refusal = try JSONDecoder().decode(Refusal.self, from: data).error { throw Failure.refused(refusal) }
            return try JSONDecoder().decode(Answer.self, from: data)
        } catch let error as DecodingError {
            throw Failure.unintelligible(question: name, cause: "\(error)")
        }
    }
}

/// Sends a line and reads one.
private func exchange(_ line: [UInt8], _ path: String) throws(RemoteFabric.Failure) -> [UInt8] {
    let descriptor: Int32
    do {
        descriptor = try Sockets.connect(to: path)
    } catch {
        throw .unreachable(path: path, cause: error.cause)
    }
    defer { Sockets.end(descriptor) }
    guard Sockets.sendAll(descriptor, line) else { throw .unreachable(path: path, cause: "it closed the connection") }
    var answer: [UInt8] = []
    let deadline = Sockets.monotonicSeconds() + RemoteFabric.patience
    while Sockets.monotonicSeconds() < deadline {
        guard Sockets.wait(for: [(descriptor, false)], milliseconds: 250).contains(descriptor) else { continue }
        guard let bytes = Sockets.read(descriptor) else {
            throw .unreachable(path: path, cause: "it closed the connection")
        }
        answer += bytes
        if answer.last == UInt8(ascii: "\n") { return answer }
    }
    throw .unreachable(path: path, cause: "no answer in \(Int(RemoteFabric.patience)) seconds")
}
