import Fabric
import FoundationEssentials
import Polling
import Testing

/// What a leaf accepted, from its BGP table's text (aci.md 6.4), stands where REST's paths do.
@Suite struct PathTextTests {
    private let leaf = LeafID(203)

    private func folded(_ table: String, also routes: String? = nil) -> (snapshot: Snapshot, outcome: FoldOutcome) {
        var fold = Fold(inventory: Inventory(vrf: "common:calico"), at: FoldTests.start)
        var answers: [Answer] = []
        func add(_ command: String, _ text: String) {
            answers.append(
                Answer(
                    source: .leaf(leaf), command: "fabric 203 \(command) vrf common:calico", at: FoldTests.start,
                    bytes: Array(text.utf8)))
        }
        if let routes { add("show ip route", routes) }
        add("show bgp ipv4 unicast", table)
        let outcome = fold.absorb(
            LookResult(look: .leafRoutes(leaf, .all), answers: answers), interval: .seconds(5), now: FoldTests.start)
        return (fold.snapshot, outcome)
    }

    @Test func eachNeighborHasWhatCameFromIt() throws {
        let (snapshot, outcome) = folded(
            """
            BGP routing table information for VRF common:calico, address family IPv4 Unicast
            BGP table version is 14, local router ID is 10.3.3.3
            Status: s-suppressed, x-deleted, S-stale, d-dampened, h-history, *-valid, >-best
            Path type: i-internal, e-external, c-confed, l-local, a-aggregate, r-redist, I-injected
            Origin codes: i - IGP, e - EGP, ? - incomplete, | - multipath, & - backup

               Network            Next Hop            Metric     LocPrf     Weight Path
            *>r172.16.1.4/30      0.0.0.0                  0        100      32768 ?
            *>i10.244.9.0/26      10.0.32.66               0        100          0 64501 i
            *>e10.244.1.0/26      192.168.2.5                                    0 64501 64512 i
            *|e                   192.168.2.1                                    0 64501 64512 i
            S e10.244.2.0/26      192.168.2.1                                    0 64501 64512 i
            h e10.244.3.0/26      192.168.2.1                                    0 64501 64512 i
            """)
        #expect(outcome.succeeded && outcome.isNews && outcome.diagnostics.isEmpty, "\(outcome.diagnostics)")
        let key = RouteTableKey(vrf: "common:calico", family: .ipv4)
        let paths = try #require(snapshot.leaves[leaf]?.paths[key]?.value)
        func accepted(_ neighbor: String) -> [String]? {
            IPAddress(neighbor).flatMap { paths.prefixes[$0] }?.map(\.description)
        }
        #expect(paths.count == 3 && paths.prefixes.count == 2)
        #expect(accepted("192.168.2.5") == ["10.244.1.0/26"])
        #expect(accepted("192.168.2.1") == ["10.244.1.0/26", "10.244.2.0/26"])
    }

    @Test func aTableThatCannotBeReadTakesNothingAway() {
        let (snapshot, outcome) = folded(
            "% Invalid command at '^' marker.",
            also: """
                IP Route Table for VRF "common:calico"
                10.244.1.0/26, ubest/mbest: 1/0
                    *via 192.168.2.5%common:calico, [20/0], 00:00:17, bgp-65002, external, tag 64501
                """)
        #expect(outcome.succeeded && !outcome.diagnostics.isEmpty)
        #expect(snapshot.leaves[leaf]?.routes.values.first?.value.count == 1)
        #expect(snapshot.leaves[leaf]?.paths.isEmpty == true)
    }
}
