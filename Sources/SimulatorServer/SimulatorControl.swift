import FoundationEssentials
import Glibc

/// The control door of a running simulated fabric: brings and ends faults while the console looks on.
public struct SimulatorControl: Sendable {
    /// Why the fabric did not do what was asked.
    public enum ControlError: Error, Sendable, Hashable, CustomStringConvertible {
        /// Its process does not answer.
        case unreachable(String)
        /// It refused, with its reason.
        case refused(String)

        /// One sentence.
        public var description: String {
            switch self {
            case .unreachable(let why): "the simulated fabric does not answer: \(why)"
            case .refused(let why): why
            }
        }
    }

    /// The socket of the fabric's process.
    public let socketPath: String

    /// A door by the path of the fabric's socket.
    public init(socketPath: String) { self.socketPath = socketPath }

    /// Brings a fault: `NAME` or `NAME:TARGET`.
    ///
    /// - Throws: a ``ControlError`` where no fault or target has that name, or nothing answers.
    public func inject(_ fault: String) async throws { _ = try await ask(ControlRequest(inject: fault)) }

    /// Ends a fault, all of a kind where no target is given, or every fault where nothing is.
    ///
    /// - Throws: a ``ControlError``.
    public func clear(_ fault: String = "") async throws { _ = try await ask(ControlRequest(clear: fault)) }

    /// The faults in force, in words that ``inject(_:)`` takes.
    ///
    /// - Throws: a ``ControlError`` where nothing answers.
    public func faults() async throws -> [String] { try await ask(ControlRequest()).active }

    /// Virtual seconds since the fabric's start: a sign of life as well.
    ///
    /// - Throws: a ``ControlError`` where nothing answers.
    public func seconds() async throws -> Double { try await ask(ControlRequest()).seconds }

    /// Sets how many virtual seconds pass in a real one, 0 to 1000.
    ///
    /// - Throws: a ``ControlError`` where nothing answers.
    public func setFactor(_ factor: Double) async throws { _ = try await ask(ControlRequest(factor: factor)) }

    private func ask(_ request: ControlRequest) async throws -> ControlAnswer {
        let text = String(decoding: try JSONEncoder().encode(request), as: UTF8.self)
        let path = socketPath
        let bytes: Result<[UInt8], ControlError> = await withCheckedContinuation { continuation in
            OwnThread.run {
                continuation.resume(returning: Result { () throws(ControlError) in try exchange(text, path) })
            }
        }
        let answer = try JSONDecoder().decode(ControlAnswer.self, from: Data(try bytes.get()))
        if let error = answer.error { throw ControlError.refused(error) }
        return answer
    }
}

/// Sends one control request and waits at most five seconds for its answer.
private func exchange(_ text: String, _ path: String) throws(SimulatorControl.ControlError) -> [UInt8] {
    let descriptor: Int32
    do {
        descriptor = try Sockets.connect(to: path)
    } catch {
        throw .unreachable("\(error)")
    }
    defer { close(descriptor) }
    guard let body = try? JSONEncoder().encode(Request(role: "control", arguments: [text])),
        Sockets.sendAll(descriptor, Frame.bytes(.request, body))
    else { throw .unreachable("it closed the connection") }
    var reader = FrameReader()
    var answer: [UInt8] = []
    let deadline = Sockets.monotonicSeconds() + 5
    while Sockets.monotonicSeconds() < deadline {
        guard Sockets.wait(for: [(descriptor, false)], milliseconds: 250).contains(descriptor) else { continue }
        guard let bytes = Sockets.read(descriptor) else { throw .unreachable("it closed the connection") }
        reader.append(bytes)
        while let frame = reader.next() {
            if frame.kind == .output { answer += frame.payload }
            if frame.kind == .exit { return answer }
        }
    }
    throw .unreachable("no answer in 5 seconds")
}
