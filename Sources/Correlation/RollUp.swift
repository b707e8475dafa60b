import Design
import Fabric
import FoundationEssentials

/// Rolls sessions, ledger, services and findings up to nodes, leaves and racks.
struct RollUp {
    private let facts: Facts
    private let settings: CorrelationSettings
    private let routes: RouteIndex
    private let measures: NodeMeasures
    private let index: InventoryIndex
    private let places: SessionPlaces
    /// Addresses of nodes in maintenance, whose lost sessions do not count against a leaf.
    private let maintained: Set<IPAddress>

    init(_ basis: Basis) {
        facts = basis.facts
        settings = basis.settings
        routes = basis.routes
        measures = basis.measures
        index = basis.index
        places = basis.places
        maintained = Set(
            basis.inventory.nodes.filter { basis.settings.maintenance.contains($0.name) }.compactMap(\.address))
    }

    /// Fills the picture's nodes and racks; its ``Picture/leaves`` stand already.
    func apply(to picture: inout Picture) {
        picture.nodes = nodes(picture)
        picture.racks = racks(picture)
    }

    // MARK: Nodes

    private func nodes(_ picture: Picture) -> [NodePicture] {
        let troubled = Set(picture.findings.filter { $0.severity >= .warning }.compactMap(\.subject.node))
        return index.sorted.map { node in
            let measure = measures[node.name]
            let own = Array(picture.sessions[places.places(of: node.name)])
            let kubernetes = facts.kubernetesNodes[node.name]
            return NodePicture(
                node: node, sessions: own, advertised: own.compactMap(\.advertised).max(),
                accepted: own.compactMap(\.accepted).min(),
                installed: own.compactMap { routes.installedCount($0.key) }.min(),
                services: measures.areServicesKnown ? measure.services : nil, skew: measure.skew,
                isCordoned: kubernetes?.isCordoned,
                health: health(of: node.name, own, isTroubled: troubled.contains(node.name)))
        }
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
            let rows = known.flatMap { $0.isRead ? Array($0.rows.values) : nil }
            let tables = AddressFamily.allCases.compactMap { facts.table(leaf.id, $0) }
            let isSelected = facts.snapshot.leaves[leaf.id]?.routesAreSelected ?? false
            return LeafPicture(
                leaf: leaf, localAS: leaf.rack.flatMap { racks[$0]?.asn }, routerID: known?.routerID,
                peersUp: rows?.count { $0.state.isEstablished }, peersTotal: rows?.count,
                peerLimit: limits.peersPerLeaf, pathsAccepted: rows?.compactMap(\.prefixesReceived).reduce(0, +),
                routesInstalled: tables.isEmpty || isSelected ? nil : tables.map(\.value.count).reduce(0, +),
                lpmLimit: limits.lpmEntries, tableVersion: known?.tables.lazy.compactMap(\.tableVersion).first,
                lastRead: known?.provenance?.at, health: health(of: known, rows))
        }
    }

    private func health(of leaf: LeafFacts?, _ rows: [LeafPeer]?) -> Health {
        guard let rows, let provenance = leaf?.provenance, !facts.isOld(provenance) else { return .unknown }
        let watched = rows.filter { row in !maintained.contains(row.neighbor) }
        let up = watched.count { $0.state.isEstablished }
        if up == watched.count { return .ok }
        return up == 0 ? .down : .degraded
    }

    // MARK: Racks

    private func racks(_ picture: Picture) -> [RackPicture] {
        let nodes = Dictionary(grouping: picture.nodes, by: { $0.node.rack ?? "" })
        let leaves = Dictionary(grouping: picture.leaves, by: { $0.leaf.rack ?? "" })
        return picture.inventory.racks.map { rack in
            let own = nodes[rack.name] ?? []
            let sessions = own.flatMap(\.sessions)
            let healths = own.map(\.health) + (leaves[rack.name] ?? []).map(\.health)
            return RackPicture(
                rack: rack, nodes: own.count,
                sessionsUp: sessions.count(where: \.verdict.isCountedUp),
                sessionsTotal: sessions.count,
                maintenance: own.map(\.node.name).filter(settings.maintenance.contains),
                health: healths.max() ?? .unknown)
        }
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
