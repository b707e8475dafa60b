import Design
import Fabric
import FoundationEssentials

/// Rolls sessions, ledger, services and findings up to nodes, leaves and racks.
final class RollUp {
    private let facts: Facts
    private let settings: CorrelationSettings
    private let routes: RouteIndex
    private let measures: NodeMeasures
    private let index: InventoryIndex
    private let places: SessionPlaces
    private let groups: SessionGroups
    /// Addresses of nodes in maintenance, whose lost sessions do not count against a leaf.
    private let maintained: Set<IPAddress>

    init(_ basis: Basis) {
        facts = basis.facts
        settings = basis.settings
        routes = basis.routes
        measures = basis.measures
        index = basis.index
        places = basis.places
        groups = basis.groups
        maintained = Set(
            basis.inventory.nodes.filter { basis.settings.maintenance.contains($0.name) }.compactMap(\.address))
    }

    /// Fills the picture's nodes and racks; its ``Picture/leaves`` stand already.
    ///
    /// - Parameter former: what the picture before was concluded from; nodes of which nothing is new are those of it.
    func apply(to picture: inout Picture, after former: Basis?) {
        let troubled = Set(picture.findings.filter { $0.severity >= .warning }.compactMap(\.subject.node))
        picture.nodes = nodes(troubled, after: former)
        picture.racks = racks(picture)
        picture.basis?.nodes = picture.nodes
        picture.basis?.troubled = troubled
    }

    // MARK: Nodes

    private func nodes(_ troubled: Set<NodeName>, after former: Basis?) -> [NodePicture] {
        if let former, let changed = changed(since: former) {
            var nodes = former.nodes
            let others = troubled.symmetricDifference(former.troubled)
            for (place, node) in index.sorted.enumerated()
            where changed.contains(node.name) || others.contains(node.name) {
                nodes[place] = self.node(node, isTroubled: troubled.contains(node.name))
            }
            return nodes
        }
        return index.sorted.map { node($0, isTroubled: troubled.contains($0.name)) }
    }

    /// The nodes of which a session is another than before; nil where more than sessions may be new.
    private func changed(since former: Basis) -> Set<NodeName>? {
        guard let news = groups.news, former.measures === measures, former.settings == settings,
            former.index === index, routes.news?.isEmpty == true, facts.news?.isClusterSame == true,
            former.nodes.count == index.sorted.count
        else { return nil }
        return Set(news.map { groups.groups[$0].node.name })
    }

    private func node(_ node: Node, isTroubled: Bool) -> NodePicture {
        let measure = measures[node.name]
        let own = places.group(of: node.name).map { groups.groups[$0].sessions } ?? []
        return NodePicture(
            node: node, sessions: own, advertised: own.lazy.compactMap(\.advertised).max(),
            accepted: own.lazy.compactMap(\.accepted).min(),
            installed: own.compactMap { self.routes.installedCount($0.key) }.min(),
            services: measures.areServicesKnown ? measure.services : nil, skew: measure.skew,
            isCordoned: facts.kubernetesNodes[node.name]?.isCordoned,
            health: health(of: node.name, own, isTroubled: isTroubled))
    }

    private func health(of node: NodeName, _ sessions: [Session], isTroubled: Bool) -> Health {
        if settings.maintenance.contains(node) { return .maintenance }
        let verdicts = sessions.map(\.verdict)
        guard !verdicts.isEmpty else { return .unknown }
        if verdicts.allSatisfy({ $0 == .down || $0 == .missing }) { return .down }
        if isTroubled || verdicts.contains(where: \.isTrouble) { return .degraded }
        return verdicts.contains { $0 == .unknown || $0 == .stale } ? .unknown : .ok
    }

    // MARK: Leaves

    func leaves(_ picture: Picture) -> [LeafPicture] {
        let limits = Limits.of(release: settings.release)
        let racks = Dictionary(picture.inventory.racks.map { ($0.name, $0) }, uniquingKeysWith: { a, _ in a })
        return picture.inventory.leaves.sorted { $0.id < $1.id }.map { leaf in
            let known = facts.leaves[leaf.id]
            let read = known.flatMap { $0.isRead ? $0 : nil }
            let tables = AddressFamily.allCases.compactMap { facts.table(leaf.id, $0) }
            let isSelected = facts.snapshot.leaves[leaf.id]?.routesAreSelected ?? false
            return LeafPicture(
                leaf: leaf, localAS: leaf.rack.flatMap { racks[$0]?.asn }, routerID: known?.routerID,
                peersUp: read?.established, peersTotal: read?.rows.count,
                peerLimit: limits.peersPerLeaf, pathsAccepted: read?.received,
                routesInstalled: tables.isEmpty || isSelected ? nil : tables.map(\.value.count).reduce(0, +),
                lpmLimit: limits.lpmEntries, tableVersion: known?.tables.lazy.compactMap(\.tableVersion).first,
                lastRead: known?.provenance?.at, health: health(of: read))
        }
    }

    private func health(of leaf: LeafFacts?) -> Health {
        guard let leaf, let provenance = leaf.provenance, !facts.isOld(provenance) else { return .unknown }
        let quiet = maintained.lazy.compactMap { leaf.rows[$0] }
        let up = leaf.established - quiet.count { $0.state.isEstablished }
        if up == leaf.rows.count - quiet.count { return .ok }
        return up == 0 ? .down : .degraded
    }

    // MARK: Racks

    /// What is counted of a rack.
    private struct Count {
        var nodes = 0
        var up = 0
        var sessions = 0
        var maintenance: [NodeName] = []
        var health: Health?
    }

    private func racks(_ picture: Picture) -> [RackPicture] {
        var counts: [String: Count] = [:]
        for node in picture.nodes { count(node, in: &counts[node.node.rack ?? "", default: Count()]) }
        for leaf in picture.leaves {
            let rack = leaf.leaf.rack ?? ""
            counts[rack, default: Count()].health = max(counts[rack]?.health ?? leaf.health, leaf.health)
        }
        return picture.inventory.racks.map { rack in
            let count = counts[rack.name] ?? Count()
            return RackPicture(
                rack: rack, nodes: count.nodes, sessionsUp: count.up, sessionsTotal: count.sessions,
                maintenance: count.maintenance, health: count.health ?? .unknown)
        }
    }

    private func count(_ node: NodePicture, in count: inout Count) {
        count.nodes += 1
        count.sessions += node.sessions.count
        for session in node.sessions where session.verdict.isCountedUp { count.up += 1 }
        if settings.maintenance.contains(node.node.name) { count.maintenance.append(node.node.name) }
        count.health = max(count.health ?? node.health, node.health)
    }
}

extension SessionVerdict {
    /// Whether the session is known not to work as it should.
    var isTrouble: Bool {
        switch self {
        case .missing, .down, .oneSided, .flapping: true
        case .unknown, .stale, .up: false
        }
    }

    /// Whether the session is known to carry no traffic reliably.
    var isLost: Bool { self == .down || self == .missing || self == .oneSided }
}
