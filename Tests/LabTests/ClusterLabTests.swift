import Foundation
import Simulator
import Testing

/// What becomes of the console's watches where a real API server forgets, or falls silent (calico.md 5).
@Suite(.serialized, .enabled(if: Lab.hasCluster, "this needs a lab with Kubernetes"), .timeLimit(.minutes(10)))
struct ClusterLabTests {
    /// A server that was started anew answers a watch from before with 410: everything is listed anew, and the watches
    /// that follow tell of what changes then.
    @Test func whatTheServerForgetsIsListedAnew() throws {
        let watch = try healthyWatch()
        defer { watch.end() }
        // What is written after a list makes its version one that the new server's memory does not reach back to.
        let version = try Self.version(of: "/api/v1/nodes")
        try Lab.fault("mesh-enabled", nil)
        try Lab.fault("mesh-enabled", nil, undo: true)
        try Lab.fault("api-down", nil)
        defer { try? Lab.fault("api-down", nil, undo: true) }
        try expect(watch, "source-failing", "kubernetes")
        try Lab.fault("api-down", nil, undo: true)
        let gone = try Self.told(by: "/api/v1/nodes?watch=1&timeoutSeconds=2&resourceVersion=\(version)")
        #expect(gone.contains("410") && gone.contains("too old resource version"), "\(gone)")
        try expectNews(watch)
    }

    /// One that keeps its connections and says nothing is no calm cluster.
    @Test func aSilentServerIsSaidAndHeardAgain() throws {
        let watch = try healthyWatch()
        defer { watch.end() }
        let server = try #require(Self.server, "state.json names no kube-apiserver")
        kill(server, SIGSTOP)
        defer { kill(server, SIGCONT) }
        try expect(watch, "source-", "kubernetes", within: 150)
        kill(server, SIGCONT)
        try expectNews(watch)
    }

    // MARK: Steps

    private func healthyWatch() throws -> Watch {
        let isHealthy = try Lab.isHealthy()
        try #require(isHealthy, "the lab is not healthy to begin with")
        let watch = try Watch()
        try watch.awaitFirstLook()
        return watch
    }

    private func expect(
        _ watch: Watch, _ words: String..., within seconds: TimeInterval = 60, after count: Int = 0
    ) throws {
        let isTold = Lab.eventually(seconds) {
            watch.lines().dropFirst(count).contains { line in words.allSatisfy { line.contains($0) } }
        }
        #expect(isTold, "\(words): \(watch.lines().dropFirst(count).joined(separator: "\n"))")
    }

    /// A change that the cluster alone tells is on the console soon, and that it ends as well.
    private func expectNews(_ watch: Watch) throws {
        let before = watch.lines().count
        try Lab.fault("mesh-enabled", nil)
        defer { _ = try? Lab.isHealthy() }
        do {
            try expect(watch, "mesh-enabled", after: before)
            try Lab.fault("mesh-enabled", nil, undo: true)
        } catch {
            try? Lab.fault("mesh-enabled", nil, undo: true)
            throw error
        }
        var check = try Lab.console("check")
        _ = try Lab.eventually(60) {
            check = try Lab.console("check")
            return check.status == 0
        }
        #expect(check.status == 0, "\(check.output)\(check.errors)")
    }

    // MARK: The server

    private static var server: pid_t? {
        let pids = Lab.state["pids"] as? [String: Any] ?? [:]
        return (pids["kube-apiserver"] as? Int).map { pid_t($0) }
    }

    private static func told(by path: String) throws -> String {
        let child = try Witness.kubectl(["get", "--raw", path])
        return child.output + child.errors
    }

    private static func version(of path: String) throws -> String {
        let list = try JSONSerialization.jsonObject(with: Data(told(by: path).utf8)) as? [String: Any]
        let metadata = list?["metadata"] as? [String: Any]
        return try #require(metadata?["resourceVersion"] as? String, "no list of nodes came")
    }
}
