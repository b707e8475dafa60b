import Fabric
import Formats
import Testing

@Suite struct BIRDRoutesTests {
    static func route(
        _ prefix: String, via gateway: String? = nil, on interface: String? = nil, type: String? = nil,
        by name: String, at since: String, from: String? = nil, primary: Bool = true, metric: String,
        origin: String? = nil
    ) throws -> NodeRoute {
        NodeRoute(
            prefix: try #require(IPPrefix(prefix)), gateway: gateway.flatMap { IPAddress($0) }, interface: interface,
            type: type, protocolName: name, since: since, from: from.flatMap { IPAddress($0) }, isPrimary: primary,
            metric: metric, origin: origin)
    }

    static func healthy() throws -> [NodeRoute] {
        func hole(_ prefix: String) throws -> NodeRoute {
            try route(prefix, type: "blackhole", by: "static1", at: "19:17:35", metric: "200")
        }
        func pod(_ prefix: String, _ interface: String) throws -> NodeRoute {
            try route(prefix, on: interface, by: "kernel1", at: "19:17:36", metric: "10")
        }
        return [
            try route("0.0.0.0/0", via: "192.168.2.4", on: "eth0", by: "kernel1", at: "19:17:36", metric: "10"),
            try hole("10.96.142.7/32"),
            try route("192.168.2.0/29", on: "eth0", by: "direct1", at: "19:17:35", metric: "240"),
            try hole("10.96.0.0/12"), try hole("203.0.113.10/32"), try hole("10.244.8.128/26"),
            try pod("10.244.7.66/32", "cali0f9e8d7c6b5"), try pod("10.244.7.65/32", "cali0a1b2c3d4e5"),
            try hole("10.244.7.64/26"), try pod("10.244.9.12/32", "cali77aa66bb55c"),
        ]
    }

    static func twoPaths(primaryOnly: Bool = false) throws -> [NodeRoute] {
        let first = try route(
            "10.50.0.0/16", via: "192.168.2.4", on: "eth0", by: "Node_192_168_2_4", at: "19:44:16", metric: "100/0",
            origin: "AS64500i")
        let second = try route(
            "10.50.0.0/16", via: "192.168.2.5", on: "eth0", by: "Node_192_168_2_5", at: "19:44:16", primary: false,
            metric: "100/0", origin: "AS64500i")
        return primaryOnly ? [first] : [first, second]
    }

    @Test(arguments: ["show route", "show route all"])
    func readsBirdcl(_ command: String) throws {
        let parsed = BIRD.routes(try Capture("bird/established.txt").answer(command))
        #expect(parsed.value == (try BIRDRoutesTests.healthy()))
        #expect(parsed.diagnostics.isEmpty)
    }

    @Test func readsTheSocket() throws {
        let capture = try Capture("bird/raw-wire.txt")
        let parsed = BIRD.routes(capture.reply("show route"))
        #expect(parsed.value == (try BIRDRoutesTests.healthy()))
        #expect(parsed.diagnostics.isEmpty)
        let exported = BIRD.routes(capture.reply("show route export Node_192_168_2_4"))
        let healthy = try BIRDRoutesTests.healthy()
        #expect(exported.value == [1, 3, 4, 5, 8, 9].map { healthy[$0] })
        let one = BIRD.routes(capture.reply("show route for 10.244.7.65 all"))
        #expect(one.value == [healthy[7]] && one.diagnostics.isEmpty)
        let codes = BIRD.routes(try Capture("bird/birdcl-options.txt").output("birdcl -v show route"))
        #expect(codes.value.map(\.prefix.description) == ["10.0.0.0/26"] && codes.diagnostics.isEmpty)
    }

    @Test func readsSeveralPathsOfAPrefix() throws {
        let session = try Capture("bird/mixed-peers.txt")
        let text = BIRD.routes(session.answer("show route all 10.50.0.0/16"))
        #expect(text.value == (try BIRDRoutesTests.twoPaths()) && text.diagnostics.isEmpty)
        let raw = BIRD.routes(try Capture("bird/raw-wire-bgp-routes.txt").reply("show route all 10.50.0.0/16"))
        #expect(raw.value == (try BIRDRoutesTests.twoPaths()) && raw.diagnostics.isEmpty)
        let cut = BIRD.routes(try Capture("bird/raw-wire-bgp-routes.txt").reply("show route all"))
        #expect(cut.value.count == 11 && cut.diagnostics.isEmpty)
        let all = BIRD.routes(session.answer("show route"))
        #expect(all.value.count == 13 && all.diagnostics.isEmpty)
        #expect(all.value[5...6].map { $0 } == (try BIRDRoutesTests.twoPaths()))
        let second = BIRD.routes(session.answer("show route protocol Node_192_168_2_5"))
        #expect(second.value.map(\.isPrimary) == [false, true])
    }

