import Fabric
import FoundationEssentials
import Testing

@Suite struct ASNTests {
    @Test(arguments: [
        ("64501", 64501), ("1.57920", 123_456), ("0.64501", 64501), ("4233316914", 4_233_316_914), ("0", 0),
    ])
    func reads(text: String, value: UInt32) {
        #expect(ASN(text: text)?.value == value)
        #expect(ASN(text: text)?.description == String(value))
    }

    @Test(arguments: [
        "", ".", "1.", ".1", "1.2.3", "65536.1", "1.65536", "4294967296", "-1", "+1", "64 501", "AS64501", "١",
    ])
    func refuses(text: String) {
        #expect(ASN(text: text) == nil)
    }
}

@Suite struct NameOrderTests {
    @Test func countsRunsOfDigitsByValue() {
        let names = ["node-10", "node-2", "node-1", "node", "node-02", "leaf-101", "node-2a", "Node-3"]
        let sorted = names.sorted(by: naturallyPrecedes)
        #expect(sorted == ["Node-3", "leaf-101", "node", "node-1", "node-02", "node-2", "node-2a", "node-10"])
    }

    @Test(arguments: ["a", "a1", "a01", "a10", "b", "", "1", "01", "10", "1a", "a-1-2", "a-1-10"])
    func isAStrictOrder(name: String) {
        let all = ["a", "a1", "a01", "a10", "b", "", "1", "01", "10", "1a", "a-1-2", "a-1-10"]
        #expect(!naturallyPrecedes(name, name))
        for other in all where other != name {
            #expect(naturallyPrecedes(name, other) != naturallyPrecedes(other, name), "\(name) and \(other)")
        }
    }

    @Test func numbersLongerThanAnyInteger() {
        #expect(naturallyPrecedes("n99999999999999999999", "n100000000000000000000"))
    }
}

@Suite struct BGPStateTests {
    @Test(arguments: [
        ("Established", BGPState.Phase.established), ("established", .established), ("Idle", .idle),
        ("Idle (Admin)", .shut), ("Shut (Admin)", .shut), ("Idle (PfxCt)", .idle), ("Active", .active),
        ("OpenSent", .openSent), ("open-sent", .openSent), ("OpenConfirm", .openConfirm), ("Connect", .connect),
        ("Closing", .closing), ("Close", .closing), ("Passive", .idle), ("Down", .down), ("", .other),
        ("Whatever", .other),
    ])
    func readsWords(words: String, phase: BGPState.Phase) {
        let state = BGPState(words: words)
        #expect(state.phase == phase)
        #expect(state.words == words)
        #expect(state.isEstablished == (phase == .established))
    }
}

@Suite struct SourceTests {
    @Test(arguments: ["apic", "kubernetes", "leaf/203", "node/calico-node-1", "node/a/b"])
    func printsItsNotation(text: String) {
        #expect(SourceID(notation: text)?.description == text)
    }

    @Test(arguments: ["", "apic/1", "leaf", "leaf/", "leaf/x", "node", "kubernetes/x", "APIC", "host/x"])
    func refuses(text: String) {
        #expect(SourceID(notation: text) == nil)
    }

    private static let start = Date(timeIntervalSince1970: 1_800_000_000)

    private func error() -> SourceError {
        SourceError(kind: .refused, source: .apic, operation: "read", cause: "no", hint: "ask")
    }

    @Test func freshness() {
        let now = SourceTests.start
        var status = SourceStatus(interval: .seconds(5))
        #expect(status.freshness(at: now) == .waiting)
        #expect(status.age(at: now) == nil)
        status.error = error()
        #expect(status.freshness(at: now) == .failing)
        status.error = nil
        status.lastSuccess = now
        #expect(status.freshness(at: now.addingTimeInterval(15)) == .ok)
        #expect(status.freshness(at: now.addingTimeInterval(15.1)) == .stale)
        status.error = error()
        #expect(status.freshness(at: now.addingTimeInterval(1)) == .failing)
        #expect(status.freshness(at: now.addingTimeInterval(60)) == .stale)
    }

    @Test func freshnessHasAFloorOfSixSeconds() {
        let status = SourceStatus(lastSuccess: SourceTests.start, interval: .milliseconds(100))
        #expect(status.freshness(at: SourceTests.start.addingTimeInterval(6)) == .ok)
        #expect(status.freshness(at: SourceTests.start.addingTimeInterval(6.5)) == .stale)
    }

    @Test func ageIsNeverNegative() {
        let status = SourceStatus(lastSuccess: SourceTests.start, interval: .seconds(5))
        #expect(status.age(at: SourceTests.start.addingTimeInterval(-100)) == 0)
        #expect(status.freshness(at: SourceTests.start.addingTimeInterval(-100)) == .ok)
    }

    @Test func errorsSayWhereWhatWhyAndWhatToDo() {
        #expect(error().description == "apic: read: no (ask)")
    }
}
