import Fabric
import FoundationEssentials

/// The prefix ledger: per session and prefix what is expected, advertised, accepted and installed.
///
/// Sets are compared, not counts. Where a leaf tells its paths, and as many of a node's as it counts, they say what is
/// accepted. Else it tells only how many, and "accepted" is concluded only where the count leaves no other possibility;
/// a prefix that a leaf installs through other nodes alone is then unknown for this one, never "not accepted".
struct Ledger {
    private let facts: Facts
    private let sessions: [Session]
    private let routes: RouteIndex
    private let policy: PrefixPolicy
    private let plan: ServicePlan
    private let expected: [NodeName: PrefixList]

    init(_ facts: Facts, _ inventory: Inventory, _ sessions: [Session], _ routes: RouteIndex, _ plan: ServicePlan) {
        self.facts = facts
        self.sessions = sessions
        self.routes = routes
        self.plan = plan
        policy = PrefixPolicy(facts, inventory)
        var expected: [NodeName: PrefixList] = [:]
        let closed =
            facts.snapshot.cluster.pools?.value.filter { $0.isDisabled || $0.isExportDisabled }.map(\.cidr) ?? []
        for affinity in facts.snapshot.cluster.blocks?.value ?? [] where affinity.isConfirmed {
            if !closed.isEmpty, closed.contains(where: { $0.contains(affinity.block) }) { continue }
            expected[affinity.node, default: PrefixList()].append(affinity.block)
        }
        for block in facts.snapshot.cluster.ipam?.value ?? [] {
            if closed.contains(where: { $0.contains(block.block) }) { continue }
            for lent in block.borrowed {
                expected[lent.node, default: PrefixList()].append(IPPrefix(host: lent.address))
            }
        }
        for (node, filtered) in facts.filteredBlocks {
            let rejected = Set(filtered.map(\.block))
            expected[node] = expected[node].map { list in PrefixList(list.all.filter { !rejected.contains($0) }) }
        }
        for node in inventory.nodes {
            var list = expected.removeValue(forKey: node.name) ?? PrefixList()
            for prefix in plan.prefixes(of: node.name) { list.append(prefix) }
            list.settle()
            expected[node.name] = list
        }
        self.expected = expected
    }

    /// Every entry, by node, leaf and prefix.
    func book() -> LedgerBook {
        var book = LedgerBook()
        book.reserveCapacity(pages: sessions.count)
        var tables: [LeafID: LedgerPage.Tables] = [:]
        for leaf in Set(sessions.map(\.key.leaf)) {
            tables[leaf] = LedgerPage.Tables(
                v4: facts.table(leaf, .ipv4), v6: facts.table(leaf, .ipv6), pathsV4: facts.paths(leaf, .ipv4),
                pathsV6: facts.paths(leaf, .ipv6))
        }
        // Both leaves of a node mostly get the same, and its sessions stand one after the other.
        var last: (place: StoragePlace, list: AdvertisedList)?
        for session in sessions {
            let node = facts.nodes[session.key.node]
            let export = session.leafAddress.flatMap { node?.exports[$0] }
            let place = StoragePlace(export?.value ?? [])
            let advertised: AdvertisedList
            if let last, last.place == place {
                advertised = last.list
            } else {
                advertised = AdvertisedList(export?.value ?? [])
                last = (place, advertised)
            }
            page(session, node, export, advertised, tables[session.key.leaf]).append(to: &book)
        }
        return book
    }

    private func page(
        _ session: Session, _ node: NodeFacts?, _ export: Observed<[NodeRoute]>?, _ advertised: AdvertisedList,
        _ tables: LedgerPage.Tables?
    ) -> LedgerPage {
        LedgerPage(
            session: session, expected: expected[session.key.node] ?? PrefixList(), exportAt: export?.at,
            advertised: advertised, clock: node?.clock ?? BIRDClock(status: nil),
            installed: routes.prefixes(session.key), tables: tables ?? LedgerPage.Tables(),
            isSelected: facts.snapshot.leaves[session.key.leaf]?.routesAreSelected ?? false, policy: policy,
            areBlocksKnown: facts.snapshot.cluster.blocks != nil, areServicesKnown: plan.isKnown,
            areBorrowedKnown: facts.snapshot.cluster.ipam != nil,
            isLeafOld: session.leafPeer.map { facts.isOld($0.provenance) } ?? false)
    }
}
