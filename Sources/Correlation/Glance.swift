public import Fabric
public import FoundationEssentials

/// What an event changes in a picture at once: the sessions of a leaf with some neighbors, and the counts and health
/// that hang on them.
///
/// Concluding everything takes a part of a second at the design's maximum, and a lost session is not to wait for it.
/// Ledger, services and findings stay as they were until the next whole conclusion, which comes soon after.
public struct Glance: Sendable {
    /// The picture with the sessions as they are now.
    public let picture: Picture
    /// The sessions that were looked at, as they were.
    public let before: [Session]
    /// And as they are.
    public let after: [Session]

    /// Looks at some neighbors of some leaves.
    ///
    /// - Parameters:
    ///   - snapshot: what is known now.
    ///   - former: the picture before; neighbors that are none of its nodes' change nothing.
    ///   - changed: the neighbors by leaf.
    ///   - now: the moment to judge at.
    public init(at snapshot: Snapshot, from former: Picture, changed: [LeafID: Set<IPAddress>], now: Date) {
        var picture = former
        let part = Glance.part(of: snapshot, former.inventory, changed)
        let facts = Facts(part, now: now)
        let keys = Glance.keys(part.inventory, changed)
        var before: [Session] = []
        var after: [Session] = []
        let join = SessionJoin(facts, part.inventory, InventoryIndex(part.inventory))
        for session in join.sessions() where keys.contains(session.key) {
            guard let place = Glance.place(of: session.key, in: former.sessions) else { continue }
            before.append(former.sessions[place])
            after.append(session)
            picture.sessions[place] = session
            picture.note(session, insteadOf: former.sessions[place])
        }
        for leaf in changed.keys { picture.count(facts.leaves[leaf], of: leaf) }
        picture.generation = snapshot.generation
        self.picture = picture
        self.before = before
        self.after = after
    }

    /// The snapshot of the nodes concerned and of the leaves of their racks.
    private static func part(
        of snapshot: Snapshot, _ inventory: Inventory, _ changed: [LeafID: Set<IPAddress>]
    ) -> Snapshot {
        var part = snapshot
        let racks = Set(inventory.leaves.filter { changed[$0.id] != nil }.compactMap(\.rack))
        let addresses = changed.values.reduce(into: Set<IPAddress>()) { $0.formUnion($1) }
        part.inventory = inventory
        part.inventory.nodes = inventory.nodes.filter { node in
            racks.contains(node.rack ?? "") && node.address.map(addresses.contains) ?? false
        }
        let leaves = Set(inventory.racks.filter { racks.contains($0.name) }.flatMap(\.leaves)).union(changed.keys)
        part.leaves = snapshot.leaves.filter { leaves.contains($0.key) }
        let names = Set(part.inventory.nodes.map(\.name))
        part.nodes = [:]
        for name in names { part.nodes[name] = snapshot.nodes[name] }
        part.cluster = ClusterState()
        part.cluster.peers = snapshot.cluster.peers.map { peers in
            Observed(peers.value.filter { $0.node.map(names.contains) ?? true }, peers.provenance)
        }
        return part
    }

    /// The sessions of the neighbors.
    private static func keys(_ inventory: Inventory, _ changed: [LeafID: Set<IPAddress>]) -> Set<SessionKey> {
        var keys: Set<SessionKey> = []
        for (leaf, addresses) in changed {
            for node in inventory.nodes where node.address.map(addresses.contains) ?? false {
                keys.insert(SessionKey(node: node.name, leaf: leaf))
            }
        }
        return keys
    }

    /// Sessions stand by node; those of one node are few.
    private static func place(of key: SessionKey, in sessions: [Session]) -> Int? {
        var low = 0
        var high = sessions.count
        while low < high {
            let middle = (low + high) / 2
            if sessions[middle].key.node < key.node { low = middle + 1 } else { high = middle }
        }
        while low < sessions.count, sessions[low].key.node == key.node {
            if sessions[low].key == key { return low }
            low += 1
        }
        return nil
    }
}

extension Picture {
    /// Takes a session over into the node and the rack that show it.
    fileprivate mutating func note(_ session: Session, insteadOf former: Session) {
        guard let node = nodes.firstIndex(where: { $0.node.name == session.key.node }) else { return }
        if let place = nodes[node].sessions.firstIndex(where: { $0.key == session.key }) {
            nodes[node].sessions[place] = session
        }
        let isQuiet = nodes[node].health == .maintenance
        let verdicts = nodes[node].sessions.map(\.verdict)
        if !isQuiet, verdicts.contains(where: \.isTrouble) {
            let isLost = verdicts.allSatisfy { $0 == .down || $0 == .missing }
            nodes[node].health = isLost ? .down : .degraded
        }
        guard let rack = racks.firstIndex(where: { $0.rack.name == session.rack }) else { return }
        racks[rack].sessionsUp += (session.verdict.isCountedUp ? 1 : 0) - (former.verdict.isCountedUp ? 1 : 0)
        if !isQuiet { racks[rack].health = max(racks[rack].health, nodes[node].health) }
    }

    /// Counts a leaf's peers anew.
    fileprivate mutating func count(_ facts: LeafFacts?, of leaf: LeafID) {
        guard let facts, facts.isRead, let place = leaves.firstIndex(where: { $0.leaf.id == leaf }) else { return }
        let up = facts.established
        let isWorse = up < leaves[place].peersUp ?? up
        leaves[place].peersUp = up
        leaves[place].peersTotal = facts.rows.count
        if isWorse, leaves[place].health == .ok { leaves[place].health = .degraded }
    }
}

extension SessionVerdict {
    /// Whether a rack counts it as up.
    var isCountedUp: Bool { self == .up || self == .flapping }
}
