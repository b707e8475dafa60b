import Correlation
import Fabric

/// What the services lose when a node's pods go.
struct ServiceImpact {
    let node: NodeName
    let leaves: [LeafID]
    let context: PlanContext
    /// The node's own lines of the ledger.
    private let ledger: [LedgerEntry]
    /// Routes of services that the node advertises, or that a leaf forwards to it: ranges and host routes.
    let withdrawn: [IPPrefix]
    /// Per withdrawn prefix the other nodes, of any rack, that advertise it or that a leaf forwards it to.
    private let others: [IPPrefix: Set<NodeName>]
    /// Per withdrawn prefix and leaf the other nodes that the leaf forwards it to.
    private let sharers: [Place: Set<NodeName>]

    private struct Place: Hashable {
        let leaf: LeafID
        let prefix: IPPrefix
    }

    init(node: NodeName, leaves: [LeafID], context: PlanContext) {
        self.node = node
        self.leaves = leaves
        self.context = context
        let picture = context.picture
        ledger = picture.ledger.entries(of: node)
        let told = ledger.filter {
            ServiceImpact.kinds.contains($0.kind) && ($0.advertised == .yes || $0.installed == .yes)
        }
        let seen = picture.services.filter { leaves.contains($0.leaf) && $0.nextHops.contains(node.text) }
        let gone = Set(told.map(\.prefix) + seen.map(\.prefix))
        withdrawn = gone.sorted()
        let known = Set(picture.inventory.nodes.map(\.name))
        var others: [IPPrefix: Set<NodeName>] = [:]
        var sharers: [Place: Set<NodeName>] = [:]
        for entry in picture.ledger where gone.contains(entry.prefix) && entry.key.node != node {
            if entry.advertised == .yes || entry.installed == .yes {
                others[entry.prefix, default: []].insert(entry.key.node)
            }
            if entry.installed == .yes {
                sharers[Place(leaf: entry.key.leaf, prefix: entry.prefix), default: []].insert(entry.key.node)
            }
        }
        for view in picture.services where gone.contains(view.prefix) {
            let hops = view.nextHops.map { NodeName($0) }.filter { $0 != node && known.contains($0) }
            others[view.prefix, default: []].formUnion(hops)
        }
        self.others = others
        self.sharers = sharers
    }

    private static let kinds: Set<PrefixKind> = [.service, .serviceRange]

    /// The node's blocks of pod addresses.
    var blocks: [IPPrefix] {
        let owned = (context.snapshot.cluster.blocks?.value ?? []).filter { $0.node == node && $0.isConfirmed }
        let told = ledger.filter { $0.kind == .block && $0.advertised == .yes }
        return Set(owned.map(\.block) + told.map(\.prefix)).sorted()
    }

    /// What each leaf loses, by prefix and leaf.
    var losses: [ServiceLoss] {
        let gone = Set(withdrawn)
        let views = context.picture.services.filter {
            gone.contains($0.prefix) && leaves.contains($0.leaf) && $0.nextHops.contains(node.text)
        }
        let seen = views.map { view in
            loss(view.service, view.prefix, view.leaf, remaining: view.nextHops.filter { $0 != node.text })
        }
        let named = Set(views.map { Place(leaf: $0.leaf, prefix: $0.prefix) })
        let unseen = ledger.filter { entry in
            gone.contains(entry.prefix) && entry.installed == .yes
                && !named.contains(Place(leaf: entry.key.leaf, prefix: entry.prefix))
        }
        let names = unseen.isEmpty ? [:] : serviceNames
        let rest = unseen.map { entry in
            let sharing = sharers[Place(leaf: entry.key.leaf, prefix: entry.prefix)] ?? []
            return loss(
                names[entry.prefix.address], entry.prefix, entry.key.leaf, remaining: sharing.sorted().map(\.text))
        }
        return (seen + rest).sorted { ($0.prefix, $0.leaf) < ($1.prefix, $1.leaf) }
    }

    private func loss(_ service: ObjectName?, _ prefix: IPPrefix, _ leaf: LeafID, remaining: [String]) -> ServiceLoss {
        ServiceLoss(
            service: service, prefix: prefix, leaf: leaf, remaining: remaining,
            otherNodes: (others[prefix] ?? []).sorted())
    }

    private var serviceNames: [IPAddress: ObjectName] {
        let services = context.snapshot.cluster.services?.value ?? []
        return Dictionary(
            services.flatMap { service in service.addresses.map { ($0, service.name) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// Services whose ready endpoints are all on the node.
    var lastEndpoints: [ObjectName] {
        var here: Set<ObjectName> = []
        var elsewhere: Set<ObjectName> = []
        for slice in context.snapshot.cluster.endpoints?.value ?? [] {
            for endpoint in slice.endpoints where endpoint.isReady {
                if endpoint.node == node { here.insert(slice.service) } else { elsewhere.insert(slice.service) }
            }
        }
        return here.subtracting(elsewhere).sorted()
    }
}
