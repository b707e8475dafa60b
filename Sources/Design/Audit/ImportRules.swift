import Fabric

extension AuditRule {
    /// What leaves let in (paper, ACI BGP protection and step 12).
    static let importRules: [AuditRule] = [
        AuditRule(
            "default-import", place: "ACI step 12: use the pre-existing default-import, do not create a new one",
            "the import route map is default-import itself, type match prefix and routing policy",
            why: "a route map of another name is attached to nothing, and import control then denies everything",
            mend: "post the generated rtctrlProfile default-import"
        ) { facts in
            facts.eachL3Out("default-import permits something") { defaultImport($0) }
        },
        AuditRule(
            "import-prefixes", place: "ACI BGP protection and step 12: accept pod and service subnets, aggregate true",
            "default-import permits the pod and service subnets with aggregate, and nothing else",
            why: "a subnet that is missing is unreachable; one too many can be taken over by a node",
            mend: "post the generated match rule",
            remark: "the subnet of a node is advertised by the paper's words but permitted by none of its steps: its "
                + "denial is by design"
        ) { facts in
            importPrefixes(facts)
        },
    ]

    /// What reaches the cluster (paper, cluster connectivity).
    static let reachRules: [AuditRule] = [
        AuditRule(
            "contracts", place: "cluster connectivity inside and outside the fabric: contracts between the EPGs",
            "the external EPG has the contracts that the plan names, one at least",
            why: "without a contract nothing but the cluster itself reaches pods and services",
            mend: "add the contract to the external EPG"
        ) { facts in
            facts.eachL3Out("contracts are there") { l3out in
                let provided = l3out.externalEPGs.reduce(into: Set<String>()) { $0.formUnion($1.provides) }
                let consumed = l3out.externalEPGs.reduce(into: Set<String>()) { $0.formUnion($1.consumes) }
                let wanted = facts.layout?.contracts ?? PlannedContracts()
                let missing =
                    (wanted.inside + wanted.outside).filter { !provided.contains($0) }
                    + wanted.outside.filter { !consumed.contains($0) }.map { "\($0) (consumed)" }
                if !missing.isEmpty {
                    return [
                        .init(
                            l3out.name, says: "lacks \(missing.joined(separator: ", "))", should: "the plan's contracts"
                        )
                    ]
                }
                guard provided.isEmpty, consumed.isEmpty, facts.layout == nil else { return [] }
                return [.init(l3out.name, says: "no contract", should: "one with each EPG that reaches the cluster")]
            }
        }
    ]

    private static func defaultImport(_ l3out: L3OutConfiguration) -> [AuditOutcome.Departure] {
        guard let map = l3out.routeMaps["default-import"] else {
            let others = l3out.routeMaps.keys.filter { $0 != "default-export" }.sorted()
            let told = others.isEmpty ? "no route map default-import" : "route map \(others.joined(separator: ", "))"
            return [.init(l3out.name, says: told, should: "default-import")]
        }
        var departures: [AuditOutcome.Departure] = []
        if !map.contexts.contains(where: \.isPermit) {
            departures.append(.init(l3out.name, says: "default-import permits nothing", should: "a permit context"))
        }
        if !map.isCombinable {
            departures.append(
                .init(
                    l3out.name, says: "type match routing policy only", should: "type match prefix and routing policy"))
        }
        return departures
    }

    private static func importPrefixes(_ facts: AuditFacts) -> AuditOutcome {
        guard let configuration = facts.snapshot.configuration?.value else { return .unknown(AuditFacts.notRead) }
        let wanted = facts.inventory.podSubnets + facts.inventory.serviceSubnets
        guard !facts.inventory.podSubnets.isEmpty, !facts.inventory.serviceSubnets.isEmpty else {
            return .unknown("the pod or service subnets are not known; give them in the plan or the configuration")
        }
        return facts.eachL3Out("pods and services, nothing else") { l3out in
            let contexts = l3out.routeMaps["default-import"]?.contexts.filter(\.isPermit) ?? []
            let permitted = contexts.flatMap(\.matchRules).flatMap { configuration.matchRules[$0] ?? [] }
            return [missing(wanted, permitted, l3out.name), extra(wanted, permitted, l3out.name)].compactMap { $0 }
        }
    }

    /// What the route map lacks of the wanted subnets.
    private static func missing(
        _ wanted: [IPPrefix], _ permitted: [MatchedPrefix], _ l3out: String
    ) -> AuditOutcome.Departure? {
        let missing = wanted.filter { subnet in
            !permitted.contains { $0.isAggregate && $0.prefix.contains(subnet) }
        }
        guard !missing.isEmpty else { return nil }
        let exact = missing.filter { subnet in permitted.contains { $0.prefix == subnet } }
        let words = missing.map { $0.description + (exact.contains($0) ? " (without aggregate)" : "") }
        return .init(
            l3out, says: "does not permit \(words.joined(separator: ", "))", should: "permits them, aggregate")
    }

    /// What it permits beyond them.
    private static func extra(
        _ wanted: [IPPrefix], _ permitted: [MatchedPrefix], _ l3out: String
    ) -> AuditOutcome.Departure? {
        let extra = permitted.map(\.prefix).filter { prefix in !wanted.contains { $0.contains(prefix) } }
        guard !extra.isEmpty else { return nil }
        return .init(
            l3out, says: "permits \(extra.map(\.description).joined(separator: ", "))",
            should: "pods and services alone")
    }
}
