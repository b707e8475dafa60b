import Fabric
import FoundationEssentials
import Testing

@testable import Polling

/// Answers of the REST interface and events, folded.
@Suite struct APICFoldTests {
    private let leaf = LeafID(203)
    private let start = Date(timeIntervalSince1970: 1_768_039_200)
    private let dom = "topology/pod-1/node-203/sys/bgp/inst/dom-common:calico"

    private var inventory: Inventory {
        Inventory(
            vrf: "common:calico", leaves: [Leaf(id: leaf, name: "Leaf203", rack: nil, origin: .configured)])
    }

    private var command: String {
        "GET /api/node/mo/\(dom).json?query-target=subtree&target-subtree-class=bgpPeer,bgpPeerEntry,bgpPeerAfEntry"
    }

    private func objects(_ state: String, addresses: [String] = ["192.168.2.1"]) -> String {
        addresses.map { address in
            """
            {"bgpPeer":{"attributes":{"dn":"\(dom)/peer-[\(address)/32]","asn":"64501","adminSt":"enabled"}}},
            {"bgpPeerEntry":{"attributes":{"dn":"\(dom)/peer-[\(address)/32]/ent-[\(address)]","operSt":"\(state)",
             "lastFlapTs":"2026-01-10T09:00:00.000+00:00"}}}
            """
        }.joined(separator: ",")
    }

    private func answer(_ objects: String, at: Double, asked: Double? = nil, command: String? = nil) -> Answer {
        var answer = Answer(
            source: .leaf(leaf), command: command ?? self.command, at: start + at,
            bytes: Array("{\"imdata\":[\(objects)]}".utf8))
        answer.asked = asked.map { start + $0 }
        return answer
    }

    private func event(_ attributes: String, at: Double) -> Answer {
        Answer(
            source: .apic, command: "SUBSCRIBE /api/class/bgpPeerEntry.json", at: start + at,
            bytes: Array(
                """
                {"subscriptionId":["72"],"imdata":[{"bgpPeerEntry":{"attributes":{"childAction":"",\(attributes),
                "dn":"\(dom)/peer-[192.168.2.1/32]/ent-[192.168.2.1]","rn":""}}}]}
                """.utf8))
    }

    private func take(_ fold: inout Fold, _ answer: Answer) -> FoldOutcome {
        fold.absorb([answer], of: answer.source, interval: .seconds(5), now: answer.at)
    }

    private func state(_ fold: Fold) -> BGPState? {
        fold.snapshot.leaves[leaf]?.summaries?.value.first?.peers.first?.state
    }

    @Test func anEventChangesTheNamedAttributesAlone() {
        var fold = Fold(inventory: inventory, at: start)
        _ = take(&fold, answer(objects("established"), at: 0))
        let outcome = take(
            &fold,
            event("\"operSt\":\"idle\",\"lastFlapTs\":\"2026-01-10T10:00:03.000+00:00\",\"status\":\"modified\"", at: 5)
        )
        let row = fold.snapshot.leaves[leaf]?.summaries?.value.first?.peers.first
        #expect(row?.state.words == "Idle" && row?.asn == ASN(64501) && row?.age == .seconds(2))
        #expect(outcome.changedNeighbors == Set([IPAddress("192.168.2.1")].compactMap { $0 }))
        #expect(fold.snapshot.leaves[leaf]?.history.values.first?.losses.count == 1)
    }

    @Test func anEventThatCameBeforeTheAnswerIsReplayedUponIt() {
        var fold = Fold(inventory: inventory, at: start)
        _ = take(&fold, answer(objects("established"), at: 0, asked: 0))
        _ = take(&fold, event("\"operSt\":\"idle\",\"status\":\"modified\"", at: 5.2))
        _ = take(&fold, answer(objects("established"), at: 5.4, asked: 5.1))
        #expect(state(fold)?.words == "Idle")
        _ = take(&fold, answer(objects("established"), at: 10.1, asked: 10))
        #expect(state(fold) == .established)
    }

