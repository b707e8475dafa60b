public import Fabric

/// The whole layout that a plan expands to: every address, AS number, VLAN, router id and name.
///
/// It is what configuration is generated from, what the audit compares with, and what `plan --from-live` arrives at;
/// two layouts that are equal describe the same fabric.
public struct FabricLayout: Hashable, Sendable {
    /// The edition of the design.
    public var variant: DesignVariant
    /// The tenant.
    public var tenant: String
    /// The VRF inside the tenant.
    public var vrf: String
    /// The external routed domain.
    public var domain: String
    /// The ACI release, nil: unknown.
    public var release: String?
    /// The leaves' forwarding scale profile.
    public var profile: ForwardingProfile
    /// The fabric's own AS, nil: unknown.
    public var fabricAS: ASN?
    /// The AS of all nodes, in the variant with one.
    public var clusterAS: ASN?
    /// The subnet that the nodes' subnets are cut from; nil where every address is given.
    public var supernet: IPPrefix?
    /// Subnets that pods live in.
    public var podSubnets: [IPPrefix]
    /// Service subnets.
    public var serviceSubnets: [IPPrefix]
    /// The length of a node's block of pod addresses.
    public var blockSize: Int
    /// The MTU of the SVIs in bytes.
    public var mtu: Int
    /// Contracts.
    public var contracts: PlannedContracts
    /// The way out of ACI.
    public var transit: PlannedTransit?
    /// Racks in order.
    public var racks: [Rack]

    /// Seconds between keepalives (paper, ACI step 10).
    public static let keepalive = 1
    /// Seconds until a silent peer is given up (paper, ACI step 10).
    public static let hold = 3

    /// A rack of the layout.
    public struct Rack: Hashable, Sendable {
        /// The name, which is the node profile's name too.
        public var name: String
        /// The fabric's pod that its leaves stand in.
        public var pod: Int
        /// The L3Out that it belongs to.
        public var l3out: String
        /// The AS that nodes see on its leaves.
        public var asn: ASN
        /// Leaf A, leaf B.
        public var leaves: [Leaf]
        /// Nodes in order.
        public var nodes: [Node]
    }

    /// A leaf of the layout.
    public struct Leaf: Hashable, Sendable {
        /// The number.
        public var id: LeafID
        /// The name.
        public var name: String
        /// The router id in the VRF.
        public var routerID: IPAddress
        /// BGP peers beside this cluster's.
        public var otherPeers: Int
        /// Its address in the subnet that all nodes share; nil: each node's subnet has its own.
        public var sharedAddress: IPAddress?
    }

    /// A node of the layout.
    public struct Node: Hashable, Sendable {
        /// The name.
        public var name: NodeName
        /// Its AS.
        public var asn: ASN
        /// The subnet that it shares with its leaves.
        public var subnet: IPPrefix
        /// Its address.
        public var address: IPAddress
        /// The leaves' addresses, leaf A first.
        public var leafAddresses: [IPAddress]
        /// Its default gateway: the secondary address that the leaves share.
        public var gateway: IPAddress
        /// The VLAN of its SVI.
        public var vlan: Int
        /// The interface policy group of its vPC.
        public var path: String
    }

    /// The L3Outs in order, each once.
    public var l3outs: [String] {
        racks.reduce(into: []) { list, rack in
            if !list.contains(rack.l3out) { list.append(rack.l3out) }
        }
    }

    /// All nodes in order.
    public var nodes: [Node] { racks.flatMap(\.nodes) }

    /// Where the floating address stands in a shared subnet: below the leaves' addresses, which begin below the shared
    /// secondary; nil where the subnet has no room for them.
    static func floatingOffset(leaves: Int, in supernet: IPPrefix) -> UInt128? {
        let fromTop = UInt128(5 + 2 * ((max(leaves, 1) - 1) / 2))
        return supernet.addressCount > fromTop + 1 ? supernet.addressCount - fromTop : nil
    }

    /// The floating address of the variant with floating SVI.
    public var floatingAddress: IPAddress? {
        guard variant.rules.attachment == .floatingSVI, let supernet else { return nil }
        let leaves = racks.reduce(0) { $0 + $1.leaves.count }
        return FabricLayout.floatingOffset(leaves: leaves, in: supernet).flatMap { supernet.address(at: $0) }
    }

    /// The name of the timer policy, which says what it holds.
    public static let timerPolicyName = "calico-1s-3s"

    /// The inventory of the layout, marked configured.
    public var inventory: Inventory {
        var inventory = Inventory(vrf: "\(tenant):\(vrf)", podSubnets: podSubnets, serviceSubnets: serviceSubnets)
        for rack in racks {
            inventory.racks.append(
                Fabric.Rack(name: rack.name, asn: rack.asn, leaves: rack.leaves.map(\.id), origin: .configured))
            inventory.leaves += rack.leaves.map {
                Fabric.Leaf(
                    id: $0.id, name: $0.name, rack: rack.name, sharedAddress: $0.sharedAddress, origin: .configured)
            }
            inventory.nodes += rack.nodes.map {
                Fabric.Node(
                    name: $0.name, address: $0.address, subnetLength: Int($0.subnet.length), asn: $0.asn,
                    rack: rack.name, origin: .configured)
            }
        }
        return inventory
    }

    /// The BGPPeers of a node, leaf A first; in the variant with shared peers those of its rack.
    public func peers(of node: Node, in rack: Rack) -> [CalicoPeer] {
        zip(rack.leaves, node.leafAddresses).map { leaf, address in
            if variant.rules.hasDynamicNeighbors {
                return CalicoPeer(
                    name: IntendedPeers.sharedName(leaf: leaf.id), node: nil,
                    nodeSelector: IntendedPeers.selector(rack: rack.name), peerIP: address, asn: rack.asn)
            }
            return CalicoPeer(
                name: IntendedPeers.name(leaf: leaf.id, node: node.name), node: node.name, peerIP: address,
                asn: rack.asn)
        }
    }

    /// Every BGPPeer of the layout in the order of the racks, each once.
    public var peers: [CalicoPeer] {
        var seen: Set<String> = []
        return racks.flatMap { rack in rack.nodes.flatMap { peers(of: $0, in: rack) } }
            .filter { seen.insert($0.name).inserted }
    }
}
