import Design
import Fabric

/// Measures each service prefix on each leaf: who should draw its traffic, who does, and how evenly.
///
/// A leaf prefers next hops of its own rack (eBGP) over the other racks' (iBGP), so the nodes expected on a leaf are
/// those of its rack: every one for a range, those that export the host route or have a ready endpoint for a service.
/// Where no next hop is a node of the rack the leaf forwards to other leaves, and nothing is judged node by node.
///
/// The skew figure is the largest share that a node draws, divided by the share that its endpoints deserve among the
/// nodes expected or drawing on this leaf; for ranges, and services that any node forwards, all deserve the same. A
/// node that draws without a ready endpoint is measured as if it had deserved a single endpoint more than there are.
struct ServiceMeasure {
    let facts: Facts
    let plan: ServicePlan
    private let ledger: Ledger.Memory
    let limit: Int
    private let subnets: [IPPrefix]
    private let leaves: [Leaf]
    /// Nodes in the order of their names; everything below speaks of them by their number.
    let names: [NodeName]
    private let numbers: [NodeName: Int]
    let racks: [String]
    let nodesOfRack: [String: [Int]]
    let nodeOfAddress: [IPAddress: Int]
    /// Nodes that are not expected to draw anything: without service routes, or in maintenance.
    let idle: Set<Int>

    /// Skew above this is a problem.
    static let threshold = 1.5

    init(
        _ facts: Facts, _ inventory: Inventory, _ index: InventoryIndex, _ settings: CorrelationSettings,
        _ plan: ServicePlan, _ ledger: Ledger.Memory
    ) {
        self.facts = facts
        self.ledger = ledger
        self.plan = plan
        limit = settings.nextHopLimit
        subnets = Set(inventory.serviceSubnets + plan.ranges).sorted()
        leaves = inventory.leaves.filter { $0.rack != nil }.sorted { $0.id < $1.id }
        let nodes = index.sorted
        names = nodes.map(\.name)
        racks = nodes.map { $0.rack ?? "" }
        let numbers = Dictionary(nodes.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { a, _ in a })
        self.numbers = numbers
        nodesOfRack = Dictionary(grouping: nodes.indices, by: { nodes[$0].rack ?? "" })
        nodeOfAddress = Dictionary(
            inventory.nodes.compactMap { node in
                node.address.flatMap { address in numbers[node.name].map { (address, $0) } }
            }, uniquingKeysWith: { a, _ in a })
        idle = Set(plan.excluded.union(settings.maintenance).compactMap { numbers[$0] })
    }

    /// The views, by prefix and leaf.
    func views() -> [ServiceView] {
        let drawers = expectedNodes()
        let draft = ServiceDraft(self, leaves, drawers.lists)
        var views: [ServiceView] = []
        let sorted = drawers.prefixes.sorted { $0.key < $1.key }
        views.reserveCapacity(sorted.count * leaves.count)
        for (prefix, list) in sorted { draft.append(prefix, list, to: &views) }
        return views
    }

    /// The nodes that should draw each prefix: lists, and for each prefix the number of its own.
    struct Drawers {
        /// Services that share their endpoints share one list, so that what follows from it is concluded once; nil:
        /// every node.
        fileprivate(set) var lists: [[Int]?] = [nil]
        fileprivate(set) var prefixes: [IPPrefix: Int] = [:]
    }

    /// The nodes that should draw each prefix that Calico should or does advertise, or that a leaf has inside the
    /// service subnets.
    private func expectedNodes() -> Drawers {
        var drawers: [IPPrefix: [Int]] = [:]
        for (list, hosts) in plan.localHosts {
            let nodes = (plan.ready?.lists[list].keys.filter { !plan.excluded.contains($0) } ?? []).compactMap {
                numbers[$0]
            }.sorted()
            for host in hosts { drawers[host, default: []] += nodes }
        }
        for (node, known) in facts.nodes {
            guard let number = numbers[node] else { continue }
            var seen: [AdvertisedList] = []
            for list in known.advertised.values where !seen.contains(where: { $0 === list }) {
                seen.append(list)
                // What a node should export names it already, and that is nearly all of it.
                for prefix in ledger.unexpected(of: node, in: list)
                where subnets.contains(where: { $0.contains(prefix) }) {
                    drawers[prefix, default: []].append(number)
                }
            }
        }
        for prefix in installed() where drawers[prefix] == nil { drawers[prefix] = [] }
        return numbered(drawers)
    }

    private func numbered(_ drawers: [IPPrefix: [Int]]) -> Drawers {
        var result = Drawers()
        var known: [[Int]: Int] = [:]
        for (prefix, nodes) in drawers {
            let isAscending = zip(nodes, nodes.dropFirst()).allSatisfy { $0 < $1 }
            let list = isAscending ? nodes : Set(nodes).sorted()
            let number = known[list] ?? result.lists.count
            if number == result.lists.count {
                known[list] = number
                result.lists.append(list)
            }
            result.prefixes[prefix] = number
        }
        for prefix in plan.ranges + plan.hostsOfEveryNode { result.prefixes[prefix] = 0 }
        return result
    }

    /// What leaves have inside the service subnets.
    private func installed() -> Set<IPPrefix> {
        var all: Set<IPPrefix> = []
        for leaf in leaves {
            for subnet in subnets {
                guard let table = facts.table(leaf.id, subnet.family)?.value else { continue }
                var row = table.lowerBound(of: subnet)
                while row < table.count, subnet.contains(table.prefixes[row]) {
                    all.insert(table.prefixes[row])
                    row += 1
                }
            }
        }
        return all
    }
}

extension ServiceMeasure {
    /// The largest share that a node draws, divided by the share that it deserves; nil where endpoints are not known.
    static func skew(_ shares: [NodeShare], byEndpoints: Bool) -> Double? {
        let weights = byEndpoints ? shares.compactMap(\.endpoints) : shares.map { _ in 1 }
        let total = weights.reduce(0, +)
        guard weights.count == shares.count, total > 0 else { return nil }
        return zip(shares, weights).map { share, weight in
            share.share * (weight > 0 ? Double(total) / Double(weight) : Double(total + 1))
        }.max()
    }

    /// The verdict on a view that so many nodes draw.
    static func verdict(_ view: ServiceView, _ drawing: Int, isKnown: Bool) -> ServiceVerdict {
        guard isKnown else { return .unknown }
        if view.nextHops.isEmpty { return .absent }
        if drawing == 0 { return .unknown }
        if drawing == 1, view.nextHops.count == 1, view.shares.count > 1 { return .single }
        if view.isClipped { return .even }
        guard let skew = view.skew else { return .unknown }
        return skew > threshold ? .skewed : .even
    }
}

extension CorrelationSettings {
    /// The most next hops that a leaf installs for a route.
    var nextHopLimit: Int {
        let limits = Limits.of(release: release)
        return min(ecmpLimit ?? limits.ecmpDefault, limits.ecmpMaximum)
    }
}
