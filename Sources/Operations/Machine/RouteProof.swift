import Correlation
import Fabric
import FoundationEssentials

/// What leaves' tables must show: that routes have left a node, or are back.
extension Proof {
    /// One line per leaf: which of the prefixes still lead to the node. With `services` the whole table is searched for
    /// service prefixes that nobody noted before.
    func withdrawal(_ plan: DrainPlan, _ step: StepID, services: Bool) -> [VerificationFact] {
        let kinds: Set<String> = services ? ["service", "service-range"] : ["service", "service-range", "borrowed"]
        let noted = former.prefixes.filter { kinds.contains($0.kind) }.compactMap { IPPrefix($0.prefix) }
        let wanted = Set(plan.withdrawn + noted).sorted()
        let ranges = serviceRanges
        let leaves = plan.target.witnesses.map { leaf in
            let claim =
                services
                ? "no service route leads to \(plan.node) on leaf \(leaf)"
                : "its host routes have left leaf \(leaf)"
            let (isProven, detail) = left(wanted, leaf, plan.address) { prefix in
                ranges.contains { $0.contains(prefix.address) && prefix.length >= $0.length }
            }
            return VerificationFact(step: step, claim: claim, isProven: isProven, detail: detail)
        }
        return leaves + exports(plan, wanted, step)
    }

    private var serviceRanges: [IPPrefix] {
        guard let known = snapshot.cluster.configurationInForce ?? nil else { return [] }
        return known.serviceClusterIPs + known.serviceExternalIPs + known.serviceLoadBalancerIPs
    }

    /// Fresh tables of a leaf; nil with the reason where there is none.
    private func tables(_ leaf: LeafID) -> ([RouteTable], reason: String?) {
        guard let state = snapshot.leaves[leaf] else { return ([], "the leaf was not read") }
        let vrf = snapshot.inventory.vrf ?? picture.inventory.vrf
        let own = state.routes.filter { key, _ in vrf == nil || key.vrf == nil || key.vrf == vrf }.values
        guard !own.isEmpty, own.allSatisfy({ $0.at > after }) else {
            return ([], "the leaf's routes were not read since")
        }
        return (own.map(\.value), nil)
    }

    /// Whether none of some prefixes, and none that `isMeant`, leads to an address on a leaf.
    private func left(
        _ wanted: [IPPrefix], _ leaf: LeafID, _ address: IPAddress?, isMeant: (IPPrefix) -> Bool
    ) -> (Bool, String) {
        guard let address else { return (false, "the node's address is unknown") }
        let (tables, reason) = tables(leaf)
        if let reason { return (false, reason) }
        var staying: Set<IPPrefix> = []
        for table in tables {
            let through = Set(table.nextHopSets.indices.filter { table.nextHopSets[$0].addresses.contains(address) })
            guard !through.isEmpty else { continue }
            for place in 0..<table.count where through.contains(Int(table.setIndexes[place])) {
                let prefix = table.prefixes[place]
                if isMeant(prefix) { staying.insert(prefix) }
            }
            staying.formUnion(
                wanted.filter { table.nextHops(of: $0).map { $0.addresses.contains(address) } ?? false })
        }
        guard staying.isEmpty else {
            return (false, "still there with next hop \(address): \(list(staying.sorted()))")
        }
        let unseen =
            snapshot.leaves[leaf]?.routesAreSelected == true
            ? wanted.filter { prefix in !tables.contains { $0.index(of: prefix) != nil } } : []
        guard unseen.isEmpty else {
            return (false, "only selected routes of the leaf were read: \(list(unseen)) unknown")
        }
        let others = wanted.filter { prefix in tables.contains { $0.index(of: prefix) != nil } }.count
        return (true, "\(wanted.count) looked for; \(others) go on through other next hops")
    }

    /// What the node still exports, where that was read: a leaf that installs one next hop of many hides the others.
    private func exports(_ plan: DrainPlan, _ wanted: [IPPrefix], _ step: StepID) -> [VerificationFact] {
        let fresh = (snapshot.nodes[plan.node]?.exports.values).map { $0.filter { $0.at > after } } ?? []
        guard !fresh.isEmpty else { return [] }
        let exported = Set(fresh.flatMap { $0.value.map(\.prefix) })
        let left = wanted.filter(exported.contains)
        return [
            VerificationFact(
                step: step, claim: "\(plan.node) exports none of them", isProven: left.isEmpty,
                detail: left.isEmpty ? "seen in BIRD" : "BIRD still exports \(list(left))")
        ]
    }

