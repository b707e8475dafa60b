import Fabric

/// What a picture was concluded from, and the steps on the way: kept with it, so that for the next one only that need
/// be concluded again which rests on something new. At the design's maximum that is hardly ever more than a leaf.
struct Basis: Sendable {
    let settings: CorrelationSettings
    let facts: Facts
    let inventory: Inventory
    let sessions: [Session]
    let places: SessionPlaces
    let groups: SessionGroups
    let routes: RouteIndex
    let plan: ServicePlan
    let ledger: Ledger.Memory
    let book: LedgerBook
    /// Prefixes that a leaf is known not to accept.
    let rejected: [SessionKey: Set<IPPrefix>]
    let services: [ServiceView]
    let notable: NotableServices
    let index: InventoryIndex
    let measures: NodeMeasures
    /// What is as it was in the basis before.
    let same: Grounds
    /// The nodes of the picture. A glance changes those that are shown, not these.
    var nodes: [NodePicture] = []
    /// Nodes with a finding of weight.
    var troubled: Set<NodeName> = []
    /// Rules that found nothing.
    var barren: Set<RuleID> = []

    /// Takes the steps from facts to services.
    ///
    /// - Parameter former: those to the picture before.
    init(_ facts: Facts, _ settings: CorrelationSettings, after former: Basis?) {
        self.facts = facts
        self.settings = settings
        inventory = EffectiveInventory.complete(facts, after: former)
        var same: Grounds = settings == former?.settings ? .settings : []
        // Every later step takes the inventory for granted.
        let kept = former.flatMap { [inventory] in facts.news != nil && $0.inventory.isSame(as: inventory) ? $0 : nil }
        index = kept?.index ?? InventoryIndex(inventory)
        let join = SessionJoin(facts, inventory, index)
        sessions = kept.map { join.sessions(after: $0) } ?? join.sessions()
        places = kept?.places ?? SessionPlaces(sessions)
        groups =
            kept.map { [sessions] in SessionGroups(sessions, $0.places, after: $0.groups) }
            ?? SessionGroups(sessions, places, index)
        routes = RouteIndex(facts, inventory, after: kept?.routes)
        let isClusterSame = facts.news?.isClusterSame == true
        plan = kept.flatMap { isClusterSame ? $0.plan : nil } ?? ServicePlan(facts, inventory)
        (book, ledger) = Ledger(facts, inventory, sessions, routes, plan, after: kept).book()
        rejected = book.rejected
        if kept != nil { same.insert(.inventory) }
        if kept?.rejected == rejected { same.insert(.refusals) }
        if isClusterSame { same.insert(.cluster) }
        if routes.news?.isEmpty == true { same.insert(.rows) }
        if routes.areReadAt(kept?.routes) { same.insert(.tables) }
        if let kept, isClusterSame, kept.areServicesSame(facts, settings, routes) {
            services = kept.services
            notable = kept.notable
            same.insert(.services)
        } else {
            services = ServiceMeasure(facts, inventory, index, settings, plan, ledger).views()
            notable = NotableServices(services)
        }
        measures =
            kept.flatMap { same.isSuperset(of: [.services, .cluster]) ? $0.measures : nil }
            ?? NodeMeasures(plan, services)
        self.same = same
    }

    /// Whether services of the same inventory and cluster are what they were: the same exports, tables and limits.
    private func areServicesSame(_ facts: Facts, _ settings: CorrelationSettings, _ routes: RouteIndex) -> Bool {
        guard settings == self.settings, routes.news?.isEmpty == true, let news = facts.news else { return false }
        let areTablesSame = facts.snapshot.leaves.allSatisfy { leaf, state in
            self.facts.snapshot.leaves[leaf]?.routesAreSelected == state.routesAreSelected
        }
        return areTablesSame
            && news.nodes.allSatisfy { node in
                guard let before = self.facts.nodes[node], let now = facts.nodes[node] else { return false }
                return now.hasSameExports(as: before)
            }
    }
}

extension Basis {
    /// The findings of a rule. One that found nothing finds nothing again on the same grounds.
    mutating func findings(
        of rule: any FindingRule.Type, _ context: RuleContext, after former: Basis?
    ) -> [Finding] {
        if let grounds = rule.grounds, same.isSuperset(of: grounds), former?.barren.contains(rule.id) == true {
            barren.insert(rule.id)
            return []
        }
        let found = rule.findings(in: context)
        if found.isEmpty { barren.insert(rule.id) }
        return found
    }
}

extension Inventory {
    /// Whether another is known to be the same, as what it holds lies in the same place.
    func isSame(as other: Inventory) -> Bool {
        vrf == other.vrf && StoragePlace(nodes) == StoragePlace(other.nodes)
            && StoragePlace(leaves) == StoragePlace(other.leaves) && StoragePlace(racks) == StoragePlace(other.racks)
            && podSubnets == other.podSubnets && serviceSubnets == other.serviceSubnets
    }
}
