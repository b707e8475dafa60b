public import Fabric

/// Calico's side of a layout: the resources of the paper's Calico steps, in the paper's order.
public struct CalicoConfiguration: Sendable {
    /// The layout.
    public let layout: FabricLayout

    /// The configuration of a layout.
    public init(_ layout: FabricLayout) { self.layout = layout }

    /// Step 1: the pools, without overlay and without NAT.
    public var pools: [CalicoIPPool] {
        var count: [AddressFamily: Int] = [:]
        return layout.podSubnets.map { cidr in
            count[cidr.family, default: 0] += 1
            let number = count[cidr.family] ?? 1
            let name = number == 1 ? "default-\(cidr.family.name)-ippool" : "\(cidr.family.name)-ippool-\(number)"
            return CalicoIPPool(
                name: name, cidr: cidr, blockSize: cidr.family == .ipv4 ? layout.blockSize : layout.blockSize + 96)
        }
    }

    /// Steps 2 and 7: no mesh between nodes, and the service subnets that every node advertises.
    public var configuration: CalicoBGPConfiguration {
        CalicoBGPConfiguration(
            isMeshEnabled: false, asn: layout.clusterAS, serviceClusterIPs: layout.serviceSubnets)
    }

    /// The paper's step 7: the environment variable that older releases of Calico read instead of the field.
    public var environmentPatch: String? {
        guard !layout.serviceSubnets.isEmpty else { return nil }
        let value = layout.serviceSubnets.map(\.description).joined(separator: ",")
        return #"kubectl patch ds -n kube-system calico-node --patch '{"spec":{"template":{"spec":{"containers":"#
            + #"[{"name":"calico-node","env":[{"name":"CALICO_ADVERTISE_CLUSTER_IPS","value":""# + value
            + #""}]}]}}}}'"#
    }

    /// The stream for `calicoctl apply -f -`; comments name the paper's steps.
    public var yaml: String {
        var documents: [String] = []
        func add(_ comment: String, _ text: String) {
            documents.append(comment.isEmpty ? text : "# \(comment)\n\(text)")
        }
        for (index, pool) in pools.enumerated() {
            add(index == 0 ? "Calico step 1: no overlay, no NAT" : "", CalicoYAML.pool(pool))
        }
        add(
            "Calico steps 2 and 7: no node-to-node mesh; service subnets are advertised",
            CalicoYAML.configuration(configuration))
        var peersSeen: Set<String> = []
        for rack in layout.racks {
            for node in rack.nodes {
                let ownAS = layout.variant.rules.nodeAS == .perCluster ? nil : node.asn
                add(
                    "Calico step 3: \(node.name)",
                    CalicoYAML.node(node.name, address: node.address, length: Int(node.subnet.length), asn: ownAS))
                for peer in layout.peers(of: node, in: rack) where peersSeen.insert(peer.name).inserted {
                    add("", CalicoYAML.peer(peer))
                }
            }
        }
        return CalicoYAML.text(documents) + (environmentPatch.map(Self.comment) ?? "")
    }

    private static func comment(_ patch: String) -> String {
        "# Calico step 7 as the paper does it, for releases that do not know serviceClusterIPs (before v3.10):\n"
            + "# \(patch)\n"
    }
}
