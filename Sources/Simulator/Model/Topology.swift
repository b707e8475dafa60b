public import Fabric

/// What a simulated fabric is built of: leaves, nodes, addresses and the release's behaviour.
public struct Topology: Sendable, Hashable {
    /// A leaf as the fabric knows it.
    public struct LeafPlan: Sendable, Hashable {
        /// The number in the fabric.
        public var id: LeafID
        /// The name, as in the banner `Node 203 (Leaf203)`.
        public var name: String
        /// The rack's name.
        public var rack: String
        /// The router id in the VRF.
        public var routerID: IPAddress
        /// The TEP that other leaves forward to.
        public var tep: IPAddress
    }

    /// A rack: a vPC pair and its Local-AS.
    public struct RackPlan: Sendable, Hashable {
        /// The name.
        public var name: String
        /// The AS that nodes see on both leaves.
        public var asn: ASN
        /// The leaves, side A first.
        public var leaves: [LeafID]
    }

    /// A node as the paper plans it.
    public struct NodePlan: Sendable, Hashable {
        /// The Kubernetes name.
        public var name: NodeName
        /// The rack's name.
        public var rack: String
        /// Its AS.
        public var asn: ASN
        /// The subnet that it shares with the leaves of its rack (paper: a /29 per node).
        public var subnet: IPPrefix
        /// Its address: the first usable of the subnet.
        public var address: IPAddress
        /// The addresses of leaf A and leaf B in that subnet.
        public var leafAddresses: [IPAddress]
        /// The secondary that both leaves share.
        public var gateway: IPAddress
        /// The VLAN of the SVI (paper: one per node).
        public var vlan: Int
        /// The blocks of pod addresses that the node owns.
        public var blocks: [IPPrefix]
    }

    /// Services beside those that every topology has, each drawn by so many nodes of every rack.
    public struct EdgeServices: Sendable, Hashable {
        /// The number of services.
        public var count: Int
        /// Nodes of each rack that host an endpoint of a service.
        public var nodesOfRack: Int
    }

    /// The name: `figure-1`, `figure-2`, `rack-100` or `design-max`.
    public var name: String
    /// The ACI release, such as `4.2(1)`.
    public var release: String
    /// The fabric's own AS.
    public var fabricAS: ASN
    /// The VRF, `tenant:vrf`.
    public var vrf: String
    /// The racks.
    public var racks: [RackPlan]
    /// The leaves.
    public var leaves: [LeafPlan]
    /// The nodes.
    public var nodes: [NodePlan]
    /// The pod supernet.
    public var podSubnet: IPPrefix
    /// The service subnet.
    public var serviceSubnet: IPPrefix
    /// eBGP next hops of one prefix at most.
    public var ecmpLimit: Int
    /// Whether paths of equal length from different AS share the load (multipath relax, from ACI 4.2).
    public var relaxesMultipath: Bool
    /// The longest AS path that a leaf accepts, with its own Local-AS counted (paper, ACI step 10: two).
    public var maximumASPath: Int
    /// Calico's version.
    public var calicoVersion: String
    /// The namespace of calico-node's pods.
    public var calicoNamespace: String
    /// The controller's host name.
    public var controller: String
    /// Prefixes that a leaf's LPM table holds, nil: what the default profile holds, more where the fabric is large.
    public var prefixLimit: Int?
    /// More services, nil where there are none.
    public var edge: EdgeServices?

    /// The plan of a leaf.
    public func leaf(_ id: LeafID) -> LeafPlan? { leaves.first { $0.id == id } }

    /// The plan of a node.
    public func node(_ name: NodeName) -> NodePlan? { nodes.first { $0.name == name } }

    /// The plan of a rack.
    public func rack(_ name: String) -> RackPlan? { racks.first { $0.name == name } }

    /// A leaf's address in a node's subnet, nil where they do not share a rack.
    func address(of leaf: LeafID, towards node: NodePlan) -> IPAddress? {
        guard let side = rack(node.rack)?.leaves.firstIndex(of: leaf), side < node.leafAddresses.count else {
            return nil
        }
        return node.leafAddresses[side]
    }
}
