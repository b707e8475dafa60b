import Fabric

/// A route of a node's BIRD.
struct BIRDRoute: Sendable, Hashable {
    var prefix: IPPrefix
    /// `blackhole`, `dev eth0`, `via A on eth0`.
    var nextHop: String
    /// The protocol that it came from.
    var source: String
    var since: Duration
    /// `(200)`, `(100/0) [AS65103i]`.
    var tail: String
    /// What `all` adds, without the leading tab.
    var attributes: [String]
}

extension SimulatedFabric {
    /// The table `master` of a node's BIRD, in an order that looks like a hash table's.
    func birdRoutes(_ node: NodeName) -> [BIRDRoute] {
        guard let daemon = daemons[node], let plan = nodePlans[node] else { return [] }
        let learned = daemon.startedAt + .seconds(1)
        let kernel = ["Type: inherit unicast univ", "Kernel.source: 3", "Kernel.metric: 0"]
        var routes: [BIRDRoute] = []
        if let any = IPPrefix("0.0.0.0/0") {
            routes.append(
                BIRDRoute(
                    prefix: any, nextHop: "via \(gateways[node] ?? plan.gateway) on eth0", source: "kernel1",
                    since: learned,
                    tail: "(10)", attributes: kernel))
        }
        routes.append(
            BIRDRoute(
                prefix: plan.subnet, nextHop: "dev eth0", source: "direct1", since: daemon.startedAt, tail: "(240)",
                attributes: ["Type: device unicast univ"]))
        for prefix in daemon.configuration.statics {
            routes.append(staticRoute(prefix, daemon))
        }
        for pod in cluster.pods where pod.node == node && pod.address != plan.address {
            guard let address = pod.address else { continue }
            routes.append(
                BIRDRoute(
                    prefix: IPPrefix(host: address), nextHop: "dev \(SimulatedFabric.interface(of: pod))",
                    source: "kernel1",
                    since: daemon.addedAt[IPPrefix(host: address)] ?? max(learned, pod.createdAt + .seconds(2)),
                    tail: "(10)",
                    attributes: kernel))
        }
        routes += meshRoutes(plan, daemon)
        for key in keys(of: node) { routes += receivedRoutes(key) }
        return routes.map { (SeededRandom.hash($0.prefix.description), $0) }.sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// The blackhole route of a block or service.
    func staticRoute(_ prefix: IPPrefix, _ daemon: Daemon) -> BIRDRoute {
        BIRDRoute(
            prefix: prefix, nextHop: "blackhole", source: "static1",
            since: daemon.addedAt[prefix] ?? daemon.startedAt, tail: "(200)",
            attributes: ["Type: static unicast univ"])
    }

    /// The host's end of a pod's interface: `cali` and eleven hexadecimal digits.
    private static func interface(of pod: SimulatedPod) -> String {
        let digits = String(hash(pod), radix: 16)
        return "cali" + (String(repeating: "0", count: max(0, 11 - digits.count)) + digits).suffix(11)
    }

    private static func hash(_ pod: SimulatedPod) -> UInt64 { SeededRandom.hash(pod.name.description) }

    private func meshRoutes(_ plan: Topology.NodePlan, _ daemon: Daemon) -> [BIRDRoute] {
        guard daemon.configuration.isMeshEnabled else { return [] }
        return daemon.exports.filter { $0.value.count > 1 }.compactMap { prefix, asPath in
            guard let origin = asPath.last, let other = topology.nodes.first(where: { $0.blocks.contains(prefix) })
            else { return nil }
            return BIRDRoute(
                prefix: prefix, nextHop: "via \(plan.gateway) on eth0",
                source: SimulatedFabric.protocolName("Mesh_", other.address), since: daemon.reconfiguredAt,
                tail: "(100/?) [AS\(origin)i]",
                attributes: [
                    "Type: BGP unicast univ", "BGP.origin: IGP", "BGP.as_path: \(origin)",
                    "BGP.next_hop: \(other.address)", "BGP.local_pref: 100",
                ])
        }
    }

    /// What the export filter lets through to a peer: the node's blocks and services, and with the mesh what it
    /// learned of other nodes, except towards the node that it learned it from.
    func exportedRoutes(_ node: NodeName, _ peer: String) -> [BIRDRoute] {
        exported(of: birdRoutes(node), node, peer)
    }

    /// The same of a table that is at hand.
    func exported(of table: [BIRDRoute], _ node: NodeName, _ peer: String) -> [BIRDRoute] {
        guard let daemon = daemons[node] else { return [] }
        return table.filter { route in
            route.source != peer && daemon.exports[route.prefix] != nil
                && (route.source == "static1" || daemon.configuration.borrowed.contains(route.prefix)
                    || (route.source.hasPrefix("Mesh_") && peer.hasPrefix("Node_")))
        }
    }

    /// `show route` with its variants; `words` are those after it.
    func birdRoute(_ node: NodeName, _ words: [String]) -> BIRDReply {
        let table = birdRoutes(node)
        var rest = words[...]
        var routes = table
        var all = false
        var counts = false
        var isNamed = false
        while let word = rest.popFirst() {
            switch word {
            case "all": all = true
            case "count": counts = true
            case "primary": break
            case "export", "noexport", "preexport", "protocol":
                let name = rest.popFirst() ?? ""
                guard protocolRows(node).contains(where: { $0.name == name }) else {
                    return BIRDReply(9001, "\(name) is not a protocol")
                }
                routes = select(routes, word, exported(of: table, node, name), name)
            case "for":
                guard let address = rest.popFirst().flatMap({ IPAddress($0) }) else {
                    return BIRDReply(9001, "syntax error")
                }
                isNamed = true
                routes =
                    routes.filter { $0.prefix.contains(address) }.max { $0.prefix.length < $1.prefix.length }
                    .map { [$0] } ?? []
            default:
                guard let prefix = IPPrefix(word) else { return BIRDReply(9001, "syntax error") }
                isNamed = true
                routes = routes.filter { $0.prefix == prefix }
            }
        }
        if counts {
            return BIRDReply(14, "\(routes.count) of \(table.count) routes for \(table.count) networks")
        }
        if isNamed, routes.isEmpty { return BIRDReply(8001, "Network not in table") }
        return listing(routes, all: all)
    }

    private func select(
        _ routes: [BIRDRoute], _ word: String, _ exported: [BIRDRoute], _ name: String
    ) -> [BIRDRoute] {
        let exported = Set(exported.map(\.prefix))
        switch word {
        case "export": return routes.filter { exported.contains($0.prefix) }
        case "noexport": return routes.filter { !exported.contains($0.prefix) }
        case "protocol": return routes.filter { $0.source == name }
        default: return routes
        }
    }

    private func listing(_ routes: [BIRDRoute], all: Bool) -> BIRDReply {
        var lines: [BIRDReply.Line] = []
        for route in routes {
            let line =
                "\(route.prefix.description.padded(18)) \(route.nextHop) [\(route.source) \(birdTime(route.since))]"
                + " * \(route.tail)"
            lines.append(BIRDReply.Line(code: 1007, text: line))
            guard all else { continue }
            for (index, attribute) in route.attributes.enumerated() {
                lines.append(BIRDReply.Line(code: index == 0 ? 1008 : 1012, text: "\t" + attribute))
            }
        }
        return BIRDReply(lines + [BIRDReply.Line(code: 0, text: "")])
    }
}
