import Fabric
import Testing

@Suite struct RouteTableTests {
    private let first = NextHopSet([NextHop(address: IPAddress("192.168.2.1"), owner: "bgp-65002", kind: "external")])
    private let second = NextHopSet([NextHop(address: IPAddress("192.168.2.9"), owner: "bgp-65002", kind: "internal")])

    private func table(_ rows: [(String, UInt32)], family: AddressFamily = .ipv4) -> RouteTable {
        RouteTable(
            vrf: "common:calico", family: family,
            rows: rows.compactMap { text, set in
                IPPrefix(text).map { RouteTable.Row(prefix: $0, setIndex: set, age: 1) }
            },
            nextHopSets: [first, second])
    }

    @Test func sortsByPrefix() {
        let table = table([("10.96.0.0/12", 0), ("10.0.0.0/8", 0), ("0.0.0.0/0", 1), ("10.96.0.0/16", 0)])
        #expect(
            table.prefixes.map(\.description) == ["0.0.0.0/0", "10.0.0.0/8", "10.96.0.0/12", "10.96.0.0/16"])
        #expect(table.setIndexes == [1, 0, 0, 0])
    }

    @Test func theLastOfDuplicatesHolds() throws {
        let table = table([("10.0.0.0/8", 0), ("9.0.0.0/8", 0), ("10.0.0.0/8", 1)])
        #expect(table.count == 2)
        #expect(IPPrefix("10.0.0.0/8").flatMap { table.nextHops(of: $0) } == second)
        #expect(table.ages.count == 2)
    }

    @Test func columnsGiveTheTableOfTheirRows() throws {
        let orders = [
            ["9.0.0.0/8", "10.0.0.0/8", "10.96.0.0/12", "10.96.0.0/16"],
            ["10.96.0.0/16", "9.0.0.0/8", "10.96.0.0/12", "9.0.0.0/8"], ["2001:db8::/64", "2001:db8::/32"], [],
        ]
        for order in orders {
            let prefixes = order.compactMap { IPPrefix($0) }
            let column = PrefixColumn(prefixes)
            let family = prefixes.first?.family ?? .ipv4
            let numbers = prefixes.indices.map { UInt32($0 % 2) }
            let rows = zip(prefixes, numbers).map { RouteTable.Row(prefix: $0, setIndex: $1, age: $1) }
            let made = RouteTable(vrf: "v", family: family, rows: rows, nextHopSets: [first, second])
            let columns = RouteTable(
                vrf: "v", family: family, ascending: column, setIndexes: numbers, ages: numbers,
                nextHopSets: [first, second])
            #expect(columns == made)
            #expect(column.ascendingPlaces().map { column[$0] } == prefixes.sorted())
        }
        let two = PrefixColumn(orders[0].compactMap { IPPrefix($0) })
        let short = RouteTable(
            vrf: "v", family: .ipv4, ascending: two, setIndexes: [0, 5], ages: [1], nextHopSets: [first])
        #expect(short.prefixes.map(\.description) == ["9.0.0.0/8"] && short.setIndexes == [0] && short.ages == [1])
    }

    @Test func aRowWithoutItsSetIsLeftOut() {
        #expect(table([("10.0.0.0/8", 7), ("9.0.0.0/8", 0)]).count == 1)
    }

    @Test func findsTheLongestMatch() throws {
        let table = table([("0.0.0.0/0", 0), ("10.244.0.0/16", 0), ("10.244.7.64/26", 1), ("10.244.7.65/32", 0)])
        func match(_ text: String) throws -> String? {
            table.longestMatch(for: try #require(IPAddress(text))).map { table.prefixes[$0].description }
        }
        #expect(try match("10.244.7.65") == "10.244.7.65/32")
        #expect(try match("10.244.7.66") == "10.244.7.64/26")
        #expect(try match("10.244.8.1") == "10.244.0.0/16")
        #expect(try match("8.8.8.8") == "0.0.0.0/0")
        #expect(try match("::1") == nil)
    }

    @Test func findsTheLongestMatchInIPv6() throws {
        let table = table([("fd00:2::/64", 0), ("fd00:2::1/128", 1)], family: .ipv6)
        #expect(IPAddress("fd00:2::1").flatMap { table.longestMatch(for: $0) } == 1)
        #expect(IPAddress("fd00:2::2").flatMap { table.longestMatch(for: $0) } == 0)
        #expect(IPAddress("fd00:3::2").flatMap { table.longestMatch(for: $0) } == nil)
    }

    @Test func anEmptyTableAnswers() throws {
        let table = table([])
        #expect(table.count == 0)
        #expect(IPPrefix("10.0.0.0/8").flatMap { table.index(of: $0) } == nil)
        #expect(IPAddress("10.0.0.1").flatMap { table.longestMatch(for: $0) } == nil)
    }

    @Test func tellsExternalNextHops() {
        #expect(first.hops.allSatisfy { $0.isExternalBGP })
        #expect(!second.hops.contains { $0.isExternalBGP })
        #expect(first.addresses.map(\.description) == ["192.168.2.1"])
    }
}
