import Children
import Fabric
import Glibc

/// Supervises `kubectl proxy`: the door through which the API is only read, with whatever the kubeconfig needs to log in.
///
/// The socket lies in a folder that only this user can enter. Writing methods and all paths but those that are read are
/// refused by the proxy itself.
actor KubectlProxy {
    private let kubectl: Kubectl
    private let children: ChildRunner
    private var present: (number: Int, path: String, child: Task<ChildResult, Never>)?
    private var starting: Task<Result<String, SourceError>, Never>?
    private var number = 0
    /// The number of the newest that has ended.
    private var gone = 0
    private var failures = 0
    private var lastFailure: SourceError?
    private var mayStart = ContinuousClock.now
    private var isOver = false

    init(_ kubectl: Kubectl) {
        self.kubectl = kubectl
        children = ChildRunner(limiter: nil)
    }

    /// The socket of a proxy that runs, started where none does.
    ///
    /// - Throws: why none can be started; asked again within the back-off, the same.
    func socket() async throws(SourceError) -> String {
        if let present { return present.path }
        if let starting { return try await starting.value.get() }
        if let lastFailure, ContinuousClock.now < mayStart { throw lastFailure }
        let task = Task { () async -> Result<String, SourceError> in
            do throws(SourceError) { return .success(try await self.start()) } catch { return .failure(error) }
        }
        starting = task
        let result = await task.value
        starting = nil
        return try result.get()
    }

    /// Ends the proxy for good.
    func end() async {
        isOver = true
        guard let child = present?.child else { return }
        child.cancel()
        _ = await child.value
    }

    private func start() async throws(SourceError) -> String {
        guard let folder = kubectl.configuration.socketDirectory, !isOver else {
            throw failure(.notFound, "there is no directory for its socket")
        }
        number += 1
        let mine = number
        let path = "\(folder)/api-\(mine).sock"
        unlink(path)
        let command = try command(path)
        let began = ContinuousClock.now
        let (ended, end) = AsyncStream<Void>.makeStream()
        let child = Task { [children] in
            let result = await children.keep(command)
            end.finish()
            self.ended(mine, path, after: ContinuousClock.now - began)
            return result
        }
        guard await SocketWait.appears(path, within: kubectl.configuration.clusterTimeout, unless: ended),
            (try? await UnixSocket.reaches(path)) != nil, gone < mine
        else {
            child.cancel()
            throw refused(await child.value)
        }
        present = (mine, path, child)
        if isOver { child.cancel() }
        lastFailure = nil
        return path
    }

    private func command(_ path: String) throws(SourceError) -> ChildCommand {
        var command = try kubectl.command(
            [
                "proxy", "--unix-socket=\(path)", "--reject-methods=^(POST|PUT|PATCH|DELETE)$",
                "--accept-paths=\(ClusterKind.acceptedPaths)",
            ], timeout: kubectl.configuration.clusterTimeout)
        if let keeper = kubectl.configuration.keeper.first {
            let words = kubectl.configuration.keeper.dropFirst() + [command.executable] + command.arguments
            (command.executable, command.arguments) = (keeper, Array(words))
        }
        return command
    }

    /// A proxy that ran for long is started again at once, one that ended soon is given time.
    private func ended(_ number: Int, _ path: String, after time: Duration) {
        unlink(path)
        gone = number
        guard present?.number == number else { return }
        present = nil
        guard time < .seconds(10) else { return failures = 0 }
        lastFailure = failure(.unreachable, "it ended \(Int(time.seconds)) s after its start")
        backOff()
    }

    private func refused(_ result: ChildResult) -> SourceError {
        let operation = "kubectl proxy"
        let error =
            kubectl.judge(result, source: .kubernetes, operation: operation)
            ?? failure(.unreachable, "it ended at once: \(Sanitised.summary(result.errors))")
        lastFailure = error
        backOff()
        return error
    }

    private func backOff() {
        failures += 1
        mayStart = ContinuousClock.now + .seconds(failures > 6 ? 60 : 1 << (failures - 1))
    }

    private func failure(_ kind: SourceError.Kind, _ cause: String) -> SourceError {
        SourceError(
            kind: kind, source: .kubernetes, operation: "kubectl proxy", cause: cause, hint: "try kubectl proxy by hand"
        )
    }
}
