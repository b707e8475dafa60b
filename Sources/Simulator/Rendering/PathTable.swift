import Fabric

/// The paths that one leaf has accepted from its nodes, sorted by prefix: made once for as long as no path comes or
/// goes, since a leaf of the design's maximum has some 85,000 of them.
struct PathTable: Sendable {
    /// A path with the place of its node in the topology.
    struct Entry: Sendable {
        var node: Int
        var path: AcceptedPath
    }

    /// What ``SimulatedFabric/pathVersions`` said when this was made.
    let version: Int
    /// The prefixes, ascending, each once.
    let prefixes: [IPPrefix]
    /// For each prefix the place of its first path; one more at the end.
    let starts: [Int]
    /// The paths, for each prefix in the order of the nodes.
    let entries: [Entry]

    /// Paths of nodes in the order of the topology, which is that of their addresses.
    init(version: Int, paths: [(node: Int, paths: [IPPrefix: AcceptedPath])]) {
        self.version = version
        var numbers: [IPPrefix: Int] = [:]
        var found: [(prefix: IPPrefix, entries: [Entry])] = []
        for (node, paths) in paths {
            for (prefix, path) in paths {
                let number = numbers[prefix] ?? found.count
                if number == found.count {
                    numbers[prefix] = number
                    found.append((prefix, []))
                }
                found[number].entries.append(Entry(node: node, path: path))
            }
        }
        found.sort { $0.prefix < $1.prefix }
        prefixes = found.map(\.prefix)
        entries = found.flatMap(\.entries)
        var starts = [0]
        starts.reserveCapacity(found.count + 1)
        for item in found { starts.append((starts.last ?? 0) + item.entries.count) }
        self.starts = starts
    }

    /// The paths of a row.
    subscript(row: Int) -> ArraySlice<Entry> { entries[starts[row]..<starts[row + 1]] }
}

extension SimulatedFabric {
    /// The paths of a leaf; those that were made before where nothing has changed since.
    func pathTable(of leaf: LeafID) -> PathTable {
        let version = pathVersions[leaf] ?? 0
        if let known = pathTables[leaf], known.version == version { return known }
        guard let rack = topology.leaf(leaf)?.rack else { return PathTable(version: version, paths: []) }
        let paths = topology.nodes.enumerated().compactMap { index, node in
            node.rack == rack
                ? sessions[SessionKey(node: node.name, leaf: leaf)].map { (node: index, paths: $0.leaf.paths) } : nil
        }
        return PathTable(version: version, paths: paths)
    }

    /// Makes the tables of all leaves that have changed, so that renderings need not.
    mutating func prepareTables() {
        for leaf in topology.leaves where pathTables[leaf.id]?.version != pathVersions[leaf.id] ?? 0 {
            pathTables[leaf.id] = pathTable(of: leaf.id)
        }
        for leaf in topology.leaves where knownCounts[leaf.id]?.key != countKey {
            knownCounts[leaf.id] = TableCounts(key: countKey, counts: RIBWalk(self, leaf.id)?.counts ?? (0, 0))
        }
    }

    /// What the sizes of the tables follow from.
    private var countKey: TableCounts.Key {
        TableCounts.Key(versions: topology.leaves.map { pathVersions[$0.id] ?? 0 }, reloading: conditions.reloading)
    }

    /// The number of routes and paths of a leaf.
    func tableCounts(_ leaf: LeafID) -> (routes: Int, paths: Int) {
        if let known = knownCounts[leaf], known.key == countKey { return (known.routes, known.paths) }
        return RIBWalk(self, leaf)?.counts ?? (0, 0)
    }
}

/// The size of a leaf's table as once counted.
struct TableCounts: Sendable {
    struct Key: Sendable, Hashable {
        var versions: [Int]
        var reloading: Set<LeafID>
    }

    var key: Key
    var routes: Int
    var paths: Int

    init(key: Key, counts: (routes: Int, paths: Int)) {
        self.key = key
        routes = counts.routes
        paths = counts.paths
    }
}
