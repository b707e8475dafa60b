import Fabric

/// Why a plan cannot be carried out.
public struct PlanRefusal: Hashable, Sendable {
    /// The place in the plan that has to change.
    public var mark: DocumentMark
    /// What is wrong and what to do.
    public var message: String
}

extension FabricPlan {
    /// Derives every address and number by the paper's rules: the rack's nodes take the numbers after the rack's
    /// AS, each node takes the next /29 of the supernet (a /125 in IPv6) and in it the first usable address, and the
    /// next VLAN.
    ///
    /// The layout is nil where anything is refused; all refusals are told at once.
    public func expanded() -> (layout: FabricLayout?, refusals: [PlanRefusal]) {
        var expansion = PlanExpansion(plan: self)
        expansion.run()
        return (expansion.refusals.isEmpty ? expansion.layout : nil, expansion.refusals)
    }
}

/// The work of expanding a plan.
struct PlanExpansion {
    let plan: FabricPlan
    let rules: VariantRules
    let limits: Limits
    var layout: FabricLayout
    private(set) var refusals: [PlanRefusal] = []
    var usedAS: [ASN: String] = [:]
    var usedSubnets: [IPPrefix: NodeName] = [:]
    var usedVLANs: [Int: NodeName] = [:]
    var usedPaths: [String: NodeName] = [:]
    var usedRouterIDs: [IPAddress: LeafID] = [:]
    private var nextSubnet: UInt128 = 0
    private var nextVLAN = 0
    private var nextHost: UInt128 = 1
    private var leafCount = 0
    private var names: Set<NodeName> = []
    private var leafRacks: [LeafID: String] = [:]

    /// VLANs where the plan gives none: from the paper's example on, below what switches keep for themselves.
    static let defaultVLANs = 310...3966

    init(plan: FabricPlan) {
        self.plan = plan
        rules = plan.variant.rules
        limits = Limits.of(release: plan.release, profile: plan.profile)
        layout = FabricLayout(
            variant: plan.variant, tenant: plan.tenant, vrf: plan.vrf, domain: plan.domain ?? "calico-l3dom",
            release: plan.release, profile: plan.profile, fabricAS: plan.fabricAS, clusterAS: plan.clusterAS,
            supernet: plan.supernet, podSubnets: plan.podSubnets, serviceSubnets: plan.serviceSubnets,
            blockSize: plan.blockSize, mtu: plan.mtu, contracts: plan.contracts, transit: plan.transit, racks: [])
        nextVLAN = (plan.vlans ?? PlanExpansion.defaultVLANs).lowerBound
    }

    mutating func run() {
        checkOverlaps()
        checkVariant()
        checkPodRoom()
        claimGivenValues()
        for (index, rack) in plan.racks.enumerated() { add(rack, at: index) }
        checkBorderLeaves()
        checkPeers()
    }

    mutating func refuse(_ mark: DocumentMark, _ message: String) {
        refusals.append(PlanRefusal(mark: mark, message: message))
    }

    // MARK: Racks

    private mutating func add(_ rack: FabricPlan.PlannedRack, at index: Int) {
        if layout.racks.contains(where: { $0.name == rack.name }) {
            refuse(rack.mark, "rack \(rack.name) stands in the plan twice")
        }
        let pool = self.pool(of: rack, at: index)
        let leaves = rack.leaves.compactMap { layoutLeaf($0, of: rack) }
        guard let asn = rack.asn ?? pool?.lowerBound ?? (rules.nodeAS == .perCluster ? plan.fabricAS : nil) else {
            refuse(
                rack.mark,
                rules.nodeAS == .perCluster
                    ? "rack \(rack.name) has no AS: give it 'as', or the plan 'fabric_as', which its leaves then show"
                    : "rack \(rack.name) has no AS: give it 'as', or the plan an 'as_range'")
            return
        }
        if rack.asn == nil, pool != nil { claim(asn, for: "rack \(rack.name)", at: rack.mark) }
        var numbers = ASNumbers(
            rack: rack.name, after: asn, last: rack.lastAS ?? (rack.asn == nil ? pool?.upperBound : nil))
        var nodes: [FabricLayout.Node] = []
        for node in rack.nodes {
            if !names.insert(node.name).inserted {
                refuse(node.mark, "node \(node.name) stands in the plan twice")
            } else if let made = layoutNode(node, of: rack, leaves, &numbers) {
                nodes.append(made)
            }
        }
        layout.racks.append(
            FabricLayout.Rack(
                name: rack.name, pod: rack.pod, l3out: rack.l3out ?? plan.l3out ?? "calico", asn: asn, leaves: leaves,
                nodes: nodes))
    }

