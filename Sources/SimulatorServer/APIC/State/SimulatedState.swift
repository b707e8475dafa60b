import Fabric
public import Simulator
import Synchronization

/// A simulated fabric that several doors share: the controllers by REST, and the stand-ins for command lines.
public final class SharedFabric: Sendable {
    private let fabric: Mutex<SimulatedFabric>
    /// The last picture; nil where the fabric may have changed since.
    private let last = Mutex<FabricPicture?>(nil)

    /// Shares a fabric.
    public init(_ fabric: SimulatedFabric) { self.fabric = Mutex(fabric) }

    /// Looks at the fabric or changes it, alone.
    public func with<Result: Sendable>(_ body: (inout sending SimulatedFabric) throws -> sending Result) rethrows
        -> Result
    {
        // Cleared when the fabric's lock is free again: a picture is made with both locks, this one first.
        defer { last.withLock { $0 = nil } }
        return try fabric.withLock { try body(&$0) }
    }

    /// Lets virtual time pass up to a moment.
    public func advance(to moment: Duration) { with { $0.advance(to: moment) } }

    private func picture() -> FabricPicture {
        last.withLock { known in
            if let known { return known }
            let picture = fabric.withLock { $0.picture() }
            known = picture
            return picture
        }
    }

    /// The facts that controllers serve.
    public var state: FabricState {
        FabricState(
            configuration: with { FabricConfiguration($0.topology) },
            picture: { self.picture() },
            routes: { leaf in self.fabric.withLock { $0.routes(of: leaf) } },
            paths: { leaf in self.fabric.withLock { $0.paths(of: leaf) } },
            configure: { settings, address, leaf in
                self.with { $0.configure(settings, of: address, on: leaf) }
            })
    }
}

extension FabricConfiguration {
    /// What the paper's steps configure for a topology.
    init(_ topology: Topology) {
        let racks = topology.racks.map { rack in
            Rack(
                name: rack.name, localAS: rack.asn,
                leaves: rack.leaves.compactMap { id in topology.leaf(id).map { (id: id, routerID: $0.routerID) } },
                nodes: topology.nodes.filter { $0.rack == rack.name }.map {
                    Node(
                        name: $0.name.text, address: $0.address, asn: $0.asn, leafAddresses: $0.leafAddresses,
                        gateway: $0.gateway, subnetLength: Int($0.subnet.length), vlan: $0.vlan)
                })
        }
        self.init(
            vrf: topology.vrf, l3out: "calico", release: topology.release, fabricAS: topology.fabricAS,
            permitted: [topology.podSubnet, topology.serviceSubnet], maximumASPath: topology.maximumASPath,
            ecmpLimit: topology.ecmpLimit, relaxesMultipath: topology.relaxesMultipath, racks: racks)
    }
}
