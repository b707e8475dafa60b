import Fabric

extension AuditRule {
    /// The /29 of a node and its addresses (paper, physical connectivity and IP allocation).
    static let addressRules: [AuditRule] = [
        AuditRule(
            "node-subnet-29", place: "physical connectivity: a /29 subnet is allocated for every server",
            "a /29 per node (/125 in IPv6)",
            why: "a subnet of its own keeps nodes from bridging over the SVI, which is no bridge domain",
            mend: "give the node's interface and its SVI a /29"
        ) { facts in
            guard facts.variant.rules.attachment == .sviPerNode else {
                return .notApplicable("all nodes share one floating subnet")
            }
            return facts.eachNode("a /29 each") { node in
                let told = facts.kubernetesNodes[node.name]?.calicoPrefixLength ?? node.subnetLength
                guard let told, let address = node.address else { return nil }
                let right = address.family == .ipv4 ? NodeSubnet.length : 125
                return told == right ? nil : ("/\(told)", "/\(right)")
            }
        },
        AuditRule(
            "address-roles", place: "IP allocation: first usable to the node, last three to the leaves",
            "node first, leaf A last but two, leaf B last but one",
            why: "who knows one address knows the other three; a swapped pair peers with the wrong leaf",
            mend: "renumber, or write the node's addresses into the plan"
        ) { facts in
            addressRoles(facts)
        },
        AuditRule(
            "secondary-shared", place: "IP allocation and ACI step 8: the secondary is the same on side A and B",
            "both leaves have the last usable address as secondary",
            why: "it is the node's default gateway: if it stands on one leaf alone, that leaf's loss cuts the node off",
            mend: "add the secondary to both sides of the SVI"
        ) { facts in
            facts.eachInterface("the secondary stands on every side") { node, attached in
                guard let subnet = facts.subnet(node), let gateway = subnet.gateway else { return nil }
                let missing = attached.interface.sides.filter { side in
                    !side.secondaries.contains { $0.address == gateway }
                }
                guard !missing.isEmpty else { return nil }
                let told = attached.interface.sides.map { side in
                    side.secondaries.map(\.description).joined(separator: "+")
                }
                return (
                    "secondaries \(told.map { $0.isEmpty ? "none" : $0 }.joined(separator: " and "))",
                    "\(gateway)/\(subnet.prefix.length) on both sides"
                )
            }
        },
        AuditRule(
            "default-gateway", place: "node egress routing: the default gateway is the shared secondary",
            "a node's default route points at the shared secondary",
            why: "it moves to the other leaf without a routing change; a leaf's own address does not",
            mend: "set the node's default gateway to the last usable address of its /29"
        ) { facts in
            let read = facts.nodes.filter { defaultRoute($0, facts) != nil }
            guard !read.isEmpty else { return .unknown("not read: the nodes' default routes") }
            return facts.eachNode("default route over the secondary", where: { defaultRoute($0, facts) != nil }) {
                node in
                guard let gateway = facts.subnet(node)?.gateway, let told = defaultRoute(node, facts) else {
                    return nil
                }
                return told == gateway ? nil : ("default route via \(told)", "via \(gateway)")
            }
        },
    ]

    /// The gateway of a node's default route as BIRD learned it from the kernel.
    private static func defaultRoute(_ node: Node, _ facts: AuditFacts) -> IPAddress? {
        let routes = facts.snapshot.nodes[node.name]?.routes?.value ?? []
        return routes.first { $0.prefix.length == 0 && $0.protocolName.hasPrefix("kernel") }?.gateway
    }

    private static func addressRoles(_ facts: AuditFacts) -> AuditOutcome {
        guard facts.variant.rules.attachment == .sviPerNode else {
            return .notApplicable("all nodes share one floating subnet")
        }
        return facts.eachNode("first usable, leaves at the end of the /29") { node in
            guard let address = node.address, let subnet = facts.subnet(node) else { return nil }
            if subnet.node != address {
                return ("node \(address)", "node \(subnet.node?.description ?? "first usable of \(subnet.prefix)")")
            }
            for attached in facts.interfacesOfNode[node.name] ?? [] {
                guard case .vpc(let a, let b, _) = attached.interface.attachment, let rack = facts.rack(node) else {
                    continue
                }
                for (leaf, side) in zip([a, b], attached.interface.sides) {
                    guard let place = rack.leaves.firstIndex(of: leaf), let right = subnet.leaf(side: place),
                        let told = side.primary?.address, told != right
                    else { continue }
                    return ("leaf \(leaf) \(told)", "leaf \(leaf) \(right)")
                }
            }
            return nil
        }
    }
}
