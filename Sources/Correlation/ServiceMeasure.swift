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
    private let ledger: Ledger.Memory
    private let limit: Int
    private let subnets: [IPPrefix]
    private let leaves: [Leaf]
    /// Nodes in the order of their names; everything below speaks of them by their number.
    private let names: [NodeName]
    private let numbers: [NodeName: Int]
    private let racks: [String]
    private let nodesOfRack: [String: [Int]]
    private let nodeOfAddress: [IPAddress: Int]
    /// Nodes that are not expected to draw anything: without service routes, or in maintenance.
    private let idle: Set<Int>

    /// Skew above this is a problem.
    static let threshold = 1.5

    init(
        _ facts: Facts, _ inventory: Inventory, _ settings: CorrelationSettings, _ plan: ServicePlan,
        _ ledger: Ledger.Memory
    ) {
        self.facts = facts
        self.ledger = ledger
        self.plan = plan
        limit = settings.nextHopLimit
        subnets = Set(inventory.serviceSubnets + plan.ranges).sorted()
        leaves = inventory.leaves.filter { $0.rack != nil }.sorted { $0.id < $1.id }
        let nodes = inventory.nodes.sorted { $0.name < $1.name }
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
        var draft = ServiceDraft(self, leaves)
        var views: [ServiceView] = []
        let sorted = drawers.sorted { $0.key < $1.key }
        views.reserveCapacity(sorted.count * leaves.count)
        for (prefix, expected) in sorted {
            for leaf in leaves.indices {
                if let view = draft.view(prefix, leaf, expected) { views.append(view) }
            }
        }
        return views
    }

    /// The nodes that should draw each prefix that Calico should or does advertise, or that a leaf has inside the
    /// service subnets; nil: every node.
    private func expectedNodes() -> [IPPrefix: [Int]?] {
        var drawers: [IPPrefix: [Int]] = [:]
        for (list, hosts) in plan.localHosts {
            let nodes = (plan.ready?.lists[list].keys.filter { !plan.excluded.contains($0) } ?? []).compactMap {
                numbers[$0]
            }
            for host in hosts { drawers[host, default: []] += nodes }
        }
        for (node, known) in facts.nodes {
            guard let number = numbers[node] else { continue }
            var seen: Set<StoragePlace> = []
            for export in known.exports.values where seen.insert(StoragePlace(export.value)).inserted {
                // What a node should export names it already, and that is nearly all of it.
                for prefix in ledger.unexpected(of: node, in: export.value)
                where subnets.contains(where: { $0.contains(prefix) }) {
                    drawers[prefix, default: []].append(number)
                }
            }
        }
        for prefix in installed() where drawers[prefix] == nil { drawers[prefix] = [] }
        // Services that share their endpoints share one list, so that what follows from it is concluded once.
        var shared: [[Int]: [Int]] = [:]
        var expected = drawers.mapValues { numbers -> [Int]? in
            var list = numbers.sorted()
            var last: Int?
            list.removeAll { number in
                defer { last = number }
                return number == last
            }
            if let known = shared[list] { return known }
            shared[list] = list
            return list
        }
        for prefix in plan.ranges + plan.hostsOfEveryNode { expected[prefix] = .some(nil) }
        return expected
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

    /// Measures while it remembers what it measured: thousands of services on a leaf are alike in all but the prefix.
    private struct ServiceDraft {
        private let measure: ServiceMeasure
        private var places: [Place]
        private var known: [Likeness: ServiceView?] = [:]
        private var racked: [RackedList: [Int]] = [:]

        /// A leaf with its tables and what its next-hop sets are.
        private struct Place {
            var leaf: Leaf
            var v4: RouteTable?
            var v6: RouteTable?
            var isSelected: Bool
        }

        /// What a view follows from beside its prefix and service.
        private struct Likeness: Hashable {
            var leaf: Int
            var family: AddressFamily
            var set: UInt32?
            var expected: StoragePlace?
            var isHost: Bool
            var isLocal: Bool?
            var endpoints: Int?
        }

        private struct RackedList: Hashable {
            var list: StoragePlace?
            var rack: String
        }

        init(_ measure: ServiceMeasure, _ leaves: [Leaf]) {
            self.measure = measure
            places = leaves.map { leaf in
                Place(
                    leaf: leaf, v4: measure.facts.table(leaf.id, .ipv4)?.value,
                    v6: measure.facts.table(leaf.id, .ipv6)?.value,
                    isSelected: measure.facts.snapshot.leaves[leaf.id]?.routesAreSelected ?? false)
            }
        }

        mutating func view(_ prefix: IPPrefix, _ leaf: Int, _ expected: [Int]?) -> ServiceView? {
            let table = prefix.family == .ipv4 ? places[leaf].v4 : places[leaf].v6
            let set = table.flatMap { table in table.index(of: prefix).map { table.setIndexes[$0] } }
            let service = measure.plan.service(of: prefix)
            let likeness = Likeness(
                leaf: leaf, family: prefix.family, set: set, expected: expected.map(StoragePlace.init),
                isHost: prefix.isHost, isLocal: service?.isLocal,
                endpoints: service.flatMap { measure.plan.ready?.list(of: $0.name) })
            if known[likeness] == nil {
                known[likeness] = .some(make(prefix, leaf, expected, table, set, service))
            }
            guard var view = known[likeness] ?? nil else { return nil }
            view.prefix = prefix
            view.service = service?.name
            return view
        }

        private mutating func make(
            _ prefix: IPPrefix, _ leaf: Int, _ expectedNodes: [Int]?, _ table: RouteTable?, _ set: UInt32?,
            _ service: Service?
        ) -> ServiceView? {
            let rack = places[leaf].leaf.rack ?? ""
            let hops = set.flatMap { set in table?.nextHopSets[Int(set)].addresses } ?? []
            let expected = expectedOnes(expectedNodes, rack)
            if expected.isEmpty, hops.isEmpty { return nil }
            let drawing = hops.compactMap { measure.nodeOfAddress[$0] }.filter { measure.racks[$0] == rack }
            let shares = shares(expected, drawing, hops.count, service)
            var view = ServiceView(
                service: service?.name, prefix: prefix, leaf: places[leaf].leaf.id,
                expectedNodes: expected.map { measure.names[$0] },
                nextHops: hops.map { hop in measure.nodeOfAddress[hop].map { measure.names[$0].text } ?? hop.description
                },
                shares: shares, skew: nil, isClipped: hops.count >= measure.limit && shares.count > measure.limit,
                verdict: .unknown, isByEndpoints: prefix.isHost && service?.isLocal != false)
            if !drawing.isEmpty { view.skew = ServiceMeasure.skew(shares, byEndpoints: view.isByEndpoints) }
            let isKnown = table != nil && !(places[leaf].isSelected && hops.isEmpty)
            view.verdict = ServiceMeasure.verdict(view, drawing.count, isKnown: isKnown)
            return view
        }

        private mutating func expectedOnes(_ nodes: [Int]?, _ rack: String) -> [Int] {
            let key = RackedList(list: nodes.map(StoragePlace.init), rack: rack)
            if let known = racked[key] { return known }
            let all = nodes.map { $0.filter { measure.racks[$0] == rack } } ?? measure.nodesOfRack[rack] ?? []
            let expected = all.filter { !measure.idle.contains($0) }
            racked[key] = expected
            return expected
        }

        private func shares(_ expected: [Int], _ drawing: [Int], _ hops: Int, _ service: Service?) -> [NodeShare] {
            let draws = Set(drawing)
            let ready = measure.plan.ready
            let counts = service.flatMap { service in
                ready.map { ready in ready.list(of: service.name).map { ready.lists[$0] } ?? [:] }
            }
            return (expected + draws.subtracting(expected).sorted()).map { number in
                let node = measure.names[number]
                return NodeShare(
                    node: node, endpoints: counts.map { $0[node] ?? 0 },
                    share: draws.contains(number) ? 1 / Double(hops) : 0)
            }
        }
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
