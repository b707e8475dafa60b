import Correlation
import Fabric
import Testing

@Suite struct LedgerBookTests {
    private func entry(_ prefix: String, _ node: String, _ leaf: Int, _ verdict: PrefixVerdict) throws -> LedgerEntry {
        LedgerEntry(
            key: SessionKey(node: NodeName(node), leaf: LeafID(leaf)), rack: "rack-1",
            prefix: try #require(IPPrefix(prefix)), kind: .borrowed, expected: .unknown, advertised: .yes,
            accepted: .no, installed: .unknown, verdict: verdict, rule: verdict == .ok ? nil : "some-rule",
            reason: "because of \(prefix)")
    }

    @Test func whatGoesInComesOut() throws {
        let entries = [
            try entry("10.0.0.0/26", "node-1", 101, .ok), try entry("10.0.0.64/26", "node-1", 101, .denied),
            try entry("fd00::/64", "node-1", 101, .ok), try entry("10.0.0.0/26", "node-1", 102, .stale),
            try entry("10.1.0.0/26", "node-2", 101, .ok),
        ]
        var book = LedgerBook()
        for entry in entries { book.append(entry) }
        #expect(Array(book) == entries)
        #expect(book.indices.map { book[$0] } == entries)
        #expect(book.entries(of: NodeName("node-1")) == Array(entries.prefix(4)))
        #expect(book.entries(with: .denied) == [entries[1]])
        #expect(book.entries(with: .notAccepted).isEmpty)
        #expect(LedgerBook().isEmpty)
    }
}
