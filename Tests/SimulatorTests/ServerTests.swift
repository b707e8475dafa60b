import Dispatch
import Fabric
import FoundationEssentials
import Glibc
import Simulator
import SimulatorServer
import Synchronization
import Testing

/// A fabric's process on a thread of this one, and what its stand-ins print.
final class RunningHost: Sendable {
    let folder: String
    private let mustStop = Mutex(false)
    private let hasStopped = DispatchSemaphore(value: 0)

    var socketPath: String { folder + "/fabric.sock" }
    var control: SimulatorControl { SimulatorControl(socketPath: socketPath) }

    init(_ topology: Topology, factor: Double = 1) async throws {
        var template = Array("/tmp/fabric-XXXXXX".utf8CString)
        folder = try #require(mkdtemp(&template).map { String(cString: $0) })
        let settings = SimulatorHost.Settings(socketPath: socketPath, factor: factor, endsWithParent: false)
        DispatchQueue.global().async { [self] in
            try? SimulatorHost.run(SimulatedFabric(topology: topology, seed: 5), settings) {
                mustStop.withLock { $0 }
            }
            hasStopped.signal()
        }
        for _ in 0..<200 where (try? await control.seconds()) == nil {
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    func stop() async {
        mustStop.withLock { $0 = true }
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                self.hasStopped.wait()
                continuation.resume()
            }
        }
        rmdir(folder)
    }

    func call(
        _ role: StandIn.Role, _ line: String, input: String? = nil
    ) async throws -> (output: String, errors: String, status: Int32) {
        let files = try (0..<3).map { index in
            let path = "\(folder)/\(index)-\(UInt64.random(in: 0 ... .max))"
            let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            unlink(path)
            return try #require(descriptor >= 0 ? descriptor : nil)
        }
        defer { for file in files { close(file) } }
        if let input {
            _ = Array(input.utf8).withUnsafeBytes { write(files[0], $0.baseAddress, $0.count) }
            lseek(files[0], 0, SEEK_SET)
        }
        let status = await StandIn.run(
            socketPath: socketPath, role: role, arguments: line.split(separator: " ").map(String.init),
            input: files[0], output: files[1], errors: files[2])
        return (contents(files[1]), contents(files[2]), status)
    }

    private func contents(_ file: Int32) -> String {
        let size = lseek(file, 0, SEEK_END)
        lseek(file, 0, SEEK_SET)
        var bytes = [UInt8](repeating: 0, count: Int(size))
        _ = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
        return String(decoding: bytes, as: UTF8.self)
    }
}

@Suite struct ServerTests {
    @Test func twentyClientsAtOnceGetWholeAnswers() async throws {
        let host = try await RunningHost(.figure1)
        let lines = ["fabric 101 show ip route vrf prod:k8s", "fabric 104 show ip bgp summary vrf prod:k8s"]
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<24 {
                group.addTask {
                    let options = "-T -o BatchMode=yes -oConnectTimeout=5 -l admin -p 22 -- "
                    let reply = try await host.call(.ssh, options + "apic1 " + lines[index % 2])
                    return reply.status == 0 && reply.output.hasPrefix(String(repeating: "-", count: 64))
                        && reply.output.split(separator: "\n").count > 10
                }
            }
            for try await isWhole in group { #expect(isWhole) }
        }
        await host.stop()
        #expect(access(host.socketPath, F_OK) != 0)
    }

    @Test func eachToolAnswers() async throws {
        let host = try await RunningHost(.figure2)
        let status = try await host.call(.ssh, "-T -- calico-node-1 sudo -n calicoctl node status")
        #expect(status.output.hasPrefix("Calico process is running.\n"))
        let nodes = try await host.call(.kubectl, "get nodes -o json")
        #expect(nodes.output.contains("\"projectcalico.org/ASNumber\": \"64502\""))
        let pods = try await host.call(
            .kubectl, "get pods -A -l k8s-app=calico-node --field-selector spec.nodeName=calico-node-2 -o name")
        let pod = try #require(pods.output.split(separator: "/").last?.dropLast())
        let birdcl = try await host.call(
            .kubectl, "exec -n calico-system \(pod) -c calico-node -- birdcl -r -v show status")
        #expect(birdcl.output.hasPrefix("0001 BIRD v0.3.3+birdv1.6.8 ready.\n0016 Access restricted\n1000-BIRD"))
        let peers = try await host.call(.calicoctl, "get bgppeer -o yaml")
        #expect(peers.output.contains("name: leaf203-calico-node-1"))
        let unknown = try await host.call(.ssh, "-- nosuch uptime")
        #expect(unknown.status == 255)
        #expect(unknown.errors == "ssh: Could not resolve hostname nosuch: Name or service not known\n")
        await host.stop()
    }

