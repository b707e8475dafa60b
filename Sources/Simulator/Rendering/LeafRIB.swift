public import Fabric

/// A next hop of a leaf's routing table.
struct RIBHop: Sendable, Hashable {
    var address: IPAddress
    /// The VRF behind `%`, or nil where an interface follows.
    var vrf: String?
    var interface: String?
    var preference: Int
    var metric = 0
    var since: Duration
    /// What follows the age: `bgp-65001, external, tag 65101`.
    var words: String
    /// Whether the next hop is found through another route of the VRF.
    var isRecursive = false
}

/// A route of a leaf's routing table.
struct RIBRoute: Sendable, Hashable {
    var prefix: IPPrefix
    var flags: [String] = []
    var hops: [RIBHop]
}

extension SimulatedFabric {
    /// The next hops that a leaf has installed for a prefix: node addresses for its own rack's, TEPs of other leaves
    /// for the rest; empty where the prefix is not in the table.
    public func nextHops(of prefix: IPPrefix, on leaf: LeafID) -> [IPAddress] {
        var found: [IPAddress] = []
        RIBWalk(self, leaf)?.forEach { route in
            if route.prefix == prefix { found = hops(route, of: leaf).map(\.address) }
        }
        return found
    }

    /// A leaf's table in the order of a routing table.
    func rib(of leaf: LeafID) -> [RIBRoute] {
        var routes: [RIBRoute] = []
        RIBWalk(self, leaf)?.forEach { route in
            if case .local(let local) = route.source {
                routes.append(local)
            } else {
                routes.append(RIBRoute(prefix: route.prefix, hops: hops(route, of: leaf)))
            }
        }
        return routes
    }

    /// The next hops of a route as they are printed.
    private func hops(_ route: RIBWalk.Route, of leaf: LeafID) -> [RIBHop] {
        switch route.source {
        case .local(let local): return local.hops
        case .external(let entries):
            let asn = topology.leaf(leaf).flatMap { topology.rack($0.rack) }?.asn ?? ASN(0)
            return entries.map { entry in
                RIBHop(
                    address: topology.nodes[entry.node].address, vrf: topology.vrf, preference: 20,
                    since: entry.path.since, words: "bgp-\(topology.fabricAS), external, tag \(asn)",
                    isRecursive: topology.ecmpLimit > 1)
            }
        case .internal(let hops):
            return hops.map { hop in
                let plan = topology.leaves[hop.leaf]
                return RIBHop(
                    address: plan.tep, vrf: "overlay-1", preference: 200, since: hop.since,
                    words: "bgp-\(topology.fabricAS), internal, tag \(topology.rack(plan.rack)?.asn ?? ASN(0))")
            }
        }
    }

    /// A path with the address of the node that it came from.
    struct Candidate {
        var address: IPAddress
        var path: AcceptedPath
    }

    /// The eBGP paths of a leaf, stale ones included.
    func externalPaths(of leaf: LeafID) -> [IPPrefix: [Candidate]] {
        let table = pathTable(of: leaf)
        return Dictionary(
            uniqueKeysWithValues: table.prefixes.indices.map { row in
                let own = table[row].map {
                    Candidate(address: topology.nodes[$0.node].address, path: $0.path)
                }
                return (table.prefixes[row], own)
            })
    }

    /// The leaf's own routes: its router id, and for every node of its rack the subnet, its address and the gateway.
    func localRoutes(_ leaf: Topology.LeafPlan) -> [RIBRoute] {
        let booted = leafStates[leaf.id]?.bootedAt ?? .zero
        func local(_ address: IPAddress, _ interface: String, _ words: String) -> RIBHop {
            RIBHop(address: address, interface: interface, preference: 0, since: booted, words: words)
        }
        var routes = [
            RIBRoute(
                prefix: IPPrefix(host: leaf.routerID), flags: ["attached", "direct"],
                hops: [local(leaf.routerID, "lo6", "local, local"), local(leaf.routerID, "lo6", "direct")])
        ]
        let side = topology.rack(leaf.rack)?.leaves.firstIndex(of: leaf.id) ?? 0
        for node in topology.nodes where node.rack == leaf.rack && side < node.leafAddresses.count {
            let own = node.leafAddresses[side]
            let interface = "vlan\(node.vlan - 300)"
            routes.append(
                RIBRoute(
                    prefix: node.subnet, flags: ["attached", "direct"], hops: [local(own, interface, "direct")]))
            for address in [own, node.gateway] {
                routes.append(
                    RIBRoute(
                        prefix: IPPrefix(host: address), flags: ["attached"],
                        hops: [local(address, interface, "local, local")]))
            }
        }
        return routes
    }
}

