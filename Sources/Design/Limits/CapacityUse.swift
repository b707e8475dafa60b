public import Fabric

/// How much of what is limited is used: by a fabric as read, or by what plans ask for. What is nil is unknown.
public struct CapacityUse: Hashable, Sendable {
    /// A leaf's use.
    public struct Leaf: Hashable, Sendable {
        /// The leaf.
        public var id: LeafID
        /// Its name.
        public var name: String
        /// Its rack.
        public var rack: String?
        /// BGP peers, every VRF counted as far as known.
        public var peers: Int?
        /// L3Outs on it.
        public var l3outs: Int?
        /// LPM entries.
        public var lpm: Int?
        /// The leaf's own LPM limit, which counts before any table.
        public var ownLPMLimit: Int?

        /// A use from its parts.
        public init(
            id: LeafID, name: String, rack: String?, peers: Int? = nil, l3outs: Int? = nil, lpm: Int? = nil,
            ownLPMLimit: Int? = nil
        ) {
            self.id = id
            self.name = name
            self.rack = rack
            self.peers = peers
            self.l3outs = l3outs
            self.lpm = lpm
            self.ownLPMLimit = ownLPMLimit
        }

        /// Adds what a planned cluster takes of the leaf: a peer per node of the rack, an L3Out, a block per node of the
        /// cluster and its service subnets.
        mutating func add(_ layout: FabricLayout, _ rack: FabricLayout.Rack) {
            peers = (peers ?? 0) + rack.nodes.count
            l3outs = (l3outs ?? 0) + 1
            lpm = (lpm ?? 0) + layout.nodes.count + layout.serviceSubnets.count
        }
    }

    /// An L3Out's use.
    public struct L3Out: Hashable, Sendable {
        /// The name, `tenant:name` where the tenant is known.
        public var name: String
        /// Its border leaves.
        public var borderLeaves: Int
        /// Its external EPGs; nil: unknown.
        public var externalEPGs: Int?

        /// A use from its parts.
        public init(name: String, borderLeaves: Int, externalEPGs: Int? = nil) {
            self.name = name
            self.borderLeaves = borderLeaves
            self.externalEPGs = externalEPGs
        }
    }

    /// Leaves.
    public var leaves: [Leaf]
    /// L3Outs.
    public var l3outs: [L3Out]
    /// Next hops that the widest route wants on a leaf; nil: unknown.
    public var widestRoute: Int?
    /// The next hops that leaves install of a route where a policy says so; nil: the release's default.
    public var ecmpLimit: Int?
    /// Blocks of pod addresses that a node takes: the mean of a live cluster, one in a plan.
    public var blocksPerNode: Double
    /// Nodes of the cluster.
    public var nodes: Int
    /// The subnet that nodes' subnets are cut from, with the number of them that are taken; nil: unknown.
    public var supernet: IPPrefix?

    /// A use from its parts.
    public init(
        leaves: [Leaf], l3outs: [L3Out], widestRoute: Int? = nil, ecmpLimit: Int? = nil, blocksPerNode: Double = 1,
        nodes: Int, supernet: IPPrefix? = nil
    ) {
        self.leaves = leaves
        self.l3outs = l3outs
        self.widestRoute = widestRoute
        self.ecmpLimit = ecmpLimit
        self.blocksPerNode = blocksPerNode
        self.nodes = nodes
        self.supernet = supernet
    }

    /// What clusters that are planned on the same fabric use together.
    ///
    /// Each node is a peer of both leaves of its rack; each cluster's routes (a block per node, the service subnets)
    /// stand on every leaf that has its VRF, one VRF per cluster unless they name the same.
    public static func of(_ layouts: [FabricLayout]) -> CapacityUse {
        var leaves: [Leaf] = []
        var index: [LeafID: Int] = [:]
        var l3outs: [L3Out] = []
        for layout in layouts {
            for rack in layout.racks {
                for leaf in rack.leaves {
                    let place = index[leaf.id] ?? leaves.count
                    if place == leaves.count {
                        index[leaf.id] = place
                        leaves.append(
                            Leaf(id: leaf.id, name: leaf.name, rack: rack.name, peers: leaf.otherPeers))
                    }
                    leaves[place].add(layout, rack)
                }
            }
            l3outs += layout.l3outs.map { name in
                L3Out(
                    name: "\(layout.tenant):\(name)",
                    borderLeaves: layout.racks.filter { $0.l3out == name }.reduce(0) { $0 + $1.leaves.count },
                    externalEPGs: 1)
            }
        }
        return CapacityUse(
            leaves: leaves.sorted { $0.id < $1.id }, l3outs: l3outs,
            widestRoute: layouts.flatMap(\.racks).map(\.nodes.count).max(),
            nodes: layouts.reduce(0) { $0 + $1.nodes.count }, supernet: layouts.count == 1 ? layouts[0].supernet : nil)
    }
}
