public import Fabric
import FoundationEssentials
public import Simulator

/// The questions that a console asks a simulated fabric without a child process in between: text of its leaves, facts of
/// its nodes and of its cluster.
///
/// What is bypassed is the way there, which the other fabrics take: ssh, kubectl and calicoctl with their arguments,
/// their exit states and, for nodes and cluster, the text and JSON that they print. A leaf's text stays text.
public struct SimulatorFacts: Sendable {
    /// Why a question has no answer.
    public enum Failure: Error, Sendable, Hashable, CustomStringConvertible {
        /// The fabric's process does not answer, or goes away.
        case unreachable(String)
        /// No whole answer in time.
        case timedOut
        /// What came is no answer.
        case unreadable

        /// One sentence.
        public var description: String {
            switch self {
            case .unreachable(let cause): "the simulated fabric does not answer: \(cause)"
            case .timedOut: "no answer in time"
            case .unreadable: "the simulated fabric answers something else"
            }
        }
    }

    /// What a command printed.
    public struct Output: Sendable, Hashable {
        /// Standard output.
        public var bytes: [UInt8]
        /// Standard error.
        public var errors: String
        /// The exit status.
        public var status: Int32
    }

    /// What a node tells.
    public enum NodeAnswer: Sendable {
        /// What it told at the version that was given.
        case unchanged
        /// Its facts and their version.
        case facts(SimulatedNodeFacts, version: UInt64)
    }

    private let socketPath: String
    private let timeout: Double

    /// A door to the process that listens at a path.
    public init(socketPath: String, timeout: Duration = .seconds(20)) {
        self.socketPath = socketPath
        self.timeout = Double(timeout.components.seconds)
    }

    /// Runs a command line on a host, as ssh would.
    ///
    /// - Throws: a ``Failure``.
    public func run(_ line: String, on host: String) async throws(Failure) -> Output {
        try await ask(Request(role: "ssh", arguments: [host, line]))
    }

    /// Asks many nodes at once.
    ///
    /// - Parameters:
    ///   - nodes: each node and the version of what it told before, 0 for none.
    ///   - withRoutes: whether BIRD's whole table is wanted too.
    /// - Throws: a ``Failure``.
    public func nodes(_ nodes: [(NodeName, UInt64)], withRoutes: Bool) async throws(Failure) -> [NodeAnswer] {
        let words = ["nodes", withRoutes ? "1" : "0"] + nodes.flatMap { [$0.0.text, String($0.1)] }
        var reader = FactReader(try await ask(Request(role: "facts", arguments: words)).bytes)
        do throws(FactError) {
            var answers: [NodeAnswer] = []
            for _ in nodes { answers.append(try SimulatorFacts.node(&reader)) }
            return answers
        } catch {
            throw .unreadable
        }
    }

    private static func node(_ reader: inout FactReader) throws(FactError) -> NodeAnswer {
        guard try reader.get(Bool.self) else { return .unchanged }
        let version = try reader.number()
        let clock = try reader.get(Date?.self)
        var own = FactReader(try reader.get([UInt8].self))
        var facts = try own.get(SimulatedNodeFacts.self)
        facts.bird?.serverTime = clock
        return .facts(facts, version: version)
    }

    /// Asks the cluster; nil: what it told at the version that was given.
    ///
    /// - Throws: a ``Failure``.
    public func cluster(
        version: UInt64
    ) async throws(Failure) -> (facts: SimulatedClusterFacts, version: UInt64)? {
        let output = try await ask(Request(role: "facts", arguments: ["cluster", String(version)]))
        var reader = FactReader(output.bytes)
        do throws(FactError) {
            guard try reader.get(Bool.self) else { return nil }
            let version = try reader.number()
            // The facts stand behind their version and count their texts from there.
            return (try reader.get(), version)
        } catch {
            throw .unreadable
        }
    }

    /// Asks for the pods of a node.
    ///
    /// - Throws: a ``Failure``.
    public func pods(of node: NodeName) async throws(Failure) -> [Pod] {
        var reader = FactReader(try await ask(Request(role: "facts", arguments: ["pods", node.text])).bytes)
        do throws(FactError) { return try reader.get() } catch { throw .unreadable }
    }

    private func ask(_ request: Request) async throws(Failure) -> Output {
        let path = socketPath
        let timeout = timeout
        let result: Result<Output, Failure> = await withCheckedContinuation { continuation in
            OwnThread.run { continuation.resume(returning: exchange(request, path, timeout)) }
        }
        return try result.get()
    }
}

/// Sends one request and gathers its answer.
private func exchange(
    _ request: Request, _ path: String, _ timeout: Double
) -> Result<SimulatorFacts.Output, SimulatorFacts.Failure> {
    let descriptor: Int32
    do { descriptor = try Sockets.connect(to: path) } catch { return .failure(.unreachable("\(error)")) }
    defer { Sockets.end(descriptor) }
    guard let body = try? JSONEncoder().encode(request), Sockets.sendAll(descriptor, Frame.bytes(.request, body))
    else { return .failure(.unreachable("it closed the connection")) }
    var reader = FrameReader()
    var output = SimulatorFacts.Output(bytes: [], errors: "", status: 0)
    var gathered = GatheredBytes()
    let deadline = Sockets.monotonicSeconds() + timeout
    while true {
        let left = deadline - Sockets.monotonicSeconds()
        guard left > 0 else { return .failure(.timedOut) }
        let wait = Int32(min(left * 1000 + 1, 600_000))
        guard Sockets.wait(for: [(descriptor, false)], milliseconds: wait).contains(descriptor) else { continue }
        guard let bytes = Sockets.read(descriptor) else { return .failure(.unreachable("it closed the connection")) }
        reader.append(bytes)
        while let frame = reader.next() {
            switch frame.kind {
            case .length: gathered.expect(FrameReader.length(frame.payload))
            case .output: gathered.append(frame.payload)
            case .errors:
                output.errors += String(decoding: frame.payload, as: UTF8.self)
                // Nobody answers a prompt here.
                if output.errors.hasSuffix("password: ") {
                    output.status = 255
                    output.bytes = gathered.take()
                    return .success(output)
                }
            case .exit:
                output.status = FrameReader.status(frame.payload)
                output.bytes = gathered.take()
                return .success(output)
            default: return .failure(.unreadable)
            }
        }
    }
}
