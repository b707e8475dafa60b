import Fabric

/// What kind a prefix is, and whether the import route map of the design (`default-import`: pod and service subnets)
/// lets it in.
struct PrefixPolicy: Sendable {
    private let pods: [IPPrefix]
    private let services: [IPPrefix]
    private let permitted: [IPPrefix]
    private let blocks: Set<IPPrefix>
    /// Whether every block is what its place says: a subnet of the pods' and not of the services'.
    private let areBlocksPlain: Bool

    init(_ facts: Facts, _ inventory: Inventory) {
        pods = inventory.podSubnets
        services = inventory.serviceSubnets
        permitted = pods + services
        let told = facts.snapshot.cluster.blocks?.value ?? []
        areBlocksPlain = told.allSatisfy { [pods, services] affinity in
            !affinity.block.isHost && pods.contains { $0.contains(affinity.block) }
                && !services.contains { $0.contains(affinity.block) }
        }
        blocks = areBlocksPlain ? [] : Set(told.map(\.block))
    }

    func kind(_ prefix: IPPrefix) -> PrefixKind {
        if !areBlocksPlain, blocks.contains(prefix) { return .block }
        if services.contains(where: { $0.contains(prefix) }) { return prefix.isHost ? .service : .serviceRange }
        if pods.contains(where: { $0.contains(prefix) }) { return prefix.isHost ? .borrowed : .block }
        return .other
    }

    /// Whether the leaf should accept a prefix from a node; nil where the subnets are not known.
    func permits(_ prefix: IPPrefix, of node: IPAddress?) -> Bool? {
        if permitted.contains(where: { $0.contains(prefix) }) { return true }
        if let node, prefix.contains(node) { return false }
        return pods.isEmpty || services.isEmpty ? nil : false
    }
}
