import Fabric

extension AuditRule {
    /// The SVI, its VLAN and its path (paper, physical connectivity and ACI step 8).
    static let interfaceRules: [AuditRule] = [
        AuditRule(
            "vpc-path", place: "physical connectivity and ACI step 8: the path type is a virtual port channel",
            "each node is attached by a vPC to both leaves of its rack",
            why: "with a single port the node dies with its leaf", mend: "attach the SVI to the node's vPC"
        ) { facts in
            guard facts.variant.rules.attachment == .sviPerNode else {
                return .notApplicable("floating SVI has no path")
            }
            return facts.eachInterface("a vPC to the pair") { node, attached in
                switch attached.interface.attachment {
                case .vpc(let a, let b, let group):
                    guard let rack = facts.rack(node), Set(rack.leaves) != [a, b] else { return nil }
                    let right = rack.leaves.map(\.description).joined(separator: "-")
                    return ("\(group) on leaves \(a)-\(b)", "a vPC on leaves \(right)")
                case .single(let leaf, let port): return ("\(port) of leaf \(leaf) alone", "a vPC to both leaves")
                case .floating(let leaf): return ("a floating SVI on leaf \(leaf)", "an SVI on the node's vPC")
                }
            }
        },
        AuditRule(
            "lacp", place: "physical connectivity: bare-metal nodes bond their ports with LACP (802.3ad)",
            "the vPC's port channel policy is LACP active",
            why: "without LACP a miswired or half-dead link swallows traffic in silence",
            mend:
                "give the interface policy group a port channel policy with mode active, and the node an 802.3ad bond",
            remark: "for virtual machines the paper wants a hash by IP address on the hypervisor instead: "
                + "a mode other than active is then right",
            severity: .note
        ) { facts in
            guard let modes = facts.snapshot.configuration?.value.lagModes else {
                return .unknown("not read: port channel policies")
            }
            guard facts.variant.rules.attachment == .sviPerNode else {
                return .notApplicable("floating SVI has no path")
            }
            return facts.eachInterface("LACP active") { _, attached in
                guard case .vpc(_, _, let group) = attached.interface.attachment else { return nil }
                let mode = modes[group] ?? "no policy"
                return mode == "active" ? nil : ("\(group): \(mode)", "active")
            }
        },
        AuditRule(
            "one-node-per-hypervisor", place: "physical connectivity: avoid more than one node per hypervisor",
            "each vPC carries one node", why: "a hypervisor's loss would take several nodes at once",
            mend: "move one of the nodes to a host of its own",
            remark: "the APIC sees the path, not the hypervisor: two nodes on one vPC are on one host for certain, "
                + "two vPCs of one host are not seen",
            severity: .note
        ) { facts in
            guard facts.l3outs != nil else { return .unknown(AuditFacts.notRead) }
            guard facts.variant.rules.attachment == .sviPerNode else {
                return .notApplicable("floating SVI has no path")
            }
            return unique(facts, "one node per vPC", should: "a vPC of its own") { attached in
                guard case .vpc(let a, let b, let group) = attached.interface.attachment else { return nil }
                return "vPC \(group) of leaves \(a)-\(b)"
            }
        },
        AuditRule(
            "vlan-per-node", place: "physical connectivity: a dedicated VLAN is allocated per node",
            "every node has a VLAN of its own", why: "two nodes in one VLAN bridge over the SVI",
            mend: "give the SVI another VLAN"
        ) { facts in
            guard facts.l3outs != nil else { return .unknown(AuditFacts.notRead) }
            guard facts.variant.rules.attachment == .sviPerNode else {
                return .notApplicable("all nodes share one VLAN")
            }
            return unique(facts, "a VLAN each", should: "a VLAN of its own") { attached in
                attached.interface.vlan.map { "VLAN \($0)" }
            }
        },
        AuditRule(
            "mtu", place: "ACI step 8: 9000 is the recommended MTU", "the SVI's MTU is 9000",
            why: "pods send jumbo frames where their host does; a smaller SVI drops them", mend: "set the SVI's MTU",
            severity: .note
        ) { facts in
            let right = facts.layout?.mtu ?? 9000
            return facts.eachInterface("MTU \(right)") { _, attached in
                attached.interface.mtu == right
                    ? nil : ("MTU \(attached.interface.mtu.map(String.init) ?? "inherited")", "MTU \(right)")
            }
        },
    ]

    /// Whether a property of interfaces is different for every node.
    private static func unique(
        _ facts: AuditFacts, _ ok: String, should: String, _ key: (AuditFacts.Attached) -> String?
    ) -> AuditOutcome {
        var owners: [String: Set<NodeName>] = [:]
        for node in facts.nodes {
            for attached in facts.interfacesOfNode[node.name] ?? [] {
                if let key = key(attached) { owners[key, default: []].insert(node.name) }
            }
        }
        guard !owners.isEmpty else { return .unknown("no interface of an L3Out has a node as a neighbor") }
        let shared = owners.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }
        guard !shared.isEmpty else { return .holds("\(owners.count) nodes: \(ok)") }
        return .departs(
            shared.map { key, nodes in
                .init(nodes.sorted().map(\.text).joined(separator: ", "), says: "share \(key)", should: should)
            })
    }
}
