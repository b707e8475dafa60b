import Fabric
import FoundationEssentials

/// The prefix ledger: per session and prefix what is expected, advertised, accepted and installed.
///
/// Sets are compared, not counts. Leaves tell only how many paths they accept, so "accepted" is concluded only where
/// the count leaves no other possibility; a prefix that a leaf installs through other nodes alone is unknown for this
/// one, never "not accepted".
struct Ledger {
    private let facts: Facts
    private let sessions: [Session]
    private let routes: RouteIndex
    private let policy: PrefixPolicy
    private let plan: ServicePlan
    private let expected: [NodeName: [IPPrefix]]

    init(_ facts: Facts, _ inventory: Inventory, _ sessions: [Session], _ routes: RouteIndex, _ plan: ServicePlan) {
        self.facts = facts
        self.sessions = sessions
        self.routes = routes
        self.plan = plan
        policy = PrefixPolicy(facts, inventory)
        var expected: [NodeName: [IPPrefix]] = [:]
        for affinity in facts.snapshot.cluster.blocks?.value ?? [] where affinity.isConfirmed {
            expected[affinity.node, default: []].append(affinity.block)
        }
        for node in inventory.nodes { expected[node.name, default: []] += plan.prefixes(of: node.name) }
        self.expected = expected.mapValues { Set($0).sorted() }
    }

    /// Every entry, by node, leaf and prefix.
    func entries() -> [LedgerEntry] {
        var entries: [LedgerEntry] = []
        for session in sessions { page(session).appendEntries(to: &entries) }
        return entries
    }

    private func page(_ session: Session) -> LedgerPage {
        let node = facts.nodes[session.key.node]
        let export = session.leafAddress.flatMap { node?.exports[$0] }
        let families = Set(AddressFamily.allCases.filter { facts.table(session.key.leaf, $0) != nil })
        return LedgerPage(
            session: session, expected: expected[session.key.node] ?? [], export: export,
            clock: node?.clock ?? BIRDClock(status: nil), installed: Set(routes.prefixes(session.key)).sorted(),
            tables: Dictionary(
                families.compactMap { family in facts.table(session.key.leaf, family).map { (family, $0) } },
                uniquingKeysWith: { a, _ in a }),
            isSelected: facts.snapshot.leaves[session.key.leaf]?.routesAreSelected ?? false, policy: policy,
            areBlocksKnown: facts.snapshot.cluster.blocks != nil, areServicesKnown: plan.isKnown,
            isLeafOld: session.leafPeer.map { facts.isOld($0.provenance) } ?? false)
    }
}
