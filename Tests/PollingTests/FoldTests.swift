import Fabric
import FoundationEssentials
import Polling
import Testing

@Suite struct FoldTests {
    static let start = Date(timeIntervalSince1970: 1_768_039_200)

    static func summary(_ rows: [String], version: Int = 291) -> [UInt8] {
        Array(
            ([
                "BGP summary information for VRF common:calico, address family IPv4 Unicast",
                "BGP router identifier 192.168.255.203, local AS number 65002",
                "BGP table version is \(version), IPv4 Unicast config peers 1, capable peers 1",
                "", "Neighbor        V    AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd",
            ] + rows).joined(separator: "\n").utf8)
    }

    static let up = "192.168.2.1     4 64501    3694    3685      291    0    0 00:01:30 2"
    static let upAgain = "192.168.2.1     4 64501    3699    3690      293    0    0 00:00:02 2"
    static let down = "192.168.2.1     4 64501    3694    3685        0    0    0 00:00:03 Idle"

    static func result(_ bytes: [UInt8]?, after seconds: Double, error: SourceError? = nil) -> LookResult {
        let leaf = LeafID(203)
        let answers = bytes.map {
            [
                Answer(
                    source: .leaf(leaf), command: "show ip bgp summary vrf common:calico",
                    at: start.addingTimeInterval(seconds), bytes: $0)
            ]
        }
        return LookResult(look: .leafSummary(leaf), answers: answers ?? [], error: error)
    }

    static func absorb(_ fold: inout Fold, _ bytes: [UInt8]?, _ seconds: Double, error: SourceError? = nil)
        -> FoldOutcome
    {
        fold.absorb(
            result(bytes, after: seconds, error: error), interval: .seconds(5), now: start.addingTimeInterval(seconds))
    }

    var fold = Fold(inventory: Inventory(vrf: "common:calico"), at: start)

    @Test mutating func takesInAnAnswer() {
        let outcome = Self.absorb(&fold, Self.summary([Self.up]), 0)
        #expect(outcome.succeeded)
        #expect(outcome.tableVersions == [LeafID(203): 291])
        #expect(outcome.changedNeighbors == [IPAddress(v4: 0xC0A8_0201)])
        let leaf = fold.snapshot.leaves[LeafID(203)]
        #expect(leaf?.summaries?.value.first?.peers.first?.prefixesReceived == 2)
        #expect(fold.snapshot.sources[.leaf(LeafID(203))]?.freshness(at: Self.start) == .ok)
    }

    @Test mutating func keepsTheLastGoodStateOfASourceThatFails() {
        _ = Self.absorb(&fold, Self.summary([Self.up]), 0)
        let error = SourceError(
            kind: .timedOut, source: .leaf(LeafID(203)), operation: "show", cause: "no answer in 20 s", hint: "")
        let outcome = Self.absorb(&fold, nil, 25, error: error)
        #expect(!outcome.succeeded)
        #expect(fold.snapshot.leaves[LeafID(203)]?.summaries?.value.first?.peers.count == 1)
        let status = fold.snapshot.sources[.leaf(LeafID(203))]
        #expect(status?.error == error)
        #expect(status?.failures == 1)
        #expect(status?.lastSuccess == Self.start)
        #expect(status?.freshness(at: Self.start.addingTimeInterval(25)) == .stale)
    }

    @Test mutating func callsRubbishUnreadable() {
        let outcome = Self.absorb(&fold, Array("<html><body>503</body></html>".utf8), 0)
        #expect(!outcome.succeeded)
        #expect(fold.snapshot.sources[.leaf(LeafID(203))]?.error?.kind == .unreadable)
        #expect(fold.snapshot.leaves[LeafID(203)] == nil)
    }

    @Test mutating func countsALossThatItSaw() {
        _ = Self.absorb(&fold, Self.summary([Self.up]), 0)
        _ = Self.absorb(&fold, Self.summary([Self.down]), 5)
        let history = fold.snapshot.leaves[LeafID(203)]?.history[IPAddress(v4: 0xC0A8_0201)]
        #expect(history?.losses == [Self.start.addingTimeInterval(5)])
        #expect(history?.stateSince == Self.start.addingTimeInterval(2))
    }

    @Test mutating func countsALossBetweenTwoLooks() {
        _ = Self.absorb(&fold, Self.summary([Self.up]), 0)
        _ = Self.absorb(&fold, Self.summary([Self.upAgain]), 30)
        let history = fold.snapshot.leaves[LeafID(203)]?.history[IPAddress(v4: 0xC0A8_0201)]
        #expect(history?.losses.count == 1)
    }

