public import Fabric

/// A plan file: the few choices from which the white paper's rules derive every address, AS number and VLAN.
public struct FabricPlan: Hashable, Sendable {
    /// The edition of the design.
    public var variant = DesignVariant.asPerServer
    /// The tenant.
    public var tenant: String
    /// The VRF inside the tenant.
    public var vrf: String
    /// The L3Out's name, nil where the plan does not name it.
    public var l3out: String?
    /// The external routed domain's name.
    public var domain: String?
    /// The ACI release, whose limits bound the plan; nil: unknown.
    public var release: String?
    /// The leaves' forwarding scale profile.
    public var profile = ForwardingProfile.dualStack
    /// The fabric's own AS, which no rack or node may have; nil: unknown.
    public var fabricAS: ASN?
    /// The AS of all nodes in the variant ``DesignVariant/singleAS``.
    public var clusterAS: ASN?
    /// The AS numbers that racks without one of their own get: a range, and how many each rack takes.
    public var asPool: ASPool?
    /// The subnet that the nodes' subnets are cut from.
    public var supernet: IPPrefix?
    /// The VLANs that nodes get in turn.
    public var vlans: ClosedRange<Int>?
    /// The range that leaves' router ids come from.
    public var routerIDs: IPPrefix?
    /// Subnets that pods live in.
    public var podSubnets: [IPPrefix]
    /// Service subnets.
    public var serviceSubnets: [IPPrefix]
    /// The length of a node's block of pod addresses.
    public var blockSize = 26
    /// The MTU of the SVIs in bytes.
    public var mtu = 9000
    /// The prefix of interface policy groups' names: the node's name follows.
    public var pathPrefix = "PG-"
    /// Contracts for reach from inside and outside.
    public var contracts = PlannedContracts()
    /// The L3Out that pods and services are advertised by outside of ACI; nil: they are not.
    public var transit: PlannedTransit?
    /// Racks in order.
    public var racks: [PlannedRack]
    /// Where each key of the plan stands, for refusals.
    public var marks: [String: DocumentMark] = [:]

    /// Where a key stands; the document's beginning where it is absent.
    func mark(_ key: String) -> DocumentMark { marks[key] ?? .start }

    /// AS numbers for racks without one of their own.
    public struct ASPool: Hashable, Sendable {
        /// All of them.
        public var range: ClosedRange<UInt32>
        /// How many each rack takes: its own and its nodes'.
        public var perRack: UInt32
    }

    /// A rack of the plan.
    public struct PlannedRack: Hashable, Sendable {
        /// The name.
        public var name: String
        /// The AS of the rack's leaves as nodes see it; nil: the next of the plan's pool.
        public var asn: ASN?
        /// The last AS of the rack's range; nil: no bound but that of others.
        public var lastAS: ASN?
        /// Leaf A, leaf B.
        public var leaves: [PlannedLeaf]
        /// The fabric's pod that the leaves stand in.
        public var pod = 1
        /// The rack's L3Out where a large cluster needs several; nil: the plan's.
        public var l3out: String?
        /// Nodes in order.
        public var nodes: [PlannedNode]
        /// Where the rack stands.
        public var mark: DocumentMark
    }

    /// A node of the plan.
    public struct PlannedNode: Hashable, Sendable {
        /// The name.
        public var name: NodeName
        /// The address, nil: the next free subnet's first usable.
        public var address: IPAddress?
        /// The AS, nil: the next free number after the rack's.
        public var asn: ASN?
        /// The VLAN, nil: the next free one.
        public var vlan: Int?
        /// The interface policy group of its vPC, nil: the plan's prefix and its name.
        public var path: String?
        /// Where the node stands.
        public var mark: DocumentMark
    }

    /// A plan and what was found wrong in its file.
    public struct Loaded: Sendable {
        /// The plan; nil where the file cannot be used.
        public var plan: FabricPlan?
        /// What the plan expands to; nil where it cannot.
        public var layout: FabricLayout?
        /// What is wrong, in the order of the file.
        public var diagnostics: [DocumentDiagnostic]
        /// The inventory of the layout; nil where there is none.
        public var inventory: Inventory? { layout?.inventory }
    }

    /// Reads a plan and expands it.
    public static func load(text: String, file: String) -> Loaded {
        var reader = DocumentReader(file: file)
        guard let value = reader.parse(text), let plan = FabricPlan.read(value, with: &reader),
            !reader.diagnostics.hasErrors
        else { return Loaded(plan: nil, layout: nil, diagnostics: reader.diagnostics) }
        let expansion = plan.expanded()
        for problem in expansion.refusals { reader.error(at: problem.mark, problem.message) }
        return Loaded(plan: plan, layout: expansion.layout, diagnostics: reader.diagnostics)
    }
}

/// A leaf as a plan or configuration writes it: `{id: 203, name: Leaf203}`, or the bare number.
public struct PlannedLeaf: Hashable, Sendable {
    /// The number.
    public var id: LeafID
    /// The name.
    public var name: String
    /// The host that it is reached by, in a configuration.
    public var host: String?
    /// Its router id in the VRF; nil: derived.
    public var routerID: IPAddress?
    /// BGP peers that it has beside this cluster's.
    public var otherPeers = 0
}

/// Contracts between the cluster's external EPG and others (paper, cluster connectivity inside and outside).
public struct PlannedContracts: Hashable, Sendable {
    /// For EPGs inside ACI: the cluster provides them.
    public var inside: [String] = []
    /// For networks outside ACI: the cluster provides and consumes them, so does the other L3Out's external EPG.
    public var outside: [String] = []
}

/// The L3Out that pods and services are advertised by outside of ACI.
public struct PlannedTransit: Hashable, Sendable {
    /// The L3Out's name.
    public var l3out: String
    /// Its external EPG's name.
    public var externalEPG: String
}
