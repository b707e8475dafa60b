public import Fabric
public import FoundationEssentials

/// A fact that an answer told, in Fabric's vocabulary.
public enum Observation: Sendable {
    /// Summary tables of a leaf.
    case summaries(LeafID, [LeafSummary])
    /// A routing table of a leaf; `isSelection`: only the prefixes that were asked for.
    case routes(LeafID, RouteTable, isSelection: Bool)
    /// What a leaf accepted from its neighbors.
    case paths(LeafID, AcceptedPaths)
    /// `calicoctl node status`.
    case calicoStatus(NodeName, CalicoNodeStatus)
    /// BIRD's BGP protocols; `only`: the one protocol that was asked for, nil where all were.
    case protocols(NodeName, [NodePeer], only: String?)
    /// BIRD's routes.
    case nodeRoutes(NodeName, [NodeRoute])
    /// What BIRD exports to a protocol.
    case exports(NodeName, protocolName: String, [NodeRoute])
    /// BIRD's status.
    case birdStatus(NodeName, BIRDStatus)
    /// Kubernetes nodes.
    case kubernetesNodes([KubernetesNode])
    /// Services.
    case services([Service])
    /// Endpoints of services.
    case endpoints([ServiceEndpoints])
    /// Pods; the node where only its pods were asked for.
    case pods([Pod], of: NodeName?)
    /// PodDisruptionBudgets.
    case budgets([DisruptionBudget])
    /// BGPPeers.
    case calicoPeers([CalicoPeer])
    /// The default BGPConfiguration; nil: it does not exist.
    case bgpConfiguration(CalicoBGPConfiguration?)
    /// What calico-node's environment sets; nil: there is no such DaemonSet.
    case calicoVariables(CalicoNodeVariables?)
    /// Block affinities.
    case blocks([BlockAffinity])
    /// The source was asked, and all that it told before still holds.
    case unchanged(SourceID)
    /// IPPools.
    case pools([CalicoIPPool])
    /// Blocks of pod addresses with who uses them.
    case ipam([IPAMBlock])
    /// BGPFilters.
    case filters([CalicoFilter])
    /// Calico's version.
    case calicoVersion(String)
    /// The APIC's configuration of the tenant.
    case configuration(FabricConfiguration)
    /// What a leaf says of its own capacity, one fact or more.
    case capacity(LeafID, LeafCapacity)
    /// What a leaf's BGP objects tell.
    case bgp(LeafID, BGPNews)
    /// What an event tells of a leaf's BGP.
    case bgpEvent(LeafID, BGPNews)
    /// Switches and controllers.
    case fabricNodes([FabricNode])
    /// What switches tell of themselves, their clocks among it.
    case fabricSystems([FabricSystem])
    /// vPC pairs.
    case pairs([VPCSide])
    /// Faults.
    case faults([FabricFault])
    /// Changes.
    case audit([AuditRecord])
}

/// What came of decoding one answer.
public struct Decoded: Sendable {
    /// The facts with their provenance.
    public var observations: [Observation]
    /// Where they come from.
    public var provenance: Provenance
    /// When the question was sent; nil: not known, or nobody asked.
    public var asked: Date?
    /// Lines that could not be placed, with their line numbers.
    public var diagnostics: [String]
    /// Why the answer as a whole could not be read; nil where it could.
    public var error: SourceError?

    /// What was decoded, from its parts.
    public init(
        observations: [Observation], provenance: Provenance, asked: Date? = nil, diagnostics: [String] = [],
        error: SourceError? = nil
    ) {
        self.observations = observations
        self.provenance = provenance
        self.asked = asked
        self.diagnostics = diagnostics
        self.error = error
    }
}
