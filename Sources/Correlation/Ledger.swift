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
    private let former: Former?

    /// What stays of a ledger for the next one.
    struct Memory: Sendable {
        fileprivate let expected: [NodeName: PrefixList]
        fileprivate let policy: PrefixPolicy
        fileprivate var ends: [NodeEnd] = []
        fileprivate var standings: [LedgerStanding] = []
        /// For each session the number of pages up to and with its own.
        fileprivate var pages: [Int] = []

        fileprivate init(expected: [NodeName: PrefixList], policy: PrefixPolicy) {
            self.expected = expected
            self.policy = policy
        }

        fileprivate mutating func reserveCapacity(_ count: Int) {
            ends.reserveCapacity(count)
            standings.reserveCapacity(count)
            pages.reserveCapacity(count)
        }

        /// The prefixes that a node exports without being expected to; IPv4 first, ascending.
        func unexpected(of node: NodeName, in list: AdvertisedList) -> [IPPrefix] {
            list.prefixes.without(expected[node] ?? PrefixList())
        }
    }

    /// What was concluded before, of the same inventory and cluster.
    fileprivate final class Former {
        let basis: Basis
        let news: FactNews
        /// Leaves whose tables or paths are not the ones of before.
        let leaves: Set<LeafID>

        init(basis: Basis, news: FactNews, leaves: Set<LeafID>) {
            self.basis = basis
            self.news = news
            self.leaves = leaves
        }
    }

    init(
        _ facts: Facts, _ inventory: Inventory, _ sessions: [Session], _ routes: RouteIndex, _ plan: ServicePlan,
        after basis: Basis? = nil
    ) {
        self.facts = facts
        self.sessions = sessions
        self.routes = routes
        self.plan = plan
        former = basis.flatMap { Ledger.former($0, facts, inventory, routes) }
        policy = former?.basis.ledger.policy ?? PrefixPolicy(facts, inventory)
        expected = former?.basis.ledger.expected ?? Ledger.expected(facts, inventory, plan)
    }

    private static func former(
        _ basis: Basis, _ facts: Facts, _ inventory: Inventory, _ routes: RouteIndex
    ) -> Former? {
        guard let news = facts.news, news.isClusterSame, let leaves = routes.news, basis.inventory.isSame(as: inventory)
        else { return nil }
        var changed = leaves
        for (leaf, state) in facts.snapshot.leaves {
            let before = basis.facts.snapshot.leaves[leaf]
            if before?.routesAreSelected != state.routesAreSelected || before?.paths != state.paths {
                changed.insert(leaf)
            }
        }
        return Former(basis: basis, news: news, leaves: changed)
    }

    private static func expected(
        _ facts: Facts, _ inventory: Inventory, _ plan: ServicePlan
    ) -> [NodeName: PrefixList] {
        var expected: [NodeName: PrefixList] = [:]
        let closed =
            facts.snapshot.cluster.pools?.value.filter { $0.isDisabled || $0.isExportDisabled }.map(\.cidr) ?? []
        expected = facts.confirmedBlocksOfNode
        if !closed.isEmpty {
            expected = expected.mapValues { blocks in
                PrefixList(blocks.all.filter { block in !closed.contains { $0.contains(block) } })
            }
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
            expected[node.name] = facts.nodes[node.name]?.likeAdvertised(list) ?? list
        }
        return expected
    }

    /// Every entry, by node, leaf and prefix; pages of which nothing is new are those of before.
    func book() -> (book: LedgerBook, memory: Memory) {
        let leaves = Set(sessions.map(\.key.leaf))
        let tables = Dictionary(uniqueKeysWithValues: leaves.map { ($0, self.tables(of: $0)) })
        if let former {
            let news = sessions.indices.filter { !isUntouched($0, former) }
            // Many pages are sooner put together than each in its place.
            if news.count <= sessions.count / 4 { return book(of: former, but: news, tables) }
        }
        var book = LedgerBook()
        book.reserveCapacity(pages: sessions.count)
        var memory = Memory(expected: expected, policy: policy)
        memory.reserveCapacity(sessions.count)
        for place in sessions.indices {
            let tables = tables[sessions[place].key.leaf] ?? LedgerPage.Tables()
            let (end, standing, pages) = judged(place, tables)
            memory.ends.append(end)
            memory.standings.append(standing)
            book.append(pages ?? former?.pages(of: place) ?? [])
            memory.pages.append(book.pages.count)
        }
        return (book, memory)
    }

    /// The ledger of before but for some sessions.
    private func book(
        of former: Former, but news: [Int], _ tables: [LeafID: LedgerPage.Tables]
    ) -> (book: LedgerBook, memory: Memory) {
        var book = former.basis.book
        var memory = former.basis.ledger
        var shift = 0
        var next = 0
        for place in news {
            if shift != 0 { for between in next..<place { memory.pages[between] += shift } }
            next = place + 1
            let (end, standing, pages) = judged(place, tables[sessions[place].key.leaf] ?? LedgerPage.Tables())
            memory.ends[place] = end
            memory.standings[place] = standing
            let start = place == 0 ? 0 : memory.pages[place - 1]
            let range = start..<memory.pages[place] + shift
            guard let pages else {
                memory.pages[place] = range.upperBound
                continue
            }
            let count = book.replace(range, with: pages)
            memory.pages[place] = start + count
            shift += count - range.count
        }
        if shift != 0 { for between in next..<memory.pages.count { memory.pages[between] += shift } }
        return (book, memory)
    }

    private func tables(of leaf: LeafID) -> LedgerPage.Tables {
        LedgerPage.Tables(
            v4: facts.table(leaf, .ipv4), v6: facts.table(leaf, .ipv6), pathsV4: facts.paths(leaf, .ipv4),
            pathsV6: facts.paths(leaf, .ipv6))
    }

    /// Whether everything that the pages of a session follow from is as it was.
    private func isUntouched(_ place: Int, _ former: Former) -> Bool {
        let session = sessions[place]
        return session.isSame(as: former.basis.sessions[place]) && !former.news.nodes.contains(session.key.node)
            && !former.leaves.contains(session.key.leaf) && !former.news.sources.contains(.leaf(session.key.leaf))
            && former.basis.ledger.standings[place].isLeafDown != true
    }

    /// How a session stands, and its pages; nil: those of before.
    private func judged(
        _ place: Int, _ tables: LedgerPage.Tables
    ) -> (NodeEnd, LedgerStanding, ArraySlice<LedgerBook.Page>?) {
        let session = sessions[place]
        let end = end(of: session)
        let paths = session.leafPeer.flatMap { tables.accepted(from: $0.value.neighbor) }
        let isLeafOld = session.leafPeer.map { facts.isOld($0.provenance) } ?? false
        let standing = LedgerStanding(session, end, tables, paths: paths, isLeafOld: isLeafOld)
        if let former, former.hasPages(for: session, place, end, standing) { return (end, standing, nil) }
        let isSelected = facts.snapshot.leaves[session.key.leaf]?.routesAreSelected ?? false
        let page = LedgerPage(
            session: session, expected: expected[session.key.node] ?? PrefixList(), exportAt: end.exportAt,
            advertised: end.advertised, standing: standing, paths: paths ?? [],
            installed: routes.prefixes(session.key), tables: tables, isSelected: isSelected, policy: policy,
            areBlocksKnown: facts.snapshot.cluster.blocks != nil, areServicesKnown: plan.isKnown,
            areBorrowedKnown: facts.snapshot.cluster.ipam != nil)
        return (end, standing, page.pages()[...])
    }

    private func end(of session: Session) -> NodeEnd {
        let node = facts.nodes[session.key.node]
        let export = session.leafAddress.flatMap { node?.exports[$0] }
        let list = session.leafAddress.flatMap { node?.advertised[$0] }
        return NodeEnd(
            exportAt: export?.at, advertised: list ?? .none, clock: node?.clock ?? BIRDClock(status: nil))
    }
}

extension Ledger.Former {
    fileprivate func pages(of place: Int) -> ArraySlice<LedgerBook.Page> {
        let ends = basis.ledger.pages
        return basis.book.pages[(place == 0 ? 0 : ends[place - 1])..<ends[place]]
    }

    /// Whether the pages of before are those of a session that may have been told anew.
    fileprivate func hasPages(
        for session: Session, _ place: Int, _ end: NodeEnd, _ standing: LedgerStanding
    ) -> Bool {
        let before = basis.sessions[place]
        let was = basis.ledger.ends[place]
        return !leaves.contains(session.key.leaf) && standing == basis.ledger.standings[place]
            && end.advertised === was.advertised
            && (end.exportAt == nil) == (was.exportAt == nil) && session.rack == before.rack
            && session.nodeAddress == before.nodeAddress
    }
}
