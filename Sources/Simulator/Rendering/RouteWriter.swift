import Fabric

/// Writes a leaf's routes as text. A full table has some 300,000 next hops, so what is the same for every route of a
/// node or leaf is made once, and ages are remembered.
struct RouteWriter {
    private(set) var bytes: [UInt8] = []
    private let now: Duration
    /// For each node what stands before and behind the age, once it was needed.
    private var nodes: [Piece?]
    private var leaves: [Piece?]
    private let topology: Topology
    private let asn: ASN
    private var ages: [Duration: [UInt8]] = [:]

    /// The text of a next hop around its age, and the line after it.
    private struct Piece {
        var before: [UInt8]
        var behind: [UInt8]
    }

    init(_ fabric: SimulatedFabric, _ leaf: Topology.LeafPlan) {
        now = fabric.now
        topology = fabric.topology
        asn = topology.rack(leaf.rack)?.asn ?? ASN(0)
        nodes = Array(repeating: nil, count: topology.nodes.count)
        leaves = Array(repeating: nil, count: topology.leaves.count)
    }

    mutating func add(_ text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func add(_ route: RIBWalk.Route) {
        switch route.source {
        case .local(let local): add(local)
        case .external(let entries):
            head(route.prefix, entries.count)
            for entry in entries { hop(node(entry.node), entry.path.since) }
        case .internal(let hops):
            head(route.prefix, hops.count)
            for internalHop in hops { hop(leaf(internalHop.leaf), internalHop.since) }
        }
    }

    private mutating func add(_ route: RIBRoute) {
        head(route.prefix, route.hops.count, flags: route.flags)
        for hop in route.hops {
            let age = Uptime.text(now - hop.since, route: true)
            add("    *via \(hop.address), \(hop.interface ?? ""), [\(hop.preference)/\(hop.metric)], \(age), ")
            add("\(hop.words)\n")
        }
    }

    private mutating func head(_ prefix: IPPrefix, _ hops: Int, flags: [String] = []) {
        address(prefix.address)
        bytes.append(UInt8(ascii: "/"))
        number(Int(prefix.length))
        bytes.append(contentsOf: ", ubest/mbest: ".utf8)
        number(hops)
        bytes.append(contentsOf: "/0".utf8)
        for flag in flags { add(", " + flag) }
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func hop(_ piece: Piece, _ since: Duration) {
        bytes.append(contentsOf: piece.before)
        let known = ages[since] ?? Array(Uptime.text(now - since, route: true).utf8)
        ages[since] = known
        bytes.append(contentsOf: known)
        bytes.append(contentsOf: piece.behind)
    }

    private mutating func node(_ index: Int) -> Piece {
        if let known = nodes[index] { return known }
        let address = topology.nodes[index].address
        var behind = ", bgp-\(topology.fabricAS), external, tag \(asn)\n"
        if topology.ecmpLimit > 1 {
            behind += "         recursive next hop: \(address)/32%\(topology.vrf)\n"
        }
        let before = "    *via \(address)%\(topology.vrf), [20/0], "
        let piece = Piece(before: Array(before.utf8), behind: Array(behind.utf8))
        nodes[index] = piece
        return piece
    }

    private mutating func leaf(_ index: Int) -> Piece {
        if let known = leaves[index] { return known }
        let plan = topology.leaves[index]
        let tag = topology.rack(plan.rack)?.asn ?? ASN(0)
        let piece = Piece(
            before: Array("    *via \(plan.tep)%overlay-1, [200/0], ".utf8),
            behind: Array(", bgp-\(topology.fabricAS), internal, tag \(tag)\n".utf8))
        leaves[index] = piece
        return piece
    }

    private mutating func address(_ address: IPAddress) {
        guard let value = address.v4 else { return add(address.description) }
        for shift in [24, 16, 8, 0] {
            number(Int(value >> UInt32(shift) & 255))
            if shift > 0 { bytes.append(UInt8(ascii: ".")) }
        }
    }

    private mutating func number(_ value: Int) {
        if value >= 1000 { return add(String(value)) }
        if value >= 100 { bytes.append(UInt8(48 + value / 100)) }
        if value >= 10 { bytes.append(UInt8(48 + value / 10 % 10)) }
        bytes.append(UInt8(48 + value % 10))
    }
}