/// A walk through a leaf's table by one merge: its own routes, the paths of its nodes, and what the route reflectors
/// bring from the other leaves.
struct RIBWalk {
    /// A next hop on another leaf: its place in the topology.
    struct InternalHop: Hashable {
        var leaf: Int
        var since: Duration
    }

    enum Source {
        case local(RIBRoute)
        /// The best paths of the leaf's own nodes.
        case external([PathTable.Entry])
        /// Other leaves that have the prefix.
        case `internal`([InternalHop])
    }

    struct Route {
        var prefix: IPPrefix
        var source: Source
    }

    private let fabric: SimulatedFabric
    private let local: [RIBRoute]
    private let own: PathTable
    private let others: [(leaf: Int, table: PathTable)]
    private let isShared: Bool
    private let limit: Int
    /// Own prefixes that found no entry in the LPM table.
    private let uninstalled: Set<IPPrefix>
    /// As many next hops from other leaves (iBGP) at most.
    private static let internalLimit = 16

    init?(_ fabric: SimulatedFabric, _ leaf: LeafID) {
        guard let plan = fabric.topology.leaf(leaf) else { return nil }
        self.fabric = fabric
        local = fabric.localRoutes(plan).sorted { $0.prefix < $1.prefix }
        own = fabric.pathTable(of: leaf)
        others = fabric.topology.leaves.enumerated().compactMap { index, other in
            other.id == leaf || fabric.conditions.reloading.contains(other.id)
                ? nil : (index, fabric.pathTable(of: other.id))
        }
        limit = fabric.conditions.has(.maximumPathsOne) ? 1 : fabric.topology.ecmpLimit
        let podSubnet = fabric.topology.podSubnet
        uninstalled =
            fabric.conditions.has(.lpmFull, leaf)
            ? Set(own.prefixes.filter { podSubnet.contains($0) }.suffix(2)) : []
        isShared = fabric.topology.relaxesMultipath && !fabric.conditions.withoutRelax
    }

    /// Calls with every route, ascending.
    func forEach(_ body: (Route) -> Void) {
        var l = 0
        var e = 0
        var heads = [Int](repeating: 0, count: others.count)
        while true {
            var next = l < local.count ? local[l].prefix : nil
            if e < own.prefixes.count { next = next.map { min($0, own.prefixes[e]) } ?? own.prefixes[e] }
            for (index, other) in others.enumerated() where heads[index] < other.table.prefixes.count {
                let head = other.table.prefixes[heads[index]]
                if next.map({ head < $0 }) ?? true { next = head }
            }
            guard let prefix = next else { return }
            var hops: [InternalHop] = []
            let isOwn = e < own.prefixes.count && own.prefixes[e] == prefix
            for (index, other) in others.enumerated() {
                let row = heads[index]
                guard row < other.table.prefixes.count, other.table.prefixes[row] == prefix else { continue }
                heads[index] += 1
                guard !isOwn, hops.count < RIBWalk.internalLimit else { continue }
                let since = other.table[row].lazy.map(\.path.since).min() ?? .zero
                hops.append(InternalHop(leaf: other.leaf, since: since + .seconds(1)))
            }
            while l < local.count, local[l].prefix == prefix {
                body(Route(prefix: prefix, source: .local(local[l])))
                l += 1
            }
            if isOwn, uninstalled.contains(prefix) {
                e += 1
            } else if isOwn {
                body(Route(prefix: prefix, source: .external(best(own[e]))))
                e += 1
            } else if !hops.isEmpty {
                body(Route(prefix: prefix, source: .internal(hops)))
            }
        }
    }

    /// The number of routes, and of the leaf's own paths.
    var counts: (routes: Int, paths: Int) {
        var routes = 0
        forEach { _ in routes += 1 }
        return (routes, own.entries.count + routes - own.prefixes.count)
    }

    /// Best path selection: the shortest AS path, then as many of equal length as the release and relax allow.
    private func best(_ candidates: ArraySlice<PathTable.Entry>) -> [PathTable.Entry] {
        guard let first = candidates.first else { return [] }
        let shortest = candidates.lazy.map(\.path.asPath.count).min() ?? 0
        var chosen: [PathTable.Entry] = []
        for candidate in candidates where candidate.path.asPath.count == shortest {
            if let first = chosen.first, !isShared, candidate.path.asPath != first.path.asPath { continue }
            chosen.append(candidate)
            if chosen.count == limit { break }
        }
        return chosen.isEmpty ? [first] : chosen
    }
}
