import Fabric

/// What nodes carry, apart from how their sessions stand.
final class NodeMeasures: Sendable {
    /// What one node carries.
    struct Measure: Sendable {
        /// Services with a ready endpoint on it.
        var services = 0
        /// The worst skew of a service that it draws.
        var skew: Double?
    }

    /// Whether endpoints were read.
    let areServicesKnown: Bool
    /// The nodes of the service that the most should draw; nil: no service.
    let widestRoute: Int?
    private let nodes: [NodeName: Measure]

    init(_ plan: ServicePlan, _ services: [ServiceView]) {
        var nodes: [NodeName: Measure] = [:]
        if let ready = plan.ready {
            for (list, count) in zip(ready.lists, ready.services) {
                for node in list.keys { nodes[node, default: Measure()].services += count }
            }
        }
        areServicesKnown = plan.ready != nil
        var seen: [StoragePlace: Double] = [:]
        var widest: Int?
        for index in services.indices {
            widest = max(widest ?? 0, services[index].expectedNodes.count)
            guard let skew = services[index].skew else { continue }
            // Views of services that are alike share their list, which need be gone through once.
            let place = StoragePlace(services[index].shares)
            guard (seen[place] ?? -1) < skew else { continue }
            seen[place] = skew
            for share in services[index].shares where share.share > 0 {
                nodes[share.node, default: Measure()].skew = max(nodes[share.node]?.skew ?? 0, skew)
            }
        }
        widestRoute = widest
        self.nodes = nodes
    }

    subscript(node: NodeName) -> Measure { nodes[node] ?? Measure() }
}
