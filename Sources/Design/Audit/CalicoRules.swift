import Fabric

extension AuditRule {
    /// Calico's own settings (paper, Calico steps 1 to 3).
    static let calicoRules: [AuditRule] = [
        AuditRule(
            "overlay-off", place: "Calico step 1: ipipMode Never, vxlanMode Never", "no pool uses an overlay",
            why: "an overlay hides pods from the fabric and costs MTU and CPU", mend: "apply the generated IPPool",
            remark: "the stock manifest's first pool has ipipMode Always"
        ) { facts in
            eachPool(facts, "no overlay") { pool in
                !pool.usesOverlay
                    ? nil : ("ipipMode \(pool.ipipMode), vxlanMode \(pool.vxlanMode)", "Never, Never")
            }
        },
        AuditRule(
            "nat-outgoing-off", place: "Calico step 1: natOutgoing False", "pods keep their own addresses",
            why: "with NAT the outside sees nodes instead of pods", mend: "apply the generated IPPool"
        ) { facts in
            eachPool(facts, "natOutgoing false") { $0.isNATOutgoing ? ("natOutgoing true", "natOutgoing false") : nil }
        },
        AuditRule(
            "block-size", place: "Calico step 1 and footnote 4: blocks of /26 by default",
            "blocks have the length that the plan counts with",
            why: "each block is a route on every leaf: longer blocks fill the LPM table sooner",
            mend: "a pool's blockSize cannot be changed: make a new pool and move", severity: .note
        ) { facts in
            let right = facts.layout?.blockSize ?? 26
            return eachPool(facts, "/\(right)") { pool in
                guard pool.cidr.family == .ipv4, pool.blockSize != right else { return nil }
                return ("blockSize \(pool.blockSize)", "blockSize \(right)")
            }
        },
        AuditRule(
            "pools-inside-pod-subnets", place: "Calico step 1 and ACI step 12: the pod subnet",
            "every pool lies inside the pod subnets that leaves accept",
            why: "pods of another pool have addresses that no leaf lets in",
            mend: "add the pool to the import route map"
        ) { facts in
            guard !facts.inventory.podSubnets.isEmpty else { return .unknown("the pod subnets are not known") }
            return eachPool(facts, "inside the pod subnets") { pool in
                facts.inventory.podSubnets.contains { $0.contains(pool.cidr) }
                    ? nil
                    : (
                        "\(pool.cidr)",
                        "inside \(facts.inventory.podSubnets.map(\.description).joined(separator: ", "))"
                    )
            }
        },
        AuditRule(
            "mesh-off", place: "Calico step 2: disable the node-to-node mesh", "nodes do not peer with each other",
            why: "with eBGP to the leaves the mesh adds nothing, and its paths are rejected or counted twice",
            mend: "apply the generated BGPConfiguration"
        ) { facts in
            guard facts.snapshot.cluster.bgpConfiguration != nil || !facts.snapshot.nodes.isEmpty else {
                return .unknown("not read: BGPConfiguration, nor the nodes' peers")
            }
            return facts.diagnosis(["mesh-enabled"], "no mesh", should: "nodeToNodeMeshEnabled false")
        },
        AuditRule(
            "calico-node-as", place: "Calico step 3: allocate the node AS number",
            "Calico's AS of each node is the inventory's", why: "the leaf refuses an OPEN with another AS",
            mend: "bgpdeck push NODE, or calicoctl patch node"
        ) { facts in
            guard facts.snapshot.cluster.nodes != nil else { return .unknown("not read: Kubernetes nodes") }
            return facts.eachNode("as planned", where: { facts.kubernetesNodes[$0.name] != nil }) { node in
                guard let asn = node.asn, let told = facts.runningAS(node) else { return nil }
                return told == asn ? nil : ("AS \(told)", "AS \(asn)")
            }
        },
        AuditRule(
            "calico-node-address", place: "Calico step 3: set the node IP address",
            "Calico's address of each node is the inventory's",
            why: "Calico detects an address on any interface; a wrong one peers from the wrong subnet",
            mend: "set IP or IP_AUTODETECTION_METHOD of calico-node, or patch the node"
        ) { facts in
            guard facts.snapshot.cluster.nodes != nil else { return .unknown("not read: Kubernetes nodes") }
            return facts.eachNode("as planned", where: { facts.kubernetesNodes[$0.name]?.calicoAddress != nil }) {
                node in
                guard let address = node.address, let told = facts.kubernetesNodes[node.name]?.calicoAddress,
                    told != address
                else { return nil }
                return ("\(told)", "\(address)")
            }
        },
        AuditRule(
            "calico-peer-as", place: "Calico step 3: define the two eBGP neighbors with the leaves' AS",
            "each BGPPeer expects its rack's AS", why: "the node refuses a leaf that shows another AS",
            mend: "bgpdeck push NODE, or apply the generated BGPPeers"
        ) { facts in
            guard let peers = facts.peersOfNode else { return .unknown("not read: BGPPeers") }
            return facts.eachNode("the racks' AS numbers") { node in
                guard let asn = facts.rack(node)?.asn else { return nil }
                let leaves = facts.leafAddresses(node)
                let wrong = (peers[node.name] ?? []).filter { leaves.contains($0.peerIP) && $0.asn != asn }
                guard let first = wrong.first else { return nil }
                return ("\(first.name) expects AS \(first.asn)", "AS \(asn)")
            }
        },
    ]

    private static func eachPool(
        _ facts: AuditFacts, _ ok: String, _ judge: (CalicoIPPool) -> (says: String, should: String)?
    ) -> AuditOutcome {
        guard let pools = facts.snapshot.cluster.pools?.value else {
            let gap = facts.snapshot.sources[.kubernetes]?.gaps.first { $0.operation.contains("ippools") }
            return .unknown("not read: IPPools" + (gap.map { ", refused: \($0.hint)" } ?? ""))
        }
        let enabled = pools.filter { !$0.isDisabled }
        guard !enabled.isEmpty else { return .unknown("there is no enabled IPPool") }
        let departures = enabled.compactMap { pool in
            judge(pool).map { AuditOutcome.Departure("pool \(pool.name)", says: $0.says, should: $0.should) }
        }
        return departures.isEmpty
            ? .holds("\(enabled.count == 1 ? "1 pool" : "\(enabled.count) pools"): \(ok)") : .departs(departures)
    }
}
