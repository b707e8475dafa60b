import Fabric

extension FabricPlan {
    /// The keys of a plan.
    static let keys = [
        "variant", "tenant", "vrf", "l3out", "domain", "release", "profile", "fabric_as", "cluster_as", "as_range",
        "as_per_rack", "supernet", "vlans", "router_ids", "pod_subnets", "service_subnets", "block_size", "mtu",
        "path_prefix", "contracts", "transit", "racks",
    ]

    static func read(_ value: DocumentValue, with reader: inout DocumentReader) -> FabricPlan? {
        guard let fields = reader.fields(of: value, "a plan", known: keys) else { return nil }
        let tenant = reader.required("tenant", of: fields, in: "a plan").flatMap { reader.policyName($0, "tenant") }
        let vrf = reader.required("vrf", of: fields, in: "a plan").flatMap { reader.policyName($0, "vrf") }
        let racks = reader.required("racks", of: fields, in: "a plan").flatMap { reader.list($0, "racks") } ?? []
        var plan = FabricPlan(tenant: tenant ?? "", vrf: vrf ?? "", podSubnets: [], serviceSubnets: [], racks: [])
        for key in keys { plan.marks[key] = fields.mark(of: key) }
        plan.readNames(fields, with: &reader)
        plan.readNumbers(fields, with: &reader)
        plan.readReach(fields, with: &reader)
        plan.racks = racks.compactMap { PlannedRack.read($0, with: &reader) }
        if racks.isEmpty, fields["racks"] != nil {
            reader.error(at: plan.mark("racks"), "a plan needs at least one rack")
        }
        return tenant == nil || vrf == nil ? nil : plan
    }

    private mutating func readNames(_ fields: DocumentFields, with reader: inout DocumentReader) {
        if let value = fields["variant"] {
            variant = reader.word(value, "variant", among: DesignVariant.self) ?? variant
        }
        if let value = fields["profile"] {
            profile = reader.word(value, "profile", among: ForwardingProfile.self) ?? profile
        }
        l3out = fields["l3out"].flatMap { reader.policyName($0, "l3out") }
        domain = fields["domain"].flatMap { reader.policyName($0, "domain") }
        release = fields["release"].flatMap { reader.release($0) }
        if let value = fields["path_prefix"] { pathPrefix = reader.policyName(value, "path_prefix") ?? pathPrefix }
    }

    private mutating func readNumbers(_ fields: DocumentFields, with reader: inout DocumentReader) {
        fabricAS = fields["fabric_as"].flatMap { reader.asn($0, "fabric_as") }
        clusterAS = fields["cluster_as"].flatMap { reader.asn($0, "cluster_as") }
        if let value = fields["as_range"], let range = reader.asRange(value, "as_range") {
            let count = fields["as_per_rack"].flatMap { reader.integer($0, "as_per_rack", in: 2...1_000_000) } ?? 100
            asPool = ASPool(range: range.lowerBound.value...range.upperBound.value, perRack: UInt32(count))
        } else if fields["as_per_rack"] != nil, fields["as_range"] == nil {
            reader.error(
                at: mark("as_per_rack"), "as_per_rack says how many numbers of as_range a rack takes; give as_range")
        }
        supernet = fields["supernet"].flatMap { reader.prefix($0, "supernet") }
        vlans = fields["vlans"].flatMap { reader.range($0, "vlans", in: 1...4094) }
        routerIDs = fields["router_ids"].flatMap { reader.prefix($0, "router_ids") }
        podSubnets = fields["pod_subnets"].flatMap { reader.prefixes($0, "pod_subnets") } ?? []
        serviceSubnets = fields["service_subnets"].flatMap { reader.prefixes($0, "service_subnets") } ?? []
        if let value = fields["block_size"] {
            blockSize = reader.integer(value, "block_size", in: 20...32) ?? blockSize
        }
        if let value = fields["mtu"] { mtu = reader.integer(value, "mtu", in: 576...9216) ?? mtu }
    }

    private mutating func readReach(_ fields: DocumentFields, with reader: inout DocumentReader) {
        if let value = fields["contracts"],
            let found = reader.fields(of: value, "contracts", known: ["inside", "outside"])
        {
            contracts.inside = found["inside"].map { reader.policyNames($0, "inside of contracts") } ?? []
            contracts.outside = found["outside"].map { reader.policyNames($0, "outside of contracts") } ?? []
        }
        guard let value = fields["transit"],
            let found = reader.fields(of: value, "transit", known: ["l3out", "epg"])
        else { return }
        guard found["l3out"] != nil else {
            reader.error(
                at: value.mark,
                "transit needs 'l3out': the L3Out that the routes leave by. The paper's step 4 puts the export subnets "
                    + "on Calico's own external EPG, which would offer them to the nodes")
            return
        }
        guard let name = found["l3out"].flatMap({ reader.policyName($0, "l3out of transit") }),
            let group = reader.required("epg", of: found, in: "transit").flatMap({
                reader.policyName($0, "epg of transit")
            })
        else { return }
        transit = PlannedTransit(l3out: name, externalEPG: group)
    }
}

