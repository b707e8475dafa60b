import Fabric
import Formats
import Testing

@Suite struct BIRDProtocolsTests {
    static let healthy = [
        BIRDProtocol(name: "static1", proto: "Static", table: "master", state: "up", since: "19:17:35", info: ""),
        BIRDProtocol(name: "kernel1", proto: "Kernel", table: "master", state: "up", since: "19:17:35", info: ""),
        BIRDProtocol(name: "device1", proto: "Device", table: "master", state: "up", since: "19:17:35", info: ""),
        BIRDProtocol(name: "direct1", proto: "Direct", table: "master", state: "up", since: "19:17:35", info: ""),
        BIRDProtocol(
            name: "Node_192_168_2_4", proto: "BGP", table: "master", state: "up", since: "19:17:37",
            info: "Established"),
        BIRDProtocol(
            name: "Node_192_168_2_5", proto: "BGP", table: "master", state: "up", since: "19:17:37",
            info: "Established"),
    ]

    @Test func readsBirdclAndTheSocketAlike() throws {
        let text = BIRD.protocols(try Capture("bird/established.txt").answer("show protocols"))
        #expect(text.value == BIRDProtocolsTests.healthy)
        #expect(text.diagnostics.isEmpty)
        let raw = BIRD.protocols(try Capture("bird/raw-wire.txt").reply("show protocols"))
        #expect(raw.value == BIRDProtocolsTests.healthy)
        #expect(raw.diagnostics.isEmpty)
    }

    @Test func readsReplyCodesOfBirdcl() throws {
        let capture = try Capture("bird/birdcl-options.txt")
        let rows = ["device1 Device", "static1 Static"].map { words in
            let parts = words.split(separator: " ").map(String.init)
            return BIRDProtocol(
                name: parts[0], proto: parts[1], table: "master", state: "up", since: "20:01:43", info: "")
        }
        for command in ["birdcl -v show protocols", "birdcl -r show protocols", "birdcl show protocols"] {
            let parsed = BIRD.protocols(capture.output(command))
            #expect(parsed.value == rows)
            #expect(parsed.diagnostics.isEmpty)
        }
        let all = BIRD.protocols(capture.output("birdcl -v -r show protocols all static1"))
        #expect(all.value == [rows[1]])
        #expect(all.diagnostics.isEmpty)
    }

    @Test func readsEveryFaultScenario() throws {
        let expected = try Capture("bird/fault-scenarios.expected").table
        let scenarios = try Capture("bird/fault-scenarios.txt").scenarios.filter { $0.text.contains("birdcl>") }
        #expect(scenarios.count == expected.count)
        for (scenario, row) in zip(scenarios, expected) {
            let parts = scenario.text.split(separator: "birdcl> show protocols all", maxSplits: 1)
            let parsed = BIRD.protocols(String(parts[0]).octets)
            #expect(parsed.diagnostics.isEmpty)
            #expect(parsed.value.count == 6)
            let peer = parsed.value.last
            #expect([scenario.title, peer?.state, peer?.since, peer?.info] == row.map(Optional.some))
        }
    }

    @Test func readsErrorsByName() throws {
        let options = try Capture("bird/birdcl-options.txt")
        let cases: [([UInt8], String)] = [
            (options.output("birdcl -v show protocols nosuch"), "nosuch is not a protocol"),
            (options.output("birdcl show protocols nosuch"), "nosuch is not a protocol"),
            (options.output("birdcl bogus"), "No such command. Press `?' for help."),
            (options.output("birdcl -v bogus"), "No such command. Press `?' for help."),
            (
                options.output("birdcl show protocols", occurrence: 2),
                "Unable to connect to server control socket (/var/run/calico/bird.ctl): No such file or directory"
            ),
            (try Capture("bird/raw-wire.txt").reply("bogus command"), "syntax error"),
            (try Capture("bird/raw-wire.txt").reply("configure"), "Access denied"),
        ]
        for (bytes, words) in cases {
            let parsed = BIRD.protocols(bytes)
            #expect(parsed.value.isEmpty)
            #expect(parsed.diagnostics.map(\.severity) == [.error])
            #expect(parsed.diagnostics.first?.message == "BIRD answered: \(words)")
        }
        let none = BIRD.protocols(try Capture("bird/raw-wire.txt").reply("show protocols \"Zz*\""))
        #expect(none.value.isEmpty && !none.isRefused && none.isComplete)
        #expect(none.diagnostics.first?.message == "BIRD answered: No protocols match")
    }

