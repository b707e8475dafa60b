import Fabric

/// What a demo opens on: a fabric where something instructive happens within a minute.
public enum DemoScript {
    /// The faults that come by themselves when a demo is given none, with the seed's choice of targets: a neighbor
    /// shut on a leaf at 20 s, a service whose endpoints crowd on one node at 45 s, and a killed BIRD at 100 s.
    public static func schedule(_ topology: Topology, seed: UInt64) -> [ScheduledFault] {
        var random = SeededRandom(seed: seed ^ 0x6465_6d6f)
        let rack = topology.racks.last?.name
        let nodes = topology.nodes.filter { $0.rack == rack }
        guard !nodes.isEmpty, let leaf = topology.racks.last?.leaves.last else { return [] }
        // Seed 1, the default, shuts node-5 on leaf-104 in figure 1.
        let first = seed == 1 ? nodes[nodes.count / 2] : nodes[Int.random(in: 0..<nodes.count, using: &random)]
        let killed = topology.nodes.filter { $0.name != first.name }
        let services = ["gb/frontend", "shop/gateway"]
        let service = services[Int.random(in: 0..<services.count, using: &random)]
        var schedule = [
            ScheduledFault(
                Fault(.leafNeighborShut, "\(first.name)/\(leaf)"), at: .seconds(20), until: .seconds(180)),
            ScheduledFault(Fault(.serviceSkew, service), at: .seconds(45), until: .seconds(240)),
        ]
        if !killed.isEmpty {
            let node = killed[Int.random(in: 0..<killed.count, using: &random)].name
            schedule.append(ScheduledFault(Fault(.birdKilled, node.text), at: .seconds(100), until: .seconds(150)))
        }
        return schedule
    }
}
