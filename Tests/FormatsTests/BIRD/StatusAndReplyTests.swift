import Fabric
import Formats
import FoundationEssentials
import Testing

@Suite struct BIRDStatusTests {
    static func date(_ text: String) -> Date? { try? Date(text, strategy: .iso8601) }

    @Test func readsBirdclAndTheSocketAlike() throws {
        let text = BIRD.status(try Capture("bird/established.txt").answer("show status"))
        var expected = BIRDStatus(
            version: "v0.3.3+birdv1.6.8", routerID: IPAddress("192.168.2.1"),
            serverTime: BIRDStatusTests.date("2026-11-22T19:18:01Z"),
            lastReboot: BIRDStatusTests.date("2026-11-22T19:17:35Z"),
            lastReconfiguration: BIRDStatusTests.date("2026-11-22T19:17:35Z"))
        #expect(text.value == expected && text.diagnostics.isEmpty)
        expected.serverTime = BIRDStatusTests.date("2026-11-22T19:18:23Z")
        let raw = BIRD.status(try Capture("bird/raw-wire.txt").reply("show status"))
        #expect(raw.value == expected && raw.diagnostics.isEmpty)
        let codes = BIRD.status(try Capture("bird/birdcl-options.txt").output("birdcl -v show status"))
        #expect(codes.value.routerID == IPAddress("1.1.1.1") && codes.diagnostics.isEmpty)
    }

    @Test func readsRecovery() throws {
        let raw = BIRD.status(try Capture("bird/raw-wire-recovery.txt").reply("show status"))
        #expect(raw.value.recoverySecondsLeft == 235 && raw.value.recoverySecondsTotal == 240)
        #expect(raw.value.recoveryProtocols == 1 && raw.diagnostics.isEmpty)
        let session = try Capture("bird/admin-and-recovery.txt")
        let text = BIRD.status(session.answer("show status", occurrence: 3))
        #expect(text.value.recoverySecondsLeft == 236 && text.diagnostics.isEmpty)
    }

    @Test func readsBIRD2AndShutdown() {
        let text = """
            BIRD 2.0.12
            Router ID is 192.0.2.1
            Hostname is node1
            Current server time is 2024-02-29 23:59:59.500
            Last reboot on 2000-03-01 00:00:00
            Last reconfiguration on 1999-12-31 00:00:01
            Shutdown in progress
            """
        let parsed = BIRD.status(text.octets)
        #expect(parsed.value.serverTime == BIRDStatusTests.date("2024-02-29T23:59:59Z"))
        #expect(parsed.value.lastReboot == BIRDStatusTests.date("2000-03-01T00:00:00Z"))
        #expect(parsed.value.lastReconfiguration == BIRDStatusTests.date("1999-12-31T00:00:01Z"))
        #expect(parsed.diagnostics.map(\.message) == ["BIRD says: Shutdown in progress"])
        #expect(parsed.isComplete)
    }

    @Test func reportsBrokenLinesAndOtherOutputs() {
        let parsed = BIRD.status("Router ID is here\nLast reboot on 2026-13-01 00:00:00\n".octets)
        #expect(parsed.isRefused)
        let mixed = BIRD.status(
            "Daemon is up and running\nRouter ID is here\nLast reboot on 2026-13-01 00:00:00\n".octets)
        #expect(mixed.diagnostics.map(\.line) == [2, 3] && !mixed.isRefused)
        #expect(BIRD.status("name     proto    table    state  since       info\n".octets).isRefused)
    }
}

@Suite struct BIRDReplyTests {
    static let script = ["raw-wire.txt", "raw-wire-bgp-routes.txt", "raw-wire-recovery.txt"]

    /// The replies must be the same however the stream is cut.
    @Test(arguments: script, [1, 2, 3, 7, 64, 100_000])
    func splitsAnywhere(_ file: String, _ size: Int) throws {
        let stream = try Capture("bird/" + file).served
        var reference = BIRDReply()
        let whole = reference.receive(stream)
        var reader = BIRDReply()
        var events: [BIRDReply.Event] = []
        for start in stride(from: 0, to: stream.count, by: size) {
            events += reader.receive(stream[start..<min(stream.count, start + size)])
        }
        #expect(events == whole)
        #expect(events.first == .greeting("BIRD v0.3.3+birdv1.6.8 ready."))
        #expect(!events.contains { if case .violation = $0 { true } else { false } })
    }

    @Test func endsEveryReplyAtItsLastLine() throws {
        var reader = BIRDReply()
        let codes: [Int] = reader.receive(try Capture("bird/raw-wire.txt").served).compactMap {
            if case .reply(let code, _) = $0 { code } else { nil }
        }
        #expect(
            codes == [
                13, 0, 0, 0, 9002, 8003, 0, 0, 0, 0, 8001, 14, 0, 9001, 9001, 9001, 9001, 9001, 16, 8007, 8007, 9001,
                23,
            ])
        #expect(!reader.isMidReply)
        let tail = try Capture("bird/raw-wire-bgp-routes.txt").served
        var cut = BIRDReply()
        #expect(cut.receive(tail).count == 2)
        #expect(cut.isMidReply, "the capture ends within a reply")
    }

    @Test func givesRepliesThatTheParsersRead() throws {
        var reader = BIRDReply()
        var statuses: [BIRDStatus] = []
        for event in reader.receive(try Capture("bird/raw-wire-recovery.txt").served) {
            if case .reply(_, let text) = event { statuses.append(BIRD.status(text).value) }
        }
        #expect(statuses.map(\.recoverySecondsLeft) == [235])
    }

    @Test func takesLogLinesOutOfReplies() {
        var reader = BIRDReply()
        let events = reader.receive("1007-a\n+bird: log\n b\n0000 \n".octets)
        #expect(events == [.log("bird: log"), .reply(code: 0, text: "1007-a\n b\n0000 \n".octets)])
    }

    @Test func refusesWhatIsNotBIRD() {
        for stream in ["HTTP/1.1 400\r\n", " leading\n", "12345\n", "\n", "1007\n"] {
            var reader = BIRDReply()
            let events = reader.receive((stream + "0000 \n").octets)
            #expect(events.count == 1)
            if case .violation = events.first { continue }
            Issue.record("no violation for \(stream)")
        }
    }

    @Test func holdsItsLimits() {
        var long = BIRDReply(maximumLine: 16)
        #expect(long.receive([UInt8](repeating: 65, count: 1000)) == [.violation("a line is longer than 16 bytes")])
        for size in [1, 5, 100] {
            var exact = BIRDReply(maximumLine: 16)
            let stream = "0014 12345678901\n".octets
            var events: [BIRDReply.Event] = []
            for start in stride(from: 0, to: stream.count, by: size) {
                events += exact.receive(stream[start..<min(stream.count, start + size)])
            }
            #expect(events == [.reply(code: 14, text: stream)])
        }
        var large = BIRDReply(maximumReply: 20)
        let events = large.receive("1007-1234567890\n 1234567890\n0000 \n".octets)
        #expect(events == [.violation("a reply is larger than 20 bytes")])
        #expect(!large.isMidReply)
    }
}