    @Test func readsBIRD2AndItsVariants() {
        let text = """
            BIRD 2.0.12 ready.
            Name       Proto      Table      State  Since         Info
            device1    Device     ---        up     2026-01-10 10:00:00.123
            kernel1    Kernel     master4    up     10:00:00.123
            leaf203    BGP        ---        up     2026-01-10    Established
            leaf204    BGP        ---        start  2026-01-10 10:00:03  Active        Socket: Connection refused
            rpki1      RPKI                  down   10:00:01.000
            """
        let parsed = BIRD.protocols(text.octets)
        #expect(parsed.diagnostics.isEmpty)
        #expect(parsed.value.map(\.table) == ["---", "master4", "---", "---", nil])
        #expect(
            parsed.value.map(\.since) == [
                "2026-01-10 10:00:00.123", "10:00:00.123", "2026-01-10", "2026-01-10 10:00:03", "10:00:01.000",
            ])
        #expect(parsed.value.map(\.info) == ["", "", "Established", "Active Socket: Connection refused", ""])
        #expect(parsed.value.map(\.state) == ["up", "up", "up", "start", "down"])
    }

    @Test func readsThroughPromptsPagersAndLineEnds() throws {
        let text =
            "root@node:~# birdcl show protocols\r\nBIRD v0.3.3+birdv1.6.8 ready.\r\n"
            + "name     proto    table    state  since       info\r\n"
            + "static1  Static   master   up     19:17:35    \r\n"
            + "--More--\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}        \u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}"
            + "kernel1  Kernel   master   up     19:17:35    \r\n"
            + "\u{1b}[7m--More--\u{1b}[0m\r\u{1b}[Kdevice1  Device   master   up     19:17:35    \r\n"
            + "--More--\r        \rdirect1  Direct   master   up     19:17:35"
        let parsed = BIRD.protocols(text.octets)
        #expect(parsed.value == Array(BIRDProtocolsTests.healthy.prefix(4)))
        #expect(parsed.diagnostics.isEmpty)
    }

    @Test func placesOrReportsEveryLine() {
        let text = """
            name     proto    table    state  since       info
            static1  Static   master   up     19:17:35
            this is not a row
            Node_192_168_2_4 BGP      master   up     19:17:37    Established
            """
        let parsed = BIRD.protocols(text.octets)
        #expect(parsed.value.map(\.name) == ["static1", "Node_192_168_2_4"])
        #expect(parsed.diagnostics.map(\.line) == [3])
        #expect(parsed.diagnostics.first?.excerpt == "this is not a row")
        #expect(!parsed.isRefused && !parsed.isComplete)
    }

    @Test(arguments: [
        ("", "an empty input"), ("\n \n", "an empty input"), ("a\0b", "binary data"), ("{\"a\": 1}", "JSON"),
        ("<!DOCTYPE html><html>", "an HTML page"),
        ("IP Route Table for VRF \"x\"\n", "the output of \"show ip route\""),
        ("Calico process is running.\n", "the output of \"calicoctl node status\""),
        ("10.0.0.0/26        blackhole [static1 20:01:43] * (200)\n", "the output of BIRD's \"show route\""),
        ("hello\n", "text of an unknown kind"),
    ])
    func refusesOtherOutputs(_ text: String, _ name: String) {
        let parsed = BIRD.protocols(text.octets)
        #expect(parsed.value.isEmpty)
        #expect(parsed.isRefused)
        #expect(parsed.diagnostics.map(\.message) == ["this is \(name), not the output of BIRD's \"show protocols\""])
    }

    @Test func writesTheDocument() throws {
        var writer = JSONWriter()
        BIRD.write(protocols: [BIRDProtocolsTests.healthy[0], BIRDProtocolsTests.healthy[4]], into: &writer)
        let expected = """
            {"protocols":[{"name":"static1","proto":"Static","table":"master","state":"up","since":"19:17:35",\
            "info":null},{"name":"Node_192_168_2_4","proto":"BGP","table":"master","state":"up","since":"19:17:37",\
            "info":"Established"}]}
            """
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
    }
}
