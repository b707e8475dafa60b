public import Fabric

/// The BGPPeers that the paper's Calico step 3 gives a node: one for each leaf of its rack.
public enum IntendedPeers {
    /// The name of a node's peer with a leaf: `leaf203-calico-master-1`, unique over all nodes.
    public static func name(leaf: LeafID, node: NodeName) -> String { "leaf\(leaf)-\(node)" }

    /// The name of the peer that all nodes of a rack share, in the variant with one AS for the cluster.
    public static func sharedName(leaf: LeafID) -> String { "leaf\(leaf)" }

    /// The label that puts a node into a rack, in the variant with one AS for the cluster.
    public static let rackLabel = "rack_id"

    /// The selector of a rack's nodes.
    public static func selector(rack: String) -> String { "\(rackLabel) == '\(rack)'" }

    /// The intended peers of a node, leaf A first; empty where its address, rack or the rack's AS is unknown.
    public static func peers(of node: Node, in inventory: Inventory) -> [CalicoPeer] {
        guard let address = node.address, let rack = inventory.rack(node.rack), let asn = rack.asn,
            let subnet = NodeSubnet(nodeAddress: address, length: node.subnetLength)
        else { return [] }
        return rack.leaves.prefix(2).enumerated().compactMap { side, leaf in
            if let shared = inventory.leaf(leaf)?.sharedAddress {
                return CalicoPeer(
                    name: sharedName(leaf: leaf), node: nil, nodeSelector: selector(rack: rack.name), peerIP: shared,
                    asn: asn)
            }
            return subnet.leaf(side: side).map {
                CalicoPeer(name: name(leaf: leaf, node: node.name), node: node.name, peerIP: $0, asn: asn)
            }
        }
    }
}
