import Fabric

/// Which prefixes each leaf forwards to each node of its rack: the tables turned over once, in one pass per leaf.
struct RouteIndex: Sendable {
    /// A leaf's table of a family.
    struct Turned: Sendable {
        /// The leaf's table.
        var table: Observed<RouteTable>
        /// By node the numbers of the rows that lead to it, ascending: numbers keep the index small.
        let rows: [NodeName: [UInt32]]

        /// Whether another table has the same rows in the same place.
        func isOf(_ other: RouteTable) -> Bool {
            StoragePlace(table.value.setIndexes) == StoragePlace(other.setIndexes)
                && StoragePlace(table.value.nextHopSets) == StoragePlace(other.nextHopSets)
                && StoragePlace(table.value.prefixes.v4Keys) == StoragePlace(other.prefixes.v4Keys)
        }
    }

    private let leaves: [LeafID: [Turned]]
    /// Table rows visited while indexing: each row once.
    let rowsVisited: Int
    /// Leaves whose tables have other rows than before; nil: there was nothing before.
    let news: Set<LeafID>?

    /// - Parameter former: what was concluded before from the same inventory; tables with the same rows are not turned
    ///   over again.
    init(_ facts: Facts, _ inventory: Inventory, after former: RouteIndex? = nil) {
        var leaves: [LeafID: [Turned]] = [:]
        var visited = 0
        var news: Set<LeafID> = []
        lazy var nodes = Dictionary(grouping: inventory.nodes.filter { $0.address != nil }, by: { $0.rack ?? "" })
        for leaf in inventory.leaves {
            let known = former?.leaves[leaf.id] ?? []
            let tables = AddressFamily.allCases.compactMap { facts.table(leaf.id, $0) }
            leaves[leaf.id] = tables.map { table in
                if var turned = known.first(where: {
                    $0.table.value.family == table.value.family && $0.isOf(table.value)
                }) {
                    turned.table = table
                    return turned
                }
                visited += table.value.count
                news.insert(leaf.id)
                return Turned(table: table, rows: RouteIndex.rows(of: table.value, nodes: nodes[leaf.rack ?? ""] ?? []))
            }
            if known.count != tables.count { news.insert(leaf.id) }
        }
        self.leaves = leaves
        rowsVisited = visited
        self.news = former == nil ? nil : news
    }

    /// Whether every table was read when another index's was, and is the same.
    func areReadAt(_ other: RouteIndex?) -> Bool {
        guard let other, news?.isEmpty == true else { return false }
        return leaves.allSatisfy { leaf, tables in
            let before = other.leaves[leaf] ?? []
            return zip(tables, before).allSatisfy {
                $0.table.at == $1.table.at && StoragePlace($0.table.value.ages) == StoragePlace($1.table.value.ages)
            }
        }
    }

    private static func rows(of table: RouteTable, nodes: [Node]) -> [NodeName: [UInt32]] {
        let numbers = Dictionary(
            nodes.enumerated().compactMap { index, node in node.address.map { ($0, index) } },
            uniquingKeysWith: { first, _ in first })
        // The nodes of each set, one list behind the other: looking into it takes hold of nothing.
        var places: [Int] = []
        var starts: [Int] = [0]
        for set in table.nextHopSets {
            places += Set(set.hops.filter(\.isBGP).compactMap { $0.address.flatMap { numbers[$0] } }).sorted()
            starts.append(places.count)
        }
        var counts = [Int](repeating: 0, count: nodes.count)
        for set in table.setIndexes {
            for place in starts[Int(set)]..<starts[Int(set) + 1] { counts[places[place]] += 1 }
        }
        var rows = counts.map { count in
            var rows: [UInt32] = []
            rows.reserveCapacity(count)
            return rows
        }
        for (row, set) in table.setIndexes.enumerated() {
            for place in starts[Int(set)]..<starts[Int(set) + 1] {
                rows[places[place]].append(UInt32(truncatingIfNeeded: row))
            }
        }
        return Dictionary(zip(nodes.lazy.map(\.name), rows).filter { !$0.1.isEmpty }, uniquingKeysWith: { a, _ in a })
    }

    /// The routes of a leaf through a node: its tables, and the numbers of the rows, ascending.
    func routes(_ key: SessionKey) -> [(table: Observed<RouteTable>, rows: [UInt32])] {
        (leaves[key.leaf] ?? []).compactMap { turned in turned.rows[key.node].map { (turned.table, $0) } }
    }

    /// The prefixes of a leaf through a node.
    func prefixes(_ key: SessionKey) -> PrefixList {
        var list = PrefixList()
        for (table, rows) in routes(key) {
            let keys = table.value.prefixes.v4Keys
            if keys.isEmpty {
                for row in rows { list.append(table.value.prefixes[Int(row)]) }
            } else {
                list.append(v4Keys: rows.lazy.map { keys[Int($0)] })
            }
        }
        list.settle()
        return list
    }

    /// The number of prefixes of a leaf through a node; nil where no table of the leaf was read.
    func installedCount(_ key: SessionKey) -> Int? {
        guard let tables = leaves[key.leaf], !tables.isEmpty else { return nil }
        return tables.reduce(0) { $0 + ($1.rows[key.node]?.count ?? 0) }
    }
}

extension NextHop {
    /// Whether BGP brought the next hop.
    var isBGP: Bool { owner.hasPrefix("bgp") }
}
