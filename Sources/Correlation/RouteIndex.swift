import Fabric

/// Which prefixes each leaf forwards to each node of its rack: the tables turned over once, in one pass per leaf.
struct RouteIndex: Sendable {
    /// A route of a leaf through a node: positions instead of prefixes keep the index small.
    struct Through: Sendable {
        /// The leaf's table.
        let table: Observed<RouteTable>
        /// Row numbers, ascending.
        let rows: [Int]
    }

    private let through: [SessionKey: [Through]]
    private let readLeaves: Set<LeafID>
    /// Table rows visited while indexing: each row once.
    let rowsVisited: Int

    init(_ facts: Facts, _ inventory: Inventory) {
        var through: [SessionKey: [Through]] = [:]
        var visited = 0
        var read: Set<LeafID> = []
        let nodes = Dictionary(grouping: inventory.nodes.filter { $0.address != nil }, by: { $0.rack ?? "" })
        for leaf in inventory.leaves {
            for family in AddressFamily.allCases {
                guard let table = facts.table(leaf.id, family) else { continue }
                read.insert(leaf.id)
                visited += table.value.count
                for (name, rows) in RouteIndex.rows(of: table.value, nodes: nodes[leaf.rack ?? ""] ?? []) {
                    let key = SessionKey(node: name, leaf: leaf.id)
                    through[key, default: []].append(Through(table: table, rows: rows))
                }
            }
        }
        self.through = through
        readLeaves = read
        rowsVisited = visited
    }

    private static func rows(of table: RouteTable, nodes: [Node]) -> [(NodeName, [Int])] {
        let names = nodes.map(\.name)
        let numbers = Dictionary(
            nodes.enumerated().compactMap { index, node in node.address.map { ($0, index) } },
            uniquingKeysWith: { first, _ in first })
        let nodesOfSet = table.nextHopSets.map { set in
            Set(set.hops.filter(\.isBGP).compactMap { $0.address.flatMap { numbers[$0] } }).sorted()
        }
        var rows = [[Int]](repeating: [], count: names.count)
        for (row, set) in table.setIndexes.enumerated() {
            for node in nodesOfSet[Int(set)] { rows[node].append(row) }
        }
        return zip(names, rows).filter { !$0.1.isEmpty }.map { ($0, $1) }
    }

    /// The routes of a leaf through a node.
    func routes(_ key: SessionKey) -> [Through] { through[key] ?? [] }

    /// The prefixes of a leaf through a node.
    func prefixes(_ key: SessionKey) -> PrefixList {
        var list = PrefixList()
        for through in routes(key) {
            let keys = through.table.value.prefixes.v4Keys
            if keys.isEmpty {
                for row in through.rows { list.append(through.table.value.prefixes[row]) }
            } else {
                list.append(v4Keys: through.rows.lazy.map { keys[$0] })
            }
        }
        list.settle()
        return list
    }

    /// The number of prefixes of a leaf through a node; nil where no table of the leaf was read.
    func installedCount(_ key: SessionKey) -> Int? {
        readLeaves.contains(key.leaf) ? routes(key).map(\.rows.count).reduce(0, +) : nil
    }
}

extension NextHop {
    /// Whether BGP brought the next hop.
    var isBGP: Bool { owner.hasPrefix("bgp") }
}
