import Design
import Fabric

extension Topology {
    /// The names that ``named(_:)`` knows.
    public static let names = ["figure-1", "figure-2", "rack-100", "design-max"]

    /// A topology by its name, nil for a name that is none of ``names``.
    public static func named(_ name: String) -> Topology? {
        switch name {
        case "figure-1": figure1
        case "figure-2": figure2
        case "rack-100": rack100
        case "design-max": designMax
        default: nil
        }
    }

    /// The paper's figure 1: two racks with AS 65101 and 65201, leaves 101 to 104, nodes 1 to 6 with AS 65102 to
    /// 65104 and 65202 to 65204, on ACI 4.2 with multipath relax.
    public static let figure1 = build(
        Draft(
            name: "figure-1", release: "4.2(1)", fabricAS: ASN(65001), vrf: "prod:k8s",
            racks: (1...2).map { Draft.Rack(number: $0, asn: 65001 + UInt32($0) * 100, nodes: 3) }))

    /// The paper's figure 2: leaves 203 and 204 (AS 64500), three nodes with AS 64501 to 64503, VRF common:calico, on
    /// an ACI before 4.2 that installs one next hop for an eBGP prefix.
    public static let figure2 = build(
        Draft(
            name: "figure-2", release: "4.1(2)", fabricAS: ASN(65002), vrf: "common:calico",
            racks: [
                Draft.Rack(
                    name: "rack-1", asn: 64500, leaves: [(203, "Leaf203"), (204, "Leaf204")],
                    nodes: [("calico-master-1", 64501), ("calico-node-1", 64502), ("calico-node-2", 64503)])
            ]))

    /// A small fabric after figure 1's scheme whose size and release follow from a seed: one to three racks of three to
    /// five nodes, on releases with one next hop for an eBGP prefix and with several.
    public static func varied(seed: UInt64) -> Topology {
        var random = SeededRandom(seed: seed ^ 0x7661_7279)
        let releases = ["4.1(2)", "4.2(1)", "4.2(1)", "5.2(4)", "6.0(8)"]
        let count = Int.random(in: 1...3, using: &random)
        var next = 1
        let racks = (1...count).map { number in
            let nodes = Int.random(in: 3...5, using: &random)
            defer { next += nodes }
            return Draft.Rack(number: number, asn: 65001 + UInt32(number) * 100, nodes: nodes, from: next)
        }
        return build(
            Draft(
                name: "varied-\(seed)", release: releases[Int.random(in: 0..<releases.count, using: &random)],
                fabricAS: ASN(65001), vrf: "prod:k8s", racks: racks))
    }

    /// A hundred nodes in two racks, after figure 1's scheme: as many as one may well read by a child process each.
    public static let rack100 = build(
        Draft(
            name: "rack-100", release: "4.2(1)", fabricAS: ASN(65001), vrf: "prod:k8s",
            racks: (1...2).map { Draft.Rack(number: $0, asn: 65001 + UInt32($0) * 100, nodes: 50) }))

    /// The largest cluster that the paper allows: 12 border leaves in six racks, 400 peers on each leaf, 4-byte AS
    /// numbers, and 128,000 routes in every leaf's table, of which 4,000 services have 16 next hops.
    public static let designMax: Topology = {
        var topology = build(
            Draft(
                name: "design-max", release: "4.2(1)", fabricAS: ASN(65001), vrf: "prod:k8s",
                racks: (1...6).map { Draft.Rack(number: $0, asn: 4_200_000_000 + UInt32($0) * 1000, nodes: 400) }))
        topology.edge = EdgeServices(count: 4000, nodesOfRack: 16)
        // What is neither a block nor one of these services: three routes for every node of the leaf's rack, its router
        // id, the service range, and the two services that every topology has.
        topology.spreadBlocks(128_000 - 4000 - (3 * 400 + 1) - 3)
        return topology
    }()

    /// The few things in which the topologies differ.
    private struct Draft {
        struct Rack {
            var name: String
            var asn: UInt32
            var leaves: [(id: Int, name: String)]
            var nodes: [(name: String, asn: UInt32)]

            init(name: String, asn: UInt32, leaves: [(id: Int, name: String)], nodes: [(name: String, asn: UInt32)]) {
                self.name = name
                self.asn = asn
                self.leaves = leaves
                self.nodes = nodes
            }

