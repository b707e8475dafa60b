import Children
import Fabric
import Glibc

/// Brings Unix sockets of other hosts here, by one ssh child each.
actor ForwardedSockets {
    private let configuration: ClusterConfiguration
    private let children: ChildRunner
    private var number = 0

    init(_ configuration: ClusterConfiguration, children: ChildRunner) {
        self.configuration = configuration
        self.children = children
    }

    /// Starts the child and waits until its local socket is there.
    func open(_ target: SSHTarget, remote: String, source: SourceID) async throws(SourceError) -> SocketBridge {
        let operation = "bring \(remote) here"
        guard let directory = configuration.socketDirectory else {
            throw SourceError(
                kind: .notFound, source: source, operation: operation, cause: "there is no directory for sockets",
                hint: "see that the temporary directory can be written")
        }
        number += 1
        let path = "\(directory)/bird-\(number).sock"
        // The child lives as long as the look it serves; each of the look's questions has a time-out of its own.
        let command = try SSH.forward(
            target, configuration.ssh, localSocket: path, remoteSocket: remote,
            timeout: configuration.nodeTimeout * 20, source: source)
        let bridge = SocketBridge(path: path, source: source, operation: operation, command: command, children)
        try await bridge.ready(within: configuration.nodeTimeout)
        return bridge
    }
}

/// One socket brought here; it must be closed.
struct SocketBridge: Sendable {
    let path: String
    private let source: SourceID
    private let operation: String
    private let child: Task<ChildResult, Never>
    private let ended: AsyncStream<Void>

    init(path: String, source: SourceID, operation: String, command: ChildCommand, _ children: ChildRunner) {
        self.path = path
        self.source = source
        self.operation = operation
        let (ended, end) = AsyncStream<Void>.makeStream()
        self.ended = ended
        child = Task {
            let result = await children.run(command)
            end.finish()
            return result
        }
    }

    /// Waits until the local socket is there, or the child has ended, or the time is over.
    func ready(within timeout: Duration) async throws(SourceError) {
        let found = await SocketWait.appears(path, within: timeout, unless: ended)
        if found { return }
        throw await close(
            after: SourceError(
                kind: .timedOut, source: source, operation: operation, cause: "the connection did not come about",
                hint: "try ssh -N -L by hand"))
    }

    /// Ends the child and removes the socket.
    func close() async {
        child.cancel()
        _ = await child.value
        unlink(path)
    }

    /// Closes after a failure; where ssh said why, that is the better error.
    func close(after error: SourceError) async -> SourceError {
        child.cancel()
        let result = await child.value
        unlink(path)
        let said = Sanitised.summary(result.errors)
        if case .exited = result.termination {
            return ChildFailure.judge(result, source: source, operation: operation, tool: "ssh") ?? error
        }
        if result.termination == .passwordPrompt || result.termination == .notFound {
            return ChildFailure.judge(result, source: source, operation: operation, tool: "ssh") ?? error
        }
        var error = error
        if !said.isEmpty { error.cause += ": \(said)" }
        return error
    }
}

/// Waits for sockets that children make.
enum SocketWait {
    /// Whether a path comes to be there within a time, and before its maker ends.
    static func appears(_ path: String, within timeout: Duration, unless ended: AsyncStream<Void>) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await _ in ended {}
                return false
            }
            group.addTask {
                let deadline = ContinuousClock.now + timeout
                while ContinuousClock.now < deadline, !Task.isCancelled {
                    if access(path, F_OK) == 0 { return true }
                    try? await Task.sleep(for: .milliseconds(10))
                }
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
    }
}
