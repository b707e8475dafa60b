import Fabric
import SimulatorServer
import Synchronization
import Testing

@testable import ClusterClient

/// HTTP over a Unix socket, against the simulated API behind kubectl's proxy.
@Suite struct APISocketTests {
    @Test func aPathIsReadAndNothingElse() async throws {
        try await withCluster { cluster in
            let nodes = try await cluster.socket.get("/api/v1/nodes?limit=500")
            #expect(try APIDocuments.page(nodes).objects.count == 6)
            let groups = APIDocuments.groupVersions(try await cluster.socket.get("/apis"))
            #expect(groups?.contains("crd.projectcalico.org/v1") == true)
            // The proxy's own filter, and what it lets through and the server does not have.
            for path in ["/api/v1/secrets", "/api/v1/namespaces/a/pods/b/exec", "/healthz", "/api/v1/nodes/node-1"] {
                let refusal = await #expect(throws: APIFailure.self) { try await cluster.socket.get(path) }
                #expect(refusal?.status == 403)
            }
            let missing = await #expect(throws: APIFailure.self) {
                try await cluster.socket.get("/apis/policy/v1beta1/poddisruptionbudgets")
            }
            #expect(missing?.kind == .notFound)
        }
    }

    @Test func aWatchTellsLinesUntilItsTimeIsOver() async throws {
        try await withCluster { cluster in
            let page = try APIDocuments.page(try await cluster.socket.get("/apis/crd.projectcalico.org/v1/ippools"))
            let heard = Mutex<[WatchEvent]>([])
            let isOpen = Mutex(false)
            let path =
                "/apis/crd.projectcalico.org/v1/ippools?watch=1&resourceVersion=\(page.resourceVersion)&timeoutSeconds=4"
            async let ended = cluster.socket.watch(path) { piece in
                switch piece {
                case .opened: isOpen.withLock { $0 = true }
                case .line(let line): heard.withLock { $0.append(APIDocuments.event(line)) }
                }
            }
            for _ in 0..<500 where !isOpen.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(10)) }
            try await cluster.control.inject("overlay-enabled")
            #expect(await ended == nil)
            guard case .put(let pool)? = heard.withLock({ $0.first }) else {
                Issue.record("\(heard.withLock { $0 })")
                return
            }
            #expect(Objects.text(pool.bytes).contains("\"ipipMode\":\"Always\""))
        }
    }

    @Test func aServerThatDoesNotAnswerIsNotWaitedFor() async throws {
        try await withCluster(timeout: .milliseconds(300)) { cluster in
            try await cluster.control.inject("api-hangs")
            let late = await #expect(throws: APIFailure.self) { try await cluster.socket.get("/version") }
            #expect(late?.kind == .timedOut)
        }
    }

    @Test func nobodyAtTheSocketIsSaid() async {
        let socket = APISocket(path: "/tmp/nobody is here.sock", timeout: .seconds(5), limit: 1 << 20)
        let failure = await #expect(throws: APIFailure.self) { try await socket.get("/version") }
        #expect(failure?.kind == .unreachable)
    }

    /// A line has no length of its own, an answer neither; the limit is the configuration's.
    @Test func whatIsLargerThanTheLimitIsRefused() async throws {
        try await withCluster { cluster in
            let small = APISocket(path: cluster.socketPath, timeout: .seconds(10), limit: 500)
            let failure = await #expect(throws: APIFailure.self) { try await small.get("/api/v1/nodes") }
            #expect(failure?.kind == .tooLarge)
        }
    }
}
