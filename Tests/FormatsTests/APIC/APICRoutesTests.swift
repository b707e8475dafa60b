import Fabric
import Formats
import FoundationEssentials
import Testing

/// Routing tables from next-hop objects, aci.md 3.4.
@Suite struct APICRoutesTests {
    private let now = Date(timeIntervalSince1970: 1_768_039_200)  // 2026-01-10T10:00:00Z

    private func table(_ pages: [[String]]) throws -> RouteTable {
        var routes = APICRoutes()
        for page in pages {
            let parsed = routes.add(Answers.answer(page))
            #expect(parsed.diagnostics.isEmpty)
        }
        let tables = routes.tables(now: now, skew: { _ in 0 })
        #expect(tables.count == 1)
        return try #require(tables.first).table
    }

    @Test func nextHopsGatherByPrefix() throws {
        let table = try table([
            [
                Answers.nextHop("10.96.12.34/32", via: "192.168.2.10"),
                Answers.nextHop("10.96.12.34/32", via: "192.168.2.9"),
                Answers.nextHop("10.244.0.64/26", via: "192.168.2.9"),
            ]
        ])
        #expect(
            table.vrf == "common:calico" && table.prefixes.map(\.description) == ["10.96.12.34/32", "10.244.0.64/26"])
        let prefix = try #require(IPPrefix("10.96.12.34/32"))
        let hops = try #require(table.nextHops(of: prefix))
        #expect(hops.addresses.map(\.description) == ["192.168.2.9", "192.168.2.10"])
        #expect(
            hops.hops.first
                == NextHop(address: IPAddress("192.168.2.9"), owner: "bgp-65002", kind: "external", tag: 64500))
        #expect(table.ages == [88, 88])
    }

    @Test func twoNamesOfOneNextHopCountOnce() throws {
        let table = try table([
            [
                Answers.nextHop("10.96.12.34/32", via: "192.168.2.1"),
                Answers.nextHop("10.96.12.34/32", via: "192.168.2.1", isSecondName: true),
            ]
        ])
        #expect(table.nextHops(at: 0).hops.count == 1)
    }

    @Test func overlappingAndUnorderedPagesGiveTheSameTable() throws {
        let objects = ["192.168.2.1", "192.168.2.9"].flatMap { address in
            (0..<50).map { Answers.nextHop("10.244.\($0).0/26", via: address) }
        }
        let ordered = objects.sorted()
        let whole = try table([ordered])
        #expect(try table([Array(ordered[..<40]), Array(ordered[30...])]) == whole)
        #expect(try table([Array(objects[50...]), Array(objects[..<50])]) == whole)
        #expect(whole.count == 50 && whole.nextHopSets.count == 1)
    }

    /// Times of one day are read by their hour, minute and second alone: whatever stands between, each tells its own age.
    @Test func everyFormOfATimeTellsTheSameAloneAndAmongOthers() throws {
        let times = [
            "2026-01-10T09:58:32.000+00:00", "2026-01-10T09:58:33.000+00:00", "2026-01-09T23:59:59.000+00:00",
            "2026-01-10T10:59:00.000+01:00", "2026-01-10T09:59:00.000+00:00", "2026-01-10T09:58:3x.000+00:00",
            "2026-01-10T24:00:00.000+00:00", "2026-01-10T09:59:59.000+00:00", "never", "", "2026-01-10T09:59:50Z",
            "2026-01-10T09:59:58.250+00:00", "2026-01-10T09:57:00.000+00:00",
        ]
        func hop(_ place: Int) -> String {
            Answers.nextHop("10.244.\(place).0/26", via: "192.168.2.9")
                .replacing("2026-01-10T09:58:32.000+00:00", with: times[place])
        }
        let alone = try times.indices.map { try table([[hop($0)]]).ages[0] }
        #expect(try table([times.indices.map(hop)]).ages == alone)
        #expect(alone == [88, 87, 36_001, 60, 60, 0, 0, 1, 0, 0, 10, 2, 180])
    }

    @Test func nestedNextHopsBelongToTheirRoute() throws {
        let table = try table([
            [
                Answers.route(
                    "10.244.0.64/26", children: [Answers.nextHop("10.244.0.64/26", via: "192.168.2.9", named: false)]),
                Answers.route(
                    "10.244.1.0/26", children: [Answers.nextHop("10.244.1.0/26", via: "192.168.2.1", named: false)]),
            ]
        ])
        #expect(table.prefixes.map(\.description) == ["10.244.0.64/26", "10.244.1.0/26"])
        #expect(table.nextHops(at: 1).addresses.map(\.description) == ["192.168.2.1"])
    }

    @Test func inactiveNextHopsForwardNothing() throws {
        let idle = Answers.nextHop("10.96.0.1/32", via: "192.168.2.1").replacing(
            "\"active\":\"yes\"", with: "\"active\":\"no\"")
        let table = try table([[idle, Answers.nextHop("10.96.0.2/32", via: "192.168.2.1")]])
        #expect(table.prefixes.map(\.description) == ["10.96.0.2/32"])
    }

    @Test func nextHopsWithoutATableAreTold() {
        var routes = APICRoutes()
        let parsed = routes.add(
            Answers.answer([Answers.object("uribv4Nexthop", [("dn", "uni/tn-x"), ("addr", "1.1.1.1/32")])]))
        #expect(parsed.diagnostics.map(\.message) == ["a next hop whose name tells no table"])
    }
}