extension FabricPlan.PlannedRack {
    static func read(_ value: DocumentValue, with reader: inout DocumentReader) -> FabricPlan.PlannedRack? {
        guard
            let fields = reader.fields(of: value, "a rack", known: ["name", "as", "leaves", "pod", "l3out", "nodes"]),
            let name = reader.required("name", of: fields, in: "a rack").flatMap({
                reader.policyName($0, "a rack's name")
            })
        else { return nil }
        let range = fields["as"].flatMap { reader.asRange($0, "as of rack \(name)") }
        let isBounded = range.map { $0.lowerBound != $0.upperBound } ?? false
        return FabricPlan.PlannedRack(
            name: name, asn: range?.lowerBound, lastAS: isBounded ? range?.upperBound : nil,
            leaves: readLeaves(fields, of: name, with: &reader),
            pod: fields["pod"].flatMap { reader.integer($0, "pod of rack \(name)", in: 1...254) } ?? 1,
            l3out: fields["l3out"].flatMap { reader.policyName($0, "l3out of rack \(name)") },
            nodes: fields["nodes"].map { readNodes($0, of: name, with: &reader) } ?? [], mark: value.mark)
    }

    private static func readLeaves(
        _ fields: DocumentFields, of name: String, with reader: inout DocumentReader
    ) -> [PlannedLeaf] {
        guard let list = reader.required("leaves", of: fields, in: "rack \(name)"),
            let values = reader.list(list, "leaves of rack \(name)")
        else { return [] }
        if values.count != 2 {
            reader.error(
                at: fields.mark(of: "leaves"),
                "rack \(name) names \(values.count) leaves; the design gives each rack a pair")
        }
        return values.compactMap { PlannedLeaf.read($0, inPlan: true, with: &reader) }
    }

    /// A list of nodes, a number of them, or `{count: 20, prefix: node-, from: 1}`.
    private static func readNodes(
        _ value: DocumentValue, of rack: String, with reader: inout DocumentReader
    ) -> [FabricPlan.PlannedNode] {
        let what = "nodes of rack \(rack)"
        switch value.content {
        case .list(let values): return values.compactMap { FabricPlan.PlannedNode.read($0, with: &reader) }
        case .scalar:
            guard let count = reader.integer(value, what, in: 1...10_000) else { return [] }
            return numbered(count, prefix: "\(rack)-node-", from: 1, at: value, with: &reader)
        default:
            guard let fields = reader.fields(of: value, what, known: ["count", "prefix", "from"]),
                let count = reader.required("count", of: fields, in: what).flatMap({
                    reader.integer($0, "count of \(what)", in: 1...10_000)
                })
            else { return [] }
            let prefix = fields["prefix"].flatMap { reader.text($0, "prefix of \(what)") } ?? "\(rack)-node-"
            let from = fields["from"].flatMap { reader.integer($0, "from of \(what)", in: 0...1_000_000) } ?? 1
            return numbered(count, prefix: prefix, from: from, at: value, with: &reader)
        }
    }

    private static func numbered(
        _ count: Int, prefix: String, from: Int, at value: DocumentValue, with reader: inout DocumentReader
    ) -> [FabricPlan.PlannedNode] {
        let probe = DocumentValue(.scalar("\(prefix)\(from)", isPlain: true), mark: value.mark)
        guard reader.nodeName(probe, "a node's name, made from the prefix,") != nil else { return [] }
        return (from..<from + count).map {
            FabricPlan.PlannedNode(
                name: NodeName("\(prefix)\($0)"), address: nil, asn: nil, vlan: nil, path: nil, mark: value.mark)
        }
    }
}

extension FabricPlan.PlannedNode {
    static func read(_ value: DocumentValue, with reader: inout DocumentReader) -> FabricPlan.PlannedNode? {
        if case .scalar = value.content {
            return reader.nodeName(value, "a node's name").map {
                FabricPlan.PlannedNode(name: $0, address: nil, asn: nil, vlan: nil, path: nil, mark: value.mark)
            }
        }
        guard let fields = reader.fields(of: value, "a node", known: ["name", "address", "as", "vlan", "path"]),
            let name = reader.required("name", of: fields, in: "a node").flatMap({
                reader.nodeName($0, "a node's name")
            })
        else { return nil }
        return FabricPlan.PlannedNode(
            name: name, address: fields["address"].flatMap { reader.address($0, "address of node \(name)") },
            asn: fields["as"].flatMap { reader.asn($0, "as of node \(name)") },
            vlan: fields["vlan"].flatMap { reader.integer($0, "vlan of node \(name)", in: 1...4094) },
            path: fields["path"].flatMap { reader.policyName($0, "path of node \(name)") }, mark: value.mark)
    }
}

extension PlannedLeaf {
    /// Reads a leaf; a plan gives it a router id and the peers of other clusters, a configuration its host.
    static func read(
        _ value: DocumentValue, inPlan: Bool = false, with reader: inout DocumentReader
    ) -> PlannedLeaf? {
        if case .scalar = value.content {
            return reader.leafID(value, "a leaf's number").map { PlannedLeaf(id: $0, name: "leaf-\($0)") }
        }
        let known = ["id", "name", "host"] + (inPlan ? ["router_id", "other_peers"] : [])
        guard let fields = reader.fields(of: value, "a leaf", known: known),
            let id = reader.required("id", of: fields, in: "a leaf").flatMap({ reader.leafID($0, "a leaf's id") })
        else { return nil }
        let name = fields["name"].flatMap { reader.host($0, "name of leaf \(id)") }
        var leaf = PlannedLeaf(id: id, name: name ?? "leaf-\(id)")
        leaf.host = fields["host"].flatMap { reader.host($0, "host of leaf \(id)") }
        guard inPlan else { return leaf }
        leaf.routerID = fields["router_id"].flatMap { reader.address($0, "router_id of leaf \(id)") }
        if let value = fields["other_peers"] {
            leaf.otherPeers = reader.integer(value, "other_peers of leaf \(id)", in: 0...100_000) ?? 0
        }
        return leaf
    }
}