    @Test func whatAWholeAnswerLacksIsGoneAndAPartialOneTakesNothingAway() {
        var fold = Fold(inventory: inventory, at: start)
        let both = ["192.168.2.1", "192.168.2.9"]
        _ = take(&fold, answer(objects("established", addresses: both), at: 0))
        let filtered = command + "&query-target-filter=eq(bgpPeerEntry.operSt,\"idle\")"
        _ = take(&fold, answer("", at: 1, command: filtered))
        #expect(fold.snapshot.leaves[leaf]?.summaries?.value.first?.peers.count == 2)
        _ = take(&fold, answer(objects("established"), at: 2))
        #expect(fold.snapshot.leaves[leaf]?.summaries?.value.first?.peers.count == 1)
    }

    @Test func eventsOfAnotherVRFAreNobodys() {
        var fold = Fold(inventory: inventory, at: start)
        _ = take(&fold, answer(objects("established"), at: 0))
        var other = event("\"operSt\":\"idle\",\"status\":\"modified\"", at: 1)
        other.bytes = Array(
            String(decoding: other.bytes, as: UTF8.self).replacing("common:calico", with: "prod:x").utf8)
        _ = take(&fold, other)
        #expect(state(fold) == .established && fold.snapshot.leaves[leaf]?.summaries?.value.count == 1)
    }

    @Test func agesFollowTheLeafsClockOnceItIsKnown() {
        var fold = Fold(inventory: inventory, at: start)
        _ = take(&fold, answer(objects("established"), at: 0))
        var clock = Answer(
            source: .apic, command: "GET /api/class/topSystem.json", at: start,
            bytes: Array(
                #"{"imdata":[{"topSystem":{"attributes":{"dn":"topology/pod-1/node-203/sys","id":"203","currentTime":"2026-01-10T10:05:00.000+00:00"}}}]}"#
                    .utf8))
        clock.asked = nil
        let outcome = take(&fold, clock)
        #expect(fold.snapshot.leaves[leaf]?.summaries?.value.first?.peers.first?.age == .seconds(3900))
        #expect(outcome.diagnostics == ["leaf/203: its clock is 300 s ahead of the console's; ages are counted by it"])
    }

    @Test func anErrorObjectIsAFailureThatNamesItsText() {
        var fold = Fold(inventory: inventory, at: start)
        _ = take(&fold, answer(objects("established"), at: 0))
        let outcome = take(
            &fold,
            answer(
                #"{"error":{"attributes":{"code":"503","text":"Unable to deliver the message, Resolve timeout"}}}"#,
                at: 5))
        #expect(!outcome.succeeded && state(fold) == .established)
        #expect(fold.snapshot.sources[.leaf(leaf)]?.error?.cause.contains("Resolve timeout") == true)
    }

    @Test func pagesOfACaptureAreOneTable() {
        let routes =
            "GET /api/node/mo/topology/pod-1/node-203/sys/uribv4/dom-common:calico.json?query-target=subtree&target-subtree-class=uribv4Nexthop"
        func page(_ number: Int) -> Answer {
            let hop = """
                {"uribv4Nexthop":{"attributes":{"addr":"192.168.2.1/32","owner":"bgp-65002","routeType":"ebgp","vrf":"common:calico",
                "dn":"topology/pod-1/node-203/sys/uribv4/dom-common:calico/db-rt/rt-[10.244.\(number).0/26]/nh-[bgp-65002]-[192.168.2.1/32]-[unspecified]-[common:calico]"}}}
                """
            return Answer(
                source: .apic, command: routes + "&page=\(number)&page-size=1", at: start,
                bytes: Array("{\"totalCount\":\"3\",\"imdata\":[\(hop)]}".utf8))
        }
        var fold = Fold(inventory: inventory, at: start)
        let outcome = fold.absorb((0..<3).map(page), of: .apic, interval: .seconds(30), now: start)
        let table = fold.snapshot.leaves[leaf]?.routes.values.first?.value
        #expect(outcome.succeeded && outcome.diagnostics.isEmpty && table?.count == 3)
        #expect(fold.snapshot.leaves[leaf]?.routesAreSelected == false)
        _ = fold.absorb((0..<2).map(page), of: .apic, interval: .seconds(30), now: start + 1)
        #expect(fold.snapshot.leaves[leaf]?.routesAreSelected == true)
    }
}
