/// Which numbers a node's AS comes from.
public enum NodeASRule: String, Hashable, Sendable {
    /// Every node has its own, in the rack's range.
    case perNode = "one per node"
    /// The nodes of a rack share one, the number after the rack's.
    case perRack = "one per rack"
    /// All nodes of the cluster share one.
    case perCluster = "one per cluster"
}

/// How nodes attach to the leaves.
public enum AttachmentRule: String, Hashable, Sendable {
    /// An SVI and VLAN per node on the vPC towards it, a /29 each.
    case sviPerNode = "an SVI and VLAN per node, /29 each"
    /// One floating SVI, VLAN and subnet for all nodes; racks' leaves are its anchors.
    case floatingSVI = "one floating SVI and subnet for all nodes"
}

/// The editions of the design, as data: what each changes in the configuration and for correlation.
public enum DesignVariant: String, Hashable, Sendable, CaseIterable {
    /// The paper of December 2019: one AS per compute server.
    case asPerServer = "as-per-server"
    /// Calico's "AS per rack" with leaf pairs as the rack's routers.
    case asPerRack = "as-per-rack"
    /// The later editions: one AS for the cluster, floating SVI, dynamic neighbors.
    case singleAS = "single-as"

    /// What the variant decides.
    public var rules: VariantRules {
        switch self {
        case .asPerServer:
            VariantRules(
                summary: "every node has an AS of its own and an SVI with a /29", source: "white paper, December 2019",
                nodeAS: .perNode, attachment: .sviPerNode, hasDynamicNeighbors: false, maximumASLimit: 2,
                peerControls: ["nh-self"], staleInterval: nil, sendsRoutesToNodes: false, needsMultipathRelax: true,
                minimumRelease: nil,
                correlation: [
                    "a node is known by its AS and by its address",
                    "two sessions per node, to the leaves of its rack",
                    "the route tag is the rack's AS",
                    "equal paths of different nodes share load only with multipath relax (ACI 4.2 and later)",
                    "a node receives no routes",
                ])
        case .asPerRack:
            VariantRules(
                summary: "the nodes of a rack share one AS, the rest is as in the paper",
                source: "Calico's AS-per-rack model, named by the paper as the first of three options",
                nodeAS: .perRack, attachment: .sviPerNode, hasDynamicNeighbors: false, maximumASLimit: 2,
                peerControls: ["nh-self"], staleInterval: nil, sendsRoutesToNodes: false, needsMultipathRelax: true,
                minimumRelease: nil,
                correlation: [
                    "a node is known by its address alone; its AS names the rack",
                    "two sessions per node, to the leaves of its rack",
                    "the route tag is the rack's AS",
                    "nodes of one rack share load without multipath relax, nodes of several racks only with it",
                    "a node receives no routes",
                ])
        case .singleAS:
            VariantRules(
                summary: "all nodes share one AS and one floating subnet, leaves take dynamic neighbors",
                source: "the design's later editions (February 2022, July 2023) and their author's code",
                nodeAS: .perCluster, attachment: .floatingSVI, hasDynamicNeighbors: true, maximumASLimit: 1,
                peerControls: ["as-override", "dis-peer-as-check"], staleInterval: 6, sendsRoutesToNodes: true,
                needsMultipathRelax: true, minimumRelease: "5.0(1)",
                correlation: [
                    "a node is known by its address alone",
                    "a leaf's peer object is a subnet: a node without a session has no object of its own",
                    "the route tag is the cluster's AS",
                    "all nodes share load; before ACI 6.1(2) an anchor prefers its own nodes, a skew by design",
                    "a node receives the pod subnets",
                ])
        }
    }
}

/// What a variant decides.
public struct VariantRules: Hashable, Sendable {
    /// The variant in one sentence.
    public var summary: String
    /// Where it comes from.
    public var source: String
    /// The AS scheme of nodes.
    public var nodeAS: NodeASRule
    /// How nodes attach.
    public var attachment: AttachmentRule
    /// Whether the leaf's peer object is a subnet.
    public var hasDynamicNeighbors: Bool
    /// The longest AS path that leaves accept.
    public var maximumASLimit: Int
    /// The peer's BGP controls.
    public var peerControls: [String]
    /// Seconds that leaves keep stale routes; nil: the default of 300.
    public var staleInterval: Int?
    /// Whether leaves send routes to nodes.
    public var sendsRoutesToNodes: Bool
    /// Whether equal paths need `asPathMultipathRelax` to share load.
    public var needsMultipathRelax: Bool
    /// The oldest ACI release that can do it; nil: any.
    public var minimumRelease: String?
    /// What it changes for correlation.
    public var correlation: [String]
}
