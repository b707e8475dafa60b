import Fabric

/// Where sessions stand in a list that is in order of nodes: by key, node and leaf. It follows from the inventory, and
/// holds for every picture of the same one.
struct SessionPlaces: Sendable {
    private let ofKey: [SessionKey: Int]
    private let ofNode: [NodeName: Range<Int>]
    private let ofLeaf: [LeafID: [Int]]
    /// The nodes in the order of the list.
    let nodes: [NodeName]

    init(_ sessions: [Session]) {
        ofKey = Dictionary(sessions.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
        ofLeaf = Dictionary(grouping: sessions.indices, by: { sessions[$0].key.leaf })
        var ofNode: [NodeName: Range<Int>] = [:]
        var nodes: [NodeName] = []
        var start = 0
        while start < sessions.count {
            let name = sessions[start].key.node
            let end = sessions[start...].firstIndex { $0.key.node != name } ?? sessions.count
            ofNode[name] = start..<end
            nodes.append(name)
            start = end
        }
        self.ofNode = ofNode
        self.nodes = nodes
    }

    /// The place of a session, nil where there is none.
    func place(of key: SessionKey) -> Int? { ofKey[key] }

    /// The places of a node's sessions.
    func places(of node: NodeName) -> Range<Int> { ofNode[node] ?? 0..<0 }

    /// The places of a leaf's sessions.
    func places(of leaf: LeafID) -> [Int] { ofLeaf[leaf] ?? [] }
}