    @Test func readsMultipathAsOneRowPerNextHop() throws {
        let capture = try Capture("bird/multipath.txt")
        let expected = try ["192.168.2.4", "192.168.2.5"].map {
            try BIRDRoutesTests.route(
                "10.60.0.0/16", via: $0, on: "eth0", type: "multipath", by: "kernel1", at: "19:58:42", metric: "10")
        }
        for command in ["show route 10.60.0.0/16", "show route all 10.60.0.0/16"] {
            let parsed = BIRD.routes(capture.answer(command))
            #expect(parsed.value == expected && parsed.diagnostics.isEmpty)
        }
        let raw = BIRD.routes(capture.block(after: { $0 == "# raw wire" }, until: []))
        #expect(raw.value == expected && raw.diagnostics.isEmpty)
        let cut = BIRD.routes("10.60.0.0/16       multipath [kernel1 19:58:42] * (10)\n".octets)
        #expect(cut.value.map(\.gateway) == [nil] && cut.value.first?.type == "multipath")
    }

    @Test func readsFromSyncErrorsAndLongTimes() throws {
        let text = """
            192.168.0.0/16     unreachable [Mesh_10_17_8_36 11:41:29 from 10.17.8.36] ! (100/-) [i]
            2001:db8:aaaa:bbbb::/64 via fe80::1 on eth0 [Node_fd00_2__4 2026-11-22 19:44:16] * (100/0) [AS64500?]
            10.58.2.0/24       prohibited [static1 2026-11-22] * (200)
            """
        let parsed = BIRD.routes(text.octets)
        #expect(parsed.diagnostics.isEmpty)
        #expect(
            parsed.value == [
                try BIRDRoutesTests.route(
                    "192.168.0.0/16", type: "unreachable", by: "Mesh_10_17_8_36", at: "11:41:29", from: "10.17.8.36",
                    primary: false, metric: "100/-", origin: "i"),
                try BIRDRoutesTests.route(
                    "2001:db8:aaaa:bbbb::/64", via: "fe80::1", on: "eth0", by: "Node_fd00_2__4",
                    at: "2026-11-22 19:44:16", metric: "100/0", origin: "AS64500?"),
                try BIRDRoutesTests.route(
                    "10.58.2.0/24", type: "prohibited", by: "static1", at: "2026-11-22", metric: "200"),
            ])
    }

    @Test(arguments: [false, true])
    func readsBIRD2(_ coded: Bool) throws {
        let text = """
            BIRD 2.0.12 ready.
            Table master4:
            10.50.0.0/16         unicast [leaf203 2026-01-10 10:00:00.123] * (100) [AS64500i]
            \tvia 192.168.2.4 on eth0
            \tType: BGP univ
            \tBGP.as_path: 64500
                                 unicast [leaf204 10:00:00.123 from 192.168.2.6] (100) [AS64500i]
            \tvia 192.168.2.5 on eth0
            10.60.0.0/16         unicast [kernel1 10:00:00.000] * (10)
            \tvia 192.168.2.4 on eth0 weight 1
            \tvia 192.168.2.5 on eth0 weight 1 onlink
            10.244.7.64/26       blackhole [static1 10:00:00.000] * (200)
            10.244.7.65/32       unicast [kernel1 10:00:00.000] * (10)
            \tdev cali0a1b2c3d4e5
            """
        let wire = text.split(separator: "\n").dropFirst().enumerated().map { index, line in
            (index == 0 ? "1007-" : " ") + line + "\n"
        }
        let parsed = BIRD.routes(coded ? ("0001 BIRD 2.0.12 ready.\n" + wire.joined() + "0000 \n").octets : text.octets)
        #expect(parsed.diagnostics.isEmpty)
        func route(
            _ prefix: String, _ gateway: String?, _ interface: String?, _ type: String?, _ name: String,
            _ since: String,
            _ metric: String
        ) throws -> NodeRoute {
            try BIRDRoutesTests.route(
                prefix, via: gateway, on: interface, type: type, by: name, at: since, metric: metric)
        }
        var expected = [
            try route("10.50.0.0/16", "192.168.2.4", "eth0", nil, "leaf203", "2026-01-10 10:00:00.123", "100"),
            try route("10.50.0.0/16", "192.168.2.5", "eth0", nil, "leaf204", "10:00:00.123", "100"),
            try route("10.60.0.0/16", "192.168.2.4", "eth0", "multipath", "kernel1", "10:00:00.000", "10"),
            try route("10.60.0.0/16", "192.168.2.5", "eth0", "multipath", "kernel1", "10:00:00.000", "10"),
            try route("10.244.7.64/26", nil, nil, "blackhole", "static1", "10:00:00.000", "200"),
            try route("10.244.7.65/32", nil, "cali0a1b2c3d4e5", nil, "kernel1", "10:00:00.000", "10"),
        ]
        expected[0].origin = "AS64500i"
        expected[1].origin = "AS64500i"
        expected[1].isPrimary = false
        expected[1].from = IPAddress("192.168.2.6")
        #expect(parsed.value == expected)
    }

    @Test func readsEmptyAnswersAndErrors() throws {
        let empty = BIRD.routes(
            try Capture("bird/established.txt").answer("show route protocol Node_192_168_2_4"))
        #expect(empty.value.isEmpty && empty.diagnostics.isEmpty)
        let wire = try Capture("bird/raw-wire.txt")
        let none = BIRD.routes(wire.reply("show route 1.2.3.0/24"))
        #expect(none.diagnostics.map(\.message) == ["BIRD answered: Network not in table"])
        #expect(!none.isRefused)
        for text in ["8005 Protocol is down\n", "Protocol is down\n"] {
            let down = BIRD.routes(Array(text.utf8))
            #expect(!down.isRefused && down.value.isEmpty, "a protocol that is down exports nothing")
        }
        for (command, words) in [
            ("show route export nosuch", "nosuch is not a protocol"),
            ("show route table nosuch", "nosuch is not a table"),
        ] {
            let parsed = BIRD.routes(wire.reply(command))
            #expect(parsed.isRefused && parsed.diagnostics.map(\.message) == ["BIRD answered: \(words)"])
        }
        let count = BIRD.routes(wire.reply("show route count"))
        #expect(
            count.diagnostics.map(\.message) == [
                "this is the output of BIRD's \"show route count\", not the output of BIRD's \"show route\""
            ])
    }

    @Test func placesOrReportsEveryLine() {
        let text = """
            10.0.0.0/26        blackhole [static1 20:01:43] * (200)
            10.0.0.300/26      blackhole [static1 20:01:43] * (200)
            10.0.1.0/26        via nowhere on eth0 [static1 20:01:43] * (200)
            10.0.2.0/26        blackhole
            10.0.3.0/33        blackhole [static1 20:01:43] * (200)
            10.0.4.0/26        blackhole [static1
            10.0.5.0/26        blackhole [static1 20:01:43] * (200)
            """
        let parsed = BIRD.routes(text.octets)
        #expect(parsed.value.map(\.prefix.description) == ["10.0.0.0/26", "10.0.5.0/26"])
        #expect(parsed.diagnostics.map(\.line) == [2, 3, 4, 5, 6])
    }

    @Test func writesTheDocument() throws {
        var writer = JSONWriter()
        BIRD.write(routes: [try BIRDRoutesTests.healthy()[1]] + (try BIRDRoutesTests.twoPaths()), into: &writer)
        let expected = """
            {"routes":[{"prefix":"10.96.142.7/32","gateway":null,"interface":null,"type":"blackhole",\
            "protocol":"static1","since":"19:17:35","from":null,"primary":true,"metric":"200","origin":null},\
            {"prefix":"10.50.0.0/16","gateway":"192.168.2.4","interface":"eth0","type":null,\
            "protocol":"Node_192_168_2_4","since":"19:44:16","from":null,"primary":true,"metric":"100/0",\
            "origin":"AS64500i"},{"prefix":"10.50.0.0/16","gateway":"192.168.2.5","interface":"eth0","type":null,\
            "protocol":"Node_192_168_2_5","since":"19:44:16","from":null,"primary":false,"metric":"100/0",\
            "origin":"AS64500i"}]}
            """
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
    }
}