    // MARK: Held down

    /// No session is Established, and no path at all leads through the node.
    func held(_ plan: Plan) -> [VerificationFact] {
        plan.target.witnesses.flatMap { leaf -> [VerificationFact] in
            let (isDown, words) = down(plan.node, leaf)
            let (isGone, detail) = left([], leaf, plan.target.address) { _ in true }
            return [
                VerificationFact(
                    step: .confirmHold, claim: "the session with leaf \(leaf) is down", isProven: isDown, detail: words),
                VerificationFact(
                    step: .confirmHold, claim: "no path leads through \(plan.node) on leaf \(leaf)", isProven: isGone,
                    detail: detail),
            ]
        }
    }

    private func down(_ node: NodeName, _ leaf: LeafID) -> (Bool, String) {
        guard let summaries = snapshot.leaves[leaf]?.summaries, summaries.at > after else {
            return (false, "no fresh sample of the leaf")
        }
        let session = picture.sessions.first { $0.key == SessionKey(node: node, leaf: leaf) }
        guard let peer = session?.leafPeer else { return (true, "the leaf has no such neighbor") }
        guard peer.at > after else { return (false, "no fresh sample of the leaf") }
        return (!peer.value.state.isEstablished, "leaf: \(peer.value.state)")
    }

    // MARK: Back again

    /// Whether a leaf forwards to the node all that it should advertise of some kinds.
    func forwarded(_ plan: Plan, _ leaf: LeafID, _ step: StepID, _ kinds: Set<PrefixKind>) -> VerificationFact {
        let words = kinds.contains(.service) ? "all that \(plan.node) should advertise" : "its pod blocks"
        func fact(_ isProven: Bool, _ detail: String) -> VerificationFact {
            VerificationFact(
                step: step, claim: "leaf \(leaf) forwards \(words) to it", isProven: isProven, detail: detail)
        }
        let (_, reason) = tables(leaf)
        if let reason { return fact(false, reason) }
        if kinds.contains(.service) {
            guard let nodes = snapshot.cluster.nodes, nodes.at > after else {
                return fact(false, "Kubernetes was not read since")
            }
        }
        let due = picture.ledger.entries(of: plan.node).filter {
            $0.key.leaf == leaf && $0.expected == .yes && kinds.contains($0.kind)
        }
        let missing = due.filter { $0.installed != .yes && !isClipped($0) }.map(\.prefix).sorted()
        guard missing.isEmpty else { return fact(false, "\(missing.count) of \(due.count) missing: \(list(missing))") }
        return fact(true, "\(due.count) of \(due.count)")
    }

    /// A leaf that forwards to as many next hops as it can shows not every node that it accepts the prefix from.
    private func isClipped(_ entry: LedgerEntry) -> Bool {
        guard entry.advertised == .yes, let limit = picture.settings.ecmpLimit else { return false }
        return tables(entry.key.leaf).0.contains { ($0.nextHops(of: entry.prefix)?.hops.count ?? 0) >= limit }
    }

    /// What of the node's ledger is not as it was before the drain, one line per kind of difference.
    func differences(of plan: Plan) -> [String] {
        guard !former.prefixes.isEmpty else { return [] }
        var now: [IPPrefix: Set<Int>] = [:]
        for entry in picture.ledger.entries(of: plan.node) where entry.installed == .yes {
            now[entry.prefix, default: []].insert(entry.key.leaf.number)
        }
        let before = Dictionary(
            former.prefixes.compactMap { old in IPPrefix(old.prefix).map { ($0, Set(old.leaves)) } },
            uniquingKeysWith: { first, _ in first })
        let gone = before.keys.filter { now[$0] == nil }.sorted()
        let fewer = before.keys.filter { prefix in
            now[prefix].map { $0 != before[prefix] } ?? false
        }.sorted()
        let new = former.omitted > 0 ? [] : now.keys.filter { before[$0] == nil }.sorted()
        var lines: [String] = []
        if !gone.isEmpty { lines.append("not led to it any more: \(list(gone))") }
        if !fewer.isEmpty { lines.append("on other leaves than before: \(list(fewer))") }
        if !new.isEmpty { lines.append("led to it newly: \(list(new))") }
        return lines.isEmpty ? ["its ledger is as before the drain"] : lines
    }
}
