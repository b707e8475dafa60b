public import Fabric

/// The BGPPeers that the paper's Calico step 3 gives a node: one for each leaf of its rack.
public enum IntendedPeers {
    /// The name of a node's peer with a leaf: `leaf203-calico-master-1`, unique over all nodes.
    public static func name(leaf: LeafID, node: NodeName) -> String { "leaf\(leaf)-\(node)" }

    /// The intended peers of a node, leaf A first; empty where its address, rack or the rack's AS is unknown.
    public static func peers(of node: Node, in inventory: Inventory) -> [CalicoPeer] {
        guard let address = node.address, let rack = inventory.rack(node.rack), let asn = rack.asn,
            let subnet = NodeSubnet(nodeAddress: address, length: node.subnetLength)
        else { return [] }
        return rack.leaves.prefix(2).enumerated().compactMap { side, leaf in
            subnet.leaf(side: side).map {
                CalicoPeer(name: name(leaf: leaf, node: node.name), node: node.name, peerIP: $0, asn: asn)
            }
        }
    }
}
