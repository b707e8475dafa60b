public import Fabric

/// What a user would have to know to configure the console for a simulated fabric: from this the composition root
/// builds the same configuration that a file holds for a real one.
public struct SimulatedWorld: Sendable, Hashable {
    /// Racks, leaves, nodes and subnets, as `racks:` and `nodes:` of a configuration give them; every item counts as
    /// configured, and a node's host is its name.
    public var inventory: Inventory
    /// The ACI release, such as `4.2(1)`.
    public var release: String
    /// The host names that the ssh stand-in takes for controllers.
    public var controllers: [String]
    /// The host names that it takes for each leaf.
    public var leafHosts: [LeafID: String]
    /// The host names that it takes for each node.
    public var nodeHosts: [NodeName: String]
    /// The namespace of calico-node's pods.
    public var calicoNamespace: String
    /// Where BIRD's control socket lies on a node.
    public var birdSocket: String

    /// The world of a topology.
    public init(_ topology: Topology) {
        inventory = Inventory(
            vrf: topology.vrf,
            racks: topology.racks.map { Rack(name: $0.name, asn: $0.asn, leaves: $0.leaves, origin: .configured) },
            leaves: topology.leaves.map { Leaf(id: $0.id, name: $0.name, rack: $0.rack, origin: .configured) },
            nodes: topology.nodes.map {
                Node(
                    name: $0.name, address: $0.address, subnetLength: Int($0.subnet.length), asn: $0.asn,
                    rack: $0.rack, host: $0.name.text, origin: .configured)
            },
            podSubnets: [topology.podSubnet], serviceSubnets: [topology.serviceSubnet])
        release = topology.release
        controllers = [topology.controller]
        leafHosts = Dictionary(uniqueKeysWithValues: topology.leaves.map { ($0.id, $0.name) })
        nodeHosts = Dictionary(uniqueKeysWithValues: topology.nodes.map { ($0.name, $0.name.text) })
        calicoNamespace = topology.calicoNamespace
        birdSocket = "/var/run/calico/bird.ctl"
    }
}
