import Fabric

/// Services whose endpoints are unevenly spread.
extension SimulatedCluster {
    /// The fewest endpoints of which all but one on one node of two are an uneven load: of three, that node would deserve
    /// two thirds of the traffic where it draws a half, which is still within what is called even.
    private static let fewestForSkew = 4

    /// Moves most endpoints of a service to the first node that hosts one; the next node keeps one, so that the leaves
    /// of a rack have two next hops that deserve very different shares.
    mutating func skew(_ name: ObjectName, _ topology: Topology, at now: Duration) {
        guard let service = services.first(where: { $0.service.name == name }),
            let node = endpoints(of: service).compactMap(\.node).min()
        else { return }
        skewed[name] = node
        // The one that stays elsewhere stays in the rack, where the leaves share the traffic between the two.
        func isFar(_ other: NodeName?) -> Bool {
            other.flatMap { topology.node($0) }?.rack != topology.node(node)?.rack
        }
        let all = endpoints(of: service)
        let elsewhere = all.filter { $0.node != node }
            .sorted { a, b in
                isFar(a.node) == isFar(b.node) ? (a.node ?? node) < (b.node ?? node) : !isFar(a.node)
            }
            .map(\.uid)
        for uid in elsewhere.dropFirst() {
            if let index = pods.firstIndex(where: { $0.uid == uid }) { delete(index, at: now) }
        }
        guard let deployment = deployments.first(where: { $0.name == name }) else { return }
        for _ in min(all.count, Self.fewestForSkew)..<Self.fewestForSkew { createPod(of: deployment, at: now) }
    }

    /// Spreads the endpoints of a service over the nodes again.
    mutating func spread(_ name: ObjectName, at now: Duration) {
        guard let service = services.first(where: { $0.service.name == name }) else { return }
        skewed[name] = nil
        var seen: Set<NodeName> = []
        let all = endpoints(of: service)
        let surplus = all.filter { pod in pod.node.map { !seen.insert($0).inserted } ?? false }
        let wanted = deployments.first { $0.name == name }?.replicas ?? all.count
        for (number, pod) in surplus.enumerated() {
            guard let index = pods.firstIndex(where: { $0.uid == pod.uid }) else { continue }
            if number < all.count - wanted { end(index, at: now) } else { delete(index, at: now) }
        }
        touch()
    }

    /// Ends a pod that is not made again.
    mutating func end(_ index: Int, at now: Duration) {
        pods[index].deletedAt = now
        pods[index].goneAt = now + .seconds(2)
    }
}
