import Design
import Fabric
import FoundationEssentials

/// Rolls sessions, ledger, services and findings up to nodes, leaves and racks.
struct RollUp {
    private let facts: Facts
    private let settings: CorrelationSettings
    private let routes: RouteIndex
    private let ready: ReadyEndpoints?
    /// Addresses of nodes in maintenance, whose lost sessions do not count against a leaf.
    private let maintained: Set<IPAddress>

    init(
        _ facts: Facts, _ inventory: Inventory, _ settings: CorrelationSettings, _ routes: RouteIndex,
        _ ready: ReadyEndpoints?
    ) {
        self.facts = facts
        self.ready = ready
        self.settings = settings
        self.routes = routes
        maintained = Set(inventory.nodes.filter { settings.maintenance.contains($0.name) }.compactMap(\.address))
    }

    /// Fills the picture's nodes and racks; its ``Picture/leaves`` stand already.
    func apply(to picture: inout Picture) {
        picture.nodes = nodes(picture)
        picture.racks = racks(picture)
    }

    // MARK: Nodes

    private func nodes(_ picture: Picture) -> [NodePicture] {
        let sessions = Dictionary(grouping: picture.sessions, by: \.key.node)
        let troubled = Set(picture.findings.filter { $0.severity >= .warning }.compactMap(\.subject.node))
        let hosted = servicesHosted()
        let skews = worstSkews(picture.services)
        return picture.inventory.nodes.sorted { $0.name < $1.name }.map { node in
            let own = sessions[node.name] ?? []
            let kubernetes = facts.kubernetesNodes[node.name]
            return NodePicture(
                node: node, sessions: own, advertised: own.compactMap(\.advertised).max(),
                accepted: own.compactMap(\.accepted).min(),
                installed: own.compactMap { routes.installedCount($0.key) }.min(),
                services: hosted.map { $0[node.name] ?? 0 }, skew: skews[node.name],
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

    /// The number of services with a ready endpoint on each node, nil where endpoints were not read.
    private func servicesHosted() -> [NodeName: Int]? {
        guard let ready else { return nil }
        var hosted: [NodeName: Int] = [:]
        for (list, services) in zip(ready.lists, ready.services) {
            for node in list.keys { hosted[node, default: 0] += services }
        }
        return hosted
    }

    private func worstSkews(_ services: [ServiceView]) -> [NodeName: Double] {
        var worst: [NodeName: Double] = [:]
        var seen: [StoragePlace: Double] = [:]
        for view in services {
            guard let skew = view.skew else { continue }
            // Views of services that are alike share their list, which need be gone through once.
            let place = StoragePlace(view.shares)
            guard (seen[place] ?? -1) < skew else { continue }
            seen[place] = skew
            for share in view.shares where share.share > 0 { worst[share.node] = max(worst[share.node] ?? 0, skew) }
        }
        return worst
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
