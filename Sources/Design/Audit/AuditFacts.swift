public import Fabric

/// A finding of the diagnosis, as the audit refers to it: what a rule of the diagnosis sees is not judged twice.
public struct DiagnosedProblem: Hashable, Sendable {
    /// The diagnosis rule: `session-down`.
    public var rule: String
    /// What it is about.
    public var subject: String
    /// What is wrong, one line.
    public var words: String
    /// What to do.
    public var remedy: String

    /// A problem from its parts.
    public init(rule: String, subject: String, words: String, remedy: String) {
        self.rule = rule
        self.subject = subject
        self.words = words
        self.remedy = remedy
    }
}

/// Everything that the audit judges by.
public struct AuditFacts: Sendable {
    /// The intent, nil where the context has no plan.
    public let layout: FabricLayout?
    /// The inventory in force.
    public let inventory: Inventory
    /// What was observed.
    public let snapshot: Snapshot
    /// The ACI release; nil: unknown.
    public let release: String?
    /// Use and headroom.
    public let capacity: Capacity
    /// What the diagnosis found.
    public let problems: [DiagnosedProblem]
    /// The diagnosis rules that were applied.
    public let diagnosed: Set<String>

    /// The cluster's L3Outs; nil: the APIC's configuration was not read.
    let l3outs: [L3OutConfiguration]?
    /// For each node the interfaces that have it as a neighbor.
    let interfacesOfNode: [NodeName: [Attached]]
    /// For each node the BGPPeers that select it; nil: not read.
    let peersOfNode: [NodeName: [CalicoPeer]]?
    /// Kubernetes' nodes by name.
    let kubernetesNodes: [NodeName: KubernetesNode]

    /// An interface with where it stands.
    struct Attached: Sendable {
        var l3out: String
        var profile: L3OutConfiguration.NodeProfile
        var interface: L3OutInterface
        var peer: ConfiguredPeer
    }

    /// Facts from their parts.
    public init(
        layout: FabricLayout?, inventory: Inventory, snapshot: Snapshot, release: String?, capacity: Capacity,
        problems: [DiagnosedProblem] = [], diagnosed: Set<String> = []
    ) {
        self.layout = layout
        self.inventory = inventory
        self.snapshot = snapshot
        self.release = release
        self.capacity = capacity
        self.problems = problems
        self.diagnosed = diagnosed
        kubernetesNodes = Dictionary(
            (snapshot.cluster.nodes?.value ?? []).map { ($0.name, $0) }, uniquingKeysWith: { a, _ in a })
        l3outs = AuditFacts.clusterL3Outs(snapshot.configuration?.value, inventory, layout)
        interfacesOfNode = AuditFacts.interfaces(l3outs ?? [], inventory)
        peersOfNode = snapshot.cluster.peers.map { AuditFacts.peers($0.value, inventory, snapshot.cluster) }
    }

    /// The variant in force; without a plan the paper's own.
    var variant: DesignVariant { layout?.variant ?? .asPerServer }

    /// The nodes in force.
    var nodes: [Node] { inventory.nodes }

    /// The rack of a node.
    func rack(_ node: Node) -> Rack? { inventory.rack(node.rack) }

    /// The intended addresses of a node; nil where its own is not known.
    func subnet(_ node: Node) -> NodeSubnet? {
        node.address.flatMap { NodeSubnet(nodeAddress: $0, length: node.subnetLength) }
    }

    /// The AS that a node runs with: Calico's annotation, else what it inherits (calico.md 3.2 and 3.4); where Calico's
    /// side was not read, the inventory's.
    func runningAS(_ node: Node) -> ASN? {
        guard let told = kubernetesNodes[node.name] else { return node.asn }
        if let asn = told.calicoAS { return asn }
        guard let configuration = snapshot.cluster.bgpConfiguration else { return node.asn }
        return configuration.value?.asn ?? ASN(64512)
    }

    /// The address that a node runs with: Calico's annotation, else the inventory's.
    func runningAddress(_ node: Node) -> IPAddress? { kubernetesNodes[node.name]?.calicoAddress ?? node.address }

    /// The leaves' addresses that a node should peer with, side A first.
    func leafAddresses(_ node: Node) -> [IPAddress] {
        IntendedPeers.peers(of: node, in: inventory).map(\.peerIP)
    }

    /// Why the APIC's half is not known.
    static let notRead = "not read: the APIC's configuration"

    /// The L3Outs that the plan names, or those with a node as a neighbor.
    private static func clusterL3Outs(
        _ configuration: FabricConfiguration?, _ inventory: Inventory, _ layout: FabricLayout?
    ) -> [L3OutConfiguration]? {
        guard let configuration else { return nil }
        if let layout {
            let names = Set(layout.l3outs)
            return configuration.l3outs.filter { $0.tenant == layout.tenant && names.contains($0.name) }
        }
        let addresses = Set(inventory.nodes.compactMap(\.address))
        return configuration.l3outs.filter { l3out in
            l3out.nodeProfiles.contains { profile in
                profile.interfaces.contains { interface in
                    interface.peers.contains { peer in addresses.contains { peer.neighbor.contains($0) } }
                }
            }
        }
    }

    private static func interfaces(
        _ l3outs: [L3OutConfiguration], _ inventory: Inventory
    ) -> [NodeName: [Attached]] {
        let nodes = Dictionary(
            inventory.nodes.compactMap { node in node.address.map { ($0, node.name) } }, uniquingKeysWith: { a, _ in a }
        )
        var result: [NodeName: [Attached]] = [:]
        for l3out in l3outs {
            for profile in l3out.nodeProfiles {
                for interface in profile.interfaces {
                    for peer in interface.peers {
                        let attached = Attached(
                            l3out: l3out.name, profile: profile, interface: interface, peer: peer)
                        if peer.neighbor.isHost {
                            if let node = nodes[peer.neighbor.address] { result[node, default: []].append(attached) }
                        } else {
                            for node in inventory.nodes where isMeant(peer, interface, for: node, inventory) {
                                result[node.name, default: []].append(attached)
                            }
                        }
                    }
                }
            }
        }
        return result
    }

    /// Whether a dynamic peer of an anchor leaf is meant for a node: its address matches, and the leaf is of its rack.
    private static func isMeant(
        _ peer: ConfiguredPeer, _ interface: L3OutInterface, for node: Node, _ inventory: Inventory
    ) -> Bool {
        guard let address = node.address, peer.neighbor.contains(address) else { return false }
        return inventory.rack(node.rack).map { !Set($0.leaves).isDisjoint(with: interface.leaves) } ?? true
    }

    /// A peer that names the node, or selects it by rack label; global peers count for every node.
    private static func peers(
        _ peers: [CalicoPeer], _ inventory: Inventory, _ cluster: ClusterState
    ) -> [NodeName: [CalicoPeer]] {
        let labels = Dictionary(
            (cluster.nodes?.value ?? []).map { ($0.name, $0.labels) }, uniquingKeysWith: { a, _ in a })
        var result = Dictionary(grouping: peers.filter { $0.node != nil }, by: { $0.node ?? NodeName("") })
        for peer in peers where peer.node == nil {
            for node in inventory.nodes {
                let selector = peer.nodeSelector ?? "all()"
                let rack = labels[node.name]?[IntendedPeers.rackLabel] ?? node.rack ?? ""
                guard selector == "all()" || selector == IntendedPeers.selector(rack: rack) else { continue }
                result[node.name, default: []].append(peer)
            }
        }
        return result
    }
}
