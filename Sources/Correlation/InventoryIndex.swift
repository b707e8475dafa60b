import Fabric

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
