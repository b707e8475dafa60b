import Fabric

extension AuditRule {
    /// The L3Out itself (paper, ACI steps 1 to 7).
    static let l3outRules: [AuditRule] = [
        AuditRule(
            "dedicated-l3out", place: "overview: a dedicated L3Out is created for the entire cluster",
            "the L3Out has the cluster's nodes as peers and nobody else",
            why: "import rules, timers and contracts of an L3Out hold for everyone on it",
            mend: "move the other peer to an L3Out of its own", severity: .note
        ) { facts in
            let addresses = Set(facts.nodes.compactMap(\.address))
            return facts.eachL3Out("no peers but nodes") { l3out in
                let peers = l3out.nodeProfiles.flatMap(\.interfaces).flatMap(\.peers).map(\.neighbor)
                let others = peers.filter { peer in
                    peer.isHost ? !addresses.contains(peer.address) : !addresses.contains { peer.contains($0) }
                }
                return others.isEmpty
                    ? [] : [.init(l3out.name, says: "peer \(list(others))", should: "nodes of the cluster alone")]
            }
        },
        AuditRule(
            "l3out-vrf-and-domain", place: "ACI step 2: VRF, external routed domain, BGP enabled",
            "the L3Out names the VRF and an external routed domain, and runs BGP",
            why: "without them nothing is deployed on the leaves", mend: "post the generated l3extOut"
        ) { facts in
            l3outBasics(facts)
        },
        AuditRule(
            "import-control", place: "ACI step 2: route control enforcement import and export; ACI BGP protection",
            "import route control is enforced",
            why: "without it a node that advertises by mistake takes other networks' traffic",
            mend: "set enforceRtctrl of the L3Out to export,import"
        ) { facts in
            facts.eachL3Out("import and export") { l3out in
                guard !l3out.routeControl.isSuperset(of: ["import", "export"]) else { return [] }
                let told = l3out.routeControl.sorted().joined(separator: ",")
                return [.init(l3out.name, says: told.isEmpty ? "none" : told, should: "export,import")]
            }
        },
        AuditRule(
            "external-epg",
            place: "ACI step 4: an external EPG with two subnets, external subnets for the external EPG",
            "the external EPG classifies every address",
            why: "traffic of addresses that no subnet covers belongs to no EPG and is dropped",
            mend: "add 0.0.0.0/1 and 128.0.0.0/1 with the scope external subnets for the external EPG",
            remark: "the paper's two subnets are lost in its text; two halves keep both directions of node-to-node "
                + "traffic in one EPG. A single 0.0.0.0/0 does not: ACI gives what comes from it the VRF's own class "
                + "and what goes to it class 15, and drops it unless the EPG provides and consumes one contract"
        ) { facts in
            facts.eachL3Out("every address is classified") { externalSubnets($0) }
        },
        AuditRule(
            "transit-export", place: "ACI step 4 (optional) and cluster connectivity outside of the fabric",
            "pods and services are exported by the outer L3Out, not by the nodes' own",
            why: "outside networks learn the cluster's routes there; exported by the nodes' L3Out they go to the nodes",
            mend: "set the export scope, and a route map default-export with aggregate, on the outer L3Out",
            remark:
                "the paper puts the export subnets on the nodes' own external EPG; the scope counts on the L3Out that "
                + "routes leave by, and matches a /26 only through a route map with aggregate"
        ) { facts in
            transitExport(facts)
        },
        AuditRule(
            "node-profile-per-rack", place: "ACI steps 6 and 7: a node profile per rack with both its leaves",
            "each rack's leaves stand in one node profile", why: "timers and interfaces are set per profile",
            mend: "post the generated l3extLNodeP"
        ) { facts in
            nodeProfiles(facts)
        },
        AuditRule(
            "router-ids", place: "ACI step 6: insert a valid router id for each leaf",
            "each border leaf has a router id of its own", why: "two routers with one id refuse each other's routes",
            mend: "give the leaf another router id"
        ) { facts in
            guard let l3outs = facts.l3outs else { return .unknown(AuditFacts.notRead) }
            let leaves = Set(l3outs.flatMap(\.nodeProfiles).flatMap(\.leaves))
            var departures = leaves.filter { $0.routerID == nil }.map {
                AuditOutcome.Departure("leaf \($0.id)", says: "no router id", should: "one of its own")
            }
            let owners = Dictionary(grouping: leaves.filter { $0.routerID != nil }, by: { $0.routerID })
            for (routerID, owners) in owners where Set(owners.map(\.id)).count > 1 {
                let names = Set(owners.map(\.id)).sorted().map(\.description).joined(separator: ", ")
                let told = routerID?.description ?? ""
                departures.append(.init("leaves \(names)", says: "share \(told)", should: "one each"))
            }
            guard departures.isEmpty else { return .departs(departures.sorted { $0.subject < $1.subject }) }
            return leaves.isEmpty
                ? .unknown("no leaf stands in a node profile") : .holds("\(leaves.count) leaves, one each")
        },
    ]

    private static func list(_ prefixes: [IPPrefix]) -> String {
        prefixes.prefix(4).map { $0.isHost ? $0.address.description : $0.description }.joined(separator: ", ")
            + (prefixes.count > 4 ? " and \(prefixes.count - 4) more" : "")
    }

