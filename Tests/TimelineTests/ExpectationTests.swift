import Design
import Fabric
import FoundationEssentials
import Polling
import Testing
import Timeline

/// The capture folders of the end-to-end tests are a specification: they must be readable, and what they expect
/// must be about sources that they hold.
@Suite struct ExpectationTests {
    private static let root: String = {
        "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/") + "/EndToEndTests/Captures"
    }()

    private static let names: [String] = {
        let names = try? FileManager.default.contentsOfDirectory(atPath: root)
        return (names ?? []).filter { !$0.hasPrefix(".") && !$0.hasSuffix(".md") }.sorted()
    }()

    private static let rules: Set<String> = [
        "session-down", "session-one-sided", "peer-missing", "as-mismatch", "address-mismatch", "password-mismatch",
        "timer-mismatch", "session-flapping", "one-leaf-only", "recovery-wait", "stale-next-hops",
        "prefix-not-advertised", "prefix-not-accepted", "prefix-denied-as-designed", "prefix-not-installed",
        "prefix-unexpected", "prefix-duplicate-origin", "borrowed-addresses", "service-single-next-hop",
        "service-next-hop-skew", "leaves-disagree", "service-not-advertised", "mesh-enabled", "source-stale",
        "source-failing",
    ]

    private static let verdicts: Set<String> = ["missing", "unknown", "stale", "down", "one-sided", "flapping", "up"]

    @Test func thereAreFolders() {
        #expect(ExpectationTests.names.count >= 20, "none under \(ExpectationTests.root)")
    }

    @Test(arguments: names)
    func theFolderLoads(name: String) throws {
        let loaded = CaptureFolder.load(ExpectationTests.root + "/" + name)
        #expect(loaded.diagnostics.isEmpty, "\(loaded.diagnostics)")
        let folder = try #require(loaded.folder)
        #expect(!folder.moments.isEmpty)
        #expect(folder.inventory.racks.count == 1)
        #expect(folder.moments.flatMap(\.answers).allSatisfy { !$0.bytes.isEmpty })
        #expect(FileManager.default.fileExists(atPath: "\(ExpectationTests.root)/\(name)/README.md"))
    }

    @Test(arguments: names)
    func theExpectationIsWellFormed(name: String) throws {
        let path = "\(ExpectationTests.root)/\(name)/expected.yaml"
        let data = try #require(FileManager.default.contents(atPath: path))
        var reader = DocumentReader(file: "expected.yaml")
        let parsed = reader.parse(String(decoding: data, as: UTF8.self))
        let value = try #require(parsed)
        let known = ["format", "about", "exit", "sessions", "prefixes", "must", "may", "never"]
        let top = reader.fields(of: value, "an expectation", known: known)
        let fields = try #require(top)
        for (key, keys) in [
            ("sessions", ["node", "leaf", "verdict", "leaf_state", "node_state"]),
            ("prefixes", ["node", "leaf", "prefix", "advertised", "accepted", "installed"]),
            ("must", ["rule", "severity", "node", "leaf", "prefix", "cause", "summary"]),
        ] {
            for item in fields[key].flatMap({ reader.list($0, key) }) ?? [] {
                guard let row = reader.fields(of: item, "a row", known: keys) else { continue }
                for (key, words) in [("rule", ExpectationTests.rules), ("verdict", ExpectationTests.verdicts)] {
                    let list = row[key].flatMap { reader.list($0, key, acceptsOne: true) } ?? []
                    for word in list.compactMap({ reader.text($0, key) }) {
                        #expect(words.contains(word), "\(key): \(word)")
                    }
                }
            }
        }
        for key in ["may", "never"] {
            let list = fields[key].flatMap { reader.list($0, key) } ?? []
            for word in list.compactMap({ reader.text($0, key) }) {
                #expect(ExpectationTests.rules.contains(word), "\(key): \(word)")
            }
        }
        #expect(fields["sessions"] != nil && fields["exit"] != nil && fields["must"] != nil && fields["may"] != nil)
        #expect(reader.diagnostics.isEmpty, "\(reader.diagnostics)")
    }
}
