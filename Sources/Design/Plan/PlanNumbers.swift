import Fabric

/// The AS numbers of a rack's nodes, handed out in turn.
struct ASNumbers {
    let rack: String
    let first: ASN
    /// The last of the rack's range; nil: no bound.
    let last: ASN?
    var previous: UInt32
    /// The number that all nodes of the rack share, once it is taken.
    var shared: ASN?

    init(rack: String, after first: ASN, last: ASN?) {
        self.rack = rack
        self.first = first
        self.last = last
        previous = first.value
    }
}

extension PlanExpansion {
    /// A node's AS by the variant's rule; nil where it was refused.
    mutating func nodeAS(
        _ node: FabricPlan.PlannedNode, of rack: FabricPlan.PlannedRack, _ numbers: inout ASNumbers
    ) -> ASN? {
        switch rules.nodeAS {
        case .perNode: return node.asn ?? takeAS(&numbers, for: node, in: rack)
        case .perRack:
            let asn = numbers.shared ?? takeAS(&numbers, for: node, in: rack)
            numbers.shared = asn
            return agreed(node, asn, "the nodes of rack \(rack.name) share one AS")
        case .perCluster: return agreed(node, plan.clusterAS, "all nodes share the AS 'cluster_as'")
        }
    }

    private mutating func agreed(_ node: FabricPlan.PlannedNode, _ asn: ASN?, _ reason: String) -> ASN? {
        guard let own = node.asn, let asn, own != asn else { return asn }
        refuse(
            node.mark, "node \(node.name) has AS \(own), but \(reason) (\(asn)) in the variant \(plan.variant.rawValue)"
        )
        return nil
    }

    private mutating func takeAS(
        _ numbers: inout ASNumbers, for node: FabricPlan.PlannedNode, in rack: FabricPlan.PlannedRack
    ) -> ASN? {
        let last = numbers.last?.value ?? .max - 1
        repeat {
            guard numbers.previous < last else {
                let held = numbers.last.map {
                    "AS range \(numbers.first)-\($0) of rack \(rack.name) is full: "
                        + "it holds \($0.value - numbers.first.value) nodes, the rack has \(rack.nodes.count)"
                }
                refuse(
                    node.mark,
                    (held ?? "no AS number is left after \(numbers.first)") + "; node \(node.name) gets none")
                return nil
            }
            numbers.previous += 1
        } while usedAS[ASN(numbers.previous)]?.hasPrefix("node ") == true
        let asn = ASN(numbers.previous)
        if asn.isReserved || usedAS[asn] != nil {
            let reason = usedAS[asn].map { "it is that of \($0)" } ?? "it is reserved"
            refuse(
                node.mark,
                "node \(node.name) would get AS \(asn), but \(reason); "
                    + "give rack \(rack.name) another AS, or the node one of its own")
            return nil
        }
        usedAS[asn] = "node \(node.name)"
        return asn
    }

    mutating func claim(_ asn: ASN, for owner: String, at mark: DocumentMark) {
        if let other = usedAS[asn] {
            refuse(mark, "AS \(asn) of \(owner) is already that of \(other); every rack and node has its own")
        } else {
            usedAS[asn] = owner
        }
    }

    /// Values that the plan gives come first, so that derived ones keep clear of them.
    mutating func claimGivenValues() {
        if let asn = plan.fabricAS, rules.nodeAS != .perCluster { usedAS[asn] = "the fabric" }
        for rack in plan.racks {
            if let asn = rack.asn, rules.nodeAS != .perCluster { claim(asn, for: "rack \(rack.name)", at: rack.mark) }
            for leaf in rack.leaves {
                guard let routerID = leaf.routerID else { continue }
                if let other = usedRouterIDs.updateValue(leaf.id, forKey: routerID) {
                    refuse(rack.mark, "router id \(routerID) of leaf \(leaf.id) is already that of leaf \(other)")
                }
            }
        }
        for node in plan.racks.flatMap(\.nodes) {
            if let asn = node.asn, rules.nodeAS == .perNode { claim(asn, for: "node \(node.name)", at: node.mark) }
            if let address = node.address, rules.attachment == .sviPerNode { claim(address, for: node) }
            if let vlan = node.vlan, let other = usedVLANs.updateValue(node.name, forKey: vlan) {
                refuse(node.mark, "vlan \(vlan) of node \(node.name) is already that of node \(other)")
            }
        }
    }

    private mutating func claim(_ address: IPAddress, for node: FabricPlan.PlannedNode) {
        guard let subnet = NodeSubnet(nodeAddress: address) else { return }
        if let supernet = plan.supernet, !supernet.contains(subnet.prefix) {
            refuse(node.mark, "address \(address) of node \(node.name) lies outside the supernet \(supernet)")
        }
        if let other = usedSubnets[subnet.prefix] {
            refuse(
                node.mark, "address \(address) of node \(node.name) lies in \(subnet.prefix), the subnet of \(other)")
        }
        if subnet.node != address {
            let right = subnet.node.map(\.description) ?? "the first usable"
            refuse(
                node.mark,
                "address \(address) of node \(node.name) is not the first usable of \(subnet.prefix); write \(right)")
        }
        usedSubnets[subnet.prefix] = usedSubnets[subnet.prefix] ?? node.name
    }

    /// A router id where the plan gives none: the next of its range, or one made from the leaf's number in a range
    /// that no other overlaps. It is a number only: no loopback is made from it.
    func derivedRouterID(of leaf: LeafID, at index: Int) -> IPAddress? {
        if let range = plan.routerIDs {
            let free = range.addressCount
            var offset = UInt128(index) + 1
            while offset + 1 < free, let address = range.address(at: offset) {
                if usedRouterIDs[address] == nil { return address }
                offset += 1
            }
            return nil
        }
        return PlanExpansion.routerID(of: leaf, clearOf: usedRanges.map(\.prefix))
    }

    /// The router id that a leaf's number gives, clear of other ranges.
    static func routerID(of leaf: LeafID, clearOf ranges: [IPPrefix]) -> IPAddress? {
        let bases: [UInt32] = [0x0AFF_0000, 0xAC1F_0000, 0x647F_0000, 0xC613_0000]
        let free = bases.first { base in
            guard let prefix = IPPrefix(IPAddress(v4: base), length: 16) else { return false }
            return !ranges.contains { $0.contains(prefix) || prefix.contains($0) }
        }
        return free.map { IPAddress(v4: $0 | UInt32(leaf.number & 0xffff)) }
    }
}
