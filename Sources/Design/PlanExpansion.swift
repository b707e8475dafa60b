public import Fabric

/// Why a plan cannot be carried out.
public struct PlanRefusal: Hashable, Sendable {
    /// The place in the plan that has to change.
    public var mark: DocumentMark
    /// What is wrong and what to do.
    public var message: String
}

extension FabricPlan {
    /// Derives every address and AS number by the paper's rules: the rack's nodes take the numbers after the rack's
    /// AS, each node takes the next /29 of the supernet (a /125 in IPv6) and in it the first usable address.
    ///
    /// The inventory is nil where anything is refused; all refusals are told at once.
    public func expanded() -> (inventory: Inventory?, refusals: [PlanRefusal]) {
        var expansion = Expansion(plan: self)
        expansion.run()
        return (expansion.refusals.isEmpty ? expansion.inventory : nil, expansion.refusals)
    }

    private struct Expansion {
        let plan: FabricPlan
        var inventory: Inventory
        var refusals: [PlanRefusal] = []
        private var usedAS: [ASN: String] = [:]
        private var usedSubnets: [IPPrefix: NodeName] = [:]
        private var nextSubnet: UInt128 = 0
        private var names: Set<NodeName> = []

        init(plan: FabricPlan) {
            self.plan = plan
            inventory = Inventory(
                vrf: "\(plan.tenant):\(plan.vrf)", podSubnets: plan.podSubnets, serviceSubnets: plan.serviceSubnets)
        }

        mutating func run() {
            checkOverlaps()
            claimGivenValues()
            for rack in plan.racks { add(rack) }
        }

        private mutating func refuse(_ mark: DocumentMark, _ message: String) {
            refusals.append(PlanRefusal(mark: mark, message: message))
        }

        private mutating func checkOverlaps() {
            var ranges = plan.podSubnets.map { ("pod subnet", $0) }
            ranges += plan.serviceSubnets.map { ("service subnet", $0) }
            if let supernet = plan.supernet { ranges.append(("supernet", supernet)) }
            for (index, a) in ranges.enumerated() {
                for b in ranges[(index + 1)...] where a.1.contains(b.1) || b.1.contains(a.1) {
                    refuse(
                        plan.supernetMark,
                        "\(a.0) \(a.1) and \(b.0) \(b.1) overlap; nodes, pods and services need ranges of their own")
                }
            }
        }

        /// Values that the plan gives come first, so that derived ones keep clear of them.
        private mutating func claimGivenValues() {
            for rack in plan.racks { claim(rack.asn, for: "rack \(rack.name)", at: rack.mark) }
            for rack in plan.racks {
                for node in rack.nodes {
                    if let asn = node.asn { claim(asn, for: "node \(node.name)", at: node.mark) }
                    if let address = node.address { claim(address, for: node) }
                }
            }
        }

        private mutating func claim(_ asn: ASN, for owner: String, at mark: DocumentMark) {
            if let other = usedAS[asn] {
                refuse(mark, "AS \(asn) of \(owner) is already that of \(other); every rack and node has its own")
            } else {
                usedAS[asn] = owner
            }
        }

        private mutating func claim(_ address: IPAddress, for node: PlannedNode) {
            guard let subnet = NodeSubnet(nodeAddress: address) else { return }
            if let supernet = plan.supernet, !supernet.contains(subnet.prefix) {
                refuse(node.mark, "address \(address) of node \(node.name) lies outside the supernet \(supernet)")
            }
            if let other = usedSubnets[subnet.prefix] {
                refuse(
                    node.mark,
                    "address \(address) of node \(node.name) lies in \(subnet.prefix), the subnet of \(other)")
            }
            if subnet.node != address {
                let right = subnet.node.map(\.description) ?? "the first usable"
                refuse(
                    node.mark,
                    "address \(address) of node \(node.name) is not the first usable of \(subnet.prefix); write \(right)"
                )
            }
            usedSubnets[subnet.prefix] = usedSubnets[subnet.prefix] ?? node.name
        }

        private mutating func add(_ rack: PlannedRack) {
            if inventory.racks.contains(where: { $0.name == rack.name }) {
                refuse(rack.mark, "rack \(rack.name) stands in the plan twice")
            }
            for leaf in rack.leaves {
                if let other = inventory.leaf(leaf.id) {
                    refuse(
                        rack.mark, "leaf \(leaf.id) of rack \(rack.name) already stands in rack \(other.rack ?? "?")")
                }
                inventory.leaves.append(leaf)
            }
            inventory.racks.append(
                Rack(name: rack.name, asn: rack.asn, leaves: rack.leaves.map(\.id), origin: .configured))
            var nextAS = rack.asn.value
            for node in rack.nodes {
                if !names.insert(node.name).inserted {
                    refuse(node.mark, "node \(node.name) stands in the plan twice")
                    continue
                }
                let address = node.address ?? takeSubnet(for: node)
                inventory.nodes.append(
                    Node(
                        name: node.name, address: address, subnetLength: address.map { $0.family == .ipv4 ? 29 : 125 },
                        asn: node.asn ?? takeAS(after: &nextAS, for: node, in: rack), rack: rack.name,
                        origin: .configured))
            }
        }

        private mutating func takeAS(after last: inout UInt32, for node: PlannedNode, in rack: PlannedRack) -> ASN? {
            repeat {
                guard last < .max - 1 else {
                    refuse(node.mark, "no AS number is left after \(rack.asn) for node \(node.name); give it one")
                    return nil
                }
                last += 1
            } while usedAS[ASN(last)]?.hasPrefix("node ") == true
            let asn = ASN(last)
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

        private mutating func takeSubnet(for node: PlannedNode) -> IPAddress? {
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
                    return NodeSubnet(prefix: prefix)?.node
                }
            }
            let count = plan.racks.reduce(0) { $0 + $1.nodes.count }
            refuse(
                node.mark,
                "supernet \(supernet) is too small: it holds \(supernet.addressCount / 8) subnets of /\(length), "
                    + "the plan has \(count) nodes; node \(node.name) gets none")
            return nil
        }
    }
}
