import Foundation
import Testing

/// What goes wrong between a console and its controllers (aci.md 2 and 10.9), and what the console shows of it: the
/// program on one side, `bgpdeck simulate` on the other.
@Suite(.serialized) struct RESTEndTests {
    /// The leaf's state of every session, by `node/leaf`.
    private func states(_ configuration: String) throws -> [String: String] {
        let run = try Program.run(["sessions", "--config", configuration, "--output", "json"])
        let rows = try run.rows()
        #expect(!rows.isEmpty, "status \(run.status): \(run.errors)")
        return Dictionary(
            uniqueKeysWithValues: rows.map { row in
                ("\(row["node"] ?? "")/\(row["leaf"] ?? "")", row["leaf_state"] as? String ?? "unknown")
            })
    }

    private static let healthy = Dictionary(
        uniqueKeysWithValues: (1...6).flatMap { node in
            (node < 4 ? [101, 102] : [103, 104]).map { ("node-\(node)/\($0)", "Established") }
        })

    /// Findings about the controllers and leaves: nodes and cluster are not reached in these tests.
    private func troubles(_ configuration: String) throws -> [String] {
        let run = try Program.run(["findings", "--config", configuration, "--output", "json"])
        return try run.rows().compactMap { row in
            let text = "\(row["rule"] ?? "") \(row["summary"] ?? "") \(row["cause"] ?? "")"
            return text.contains("leaf") || text.contains("apic") ? text : nil
        }
    }

    /// What the console lives through without a word in its findings: every session is shown as it is.
    @Test(arguments: [
        "half-page:1", "overlapping-pages", "unavailable:2", "duplicate-vrf", "dynamic-peers", "clock-skew:90",
    ])
    func livedThrough(_ fault: String) throws {
        let served = try ServedControllers(["--fault", fault])
        #expect(try states(served.configuration()) == RESTEndTests.healthy, "\(fault)")
    }

    /// The token ends in the middle of one poll: one login and one repetition of each question that was refused for it,
    /// every session is shown as it is, and nothing is said of the controllers.
    @Test(arguments: [1, 4, 9]) func aTokenThatEndsInMidPollCostsOneLogin(_ queries: Int) throws {
        let served = try ServedControllers(["--fault", "expire-tokens-after:\(queries)"])
        let configuration = try served.configuration()
        #expect(try states(configuration) == RESTEndTests.healthy)
        let counts = served.counts()
        #expect(counts.contains(", 2 logins, 0 refused logins, "), "\(counts)")
        // Those that are under way meet the end of the token, and on a busy machine those that begin before the login is done.
        let refused = counts.firstMatch(of: /(\d+) requests without/).flatMap { Int($0.1) } ?? 0
        #expect(refused >= 1, "\(counts)")
    }

    /// The same while a console is open: nothing that it prints is of a controller or a leaf that fails.
    @Test(.timeLimit(.minutes(5))) func aTokenThatEndsUnderAConsoleIsNotSeen() throws {
        let served = try ServedControllers(["--fault", "expire-tokens-after:6"])
        let text = try served.watch(try served.configuration())
        #expect(waits(60) { text().contains("events come over the web socket") }, "\(text())")
        try served.fault("leaf-neighbor-shut:node-2/101")
        #expect(waits(60) { text().contains(/node-2 <-> leaf 101 \S+: leaf says/) }, "\(text())")
        let failing = text().split(separator: "\n").filter { $0.contains("source-failing") }
        // Nodes and cluster are not reached in these tests.
        #expect(!failing.contains { $0.contains("apic") || $0.contains("leaf") }, "\(text())")
        #expect(!text().contains("Token was invalid"), "\(text())")
    }

    /// nginx answers with a page of HTML, all the time: each leaf is unreachable and says why; nothing is called down.
    @Test func anOverloadedControllerIsSaid() throws {
        let served = try ServedControllers(["--fault", "unavailable"])
        let configuration = try served.configuration(apic: ["requests_per_second: 40"])
        let run = try Program.run(["check", "--config", configuration])
        #expect(run.status == 2)
        let text = run.output + run.errors
        #expect(text.contains("HTTP 503, a page of HTML instead of JSON"), "\(text)")
        #expect(!text.contains("session-down"), "\(text)")
    }

    @Test func aWrongPasswordIsSaidAndTriedOnce() throws {
        let served = try ServedControllers()
        let run = try Program.run(["check", "--config", try served.configuration(password: "hunter2-wrong")])
        let text = run.output + run.errors
        #expect(run.status == 2)
        #expect(text.contains("Username or password is incorrect"), "\(text)")
        #expect(text.contains("not tried again until the password is another one"), "\(text)")
        #expect(!text.contains("hunter2"))
    }

    @Test func aWrongCertificateIsRefused() throws {
        let served = try ServedControllers()
        let other = String(repeating: "ab", count: 32)
        let run = try Program.run(["check", "--config", try served.configuration(pin: other)])
        let text = run.output + run.errors
        #expect(run.status == 2)
        #expect(text.contains(served.pin) && text.contains("pin"), "\(text)")
    }

