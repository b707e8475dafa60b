import Children
import Dispatch
import Fabric
import Glibc
import Polling
import Testing

@testable import ClusterClient

@Suite struct BIRDReplyTests {
    private let wire = """
        0001 BIRD v0.3.3+birdv1.6.8 ready.
        0016 Access restricted
        2002-name     proto    table    state  since       info
        1002-static1  Static   master   up     19:17:35
         Node_192_168_2_4 BGP      master   up     19:17:37    Established
        0000
        1000-BIRD v0.3.3+birdv1.6.8
        1011-Router ID is 192.168.2.1
         Current server time is 2026-11-22 19:34:41
        0013 Daemon is up and running

        """

    @Test(arguments: 1...60) func repliesAreFoundWhereverReadsAreCut(_ size: Int) {
        // The lines above lose their trailing blank; the last line of an empty reply is `0000 `.
        let bytes = Array(wire.replacing("0000\n", with: "0000 \n").utf8)
        var replies = BIRDReplies()
        var found: [[UInt8]] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            found += replies.take(bytes[start..<min(start + size, bytes.count)])
        }
        #expect(found.map { BIRDReplies.code(of: $0) } == [1, 16, 0, 13])
        #expect(replies.pending == 0)
        #expect(found.flatMap { $0 } == bytes)
    }

    @Test func logLinesAndContinuationsEndNothing() {
        var replies = BIRDReplies()
        #expect(replies.take(Array("+0000 log text\n 0000 \n12345 x\n1007-a\n".utf8)).isEmpty)
        #expect(replies.take(Array("0014 1 of 1 routes\n".utf8)).count == 1)
    }

    @Test func namesOfBGPProtocolsAreFoundInEachForm() {
        let output = """
            2002-name proto table state since info
            1002-Node_192_168_2_4 BGP master up 19:17:37 Established
             Global_10_0_0_1_port_1790 BGP master start 19:17 Active
                 Mesh_2001_db8__1 BGP master up 19:17
            Node_192_168_2_4 BGP master up 19:17:37 Established
            evil;name BGP master up
            static1 Static master up
              BGP state:          Established
            """
        #expect(
            BIRDProtocols.bgpNames(in: Array(output.utf8))
                == ["Node_192_168_2_4", "Global_10_0_0_1_port_1790", "Mesh_2001_db8__1"])
    }
}

/// Listens on a Unix socket and answers one connection in a thread of its own, a few bytes at a time.
func serveBIRD(at path: String, greeting: String, answer: @escaping @Sendable (String) -> String?) throws {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    let bound = withUnsafePointer(to: address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
    guard bound == 0, listen(listener, 1) == 0 else { throw Missing() }
    // A thread of its own: a blocked one would be missing from those that the tests share.
    DispatchQueue(label: "bird").async {
        let peer = accept(listener, nil, nil)
        defer {
            close(peer)
            close(listener)
        }
        func say(_ text: String) {
            for start in stride(from: 0, to: text.utf8.count, by: 7) {
                let piece = Array(text.utf8.dropFirst(start).prefix(7))
                _ = piece.withUnsafeBytes { send(peer, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            }
        }
        say(greeting)
        var buffer = [UInt8](repeating: 0, count: 1000)
        while true {
            let count = recv(peer, &buffer, 1000, 0)
            guard count > 0 else { return }
            guard let reply = answer(text(Array(buffer.prefix(count)))) else { return }
            say(reply)
        }
    }
}

@Suite struct BIRDSocketTests {
    private let node = NodeName("calico-node-1")
    private let greeting = "0001 BIRD v0.3.3+birdv1.6.8 ready.\n"

    private func perform(_ path: String) async -> LookResult {
        let access = NodeAccess(reach: .local, calicoctl: nil, bird: .localSocket(path))
        let configuration = ClusterConfiguration(nodes: [node: access], nodeTimeout: .milliseconds(800))
        return await ClusterPort.read(configuration, children: ChildRunner(limiter: nil), now: someTime)
            .perform(.node(node))
    }

    @Test func aSocketAnswersAllQuestionsRestricted() async throws {
        let tools = try FakeTools()
        let path = tools.folder.path + "/bird.ctl"
        let lines = Lines()
        try serveBIRD(at: path, greeting: greeting) { asked in
            lines.add(String(asked.dropLast()))
            return switch asked {
            case "restrict\n": "0016 Access restricted\n"
            case "show protocols all\n": "1002-Node_1 BGP master up 19:17 Established\n1006-  x\n\n0000 \n"
            default: "1007-10.0.0.0/26 blackhole [static1 19:17] * (200)\n0000 \n"
            }
        }
        let result = await perform(path)
        #expect(result.error == nil)
        #expect(
            lines.all == [
                "restrict", "show protocols all", "show route export Node_1", "show status", "show route",
            ])
        #expect(result.answers.count == 4)
        #expect(text(result.answers[1].bytes).hasPrefix("1007-10.0.0.0/26"))
    }

    @Test(arguments: [
        (nil, SourceError.Kind.unreachable), ("", .timedOut), ("SSH-2.0-x\n", .timedOut),
        ("0007 going down\n", .unreadable),
    ])
    func whatIsNotBIRDIsAnErrorInTime(_ greeting: String?, _ kind: SourceError.Kind) async throws {
        let tools = try FakeTools()
        let path = tools.folder.path + "/bird.ctl"
        if let greeting { try serveBIRD(at: path, greeting: greeting) { _ in nil } }
        let result = await perform(path)
        #expect(result.error?.kind == kind)
        #expect(result.answers.isEmpty)
    }

    @Test func aSocketThatWillNotBeRestrictedIsAskedNothing() async throws {
        let tools = try FakeTools()
        let path = tools.folder.path + "/bird.ctl"
        try serveBIRD(at: path, greeting: greeting) { _ in "9001 syntax error\n" }
        let result = await perform(path)
        #expect(result.error?.kind == .unreadable)
        #expect(result.answers.isEmpty)
    }

    @Test func aPathThatIsTooLongIsRefused() async {
        let result = await perform("/" + String(repeating: "x", count: 200))
        #expect(result.error?.kind == .notFound)
    }
}