    @Test mutating func aQuietSessionHasNoLoss() {
        _ = Self.absorb(&fold, Self.summary([Self.up]), 0)
        let later = Self.up.replacing("00:01:30", with: "00:02:00")
        let outcome = Self.absorb(&fold, Self.summary([later]), 30)
        #expect(fold.snapshot.leaves[LeafID(203)]?.history[IPAddress(v4: 0xC0A8_0201)]?.losses == [])
        #expect(outcome.changedNeighbors.isEmpty)
    }

    @Test mutating func aControllerSpeaksForTheLeavesItTellsOf() {
        let banner = "----\n Node 204 (Leaf204)\n----\n"
        let answer = Answer(
            source: .apic, command: "fabric 204 show ip bgp summary", at: Self.start,
            bytes: Array(banner.utf8) + Self.summary([Self.up]))
        _ = fold.absorb([answer], of: .apic, interval: .seconds(5), now: Self.start)
        #expect(fold.snapshot.leaves[LeafID(204)]?.summaries != nil)
        #expect(fold.snapshot.sources.keys.sorted() == [.leaf(LeafID(204))])
    }

    /// What a batch read of one leaf stays good when its answer about another is rubbish.
    @Test(arguments: ["", "----\n Node 204 (Leaf204)\n----\n"])
    mutating func anUnreadableAnswerIsAboutItsOwnLeaf(_ banner: String) {
        let good = Answer(
            source: .apic, command: "fabric 203 show ip bgp summary", at: Self.start, bytes: Self.summary([Self.up]))
        let command = banner.isEmpty ? "fabric 204 show ip bgp summary" : "fabric 203-204 show ip bgp summary"
        let bad = Answer(
            source: .apic, command: command, at: Self.start, bytes: Array((banner + "<html>503</html>\n").utf8))
        let outcome = fold.absorb([good, bad], of: .apic, interval: .seconds(5), now: Self.start)
        #expect(!outcome.succeeded)
        #expect(fold.snapshot.sources[.leaf(LeafID(203))]?.error == nil)
        #expect(fold.snapshot.sources[.leaf(LeafID(203))]?.lastSuccess == Self.start)
        #expect(fold.snapshot.sources[.leaf(LeafID(204))]?.error?.kind == .unreadable)
        #expect(fold.snapshot.sources[.leaf(LeafID(204))]?.lastSuccess == nil)
        #expect(fold.snapshot.sources[.apic] == nil)
    }

    static let node = NodeName("calico-master-1")

    static func protocols(_ words: String, _ rows: [String], after seconds: Double = 0) -> Answer {
        let lines = ["BIRD v0.3.3+birdv1.6.8 ready.", "name     proto    table    state  since       info"] + rows
        return Answer(
            source: .node(node), command: "birdcl show protocols" + words, at: start.addingTimeInterval(seconds),
            bytes: Array(lines.joined(separator: "\n").utf8))
    }

    static let row4 = "Node_192_168_2_4 BGP      master   up     09:00:00    Established   "
    static let row5 = "Node_192_168_2_5 BGP      master   start  09:25:38    Idle          BGP Error: Bad peer AS"

    /// A question about one protocol leaves the others as they were, here unknown.
    @Test mutating func oneProtocolIsNotTheWholeList() {
        let one = Self.protocols(" Node_192_168_2_5", [Self.row5])
        _ = fold.absorb([one], of: .node(Self.node), interval: .seconds(30), now: Self.start)
        #expect(fold.snapshot.nodes[Self.node]?.arePeersWhole == false)
        #expect(fold.snapshot.nodes[Self.node]?.peers?.value.map(\.protocolState) == ["start"])
    }

    @Test mutating func oneProtocolIsMergedIntoAllThatWereTold() {
        let all = Self.protocols("", [Self.row4, Self.row5.replacing("start", with: "up   ")])
        let one = Self.protocols(" Node_192_168_2_5", [Self.row5], after: 5)
        for answer in [all, one] {
            _ = fold.absorb([answer], of: .node(Self.node), interval: .seconds(30), now: answer.at)
        }
        #expect(fold.snapshot.nodes[Self.node]?.arePeersWhole == true)
        #expect(fold.snapshot.nodes[Self.node]?.peers?.value.map(\.protocolState) == ["up", "start"])
    }
}
