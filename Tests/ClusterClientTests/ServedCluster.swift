import Dispatch
import Fabric
import FoundationEssentials
import Glibc
import Polling
import Simulator
import SimulatorServer
import Synchronization
import Testing

@testable import ClusterClient

/// A simulated cluster whose API is served on a Unix socket by the stand-in for kubectl's proxy, and a client of it.
final class ServedCluster: Sendable {
    let folder: String
    let socket: APISocket
    private let mustStop = Mutex(false)
    private let hasStopped = DispatchSemaphore(value: 0)
    private let proxy = Mutex<Task<Int32, Never>?>(nil)

    private var fabricPath: String { folder + "/fabric" }
    var socketPath: String { folder + "/api.sock" }
    var control: SimulatorControl { SimulatorControl(socketPath: fabricPath) }

    init(timeout: Duration = .seconds(20), limit: Int = 64 << 20) async throws {
        var template = Array("/tmp/cluster-XXXXXX".utf8CString)
        let made = try #require(mkdtemp(&template).map { String(cString: $0) })
        folder = made
        let path = made + "/api.sock"
        socket = APISocket(path: path, timeout: timeout, limit: limit)
        let topology = try #require(Topology.named("figure-1"))
        let settings = SimulatorHost.Settings(socketPath: fabricPath, endsWithParent: false)
        let (started, start) = AsyncStream<Void>.makeStream()
        DispatchQueue.global().async { [self] in
            try? SimulatorHost.run(SimulatedFabric(topology: topology, seed: 5), settings) {
                start.finish()
                return mustStop.withLock { $0 }
            }
            hasStopped.signal()
        }
        for await _ in started {}
        let nowhere = open("/dev/null", O_RDWR | O_CLOEXEC)
        let task = Task {
            defer { close(nowhere) }
            return await StandIn.run(
                socketPath: made + "/fabric", role: .kubectl,
                arguments: [
                    "--context=x", "proxy", "--unix-socket=\(path)", "--reject-methods=^(POST|PUT|PATCH|DELETE)$",
                    "--accept-paths=\(ClusterKind.acceptedPaths)",
                ], input: nowhere, output: nowhere, errors: nowhere)
        }
        proxy.withLock { $0 = task }
        for _ in 0..<500 where access(path, F_OK) != 0 { try await Task.sleep(for: .milliseconds(10)) }
    }

    /// The door to the API.
    var door: APIDoor {
        let socket = socket
        return APIDoor(
            get: { path async throws(APIFailure) in try await socket.get(path) },
            watch: { path, heard in await socket.watch(path, heard) })
    }

    func watcher(
        patience: Duration = .seconds(20), other: @escaping @Sendable (ClusterKind) async -> Answer? = { _ in nil }
    ) -> ClusterWatcher {
        ClusterWatcher(door: door, patience: patience, now: { Date(timeIntervalSince1970: 0) }, other: other)
    }

    func stop() async {
        let task = proxy.withLock { $0 }
        task?.cancel()
        _ = await task?.value
        mustStop.withLock { $0 = true }
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                self.hasStopped.wait()
                continuation.resume()
            }
        }
        rmdir(folder)
    }
}

/// Runs a body with a cluster that is served meanwhile.
func withCluster(timeout: Duration = .seconds(20), _ body: (ServedCluster) async throws -> Void) async throws {
    let cluster = try await ServedCluster(timeout: timeout)
    do { try await body(cluster) } catch {
        await cluster.stop()
        throw error
    }
    await cluster.stop()
}

/// What a watcher's news say, gathered beside the test.
final class Heard: Sendable {
    private let state = Mutex<(looks: Int, notices: [String])>((0, []))
    private let listening = Mutex<Task<Void, Never>?>(nil)

    init(_ watcher: ClusterWatcher) {
        let stream = watcher.stream()
        listening.withLock {
            $0 = Task { [state = self] in
                for await news in stream { state.take(news) }
            }
        }
    }

    private func take(_ news: PushedNews) {
        state.withLock {
            switch news {
            case .lookAgain(let looks): if looks == [.cluster] { $0.looks += 1 }
            case .notice(let words): $0.notices.append(words)
            case .answers: break
            }
        }
    }

    func end() { listening.withLock { $0?.cancel() } }
    var looks: Int { state.withLock { $0.looks } }
    var notices: [String] { state.withLock { $0.notices } }

    /// Waits until a look is asked for beyond those so far.
    func nextLook(after count: Int, within seconds: Int = 20) async -> Bool {
        for _ in 0..<seconds * 100 {
            if looks > count { return true }
            try? await Task.sleep(for: .milliseconds(10))
        }
        return false
    }
}

extension LookResult {
    /// The answer to a command that holds these words.
    func text(_ words: String) -> String {
        answers.first { $0.command.contains(words) }.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
    }
}
