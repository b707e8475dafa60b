import Fabric

extension AuditFacts {
    /// Judges every node: nil is fine, else what it says and should say.
    func eachNode(
        _ ok: String, where isMeant: (Node) -> Bool = { _ in true },
        _ judge: (Node) -> (says: String, should: String)?
    ) -> AuditOutcome {
        let meant = nodes.filter(isMeant)
        guard !meant.isEmpty else { return .unknown("no node is known") }
        let departures = meant.compactMap { node in
            judge(node).map { AuditOutcome.Departure(node.name.text, says: $0.says, should: $0.should) }
        }
        return departures.isEmpty ? .holds("\(meant.count) nodes: \(ok)") : .departs(departures)
    }

    /// Judges every interface towards a node.
    func eachInterface(
        _ ok: String, _ judge: (Node, Attached) -> (says: String, should: String)?
    ) -> AuditOutcome {
        guard l3outs != nil else { return .unknown(AuditFacts.notRead) }
        var seen = 0
        var departures: [AuditOutcome.Departure] = []
        for node in nodes {
            for attached in interfacesOfNode[node.name] ?? [] {
                seen += 1
                if let wrong = judge(node, attached) {
                    departures.append(.init(node.name.text, says: wrong.says, should: wrong.should))
                }
            }
        }
        guard seen > 0 else { return .unknown("no interface of an L3Out has a node as a neighbor") }
        return departures.isEmpty ? .holds("\(seen) interfaces: \(ok)") : .departs(departures)
    }

    /// Judges every L3Out of the cluster.
    func eachL3Out(_ ok: String, _ judge: (L3OutConfiguration) -> [AuditOutcome.Departure]) -> AuditOutcome {
        guard let l3outs else { return .unknown(AuditFacts.notRead) }
        guard !l3outs.isEmpty else {
            return .departs([
                .init(
                    "fabric", says: "no L3Out of the cluster",
                    should: "the L3Out \(layout?.l3outs.first ?? "of the nodes")")
            ])
        }
        let departures = l3outs.flatMap(judge)
        return departures.isEmpty
            ? .holds("\(l3outs.map(\.name).joined(separator: ", ")): \(ok)") : .departs(departures)
    }

    /// What rules of the diagnosis found; unknown where none of them was applied.
    func diagnosis(_ rules: Set<String>, _ ok: String, should: String) -> AuditOutcome {
        guard !rules.isDisjoint(with: diagnosed) else { return .unknown("the diagnosis was not run") }
        let found = problems.filter { rules.contains($0.rule) }
        guard !found.isEmpty else { return .holds(ok) }
        return .departs(
            found.map { .init($0.subject, says: "\($0.rule): \($0.words)", should: "\(should) (\($0.remedy))") })
    }
}
