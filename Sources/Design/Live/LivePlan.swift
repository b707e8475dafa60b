import Fabric

/// The plan that a live fabric seems to follow, as a plan file, with what departs and what could not be read.
public struct LivePlan: Sendable {
    /// The plan file.
    public var text: String
    /// The file read back: a plan that the fabric could have been built from; nil layout where it cannot be.
    public var loaded: FabricPlan.Loaded
    /// Where the fabric departs from the paper, judged by the plan.
    public var departures: [AuditEntry]
    /// What was not read, and what is therefore left out or derived.
    public var notes: [String]

    /// Reads the plan off a fabric.
    ///
    /// Numbers that the plan's own rules give are left out of the file; where they would come out differently every
    /// node gets its own. The supernet stands in no configuration: it is the smallest that holds every node's subnet,
    /// a /24 at least.
    public init(_ facts: AuditFacts) {
        var work = LivePlanWork(facts)
        work.collect()
        let short = work.text(isExplicit: false)
        let loaded = FabricPlan.load(text: short, file: "plan")
        if let layout = loaded.layout, work.agrees(with: layout) {
            text = short
            self.loaded = loaded
        } else {
            text = work.text(isExplicit: true)
            self.loaded = FabricPlan.load(text: text, file: "plan")
        }
        notes = work.notes
        let renewed = AuditFacts(
            layout: self.loaded.layout, inventory: facts.inventory, snapshot: facts.snapshot, release: facts.release,
            capacity: facts.capacity, problems: facts.problems, diagnosed: facts.diagnosed)
        departures = Audit.entries(renewed).filter { $0.verdict == .departs }
    }

    /// The file with what departs and what was not read as comments above it.
    public var annotated: String {
        var lines = ["# The plan that this fabric seems to follow."]
        lines += notes.map { "# \($0)" }
        lines += loaded.diagnostics.map { "# \($0.severity.rawValue): \($0.message)" }
        lines += departures.map { "# departs, \($0.rule): \($0.subject): \($0.says); should be \($0.should)" }
        return lines.map { $0.replacing("\n", with: " ") }.joined(separator: "\n") + "\n" + text
    }
}

/// The work of reading a plan off a fabric.
struct LivePlanWork {
    struct Entry {
        var node: Node
        var vlan: Int?
        var path: String?
    }

    let facts: AuditFacts
    var notes: [String] = []
    var nodes: [String: [Entry]] = [:]
    var racks: [Rack] = []
    var variant = DesignVariant.asPerServer
    var pathPrefix: String?
    var podSubnets: [IPPrefix] = []
    var serviceSubnets: [IPPrefix] = []

    init(_ facts: AuditFacts) { self.facts = facts }

    private var configuration: FabricConfiguration? { facts.snapshot.configuration?.value }

    mutating func collect() {
        if configuration == nil {
            notes.append("not read: the APIC's configuration; L3Out, VLANs, vPCs, router ids and contracts are derived")
        }
        racks = facts.inventory.racks.sorted { ($0.asn ?? ASN(0), $0.name) < ($1.asn ?? ASN(0), $1.name) }
        for node in facts.nodes {
            guard let rack = node.rack else {
                notes.append("node \(node.name) stands in no rack: left out")
                continue
            }
            let interface = facts.interfacesOfNode[node.name]?.first?.interface
            var path: String?
            if case .vpc(_, _, let group) = interface?.attachment { path = group }
            nodes[rack, default: []].append(Entry(node: node, vlan: interface?.vlan, path: path))
        }
        for (rack, entries) in nodes {
            nodes[rack] = entries.sorted {
                ($0.node.asn ?? ASN(0), $0.node.address ?? IPAddress(v4: 0), $0.node.name)
                    < ($1.node.asn ?? ASN(0), $1.node.address ?? IPAddress(v4: 0), $1.node.name)
            }
        }
        variant = inferredVariant
        pathPrefix = commonPathPrefix
        readSubnets()
    }

    private mutating func readSubnets() {
        let pools = (facts.snapshot.cluster.pools?.value ?? []).filter { !$0.isDisabled }.map(\.cidr)
        podSubnets = pools.isEmpty ? facts.inventory.podSubnets : pools
        if podSubnets.isEmpty { notes.append("not read: IPPools; pod_subnets are left out") }
        let told = facts.snapshot.cluster.bgpConfiguration?.value?.serviceClusterIPs ?? []
        serviceSubnets = told.isEmpty ? facts.inventory.serviceSubnets : told
        if serviceSubnets.isEmpty { notes.append("not read: the service subnets; they are left out") }
    }

