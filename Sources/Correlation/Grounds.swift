import Fabric

/// What a rule's findings rest on: where all of it is as it was when the rule found nothing, it finds nothing again.
public struct Grounds: OptionSet, Sendable {
    /// The bits.
    public let rawValue: Int

    /// Grounds from their bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The inventory in force.
    public static let inventory = Grounds(rawValue: 1)
    /// Release, limits and maintenance.
    public static let settings = Grounds(rawValue: 2)
    /// All that the cluster tells, whenever it was read.
    public static let cluster = Grounds(rawValue: 4)
    /// The rows of the leaves' tables, whenever they were read.
    public static let rows = Grounds(rawValue: 8)
    /// The leaves' tables, with the time at which they were read and the ages in them.
    public static let tables = Grounds(rawValue: 16)
    /// The measured services.
    public static let services = Grounds(rawValue: 32)
}

/// What the inventory's nodes and leaves are found by.
final class InventoryIndex: Sendable {
    let nodes: [NodeName: Node]
    let nodeOfAddress: [IPAddress: NodeName]
    let leafNames: [LeafID: String]
    /// The nodes by name.
    let sorted: [Node]

    init(_ inventory: Inventory) {
        nodes = Dictionary(inventory.nodes.map { ($0.name, $0) }, uniquingKeysWith: { a, _ in a })
        nodeOfAddress = Dictionary(
            inventory.nodes.compactMap { node in node.address.map { ($0, node.name) } }, uniquingKeysWith: { a, _ in a }
        )
        leafNames = Dictionary(inventory.leaves.map { ($0.id, $0.name) }, uniquingKeysWith: { a, _ in a })
        sorted = inventory.nodes.sorted { $0.name < $1.name }
    }
}

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
        for index in services.indices {
            guard let skew = services[index].skew else { continue }
            // Views of services that are alike share their list, which need be gone through once.
            let place = StoragePlace(services[index].shares)
            guard (seen[place] ?? -1) < skew else { continue }
            seen[place] = skew
            for share in services[index].shares where share.share > 0 {
                nodes[share.node, default: Measure()].skew = max(nodes[share.node]?.skew ?? 0, skew)
            }
        }
        self.nodes = nodes
    }

    subscript(node: NodeName) -> Measure { nodes[node] ?? Measure() }
}