            /// A rack of figure 1's scheme: leaves from 101 on, nodes numbered through, their AS after the rack's.
            init(number: Int, asn: UInt32, nodes count: Int, from start: Int? = nil) {
                name = "rack-\(number)"
                self.asn = asn
                let first = 99 + 2 * number
                leaves = [(first, "leaf-\(first)"), (first + 1, "leaf-\(first + 1)")]
                nodes = []
                let before = start.map { $0 - 1 } ?? count * (number - 1)
                for index in 1...count {
                    nodes.append(("node-\(before + index)", asn + UInt32(index)))
                }
            }
        }

        var name: String
        var release: String
        var fabricAS: ASN
        var vrf: String
        var racks: [Rack]
    }

    private static func build(_ draft: Draft) -> Topology {
        let limits = Limits.of(release: draft.release)
        let isLarge = draft.racks.reduce(0) { $0 + $1.nodes.count } > 250
        var topology = Topology(
            name: draft.name, release: draft.release, fabricAS: draft.fabricAS, vrf: draft.vrf, racks: [], leaves: [],
            nodes: [], podSubnet: prefix(10, isLarge ? 128 : 244, 0, isLarge ? 9 : 16),
            serviceSubnet: prefix(10, 96, 0, 12), ecmpLimit: limits.ecmpDefault,
            relaxesMultipath: limits.ecmpDefault > 1, maximumASPath: 2, calicoVersion: "v3.29.0",
            calicoNamespace: "calico-system", controller: "apic1")
        // A /24 holds the /29s of 30 nodes.
        let isBeyond24 = draft.racks.reduce(0) { $0 + $1.nodes.count } > 30
        for rack in draft.racks { topology.add(rack, large: isBeyond24) }
        return topology
    }

    private mutating func add(_ rack: Draft.Rack, large: Bool) {
        let asn = ASN(rack.asn)
        racks.append(RackPlan(name: rack.name, asn: asn, leaves: rack.leaves.map { LeafID($0.id) }))
        for leaf in rack.leaves {
            leaves.append(
                LeafPlan(
                    id: LeafID(leaf.id), name: leaf.name, rack: rack.name,
                    routerID: IPAddress(v4: 0xc0a8_ff00 | UInt32(leaf.id & 0xff)),
                    tep: IPAddress(v4: 0x0a00_2040 | UInt32(leaf.id & 0x3f) << 1)))
        }
        for (name, asn) in rack.nodes {
            let index = nodes.count
            let base: UInt32 = large ? 0x0a01_0000 : 0xc0a8_0200
            guard let prefix = IPPrefix(IPAddress(v4: base + UInt32(8 * index)), length: NodeSubnet.length),
                let subnet = NodeSubnet(prefix: prefix), let address = subnet.node, let gateway = subnet.gateway
            else { continue }
            nodes.append(
                NodePlan(
                    name: NodeName(name), rack: rack.name, asn: ASN(asn), subnet: prefix, address: address,
                    leafAddresses: (0...1).compactMap { subnet.leaf(side: $0) }, gateway: gateway, vlan: 310 + index,
                    blocks: blocks(at: index)))
        }
    }

    /// Every second node owns a second block, as one that has once run more than 64 pods.
    private func blocks(at index: Int) -> [IPPrefix] {
        let first = podSubnet.address(at: UInt128(64 * (2 * index + 28) + 64))
        let second = podSubnet.address(at: UInt128(64 * (2 * index + 28) + 128))
        let chosen = index % 2 == 0 ? [first, second] : [first]
        return chosen.compactMap { address in address.flatMap { IPPrefix($0, length: 26) } }
    }

    /// Gives the nodes so many blocks in all, as evenly as they divide.
    private mutating func spreadBlocks(_ total: Int) {
        var next: UInt128 = 1
        for index in nodes.indices {
            let count = total / nodes.count + (index < total % nodes.count ? 1 : 0)
            nodes[index].blocks = (0..<UInt128(count)).compactMap { offset in
                podSubnet.address(at: 64 * (next + offset)).flatMap { IPPrefix($0, length: 26) }
            }
            next += UInt128(count)
        }
    }

    private static func prefix(_ a: UInt32, _ b: UInt32, _ c: UInt32, _ length: Int) -> IPPrefix {
        let address = IPAddress(v4: a << 24 | b << 16 | c << 8)
        return IPPrefix(address, length: length) ?? IPPrefix(host: address)
    }
}
