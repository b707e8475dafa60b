import Fabric

extension PlanExpansion {
    /// The ranges that must keep clear of each other.
    var usedRanges: [(key: String, word: String, prefix: IPPrefix)] {
        var ranges = plan.podSubnets.map { (key: "pod_subnets", word: "pod subnet", prefix: $0) }
        ranges += plan.serviceSubnets.map { (key: "service_subnets", word: "service subnet", prefix: $0) }
        if let supernet = plan.supernet { ranges.append((key: "supernet", word: "supernet", prefix: supernet)) }
        return ranges
    }

    mutating func checkOverlaps() {
        var ranges = usedRanges
        if let routerIDs = plan.routerIDs {
            ranges.append((key: "router_ids", word: "router id range", prefix: routerIDs))
            if routerIDs.family != .ipv4 {
                refuse(plan.mark("router_ids"), "router_ids is an IPv4 range; a router id has 32 bits")
            }
        }
        for (index, a) in ranges.enumerated() {
            for b in ranges[(index + 1)...] where a.prefix.contains(b.prefix) || b.prefix.contains(a.prefix) {
                refuse(
                    plan.mark(b.key),
                    "\(a.word) \(a.prefix) and \(b.word) \(b.prefix) overlap; "
                        + "nodes, pods and services need ranges of their own")
            }
        }
    }

    mutating func checkVariant() {
        if rules.nodeAS == .perCluster, plan.clusterAS == nil {
            refuse(
                plan.mark("cluster_as"), "the variant \(plan.variant.rawValue) needs 'cluster_as': the AS of all nodes")
        }
        if rules.nodeAS != .perCluster, plan.clusterAS != nil {
            refuse(
                plan.mark("cluster_as"),
                "cluster_as belongs to the variant \(DesignVariant.singleAS.rawValue); here every "
                    + (rules.nodeAS == .perRack ? "rack" : "node") + " has its own")
        }
        if let least = rules.minimumRelease, Limits.isRelease(plan.release, atLeast: least) == false {
            refuse(
                plan.mark("release"),
                "the variant \(plan.variant.rawValue) needs ACI \(least) or later (floating SVI), the plan says "
                    + (plan.release ?? ""))
        }
    }

    /// Every node takes at least one block of pod addresses.
    mutating func checkPodRoom() {
        let nodes = UInt128(plan.racks.reduce(0) { $0 + $1.nodes.count })
        for subnet in plan.podSubnets where subnet.family == .ipv4 && Int(subnet.length) > plan.blockSize {
            refuse(
                plan.mark("block_size"),
                "pod subnet \(subnet) is smaller than one block of /\(plan.blockSize); give it a larger one")
        }
        let blocks = plan.podSubnets.filter { $0.family == .ipv4 && Int($0.length) <= plan.blockSize }
            .reduce(UInt128(0)) { $0 + 1 << UInt128(plan.blockSize - Int($1.length)) }
        guard !plan.podSubnets.isEmpty, plan.podSubnets.allSatisfy({ $0.family == .ipv4 }), blocks < nodes else {
            return
        }
        refuse(
            plan.mark("pod_subnets"),
            "pod_subnets hold \(blocks) blocks of /\(plan.blockSize), the plan has \(nodes) nodes, "
                + "and each takes at least one; widen pod_subnets")
    }

    /// An L3Out takes a limited number of border leaves; a larger cluster is spread over several.
    mutating func checkBorderLeaves() {
        let isFloating = rules.attachment == .floatingSVI
        let most =
            isFloating
            ? limits.figures[.anchorLeavesPerL3Out]?.value ?? limits.borderLeavesPerL3Out : limits.borderLeavesPerL3Out
        let kind = isFloating ? "anchor" : "border"
        for l3out in layout.l3outs {
            let racks = layout.racks.filter { $0.l3out == l3out }
            let leaves = racks.reduce(0) { $0 + $1.leaves.count }
            let pairs = max(1, most / 2)
            guard leaves > most else { continue }
            let first = racks[min(pairs, racks.count - 1)]
            let mark = plan.racks.first { $0.name == first.name }?.mark ?? plan.mark("racks")
            let proposal = stride(from: pairs, to: racks.count, by: pairs).map { start in
                let group = racks[start..<min(start + pairs, racks.count)]
                let names =
                    group.count > 1
                    ? "racks \(group.first?.name ?? "") to \(group.last?.name ?? "")"
                    : "rack \(group.first?.name ?? "")"
                return "\(names) 'l3out: \(l3out)-\(start / pairs + 1)'"
            }
            refuse(
                mark,
                "L3Out \(l3out) would have \(leaves) \(kind) leaves, ACI takes \(most) in one (\(most / 2) racks); "
                    + "spread the cluster over \(proposal.count + 1) L3Outs: give " + proposal.joined(separator: ", "))
        }
    }

    /// A leaf takes a limited number of BGP peers, those of other clusters counted.
    mutating func checkPeers() {
        for rack in layout.racks {
            guard let planned = plan.racks.first(where: { $0.name == rack.name }) else { continue }
            for leaf in rack.leaves where planned.nodes.count + leaf.otherPeers > limits.peersPerLeaf {
                let others = leaf.otherPeers > 0 ? " beside \(leaf.otherPeers) of others" : ""
                refuse(
                    planned.mark,
                    "leaf \(leaf.id) of rack \(rack.name) would have \(planned.nodes.count) BGP peers\(others), "
                        + "ACI \(plan.release ?? "4.2") takes \(limits.peersPerLeaf) on a leaf; spread the nodes over more racks"
                )
            }
        }
    }
}
