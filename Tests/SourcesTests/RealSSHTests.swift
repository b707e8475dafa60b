import APICClient
import Children
import ClusterClient
import Fabric
import FoundationEssentials
import Glibc
import Polling
import Testing

/// An sshd on loopback with keys made for this one test.
private struct LoopbackSSHD {
    static let program = "/usr/sbin/sshd"
    static var isThere: Bool { access(program, X_OK) == 0 && access("/usr/bin/ssh-keygen", X_OK) == 0 }

    let tools: FakeTools
    let port: Int
    private let child: Task<ChildResult, Never>

    init() async throws {
        tools = try FakeTools()
        let folder = tools.folder.path
        let runner = ChildRunner(limiter: nil)
        for name in ["host", "user"] {
            let made = await runner.run(
                ChildCommand("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", "\(folder)/\(name)"]))
            guard made.succeeded else { throw Missing() }
        }
        let known = text(Array(try Data(contentsOf: URL(filePath: folder + "/user.pub"))))
        try tools.write(folder + "/authorized", known)
        port = 20_000 + Int(getpid()) % 20_000
        let host = text(Array(try Data(contentsOf: URL(filePath: folder + "/host.pub"))))
        try tools.write(folder + "/known", "[127.0.0.1]:\(port) \(host)")
        mkdir("/run/sshd", 0o755)
        let options = [
            "-D", "-e", "-f", "/dev/null", "-h", "\(folder)/host", "-p", "\(port)", "-o", "ListenAddress=127.0.0.1",
            "-o", "AuthorizedKeysFile=\(folder)/authorized", "-o", "StrictModes=no", "-o", "UsePAM=no", "-o",
            "PidFile=none", "-o", "PermitRootLogin=yes",
        ]
        let (ready, told) = AsyncStream<Bool>.makeStream()
        child = Task {
            let result = await runner.stream(ChildCommand(Self.program, options, timeout: .seconds(120))) { _, line in
                if text(line).contains("Server listening") { told.yield(true) }
            }
            told.finish()
            return result
        }
        var events = ready.makeAsyncIterator()
        guard await events.next() == true else { throw Missing() }
    }

    func settings(known: String = "known") -> SSHSettings {
        SSHSettings(
            configFile: "/dev/null", knownHostsFile: "\(tools.folder.path)/\(known)",
            controlDirectory: tools.folder.path, controlPersist: 5)
    }

    func target(identity: String = "user") -> SSHTarget {
        SSHTarget(host: "127.0.0.1", port: port, identityFile: "\(tools.folder.path)/\(identity)")
    }

    func stop() async {
        child.cancel()
        _ = await child.value
    }
}

@Suite struct RealSSHTests {
    private func run(_ remote: String, _ target: SSHTarget, _ settings: SSHSettings) async throws -> ChildResult {
        let command = try SSH.command(
            target, settings, remote: remote, timeout: .seconds(20), outputLimit: 1 << 20, source: .apic)
        return await ChildRunner(limiter: nil).run(command)
    }

    @Test(.enabled(if: LoopbackSSHD.isThere, "no sshd on this machine: the real ssh is not tried"))
    func aRealServerIsReadSharedForwardedAndMistrusted() async throws {
        let server = try await LoopbackSSHD()
        for _ in 0..<2 {
            let result = try await run("echo answer", server.target(), server.settings())
            #expect(result.termination == .exited(0), "\(text(result.errors))")
            #expect(text(result.output) == "answer\n")
        }
        let missing = try await run("no-such-tool", server.target(), server.settings())
        #expect(judged(missing)?.kind == .notFound)
        let stranger = try await run("echo x", server.target(), server.settings(known: "none"))
        #expect(stranger.succeeded, "the shared connection is trusted already")
        var fresh = server.settings(known: "none")
        fresh.controlDirectory = nil
        let untrusted = try await run("echo x", server.target(), fresh)
        #expect(judged(untrusted)?.kind == .untrusted)
        fresh = server.settings()
        fresh.controlDirectory = nil
        let refused = try await run("echo x", server.target(identity: "host"), fresh)
        #expect(judged(refused)?.kind == .refused)
        let closed = try await run("echo x", SSHTarget(host: "127.0.0.1", port: 1), fresh)
        #expect(judged(closed)?.kind == .unreachable)
        try await forwards(server)
        await server.stop()
    }

    private func judged(_ result: ChildResult) -> SourceError? {
        ChildFailure.judge(result, source: .apic, operation: "echo", tool: "ssh")
    }

    private func forwards(_ server: LoopbackSSHD) async throws {
        let node = NodeName("node-1")
        let remote = server.tools.folder.path + "/bird.ctl"
        try serveBIRD(at: remote, greeting: "0001 BIRD ready.\n") { asked in
            asked == "restrict\n" ? "0016 Access restricted\n" : "1007-10.0.0.0/26 blackhole\n0000 \n"
        }
        let access = NodeAccess(reach: .ssh(server.target()), calicoctl: nil, bird: .forwardedSocket(remote))
        let configuration = ClusterConfiguration(
            nodes: [node: access], ssh: server.settings(), socketDirectory: server.tools.folder.path)
        let result = await ClusterPort.read(configuration, children: ChildRunner(limiter: nil), now: someTime)
            .perform(.node(node))
        #expect(result.error == nil, "\(result.error?.description ?? "")")
        #expect(result.answers.count == 3)
    }
}
