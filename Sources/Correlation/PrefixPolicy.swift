import Fabric

/// What kind a prefix is, and whether the import route map of the design (`default-import`: pod and service subnets)
/// lets it in.
struct PrefixPolicy: Sendable {
    private let pods: [IPPrefix]
    private let services: [IPPrefix]
    private let blocks: Set<IPPrefix>

    init(_ facts: Facts, _ inventory: Inventory) {
        pods = inventory.podSubnets
        services = inventory.serviceSubnets
        blocks = Set((facts.snapshot.cluster.blocks?.value ?? []).map(\.block))
    }

    func kind(_ prefix: IPPrefix) -> PrefixKind {
        if blocks.contains(prefix) { return .block }
        if services.contains(where: { $0.contains(prefix) }) { return prefix.isHost ? .service : .serviceRange }
        if pods.contains(where: { $0.contains(prefix) }) { return prefix.isHost ? .borrowed : .block }
        return .other
    }

    /// Whether the leaf should accept a prefix from a node; nil where the subnets are not known.
    func permits(_ prefix: IPPrefix, of node: IPAddress?) -> Bool? {
        if (pods + services).contains(where: { $0.contains(prefix) }) { return true }
        if let node, prefix.contains(node) { return false }
        return pods.isEmpty || services.isEmpty ? nil : false
    }
}
