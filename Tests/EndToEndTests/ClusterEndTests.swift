import Foundation
import Testing

/// The cluster's API through kubectl's proxy under a console: `watch --plain` beside a simulated fabric whose API
/// changes, forgets, refuses and goes away.
@Suite(.serialized) struct ClusterEndTests {
    /// A console over a demo, whose fabric is reached through its control door.
    private final class Seat {
        let folder = URL(filePath: "/tmp/bgpdeck-cluster-\(UUID().uuidString.prefix(8))")
        let process = Process()
        private var file: URL { folder.appending(path: "lines") }

        init(_ arguments: [String]) throws {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            _ = FileManager.default.createFile(atPath: file.path, contents: nil)
            process.executableURL = URL(filePath: Program.path)
            process.arguments = ["watch", "--plain"] + arguments
            process.environment = Program.environment(["XDG_RUNTIME_DIR": folder.path])
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = try FileHandle(forWritingTo: file)
            process.standardError = FileHandle.nullDevice
            try process.run()
        }

        deinit {
            if process.isRunning {
                process.terminate()
                process.waitUntilExit()
            }
            try? FileManager.default.removeItem(at: folder)
        }

        func text() -> String { (try? String(contentsOf: file, encoding: .utf8)) ?? "" }

        /// The lines behind those that there were.
        func text(after count: Int) -> String { String(decoding: text().utf8.dropFirst(count), as: UTF8.self) }

        private var run: URL? {
            try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
                .first { $0.lastPathComponent.hasPrefix("bgpdeck-") }
        }

        /// The processes that serve the API's socket.
        var proxies: [pid_t] { run.map { Processes.running($0.path + "/s/api-") } ?? [] }

        func fault(_ name: String, ends: Bool = false) throws {
            let control = try #require(run).appending(path: "fabric").path
            let result = try Program.run(["simulate", "fault", name, "--control", control] + (ends ? ["--clear"] : []))
            #expect(result.status == 0, "\(name): \(result.errors)")
        }
    }

    private func demo() throws -> Seat {
        // Polled so seldom that what is seen was told.
        let seat = try Seat(["--demo", "figure-1", "--interval", "60s"])
        #expect(waits(60) { seat.text().contains("12 of 12 sessions up") }, "\(seat.text())")
        return seat
    }

    @Test(.timeLimit(.minutes(5))) func aChangeIsSeenWithoutWaitingForAPoll() throws {
        let seat = try demo()
        let began = Date()
        try seat.fault("mesh-enabled")
        #expect(waits(20) { seat.text().contains("mesh-enabled: Calico's node-to-node mesh is on") }, "\(seat.text())")
        #expect(Date().timeIntervalSince(began) < 20)
        // Everything that the server knew of versions is forgotten, and a change comes right behind it.
        try seat.fault("api-forgets")
        try seat.fault("overlay-enabled")
        #expect(waits(20) { seat.text().contains("warning: overlay-enabled") }, "\(seat.text())")
        try seat.fault("api-garbage")
        try seat.fault("overlay-enabled", ends: true)
        #expect(waits(20) { seat.text().contains("cleared: overlay-enabled") }, "\(seat.text())")
        #expect(seat.text().contains("a line that is no event"))
        #expect(!seat.text().contains("source-failing"), "\(seat.text())")
    }

    @Test(.timeLimit(.minutes(5))) func anAPIThatGoesAwayIsSaidAndComesBack() throws {
        let seat = try demo()
        try seat.fault("api-down")
        #expect(waits(20) { seat.text().contains("source-failing: kubernetes is failing: unreachable") })
        #expect(!seat.text().contains("DOWN"), "\(seat.text())")
        try seat.fault("api-down", ends: true)
        #expect(waits(40) { seat.text().contains("cleared: source-failing: kubernetes") }, "\(seat.text())")
    }

    @Test(.timeLimit(.minutes(5))) func aMissingRightIsNamedWithWhatStaysUnknown() throws {
        let seat = try demo()
        try seat.fault("api-forbids:ippools")
        try seat.fault("api-drops")
        #expect(
            waits(40) {
                seat.text().contains("kubectl get ippools.projectcalico.org -o json")
                    && seat.text().contains("unknown meanwhile: overlay")
            }, "\(seat.text())")
        try seat.fault("mesh-enabled")
        #expect(waits(20) { seat.text().contains("mesh-enabled: Calico's") }, "\(seat.text())")
        #expect(!seat.text().contains("source-failing"), "\(seat.text())")
    }

    /// The proxy is started again, and changes are told as before.
    @Test(.timeLimit(.minutes(5))) func aProxyThatDiesIsStartedAgain() throws {
        let seat = try demo()
        let first = seat.proxies
        #expect(first.count == 1)
        for process in first { kill(process, SIGKILL) }
        #expect(waits(30) { seat.proxies.count == 1 && seat.proxies != first })
        try seat.fault("mesh-enabled")
        #expect(waits(30) { seat.text().contains("mesh-enabled: Calico's") }, "\(seat.text())")
    }

    /// However a console over real tools ends, its proxy ends with it.
    @Test(.timeLimit(.minutes(5)), arguments: [SIGTERM, SIGKILL]) func theProxyEndsWithTheConsole(_ number: Int32)
        throws
    {
        let served = try ServedControllers()
        let seat = try Seat(["--config", try served.configuration(kubectl: served.kubectl)])
        #expect(waits(60) { !seat.proxies.isEmpty }, "\(seat.text())")
        kill(seat.process.processIdentifier, number)
        seat.process.waitUntilExit()
        #expect(waits(10) { seat.proxies.isEmpty })
        #expect(waits(10) { Processes.running(seat.folder.path).isEmpty })
    }

    /// A kubectl that knows no proxy, or may not make the socket: each look asks by `kubectl get`, and that is said once.
    @Test(.timeLimit(.minutes(5))) func withoutAProxyEachKindIsAskedByAChild() throws {
        let served = try ServedControllers()
        let tool = served.folder.appending(path: "kubectl")
        let script = """
            #!/bin/sh
            case " $* " in *" proxy "*) echo 'error: unknown flag: --unix-socket' >&2; exit 1;; esac
            exec \(served.kubectl.map { "'\($0)'" }.joined(separator: " ")) "$@"
            """
        try script.write(to: tool, atomically: true, encoding: .utf8)
        chmod(tool.path, 0o700)
        let configuration = try served.configuration(kubectl: [tool.path])
        let seat = try Seat(["--config", configuration])
        let words = "no kubectl proxy, so each look asks by kubectl get: error: unknown flag: --unix-socket"
        #expect(waits(60) { seat.text().contains(words) }, "\(seat.text())")
        let run = try Program.run(["services", "--config", configuration, "--output", "json"])
        #expect(try run.rows().contains { $0["service"] as? String == "gb/frontend" }, "\(run.output)\(run.errors)")
    }
}
