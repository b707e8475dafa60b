public import Correlation
public import Fabric
import FoundationEssentials

/// What the marks on nodes tell, for any console: which nodes are out of service, and whether one of them draws traffic.
public enum MaintenanceWatch {
    /// Nodes that a drain or restore has taken out of service, wholly or in part: their alarms are quiet.
    ///
    /// - Parameter remembered: nodes that the journal of this machine knows in maintenance. Of a node that Kubernetes
    ///   shows without a mark it is out of date: another console restored it, or it is another cluster's.
    public static func outOfService(_ snapshot: Snapshot, remembered: Set<NodeName> = []) -> Set<NodeName> {
        let nodes = snapshot.cluster.nodes?.value ?? []
        let marked = nodes.filter { node in
            node.operationMark != nil && node.mark.map { $0.kind != .push } ?? false
        }
        return unseen(remembered, snapshot).union(marked.map(\.name))
    }

    /// Of some nodes those that Kubernetes does not show.
    static func unseen(_ nodes: Set<NodeName>, _ snapshot: Snapshot) -> Set<NodeName> {
        nodes.subtracting((snapshot.cluster.nodes?.value ?? []).map(\.name))
    }

    /// Nodes with a mark, in order.
    public static func marked(_ snapshot: Snapshot) -> [(node: NodeName, mark: NodeMark)] {
        (snapshot.cluster.nodes?.value ?? []).compactMap { node in node.mark.map { (node.name, $0) } }
            .sorted { $0.0 < $1.0 }
    }

    /// Nodes in maintenance that came back without a restore: a session is up, or a leaf forwards to them. Only what was
    /// seen after the maintenance began counts, and a session only where Kubernetes still showed the mark after it came up:
    /// a restore changes the mark before it lets a session up.
    public static func alarms(_ snapshot: Snapshot, _ picture: Picture) -> [NodeName: String] {
        var found: [NodeName: String] = [:]
        for (node, mark) in marked(snapshot) where mark.phase == .maintenance {
            let news = Set(picture.sessions.filter { $0.key.node == node && isNews($0, snapshot) }.map(\.key.leaf))
            let isHeld = !mark.former.hold.isNone
            let up = picture.sessions.filter {
                $0.key.node == node && isHeld && !isNews($0, snapshot)
                    && ($0.leafPeer.map { $0.at > mark.at && $0.value.state.isEstablished } ?? false)
            }.map(\.key.leaf)
            let drawing = Set(
                picture.ledger.entries(of: node).filter { entry in
                    entry.installed == .yes && !news.contains(entry.key.leaf)
                        && (isHeld || entry.kind == .service || entry.kind == .serviceRange)
                        && isFresh(entry.key.leaf, snapshot, mark.at)
                }.map(\.key.leaf)
            ).sorted()
            var words: [String] = []
            if !up.isEmpty { words.append("its session is up with leaf \(list(up))") }
            if !drawing.isEmpty { words.append("leaf \(list(drawing)) forwards to it") }
            if !words.isEmpty {
                found[node] = "\(node) is in maintenance and draws traffic again: " + words.joined(separator: ", ")
            }
        }
        return found
    }

    /// Whether a session came up after the nodes were read last.
    private static func isNews(_ session: Session, _ snapshot: Snapshot) -> Bool {
        guard let peer = session.leafPeer, peer.value.state.isEstablished, let age = peer.value.age,
            let nodes = snapshot.cluster.nodes
        else { return false }
        return peer.at.addingTimeInterval(-Double(age.components.seconds)) > nodes.at
    }

    private static func isFresh(_ leaf: LeafID, _ snapshot: Snapshot, _ since: Date) -> Bool {
        guard let tables = snapshot.leaves[leaf]?.routes.values, !tables.isEmpty else { return false }
        return tables.allSatisfy { $0.at > since }
    }
}