    private static func l3outBasics(_ facts: AuditFacts) -> AuditOutcome {
        let vrf = facts.inventory.vrf?.split(separator: ":").last.map(String.init)
        return facts.eachL3Out("VRF, domain and BGP") { l3out in
            var departures: [AuditOutcome.Departure] = []
            if let vrf, l3out.vrf != vrf {
                departures.append(.init(l3out.name, says: "VRF \(l3out.vrf ?? "none")", should: "VRF \(vrf)"))
            }
            let isPhysical = facts.variant.rules.attachment == .floatingSVI
            if l3out.domain == nil, !isPhysical {
                departures.append(
                    .init(l3out.name, says: "no external routed domain", should: "one, bound to the ports"))
            }
            if !l3out.isBGPEnabled { departures.append(.init(l3out.name, says: "BGP off", should: "BGP on")) }
            return departures
        }
    }

    /// The halves, or the whole with a contract of the EPG with itself: 0.0.0.0/0 alone is classified by direction (Cisco,
    /// "Troubleshoot ACI L3Out subnet 0.0.0.0/0"), and nodes of one L3Out reach each other through this EPG (paper, overview:
    /// node-to-node connectivity over the same L3Out and external EPG; footnote 5: single L3Out transit).
    private static func externalSubnets(_ l3out: L3OutConfiguration) -> [AuditOutcome.Departure] {
        let groups = l3out.externalEPGs
        let classified = Set(
            groups.flatMap { group in
                group.subnets.filter { $0.value.contains("import-security") }.keys
            })
        let isWhole = groups.contains { group in
            group.subnets.contains { isEverything($0.key) && $0.value.contains("import-security") }
                && !group.provides.isDisjoint(with: group.consumes)
        }
        let isHalved = Set(APICConfigurationPosts.halves).isSubset(of: classified)
        guard !groups.isEmpty else {
            return [.init(l3out.name, says: "no external EPG", should: "one, called default")]
        }
        guard isWhole || isHalved else {
            let told = classified.sorted().map(\.description).joined(separator: ", ")
            return [.init(l3out.name, says: told.isEmpty ? "no subnet" : told, should: "0.0.0.0/1 and 128.0.0.0/1")]
        }
        return []
    }

    private static func isEverything(_ prefix: IPPrefix) -> Bool { prefix.family == .ipv4 && prefix.length == 0 }

    /// The scope export route control works where routes leave the fabric: on the external EPG of the L3Out that they are
    /// advertised by (Cisco APIC layer 3 guide, transit routing: one external EPG imports, another exports). The paper's step 4
    /// puts the cluster's subnets under the nodes' own external EPG, where they would be sent to the nodes, against its own
    /// rule that nodes need no routes and its footnote 5. Aggregate export exists for 0.0.0.0/0 alone, so blocks inside the
    /// pod subnet need a route map.
    private static func transitExport(_ facts: AuditFacts) -> AuditOutcome {
        guard let l3outs = facts.l3outs, let configuration = facts.snapshot.configuration?.value else {
            return .unknown(AuditFacts.notRead)
        }
        var departures: [AuditOutcome.Departure] = []
        for l3out in l3outs where !facts.variant.rules.sendsRoutesToNodes {
            let exported = l3out.externalEPGs.flatMap { group in
                group.subnets.filter { $0.value.contains("export-rtctrl") }.keys
            }
            guard !exported.isEmpty else { continue }
            departures.append(
                .init(l3out.name, says: "exports \(list(exported.sorted())) to the nodes", should: "exports nothing"))
        }
        departures += [facts.layout.flatMap { missingExport($0, configuration) }].compactMap { $0 }
        if !departures.isEmpty { return .departs(departures) }
        return facts.layout?.transit == nil
            ? .holds("nothing is exported to the nodes; the plan asks for no way out")
            : .holds("exported by the outer L3Out")
    }

    /// What the outer L3Out that a plan names does not export of the cluster.
    private static func missingExport(
        _ layout: FabricLayout, _ configuration: FabricConfiguration
    ) -> AuditOutcome.Departure? {
        guard let transit = layout.transit else { return nil }
        let outer = configuration.l3outs.first { $0.name == transit.l3out && $0.tenant == layout.tenant }
        let group = outer?.externalEPGs.first { $0.name == transit.externalEPG }
        let missing = (layout.podSubnets + layout.serviceSubnets).filter {
            group?.subnets[$0]?.contains("export-rtctrl") != true
        }
        guard !missing.isEmpty else { return nil }
        return .init(transit.l3out, says: "does not export \(list(missing))", should: "exports pods and services")
    }

    private static func nodeProfiles(_ facts: AuditFacts) -> AuditOutcome {
        guard let l3outs = facts.l3outs else { return .unknown(AuditFacts.notRead) }
        let profiles = l3outs.flatMap(\.nodeProfiles)
        let departures = facts.inventory.racks.compactMap { rack -> AuditOutcome.Departure? in
            let leaves = Set(rack.leaves)
            if profiles.contains(where: { Set($0.leaves.map(\.id)) == leaves }) { return nil }
            let found = profiles.filter { !leaves.isDisjoint(with: $0.leaves.map(\.id)) }
            let told = found.map { "\($0.name) (\($0.leaves.map(\.id.description).joined(separator: ", ")))" }
            return .init(
                "rack \(rack.name)", says: told.isEmpty ? "no node profile" : told.joined(separator: ", "),
                should: "one node profile with leaves \(rack.leaves.map(\.description).joined(separator: ", "))")
        }
        return departures.isEmpty
            ? .holds("\(facts.inventory.racks.count) racks, a profile each") : .departs(departures)
    }
}