    /// The numbers that a rack takes of the plan's pool; nil where it has its own or there is no pool.
    private func pool(of rack: FabricPlan.PlannedRack, at index: Int) -> ClosedRange<ASN>? {
        guard rack.asn == nil, let pool = plan.asPool else { return nil }
        let first = UInt64(pool.range.lowerBound) + UInt64(index) * UInt64(pool.perRack)
        guard first <= UInt64(pool.range.upperBound) else { return nil }
        let last = min(first + UInt64(pool.perRack) - 1, UInt64(pool.range.upperBound))
        return ASN(UInt32(first))...ASN(UInt32(last))
    }

    private mutating func layoutLeaf(_ leaf: PlannedLeaf, of rack: FabricPlan.PlannedRack) -> FabricLayout.Leaf? {
        if let other = leafRacks.updateValue(rack.name, forKey: leaf.id) {
            refuse(rack.mark, "leaf \(leaf.id) of rack \(rack.name) already stands in rack \(other)")
        }
        let index = leafCount
        leafCount += 1
        guard let routerID = leaf.routerID ?? derivedRouterID(of: leaf.id, at: index) else {
            refuse(plan.mark("router_ids"), "router_ids has no address left for leaf \(leaf.id)")
            return nil
        }
        if leaf.routerID == nil, let other = usedRouterIDs.updateValue(leaf.id, forKey: routerID), other != leaf.id {
            refuse(rack.mark, "router id \(routerID) of leaf \(leaf.id) is already that of leaf \(other)")
        }
        return FabricLayout.Leaf(
            id: leaf.id, name: leaf.name, routerID: routerID, otherPeers: leaf.otherPeers,
            sharedAddress: sharedAddress(of: index, leaf.id, rack))
    }

    /// The leaf's address in the subnet that all nodes share: from the top, below the shared secondary, a pair after
    /// the other as in a /29.
    private mutating func sharedAddress(
        of index: Int, _ leaf: LeafID, _ rack: FabricPlan.PlannedRack
    ) -> IPAddress? {
        guard rules.attachment == .floatingSVI, let supernet = plan.supernet else { return nil }
        let fromTop = UInt128(4 + 2 * (index / 2) - index % 2)
        guard supernet.addressCount > fromTop + UInt128(2) else {
            refuse(plan.mark("supernet"), "supernet \(supernet) is too small for the leaf \(leaf) of rack \(rack.name)")
            return nil
        }
        return supernet.address(at: supernet.addressCount - fromTop)
    }

    // MARK: Nodes

    private mutating func layoutNode(
        _ node: FabricPlan.PlannedNode, of rack: FabricPlan.PlannedRack, _ leaves: [FabricLayout.Leaf],
        _ numbers: inout ASNumbers
    ) -> FabricLayout.Node? {
        let asn = nodeAS(node, of: rack, &numbers)
        let vlan = node.vlan ?? takeVLAN(for: node)
        let path = checkedPath(of: node)
        if rules.attachment == .floatingSVI {
            guard let (address, supernet) = takeHost(for: node), let asn, let vlan else { return nil }
            let gateway = supernet.address(at: supernet.addressCount - 2) ?? address
            return FabricLayout.Node(
                name: node.name, asn: asn, subnet: supernet, address: address,
                leafAddresses: leaves.compactMap(\.sharedAddress), gateway: gateway, vlan: vlan, path: path)
        }
        let given = node.address.flatMap { NodeSubnet(nodeAddress: $0) }
        guard let subnet = given ?? takeSubnet(for: node), let address = node.address ?? subnet.node, let asn, let vlan,
            let gateway = subnet.gateway
        else { return nil }
        return FabricLayout.Node(
            name: node.name, asn: asn, subnet: subnet.prefix, address: address,
            leafAddresses: (0...1).compactMap { subnet.leaf(side: $0) }, gateway: gateway, vlan: vlan, path: path)
    }

