import Fabric
import FoundationEssentials

// What the REST interface tells beyond what a leaf's command line does.
extension Fold {
    /// Takes the answer to a question about a leaf's BGP into its objects, and makes its summary tables of them.
    ///
    /// Events that came since the question was sent are replayed upon it: the answer may be older than they are.
    mutating func absorb(
        _ news: BGPNews, of leaf: LeafID, asked: Date?, _ provenance: Provenance, _ outcome: inout FoldOutcome
    ) {
        guard let news = watched(news, of: leaf) else { return }
        var objects = snapshot.leaves[leaf]?.bgp ?? LeafBGP()
        objects.merge(news)
        if let asked {
            for event in events[leaf] ?? [] where event.at >= asked { objects.merge(event.news) }
        }
        snapshot.leaves[leaf, default: LeafState()].bgp = objects
        note(gracefulRestart: objects, of: leaf, provenance, &outcome)
        // Where no session was read, the rows are as old as they were.
        let isAboutSessions = news.scope.allSessions || !news.told.domains.isEmpty || !news.goneSessions.isEmpty
        let told = isAboutSessions ? provenance : snapshot.leaves[leaf]?.summaries?.provenance ?? provenance
        tabulate(leaf, told, &outcome)
    }

    /// A session that is down has agreed on nothing.
    private mutating func note(
        gracefulRestart objects: LeafBGP, of leaf: LeafID, _ provenance: Provenance, _ outcome: inout FoldOutcome
    ) {
        var agreed: [IPAddress: Bool] = [:]
        for domain in objects.domains.values {
            for (neighbor, session) in domain.sessions where session.state == "established" {
                agreed[neighbor] = session.hasGracefulRestart
            }
        }
        let former = snapshot.leaves[leaf]?.gracefulRestart
        guard former?.value != agreed else { return }
        if former != nil || !agreed.isEmpty { outcome.isNews = true }
        snapshot.leaves[leaf]?.gracefulRestart = agreed.isEmpty ? nil : Observed(agreed, provenance)
    }

    /// What of some news is about a leaf and VRF that are watched; nil: nothing. Without an inventory all is.
    private func watched(_ news: BGPNews, of leaf: LeafID) -> BGPNews? {
        let inventory = snapshot.inventory
        guard inventory.leaves.isEmpty || inventory.leaf(leaf) != nil else { return nil }
        var news = news
        if let vrf = inventory.vrf { news.told.domains = news.told.domains.filter { $0.key == vrf } }
        let isWhole = news.scope.allSessions || news.scope.allConfigured
        let isEmpty =
            news.told.domains.isEmpty && news.told.fabricAS == nil && news.goneSessions.isEmpty
            && news.goneConfigured.isEmpty
        return isEmpty && !isWhole ? nil : news
    }

    /// Takes an event in; one about what nobody watches is nobody's.
    mutating func absorb(
        event: BGPNews, of leaf: LeafID, _ provenance: Provenance, _ outcome: inout FoldOutcome
    ) {
        guard let news = watched(event, of: leaf) else { return }
        events[leaf, default: []].append((provenance.at, news))
        // No question is under way for longer than this.
        events[leaf]?.removeAll { provenance.at.timeIntervalSince($0.at) > 120 }
        absorb(news, of: leaf, asked: nil, provenance, &outcome)
    }

    private mutating func tabulate(_ leaf: LeafID, _ provenance: Provenance, _ outcome: inout FoldOutcome) {
        guard let objects = snapshot.leaves[leaf]?.bgp,
            !objects.domains.isEmpty || snapshot.leaves[leaf]?.summaries != nil
        else { return }
        let name = snapshot.fabric.nodes?.value.first { $0.id == leaf }?.name
        absorb(
            objects.summaries(
                leaf: leaf, name: name, now: provenance.at, skew: snapshot.fabric.skews[leaf] ?? 0),
            of: leaf, provenance, &outcome)
    }

    mutating func applyFabric(
        _ observation: Observation, _ provenance: Provenance, _ outcome: inout FoldOutcome
    ) {
        outcome.isNews = true
        switch observation {
        case .fabricNodes(let nodes): snapshot.fabric.nodes = Observed(nodes, provenance)
        case .fabricSystems(let systems): absorb(systems, provenance, &outcome)
        case .pairs(let pairs): absorb(pairs, provenance)
        case .faults(let faults): snapshot.fabric.faults = Observed(faults, provenance)
        case .audit(let records): snapshot.fabric.audit = Observed(records, provenance)
        default: break
        }
    }

    /// The clocks: ages are counted by the leaf's own, never by the console's alone (aci.md 9.2).
    private mutating func absorb(
        _ systems: [FabricSystem], _ provenance: Provenance, _ outcome: inout FoldOutcome
    ) {
        snapshot.fabric.systems = Observed(systems, provenance)
        for system in systems {
            guard let time = system.time else { continue }
            let skew = time.timeIntervalSince(provenance.at)
            let known = snapshot.fabric.skews[system.id]
            // Within a second it is the way of the answer, not the clock.
            if let known, abs(known - skew) < 1 { continue }
            snapshot.fabric.skews[system.id] = abs(skew) < 1 ? 0 : skew
            if abs(skew) > 5, abs(skew - (known ?? 0)) > 5 {
                let side = skew > 0 ? "ahead of" : "behind"
                outcome.diagnostics.append(
                    "leaf/\(system.id): its clock is \(Int(abs(skew))) s \(side) the console's; ages are counted by it")
            }
            if let told = snapshot.leaves[system.id]?.summaries?.provenance, snapshot.leaves[system.id]?.bgp != nil {
                tabulate(system.id, told, &outcome)
            }
        }
    }

    /// Configured pairs and the operational sides come by different queries: each replaces its own kind.
    private mutating func absorb(_ pairs: [VPCSide], _ provenance: Provenance) {
        let isConfigured = pairs.first.map { $0.pair != nil } ?? false
        let others = (snapshot.fabric.pairs?.value ?? []).filter { ($0.pair != nil) != isConfigured }
        snapshot.fabric.pairs = Observed(others + pairs, provenance)
    }
}