    private var inferredVariant: DesignVariant {
        let all = facts.nodes.compactMap(\.asn)
        let isDynamic =
            facts.interfacesOfNode.values.joined().contains { !$0.peer.neighbor.isHost }
            || facts.inventory.leaves.contains { $0.sharedAddress != nil }
        if isDynamic, Set(all).count == 1 { return .singleAS }
        let shared = nodes.values.filter { $0.count > 1 }
        let isPerRack = !shared.isEmpty && shared.allSatisfy { Set($0.map(\.node.asn)).count == 1 }
        return isPerRack ? .asPerRack : .asPerServer
    }

    /// The prefix that turns every node's name into its vPC's; nil where there is none.
    private var commonPathPrefix: String? {
        let pairs = nodes.values.joined().compactMap { entry in entry.path.map { ($0, entry.node.name.text) } }
        guard let first = pairs.first, first.0.hasSuffix(first.1) else { return nil }
        let prefix = String(first.0.dropLast(first.1.count))
        return pairs.allSatisfy { $0.0 == prefix + $0.1 } && !prefix.isEmpty ? prefix : nil
    }

    /// Whether a plan gives every node what it has.
    func agrees(with layout: FabricLayout) -> Bool {
        let planned = Dictionary(layout.nodes.map { ($0.name, $0) }, uniquingKeysWith: { a, _ in a })
        return nodes.values.joined().allSatisfy { entry in
            guard let plan = planned[entry.node.name] else { return false }
            return plan.address == entry.node.address && plan.asn == entry.node.asn
                && (entry.vlan == nil || plan.vlan == entry.vlan) && (entry.path == nil || plan.path == entry.path)
        }
    }

    // MARK: Values

    var l3outOfRack: [String: String] {
        var result: [String: String] = [:]
        for (rack, entries) in nodes {
            result[rack] = entries.lazy.compactMap { facts.interfacesOfNode[$0.node.name]?.first?.l3out }.first
        }
        return result
    }

    var routerIDs: [LeafID: IPAddress] {
        let leaves = (facts.l3outs ?? []).flatMap(\.nodeProfiles).flatMap(\.leaves)
        return Dictionary(
            leaves.compactMap { leaf in leaf.routerID.map { (leaf.id, $0) } }, uniquingKeysWith: { a, _ in a })
    }

    func pod(of rack: Rack) -> Int {
        let leaves = (facts.l3outs ?? []).flatMap(\.nodeProfiles).flatMap(\.leaves)
        return leaves.first { rack.leaves.contains($0.id) }?.pod ?? 1
    }

    /// The fabric's own AS: the leaves' summaries print it.
    var fabricAS: ASN? {
        let told = facts.snapshot.leaves.values.flatMap { $0.summaries?.value ?? [] }.compactMap(\.localAS)
        return told.min()
    }

    /// The smallest range that holds every node's subnet, a /24 (or /120) at least.
    var supernet: IPPrefix? {
        let subnets = facts.nodes.compactMap { node in
            node.address.flatMap { address in
                IPPrefix(address, length: node.subnetLength ?? (address.family == .ipv4 ? 29 : 125))
            }
        }
        guard let first = subnets.first else { return nil }
        let least = first.family == .ipv4 ? 24 : 120
        for length in stride(from: min(least, Int(first.length)), through: 0, by: -1) {
            guard let candidate = IPPrefix(first.address, length: length) else { continue }
            if subnets.allSatisfy({ candidate.contains($0) }) { return candidate }
        }
        return nil
    }

    /// The value that most interfaces have.
    var mtu: Int? {
        let all = facts.interfacesOfNode.values.joined().compactMap(\.interface.mtu)
        return Dictionary(grouping: all, by: { $0 }).max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }?.key
    }

    var contracts: PlannedContracts {
        let groups = (facts.l3outs ?? []).flatMap(\.externalEPGs)
        let provided = groups.reduce(into: Set<String>()) { $0.formUnion($1.provides) }
        let consumed = groups.reduce(into: Set<String>()) { $0.formUnion($1.consumes) }
        return PlannedContracts(
            inside: provided.subtracting(consumed).sorted(), outside: provided.intersection(consumed).sorted())
    }

    /// Another L3Out of the tenant that exports a pod or service subnet.
    var transit: PlannedTransit? {
        let own = Set((facts.l3outs ?? []).map(\.name))
        let wanted = podSubnets + serviceSubnets
        for l3out in configuration?.l3outs ?? [] where !own.contains(l3out.name) {
            for group in l3out.externalEPGs {
                let exported = group.subnets.filter { $0.value.contains("export-rtctrl") }.keys
                if wanted.contains(where: { exported.contains($0) }) {
                    return PlannedTransit(l3out: l3out.name, externalEPG: group.name)
                }
            }
        }
        return nil
    }
}