    @Test func aMissingPrivilegeIsSaid() throws {
        let served = try ServedControllers(["--fault", "no-privilege:bgpPeerEntry"])
        let found = try troubles(try served.configuration())
        #expect(found.contains { $0.contains("User does not have domain access to bgpPeerEntry") }, "\(found)")
    }

    /// A leaf that reloads is shown as unreachable, the other of its rack as it is, and all is well again afterwards.
    @Test(.timeLimit(.minutes(5))) func aLeafThatReloadsIsSaidAndComesBack() throws {
        let served = try ServedControllers()
        let configuration = try served.configuration()
        try served.fault("one-leaf-down:101")
        var last: [String: String] = [:]
        let isShown = waits(60) {
            last = (try? states(configuration)) ?? [:]
            return (1...3).allSatisfy { last["node-\($0)/101"] != "Established" }
        }
        #expect(isShown, "\(last)")
        #expect((1...3).allSatisfy { last["node-\($0)/102"] == "Established" }, "\(last)")
        let found = try troubles(configuration)
        #expect(found.contains { $0.contains("leaf-101") || $0.contains("leaf/101") }, "\(found)")
        try served.fault("one-leaf-down:101", ends: true)
        #expect(waits(90) { (try? states(configuration)) == RESTEndTests.healthy })
    }

    /// The console is open while the controllers fail under it: it goes on telling what happens.
    @Test(
        .timeLimit(.minutes(5)),
        arguments: [["expire-tokens"], ["drop-sockets"], ["kill-controller:1"], ["refuse-token-refresh"]])
    func whatHappensIsToldAllTheSame(_ faults: [String]) throws {
        let served = try ServedControllers(["--controllers", "2"])
        let text = try served.watch(try served.configuration())
        #expect(waits(60) { text().contains("watching served: ") }, "\(text())")
        #expect(waits(30) { text().contains("events come over the web socket") }, "\(text())")
        for fault in faults { try served.fault(fault) }
        try served.fault("leaf-neighbor-shut:node-2/101")
        #expect(waits(60) { text().contains(/node-2 <-> leaf 101 \S+: leaf says \w+/) }, "\(text())")
        #expect(!text().contains("node-1 <-> leaf 101 DOWN"), "\(text())")
    }

    /// The web socket is open and dead: polling alone tells what happens, and the socket is given up after a while.
    @Test(.timeLimit(.minutes(5))) func aDeadSocketIsNoticed() throws {
        let served = try ServedControllers()
        let text = try served.watch(try served.configuration())
        #expect(waits(60) { text().contains("events come over the web socket") }, "\(text())")
        try served.fault("dead-socket")
        try served.fault("leaf-neighbor-shut:node-2/101")
        #expect(waits(60) { text().contains(/node-2 <-> leaf 101 \S+: leaf says/) }, "\(text())")
        #expect(
            waits(60) { text().contains(/nothing was heard over the web socket for \d+ s; polling goes on/) },
            "\(text())")
    }

    /// The leaves' clocks are ahead: that is said, and no age is counted by the console's.
    @Test(.timeLimit(.minutes(5))) func aClockThatIsAheadIsSaid() throws {
        let served = try ServedControllers(["--fault", "clock-skew:90"])
        let text = try served.watch(try served.configuration())
        #expect(waits(60) { text().contains(/leaf\/101: its clock is (89|9\d) s ahead of the console's/) }, "\(text())")
    }

    /// Signed requests: no password anywhere, events by a web-token session, and where there is none, polling alone.
    @Test(.timeLimit(.minutes(5)), arguments: [false, true])
    func aCertificateIsEnough(_ isRefused: Bool) throws {
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl") else { return }
        let folder = FileManager.default.temporaryDirectory.appending(path: "signing-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (key, certificate) = (folder.appending(path: "key.pem").path, folder.appending(path: "cert.pem").path)
        let making = Process()
        making.executableURL = URL(filePath: "/usr/bin/openssl")
        making.arguments =
            ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2"]
            + ["-subj", "/CN=admin"]
        making.standardError = FileHandle.nullDevice
        try making.run()
        making.waitUntilExit()
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
        let served = try ServedControllers(
            ["--user-certificate", "console=\(certificate)"] + (isRefused ? ["--fault", "refuse-web-token"] : []))
        let configuration = try served.configuration()
        let plain = try String(contentsOfFile: configuration, encoding: .utf8)
        let signing = plain.replacing(/password_file: [^,]+/, with: "certificate: console, key: \(key)")
        try signing.write(toFile: configuration, atomically: true, encoding: .utf8)
        #expect(try states(configuration) == RESTEndTests.healthy)
        let text = try served.watch(configuration)
        let words = isRefused ? "no web-token session" : "events come over the web socket"
        #expect(waits(60) { text().contains(words) }, "\(text())")
        try served.fault("leaf-neighbor-shut:node-2/101")
        #expect(waits(60) { text().contains(/node-2 <-> leaf 101 \S+: leaf says/) }, "\(text())")
    }
}
