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
    private let facts: Facts
    private let plan: ServicePlan
    private let limit: Int
    private let subnets: [IPPrefix]
    private let leaves: [Leaf]
    private let nodesOfRack: [String: [NodeName]]
    private let rackOfNode: [NodeName: String]
    private let nodeOfAddress: [IPAddress: NodeName]
    private let exporters: [IPPrefix: Set<NodeName>]
    private let maintenance: Set<NodeName>

    /// Skew above this is a problem.
    static let threshold = 1.5

    init(_ facts: Facts, _ inventory: Inventory, _ settings: CorrelationSettings, _ plan: ServicePlan) {
        self.facts = facts
        self.plan = plan
        limit = settings.nextHopLimit
        maintenance = settings.maintenance
        subnets = Set(inventory.serviceSubnets + plan.ranges).sorted()
        leaves = inventory.leaves.filter { $0.rack != nil }.sorted { $0.id < $1.id }
        let named = inventory.nodes.sorted { $0.name < $1.name }
        nodesOfRack = Dictionary(grouping: named, by: { $0.rack ?? "" }).mapValues { $0.map(\.name) }
        rackOfNode = Dictionary(named.map { ($0.name, $0.rack ?? "") }, uniquingKeysWith: { a, _ in a })
        nodeOfAddress = Dictionary(
            inventory.nodes.compactMap { node in node.address.map { ($0, node.name) } },
            uniquingKeysWith: { a, _ in a })
        exporters = ServiceMeasure.exporters(facts, subnets)
    }

    private static func exporters(_ facts: Facts, _ subnets: [IPPrefix]) -> [IPPrefix: Set<NodeName>] {
        var exporters: [IPPrefix: Set<NodeName>] = [:]
        for (name, node) in facts.nodes {
            for route in node.exports.values.flatMap(\.value)
            where subnets.contains(where: { $0.contains(route.prefix) }) {
                exporters[route.prefix, default: []].insert(name)
            }
        }
        return exporters
    }

    /// The views, by prefix and leaf.
    func views() -> [ServiceView] {
        let localNodes = self.localNodes()
        return prefixes(localNodes).flatMap { prefix in
            let expected = expectedNodes(prefix, localNodes[prefix] ?? [])
            return leaves.compactMap { view(prefix, $0, expected) }
        }
    }

    private func localNodes() -> [IPPrefix: Set<NodeName>] {
        var result: [IPPrefix: Set<NodeName>] = [:]
        for (node, hosts) in plan.localHosts where !plan.excluded.contains(node) {
            for host in hosts { result[host, default: []].insert(node) }
        }
        return result
    }

    /// Prefixes that Calico should or does advertise, or that a leaf has inside the service subnets.
    private func prefixes(_ localNodes: [IPPrefix: Set<NodeName>]) -> [IPPrefix] {
        var all = Set(plan.ranges).union(plan.hostsOfEveryNode).union(localNodes.keys).union(exporters.keys)
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
        return all.sorted()
    }

    /// The nodes that should draw a prefix; nil: every node.
    private func expectedNodes(_ prefix: IPPrefix, _ local: Set<NodeName>) -> Set<NodeName>? {
        if plan.ranges.contains(prefix) || plan.hostsOfEveryNode.contains(prefix) { return nil }
        return local.union(exporters[prefix] ?? [])
    }

    private func view(_ prefix: IPPrefix, _ leaf: Leaf, _ expectedNodes: Set<NodeName>?) -> ServiceView? {
        let rack = leaf.rack ?? ""
        let table = facts.table(leaf.id, prefix.family)?.value
        let hops = (table?.nextHops(of: prefix)?.hops ?? []).compactMap(\.address)
        let all = expectedNodes.map { $0.filter { rackOfNode[$0] == rack }.sorted() } ?? nodesOfRack[rack] ?? []
        let expected = all.filter { !plan.excluded.contains($0) && !maintenance.contains($0) }
        if expected.isEmpty, hops.isEmpty { return nil }
        let drawing = hops.compactMap { nodeOfAddress[$0] }.filter { rackOfNode[$0] == rack }
        let service = plan.service(of: prefix)
        let shares = shares(expected, drawing, hops.count, service)
        var view = ServiceView(
            service: service?.name, prefix: prefix, leaf: leaf.id, expectedNodes: expected,
            nextHops: hops.map { nodeOfAddress[$0]?.text ?? $0.description }, shares: shares,
            skew: drawing.isEmpty ? nil : skew(shares, isRange: !prefix.isHost, service),
            isClipped: hops.count >= limit && shares.count > limit, verdict: .unknown)
        let isSelected = facts.snapshot.leaves[leaf.id]?.routesAreSelected ?? false
        view.verdict = verdict(view, drawing.count, isKnown: table != nil && !(isSelected && hops.isEmpty))
        return view
    }

    private func shares(_ expected: [NodeName], _ drawing: [NodeName], _ hops: Int, _ service: Service?) -> [NodeShare]
    {
        let draws = Set(drawing)
        let nodes = expected + draws.subtracting(expected).sorted()
        return nodes.map { node in
            let endpoints = service.flatMap { service in plan.ready.map { $0[service.name]?[node] ?? 0 } }
            return NodeShare(node: node, endpoints: endpoints, share: draws.contains(node) ? 1 / Double(hops) : 0)
        }
    }

    private func skew(_ shares: [NodeShare], isRange: Bool, _ service: Service?) -> Double? {
        let weights: [Int]
        if isRange || service?.isLocal == false {
            weights = shares.map { _ in 1 }
        } else {
            weights = shares.compactMap(\.endpoints)
        }
        let total = weights.reduce(0, +)
        guard weights.count == shares.count, total > 0 else { return nil }
        return zip(shares, weights).map { share, weight in
            share.share * (weight > 0 ? Double(total) / Double(weight) : Double(total + 1))
        }.max()
    }

    private func verdict(_ view: ServiceView, _ drawing: Int, isKnown: Bool) -> ServiceVerdict {
        guard isKnown else { return .unknown }
        if view.nextHops.isEmpty { return .absent }
        if drawing == 0 { return .unknown }
        if drawing == 1, view.nextHops.count == 1, view.shares.count > 1 { return .single }
        if view.isClipped { return .even }
        guard let skew = view.skew else { return .unknown }
        return skew > ServiceMeasure.threshold ? .skewed : .even
    }
}

extension CorrelationSettings {
    /// The most next hops that a leaf installs for a route.
    var nextHopLimit: Int {
        let limits = Limits.of(release: release)
        return min(ecmpLimit ?? limits.ecmpDefault, limits.ecmpMaximum)
    }
}