    private mutating func takeSubnet(for node: FabricPlan.PlannedNode) -> NodeSubnet? {
        guard let supernet = plan.supernet else {
            refuse(node.mark, "node \(node.name) has no address and the plan no supernet to take one from")
            return nil
        }
        let length = supernet.family == .ipv4 ? 29 : 125
        while let start = supernet.address(at: nextSubnet) {
            nextSubnet += 8
            guard supernet.addressCount >= 8, let prefix = IPPrefix(start, length: length) else { break }
            if usedSubnets[prefix] == nil {
                usedSubnets[prefix] = node.name
                return NodeSubnet(prefix: prefix)
            }
        }
        let count = plan.racks.reduce(0) { $0 + $1.nodes.count }
        refuse(
            node.mark,
            "supernet \(supernet) is too small: it holds \(supernet.addressCount / 8) subnets of /\(length), "
                + "the plan has \(count) nodes; node \(node.name) gets none")
        return nil
    }

    /// The next address of the shared subnet, below those of the leaves.
    private mutating func takeHost(for node: FabricPlan.PlannedNode) -> (IPAddress, IPPrefix)? {
        guard let supernet = plan.supernet else {
            refuse(node.mark, "node \(node.name) shares a subnet with all others, but the plan has no supernet")
            return nil
        }
        if let address = node.address {
            guard supernet.contains(address) else {
                refuse(node.mark, "address \(address) of node \(node.name) lies outside the supernet \(supernet)")
                return nil
            }
            return (address, supernet)
        }
        let anchors = plan.racks.reduce(0) { $0 + $1.leaves.count }
        let given = Set(plan.racks.flatMap { $0.nodes.compactMap(\.address) })
        let end = FabricLayout.floatingOffset(leaves: anchors, in: supernet) ?? 0
        while nextHost < end, let address = supernet.address(at: nextHost) {
            nextHost += 1
            if !given.contains(address) { return (address, supernet) }
        }
        refuse(
            node.mark,
            "supernet \(supernet) is too small: beside the addresses of \(anchors) leaves it has no room for "
                + "node \(node.name)")
        return nil
    }

    private mutating func takeVLAN(for node: FabricPlan.PlannedNode) -> Int? {
        let range = plan.vlans ?? PlanExpansion.defaultVLANs
        if rules.attachment == .floatingSVI { return range.lowerBound }
        while nextVLAN <= range.upperBound {
            let vlan = nextVLAN
            nextVLAN += 1
            if usedVLANs[vlan] == nil {
                usedVLANs[vlan] = node.name
                return vlan
            }
        }
        refuse(
            node.mark,
            "vlans \(range.lowerBound)-\(range.upperBound) is full: it holds \(range.count) VLANs, "
                + "every node takes one; node \(node.name) gets none")
        return nil
    }

    private mutating func checkedPath(of node: FabricPlan.PlannedNode) -> String {
        let path = node.path ?? plan.pathPrefix + node.name.text
        if path.utf8.count > 64 {
            refuse(
                node.mark,
                "the interface policy group '\(path)' of node \(node.name) is longer than 64 characters; give it 'path'"
            )
        }
        if rules.attachment == .sviPerNode, let other = usedPaths.updateValue(node.name, forKey: path) {
            refuse(
                node.mark,
                "nodes \(other) and \(node.name) share the vPC \(path); one node per hypervisor, so that its loss takes "
                    + "one node (paper, physical connectivity)")
        }
        return path
    }
}