    @Test func faultsComeAndGoThroughTheControlDoor() async throws {
        let host = try await RunningHost(.figure1, factor: 100)
        try await host.control.inject("leaf-neighbor-shut:node-5")
        #expect(try await host.control.faults() == ["leaf-neighbor-shut:node-5/104"])
        let summary = try await host.call(.ssh, "-- leaf-104 show ip bgp summary vrf prod:k8s")
        #expect(summary.output.contains("Shut (Admin)"))
        await #expect(throws: SimulatorControl.ControlError.self) { try await host.control.inject("nosuch") }
        try await host.control.clear()
        #expect(try await host.control.faults().isEmpty)
        await host.stop()
    }

    @Test func theSocketIsThisUsersAlone() async throws {
        let host = try await RunningHost(.figure1)
        var file = stat()
        #expect(stat(host.socketPath, &file) == 0)
        #expect(file.st_mode & 0o777 == 0o600)
        await host.stop()
    }

    @Test func sourcesFailAsAsked() async throws {
        let host = try await RunningHost(.figure1)
        try await host.control.inject("source-ssh-refused:leaf-103")
        try await host.control.inject("source-hang:node-1")
        try await host.control.inject("source-password-prompt:node-2")
        let refused = try await host.call(.ssh, "-- leaf-103 show ip route vrf prod:k8s")
        #expect(refused.status == 255)
        #expect(refused.errors == "ssh: connect to host leaf-103 port 22: Connection refused\n")
        for (node, words) in [("node-1", ""), ("node-2", "admin@node-2's password: ")] {
            // What is said before it hangs comes soon, on a busy machine later.
            var reply: (output: String, errors: String, status: Int32)?
            for wait in [0.3, 3, 30] where reply?.errors != words {
                let call = Task { try await host.call(.ssh, "-T -- \(node) calicoctl node status") }
                try await Task.sleep(for: .seconds(wait))
                call.cancel()
                reply = try await call.value
            }
            #expect(reply?.status == 130)
            #expect(reply?.errors == words)
        }
        await host.stop()
    }

    @Test func applyChangesASession() async throws {
        let host = try await RunningHost(.figure2, factor: 50)
        let peer = """
            {"apiVersion": "projectcalico.org/v3", "kind": "BGPPeer", "metadata": {"name": "leaf203-calico-node-1"},
             "spec": {"node": "calico-node-1", "peerIP": "192.168.2.12", "asNumber": 64777}}
            """
        let reply = try await host.call(.calicoctl, "apply -f -", input: peer)
        #expect(reply.output == "Successfully applied 1 'BGPPeer' resource(s)\n")
        var line = ""
        for _ in 0..<100 where !line.contains("Bad peer AS") {
            try await Task.sleep(for: .milliseconds(20))
            line = try await host.call(.ssh, "-- calico-node-1 birdcl show protocols Node_192_168_2_12").output
        }
        #expect(line.contains("BGP Error: Bad peer AS"))
        await host.stop()
    }

    @Test func aForwardBringsBIRDsSocket() async throws {
        let host = try await RunningHost(.figure2)
        let local = host.folder + "/bird.ctl"
        let call = Task {
            try await host.call(.ssh, "-N -T -L \(local):/var/run/calico/bird.ctl -- calico-node-1")
        }
        for _ in 0..<200 where access(local, F_OK) != 0 { try await Task.sleep(for: .milliseconds(10)) }
        let text = try #require(converse(local, "restrict\nshow status\n", until: "0013 "))
        #expect(text.hasPrefix("0001 BIRD v0.3.3+birdv1.6.8 ready.\n0016 Access restricted\n1000-BIRD "))
        #expect(text.hasSuffix("0013 Daemon is up and running\n"))
        call.cancel()
        _ = try await call.value
        #expect(access(local, F_OK) != 0)
        await host.stop()
    }

    /// Sends lines to a Unix socket and reads until a text has come, at most five seconds.
    private func converse(_ path: String, _ lines: String, until end: String) -> String? {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard connected == 0 else { return nil }
        _ = Array(lines.utf8).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !text.contains(end) {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, 5000) > 0 else { return text }
            let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return text }
            text += String(decoding: buffer[..<count], as: UTF8.self)
        }
        return text
    }
}
