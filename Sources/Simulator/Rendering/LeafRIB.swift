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
        rib(of: leaf).first { $0.prefix == prefix }?.hops.map(\.address) ?? []
    }

    /// A leaf's table in the order of a routing table.
    func rib(of leaf: LeafID) -> [RIBRoute] {
        guard let plan = topology.leaf(leaf), let rack = topology.rack(plan.rack) else { return [] }
        var routes = localRoutes(plan)
        let own = externalPaths(of: leaf)
        for (prefix, candidates) in own { routes.append(RIBRoute(prefix: prefix, hops: best(candidates, rack))) }
        for (prefix, hops) in internalHops(except: leaf) where own[prefix] == nil {
            routes.append(RIBRoute(prefix: prefix, hops: Array(hops.prefix(16))))
        }
        return routes.sorted { $0.prefix < $1.prefix }
    }

    /// A path with the address of the node that it came from.
    struct Candidate {
        var address: IPAddress
        var path: AcceptedPath
    }

    /// The eBGP paths of a leaf, stale ones included.
    func externalPaths(of leaf: LeafID) -> [IPPrefix: [Candidate]] {
        var found: [IPPrefix: [Candidate]] = [:]
        guard let plan = topology.leaf(leaf) else { return found }
        for node in topology.nodes where node.rack == plan.rack {
            guard let paths = sessions[SessionKey(node: node.name, leaf: leaf)]?.leaf.paths else { continue }
            for (prefix, path) in paths {
                found[prefix, default: []].append(Candidate(address: node.address, path: path))
            }
        }
        return found
    }

    /// Best path selection: the shortest AS path, then as many of equal length as the release and relax allow.
    private func best(_ candidates: [Candidate], _ rack: Topology.RackPlan) -> [RIBHop] {
        let shortest = candidates.map(\.path.asPath.count).min() ?? 0
        var chosen = candidates.filter { $0.path.asPath.count == shortest }.sorted { $0.address < $1.address }
        if let first = chosen.first, conditions.withoutRelax || !topology.relaxesMultipath {
            chosen = chosen.filter { $0.path.asPath == first.path.asPath }
        }
        return chosen.prefix(topology.ecmpLimit).map { candidate in
            RIBHop(
                address: candidate.address, vrf: topology.vrf, preference: 20, since: candidate.path.since,
                words: "bgp-\(topology.fabricAS), external, tag \(rack.asn)", isRecursive: topology.ecmpLimit > 1)
        }
    }

    /// What the route reflectors bring from the other leaves: their TEPs, with preference 200.
    private func internalHops(except leaf: LeafID) -> [IPPrefix: [RIBHop]] {
        var found: [IPPrefix: [RIBHop]] = [:]
        for other in topology.leaves where other.id != leaf && !conditions.reloading.contains(other.id) {
            guard let rack = topology.rack(other.rack) else { continue }
            for (prefix, candidates) in externalPaths(of: other.id) {
                let since = candidates.map(\.path.since).min() ?? .zero
                found[prefix, default: []].append(
                    RIBHop(
                        address: other.tep, vrf: "overlay-1", preference: 200, since: since + .seconds(1),
                        words: "bgp-\(topology.fabricAS), internal, tag \(rack.asn)"))
            }
        }
        return found
    }

    /// The leaf's own routes: its router id, and for every node of its rack the subnet, its address and the gateway.
    private func localRoutes(_ leaf: Topology.LeafPlan) -> [RIBRoute] {
        let booted = leafStates[leaf.id]?.bootedAt ?? .zero
        func local(_ address: IPAddress, _ interface: String, _ words: String) -> RIBHop {
            RIBHop(address: address, interface: interface, preference: 0, since: booted, words: words)
        }
        var routes = [
            RIBRoute(
                prefix: IPPrefix(host: leaf.routerID), flags: ["attached", "direct"],
                hops: [local(leaf.routerID, "lo6", "local, local"), local(leaf.routerID, "lo6", "direct")])
        ]
        for node in topology.nodes where node.rack == leaf.rack {
            guard let own = topology.address(of: leaf.id, towards: node) else { continue }
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
