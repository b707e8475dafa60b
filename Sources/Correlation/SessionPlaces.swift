import Fabric

/// Where sessions stand in a list that is in order of nodes: by key, node and leaf. It follows from the inventory, and
/// holds for every picture of the same one.
struct SessionPlaces: Sendable {
    private let ofKey: [SessionKey: Int]
    private let ofNode: [NodeName: Int]
    private let ofLeaf: [LeafID: [Int]]
    /// The nodes in the order of the list.
    let nodes: [NodeName]
    /// For each of ``nodes`` where its sessions stand.
    let ranges: [Range<Int>]

    init(_ sessions: [Session]) {
        ofKey = Dictionary(sessions.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
        ofLeaf = Dictionary(grouping: sessions.indices, by: { sessions[$0].key.leaf })
        var ofNode: [NodeName: Int] = [:]
        var nodes: [NodeName] = []
        var ranges: [Range<Int>] = []
        var start = 0
        while start < sessions.count {
            let name = sessions[start].key.node
            let end = sessions[start...].firstIndex { $0.key.node != name } ?? sessions.count
            ofNode[name] = nodes.count
            nodes.append(name)
            ranges.append(start..<end)
            start = end
        }
        self.ofNode = ofNode
        self.nodes = nodes
        self.ranges = ranges
    }

    /// The place of a session, nil where there is none.
    func place(of key: SessionKey) -> Int? { ofKey[key] }

    /// The places of a node's sessions.
    func places(of node: NodeName) -> Range<Int> { ofNode[node].map { ranges[$0] } ?? 0..<0 }

    /// Where a node stands among ``nodes``, nil where it has no session.
    func group(of node: NodeName) -> Int? { ofNode[node] }

    /// The places of a leaf's sessions.
    func places(of leaf: LeafID) -> [Int] { ofLeaf[leaf] ?? [] }
}

/// The sessions of each node, in the order of ``SessionPlaces/nodes``: held once for the rules and for what is shown.
struct SessionGroups: Sendable {
    /// The nodes and their sessions, those in the rack's order of leaves.
    private(set) var groups: [(node: Node, sessions: [Session])]
    /// The places of the groups that are not those of before; nil: all are new.
    let news: Set<Int>?
    /// The places of groups with a session that is notable, ascending.
    private let notablePlaces: [Int]

    /// The nodes with a session that is not plainly up, and all their sessions.
    var notable: [(node: Node, sessions: [Session])] { notablePlaces.map { groups[$0] } }

    init(_ sessions: [Session], _ places: SessionPlaces, _ index: InventoryIndex) {
        let groups = zip(places.nodes, places.ranges).compactMap { name, range in
            index.nodes[name].map { (node: $0, sessions: Array(sessions[range])) }
        }
        self.groups = groups
        news = nil
        notablePlaces = groups.indices.filter { groups[$0].sessions.contains(where: \.isNotable) }
    }

    /// The groups of before but for those of which a session is another.
    init(_ sessions: [Session], _ places: SessionPlaces, after former: SessionGroups) {
        groups = former.groups
        var news: Set<Int> = []
        for (number, range) in places.ranges.enumerated() {
            let before = former.groups[number].sessions
            if zip(before, sessions[range]).allSatisfy({ $0.isSame(as: $1) }) { continue }
            groups[number].sessions = Array(sessions[range])
            news.insert(number)
        }
        self.news = news
        let kept = former.notablePlaces.filter { !news.contains($0) }
        let new = news.filter { [groups] in groups[$0].sessions.contains(where: \.isNotable) }
        notablePlaces = new.isEmpty ? kept : (kept + new).sorted()
    }
}
