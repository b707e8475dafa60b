import Fabric

extension AuditRule {
    /// The paper's scalability (paper, nodes per cluster, nodes and clusters per rack, LPM scale, IP allocation).
    static let scaleRules: [AuditRule] = [
        AuditRule(
            "six-racks", place: "nodes per cluster: up to 12 border leaves per L3Out, six racks",
            "an L3Out has no more border leaves than the release takes", why: "the APIC refuses more",
            mend: "spread the cluster over several L3Outs: bgpdeck plan proposes how"
        ) { facts in
            scale(facts, .borderLeavesPerL3Out)
        },
        AuditRule(
            "peers-per-leaf", place: "nodes and clusters per rack: up to 400 BGP peers per border leaf",
            "a leaf has no more BGP peers than the release takes", why: "more are not supported, and converge too late",
            mend: "move nodes to another rack",
            remark: "400 is the figure of ACI 4.1(2) and 5.1(3); 6.1(2) takes 2,000"
        ) { facts in
            scale(facts, .peersPerLeaf)
        },
        AuditRule(
            "l3outs-per-leaf", place: "nodes and clusters per rack: up to 400 L3Outs per border leaf",
            "a leaf has no more L3Outs than the release takes", why: "the APIC refuses more",
            mend: "put clusters behind other leaves"
        ) { facts in
            scale(facts, .l3outsPerLeaf)
        },
        AuditRule(
            "lpm-scale", place: "longest prefix match scale: 20,000 to 128,000 entries by profile",
            "a leaf has room for every block and service of its VRFs",
            why: "a route that finds no entry is not forwarded", mend: "choose a scale profile with more LPM entries"
        ) { facts in
            scale(facts, .lpmPerLeaf)
        },
        AuditRule(
            "supernet-room", place: "IP allocation: a supernet big enough for as many /29 as nodes",
            "every node's subnet lies inside the plan's supernet", why: "the next node then needs no new range",
            mend: "widen the supernet, or move the node", severity: .note
        ) { facts in
            guard let supernet = facts.layout?.supernet else {
                return .unknown("the context has no plan with a supernet")
            }
            return facts.eachNode("inside \(supernet)") { node in
                guard let address = facts.runningAddress(node), !supernet.contains(address) else { return nil }
                return ("\(address)", "inside \(supernet)")
            }
        },
        AuditRule(
            "as-planned", place: "the plan of this context", "racks and nodes are those of the plan",
            why: "what is not in the plan is neither generated nor pushed",
            mend: "write the node into the plan, or join it to the cluster",
            severity: .note
        ) { facts in
            guard let layout = facts.layout else { return .unknown("the context has no plan") }
            let planned = Set(layout.nodes.map(\.name))
            var departures = facts.nodes.filter { !planned.contains($0.name) }.map {
                AuditOutcome.Departure($0.name.text, says: "not in the plan", should: "in the plan, or gone")
            }
            if let present = facts.snapshot.cluster.nodes?.value.map(\.name) {
                let absent = planned.subtracting(present).sorted()
                departures += absent.map {
                    .init($0.text, says: "not in the cluster", should: "a node, or out of the plan")
                }
            }
            return departures.isEmpty ? .holds("\(planned.count) nodes, all planned") : .departs(departures)
        },
    ]

    /// Uses above the limit depart, and a full routing table, which never shows more; a use near the limit is the
    /// capacity's to tell.
    private static func scale(_ facts: AuditFacts, _ kind: LimitKind) -> AuditOutcome {
        let rows = facts.capacity.rows.filter { $0.what == kind.rawValue }
        guard !rows.isEmpty else { return .unknown("no \(kind.rawValue) are known") }
        let over = rows.filter { row in
            guard let used = row.used, let limit = row.limit else { return false }
            return used > limit || (kind == .lpmPerLeaf && used == limit)
        }
        if !over.isEmpty {
            return .departs(
                over.map {
                    .init($0.scope, says: "\($0.used ?? 0)", should: "\($0.limit ?? 0) at most (\($0.source))")
                })
        }
        guard let most = rows.filter({ $0.used != nil }).max(by: { ($0.percent ?? 0) < ($1.percent ?? 0) }) else {
            return .unknown("not read: \(kind.rawValue)")
        }
        return .holds("\(most.used ?? 0) of \(most.limit ?? 0) at most (\(most.scope))")
    }
}
