import Design
import Fabric
import Testing

/// Every rule broken once on a fabric that is otherwise as planned.
@Suite struct AuditTests {
    /// Figure 2 on ACI 4.2, with contracts and a way out.
    static func layout() throws -> FabricLayout {
        let text = try PlanFiles.text("figure-2.yaml").replacing("release: 4.1(2)", with: "release: 4.2(1)")
        return try PlanFiles.layout(text + "- { name: rack-2, as: 64600, leaves: [205, 206], nodes: [x, y] }\n")
    }

    struct Break: Sendable, CustomTestStringConvertible {
        var rule: String
        /// What the audit must say about it.
        var says: String
        var subject: String
        var change: @Sendable (inout Snapshot) throws -> Void
        var testDescription: String { "\(rule): \(says)" }

        init(
            _ rule: String, _ subject: String, _ says: String,
            _ change: @escaping @Sendable (inout Snapshot) throws -> Void
        ) {
            self.rule = rule
            self.subject = subject
            self.says = says
            self.change = change
        }
    }

    static let breaks: [Break] = [
        Break("as-scheme", "calico-node-1, calico-node-2", "share AS 64502") {
            $0.cluster.nodes?.value[2].calicoAS = ASN(64502)
        },
        Break("rack-as-range", "calico-node-2", "AS 64700") { $0.cluster.nodes?.value[2].calicoAS = ASN(64700) },
        Break("pair-as-equal", "rack rack-1", "AS 64500, 64599") { $0.cluster.peers?.value[1].asn = ASN(64599) },
        Break("two-peers-per-node", "calico-master-1", "1 BGPPeer") { $0.cluster.peers?.value.remove(at: 0) },
        Break("peers-are-rack-leaves", "calico-master-1", "peers with 192.168.2.28") {
            $0.cluster.peers?.value[0].peerIP = try address("192.168.2.28")
        },
        Break("peer-names", "calico-master-1", "to-the-leaf") { $0.cluster.peers?.value[0].name = "to-the-leaf" },
        Break("no-route-reflector", "x", "peers with 10.9.9.9 too") { snapshot in
            var peer = try #require(snapshot.nodes[NodeName("x")]?.protocols?.value.first)
            peer.address = try address("10.9.9.9")
            snapshot.nodes[NodeName("x")]?.protocols?.value.append(peer)
        },
        Break("sessions-up", "y", "session-down") { snapshot in
            for leaf in [205, 206] {
                guard var peers = snapshot.leaves[LeafID(leaf)]?.summaries?.value[0].peers else { continue }
                peers[1].state = BGPState(words: "Idle")
                peers[1].prefixesReceived = nil
                snapshot.leaves[LeafID(leaf)]?.summaries?.value[0].peers = peers
            }
            guard var peers = snapshot.nodes[NodeName("y")]?.protocols?.value else { return }
            for index in peers.indices {
                peers[index].protocolState = "start"
                peers[index].state = BGPState(words: "Active")
            }
            snapshot.nodes[NodeName("y")]?.protocols?.value = peers
        },
        Break("node-subnet-29", "calico-master-1", "/24") { $0.cluster.nodes?.value[0].calicoPrefixLength = 24 },
        Break("address-roles", "calico-node-1", "leaf 203 192.168.2.13") { snapshot in
            try svi(&snapshot, "calico-node-1") { interface in
                let sides = interface.sides.map(\.primary)
                interface.sides[0].primary = sides[1]
                interface.sides[1].primary = sides[0]
            }
        },
        Break("secondary-shared", "x", "192.168.2.30/29 and none") { snapshot in
            try svi(&snapshot, "x") { $0.sides[1].secondaries = [] }
        },
        Break("default-gateway", "x", "default route via 192.168.2.28") {
            $0.nodes[NodeName("x")]?.routes?.value[0].gateway = try address("192.168.2.28")
        },
        Break("vpc-path", "x", "eth1/5 of leaf 205 alone") { snapshot in
            try svi(&snapshot, "x") { $0.attachment = .single(LeafID(205), port: "eth1/5") }
        },
        Break("lacp", "x", "PG-x: off") { $0.configuration?.value.lagModes?["PG-x"] = "off" },
        Break("one-node-per-hypervisor", "x, y", "share vPC PG-y of leaves 205-206") { snapshot in
            try svi(&snapshot, "x") { $0.attachment = .vpc(LeafID(205), LeafID(206), group: "PG-y") }
        },
        Break("vlan-per-node", "x, y", "share VLAN 314") { snapshot in try svi(&snapshot, "x") { $0.vlan = 314 } },
        Break("mtu", "x", "MTU 1500") { snapshot in try svi(&snapshot, "x") { $0.mtu = 1500 } },
        Break("dedicated-l3out", "calico", "peer 10.7.7.7") { snapshot in
            try svi(&snapshot, "x") {
                $0.peers.append(
                    ConfiguredPeer(neighbor: IPPrefix(host: try address("10.7.7.7")), remoteAS: ASN(1), localAS: nil))
            }
        },
        Break("l3out-vrf-and-domain", "calico", "VRF other") { $0.configuration?.value.l3outs[0].vrf = "other" },
        Break("import-control", "calico", "export") { $0.configuration?.value.l3outs[0].routeControl = ["export"] },
        Break("external-epg", "calico", "128.0.0.0/1") { snapshot in
            snapshot.configuration?.value.l3outs[0].externalEPGs[0].subnets[try prefix("0.0.0.0/1")] = nil
        },
        Break("transit-export", "calico", "exports 10.96.0.0/12 to the nodes") { snapshot in
            snapshot.configuration?.value.l3outs[0].externalEPGs[0].subnets[try prefix("10.96.0.0/12")] = [
                "export-rtctrl"
            ]
        },
        Break("node-profile-per-rack", "rack rack-2", "rack-2 (205)") {
            $0.configuration?.value.l3outs[0].nodeProfiles[1].leaves.removeLast()
        },
        Break("router-ids", "leaves 203, 204", "share 192.168.255.1") { snapshot in
            snapshot.configuration?.value.l3outs[0].nodeProfiles[0].leaves[1].routerID = try address("192.168.255.1")
        },
        Break("apic-peer", "x", "no peer") { snapshot in try svi(&snapshot, "x") { $0.peers = [] } },
        Break("remote-as", "x", "remote AS 64102") { snapshot in
            try svi(&snapshot, "x") { $0.peers[0].remoteAS = ASN(64102) }
        },
        Break("local-as", "x", "Local-AS none") { snapshot in try svi(&snapshot, "x") { $0.peers[0].localAS = nil } },
        Break("next-hop-self", "x", "no control") { snapshot in try svi(&snapshot, "x") { $0.peers[0].controls = [] } },
        Break("timers", "rack-1, policy calico-1s-3s", "keepalive 60 s, hold 180 s") { snapshot in
            timers(&snapshot) {
                $0.keepalive = 60
                $0.hold = 180
            }
        },
        Break("negotiated-hold", "x", "hold time 180 s") {
            $0.nodes[NodeName("x")]?.protocols?.value[0].holdTime = 180
        },
        Break("maximum-as-limit", "rack-1, policy calico-1s-3s", "limit 0") { snapshot in
            timers(&snapshot) { $0.maximumASLimit = 0 }
        },
        Break("graceful-restart-leaf", "rack-1, policy calico-1s-3s", "helper off") { snapshot in
            timers(&snapshot) { $0.isGracefulRestartHelper = false }
        },
        Break("stale-interval", "rack-1, policy calico-1s-3s", "stale interval 3600 s") { snapshot in
            timers(&snapshot) { $0.staleInterval = 3600 }
        },
        Break("graceful-restart-node", "x", "no graceful restart with leaf 205") {
            $0.leaves[LeafID(205)]?.gracefulRestart?.value[try address("192.168.2.25")] = false
        },
        Break("multipath-relax", "rack-2", "no multipath relax") {
            $0.configuration?.value.l3outs[0].nodeProfiles[1].bestPath = nil
        },
        Break("default-import", "calico", "route map calico-import") { snapshot in
            let map = snapshot.configuration?.value.l3outs[0].routeMaps["default-import"]
            snapshot.configuration?.value.l3outs[0].routeMaps = ["calico-import": try #require(map)]
        },
        Break("import-prefixes", "calico", "does not permit 10.96.0.0/12 (without aggregate)") {
            $0.configuration?.value.matchRules["calico-subnets"]?[1].isAggregate = false
        },
        Break("contracts", "calico", "lacks k8s-services") {
            $0.configuration?.value.l3outs[0].externalEPGs[0].provides.remove("k8s-services")
        },
        Break("overlay-off", "pool default-ipv4-ippool", "ipipMode Always") {
            $0.cluster.pools?.value[0].ipipMode = "Always"
        },
        Break("nat-outgoing-off", "pool default-ipv4-ippool", "natOutgoing true") {
            $0.cluster.pools?.value[0].isNATOutgoing = true
        },
        Break("block-size", "pool default-ipv4-ippool", "blockSize 28") { $0.cluster.pools?.value[0].blockSize = 28 },
        Break("pools-inside-pod-subnets", "pool default-ipv4-ippool", "10.200.0.0/16") {
            $0.cluster.pools?.value[0].cidr = try prefix("10.200.0.0/16")
        },
        Break("mesh-off", "fabric", "mesh-enabled") { $0.cluster.bgpConfiguration?.value?.isMeshEnabled = true },
        Break("calico-node-as", "calico-master-1", "AS 64102") { $0.cluster.nodes?.value[0].calicoAS = ASN(64102) },
        Break("calico-node-address", "calico-master-1", "10.0.0.7") {
            $0.cluster.nodes?.value[0].calicoAddress = try address("10.0.0.7")
        },
        Break("calico-peer-as", "calico-master-1", "leaf203-calico-master-1 expects AS 64599") {
            $0.cluster.peers?.value[0].asn = ASN(64599)
        },
        Break("service-cidr-advertised", "BGPConfiguration default", "no serviceClusterIPs") {
            $0.cluster.bgpConfiguration?.value?.serviceClusterIPs = []
        },
        Break("local-services-advertised", "gb/frontend", "172.20.0.9") { snapshot in
            snapshot.cluster.services?.value = [
                Service(
                    name: ObjectName(namespace: "gb", name: "frontend"), type: "NodePort", isLocal: true,
                    clusterIPs: [try address("172.20.0.9")])
            ]
        },
        Break("node-subnet-not-needed", "calico", "default-import permits 192.168.2.0/29 of calico-master-1") {
            snapshot in
            snapshot.configuration?.value.matchRules["calico-subnets"]?.append(
                MatchedPrefix(prefix: try prefix("192.168.2.0/24"), isAggregate: true))
        },
        Break("node-receives-no-routes", "x", "7 routes from its leaves") {
            $0.nodes[NodeName("x")]?.protocols?.value[0].imported = 7
        },
        Break("drained-nodes-silent", "calico-master-1", "cordoned") { $0.cluster.nodes?.value[0].isCordoned = true },
        Break("six-racks", "common:calico", "14") { snapshot in
            for number in 301...310 {
                snapshot.configuration?.value.l3outs[0].nodeProfiles[0].leaves.append(
                    .init(id: LeafID(number), routerID: nil))
            }
        },
        Break("peers-per-leaf", "Leaf203", "403") { snapshot in
            guard let row = snapshot.leaves[LeafID(203)]?.summaries?.value[0].peers.first else { return }
            for index in 0..<400 {
                var peer = row
                peer.neighbor = IPAddress(v4: 0x0A63_0000 + UInt32(index))
                snapshot.leaves[LeafID(203)]?.summaries?.value[0].peers.append(peer)
            }
        },
        Break("l3outs-per-leaf", "Leaf203", "401") { $0.configuration?.value.l3outsOfLeaf = [LeafID(203): 401] },
        Break("lpm-scale", "Leaf203", "21000") { snapshot in
            snapshot.leaves[LeafID(203)]?.capacity = Observed(
                LeafCapacity(lpmLimit: 20_000, lpmUsed: 21_000),
                Provenance(source: .leaf(LeafID(203)), command: "GET", at: snapshot.at))
        },
        Break("supernet-room", "calico-master-1", "10.3.3.1") {
            $0.cluster.nodes?.value[0].calicoAddress = try address("10.3.3.1")
        },
        Break("as-planned", "newcomer", "not in the plan") { snapshot in
            snapshot.inventory.nodes.append(
                Node(name: NodeName("newcomer"), address: nil, asn: nil, rack: "rack-1", origin: .discovered))
        },
    ]

    @Test func everyRuleIsBrokenOnce() {
        #expect(Set(AuditTests.breaks.map(\.rule)) == Set(AuditRule.all.map(\.id)))
        #expect(AuditRule.all.count == Set(AuditRule.all.map(\.id)).count)
    }

    @Test func aFabricAsPlannedIsClean() throws {
        let layout = try AuditTests.layout()
        let entries = Audit.entries(ReadBack.facts(try ReadBack.snapshot(of: layout), layout, release: "4.2(1)"))
        let wrong = entries.filter { $0.verdict == .departs }.map { "\($0.rule) \($0.subject): \($0.says)" }
        #expect(wrong == [])
        let unknown = Set(entries.filter { $0.verdict == .unknown }.map(\.rule))
        #expect(unknown == ["l3outs-per-leaf", "lpm-scale"], "what the generated configuration does not tell")
    }

    @Test(arguments: breaks) func eachBreakIsFoundWithItsWords(broken: Break) throws {
        let layout = try AuditTests.layout()
        var snapshot = try ReadBack.snapshot(of: layout)
        try broken.change(&snapshot)
        let entries = Audit.entries(ReadBack.facts(snapshot, layout, release: "4.2(1)"))
        let found = entries.filter { $0.rule == broken.rule && $0.verdict == .departs }
        let all = entries.filter { $0.rule == broken.rule }.map { "\($0.verdict) \($0.subject): \($0.says)" }
        let entry = try #require(
            found.first { $0.subject == broken.subject && $0.says.contains(broken.says) }, "\(all)")
        #expect(!entry.should.isEmpty && !entry.place.isEmpty && !entry.why.isEmpty && !entry.mend.isEmpty)
    }

    @Test func withoutSourcesEverythingIsUnknownAndNothingDeparts() throws {
        let layout = try PlanFiles.figure2()
        let snapshot = Snapshot(inventory: layout.inventory, at: try ReadBack.snapshot(of: layout).at)
        let entries = Audit.entries(ReadBack.facts(snapshot, layout, release: "4.1(2)"))
        #expect(entries.filter { $0.verdict == .departs }.isEmpty)
        #expect(entries.filter { $0.verdict == .unknown }.count > 40)
        #expect(entries.filter { $0.verdict == .unknown }.allSatisfy { !$0.says.isEmpty })
    }

    @Test func withoutTheRightToPoolsTheirRulesAreUnknownAndTheOthersJudge() throws {
        let layout = try AuditTests.layout()
        var snapshot = try ReadBack.snapshot(of: layout)
        snapshot.cluster.pools = nil
        snapshot.cluster.bgpConfiguration?.value?.isMeshEnabled = true
        var status = SourceStatus(lastSuccess: snapshot.at, interval: .seconds(30))
        status.gaps = [
            SourceError(
                kind: .refused, source: .kubernetes, operation: "kubectl get ippools.crd.projectcalico.org -o json",
                cause: "Error from server (Forbidden)", hint: "let the kubeconfig's user list ippools")
        ]
        snapshot.sources[.kubernetes] = status
        let entries = Audit.entries(ReadBack.facts(snapshot, layout, release: "4.2(1)"))
        for rule in ["overlay-off", "nat-outgoing-off", "block-size", "pools-inside-pod-subnets"] {
            let entry = entries.first { $0.rule == rule }
            #expect(entry?.verdict == .unknown)
            #expect(entry?.says == "not read: IPPools, refused: let the kubeconfig's user list ippools")
        }
        #expect(entries.first { $0.rule == "mesh-off" }?.verdict == .departs)
    }

    @Test func everythingOfOneEPGIsClassifiedOnlyByHalvesOrWithAContractOfItsOwn() throws {
        let layout = try AuditTests.layout()
        var snapshot = try ReadBack.snapshot(of: layout)
        let whole = try prefix("0.0.0.0/0")
        snapshot.configuration?.value.l3outs[0].externalEPGs[0].subnets = [whole: ["import-security"]]
        snapshot.configuration?.value.l3outs[0].externalEPGs[0].consumes = []
        let rule = try #require(AuditRule.rule("external-epg"))
        let alone = Audit.entries(of: rule, ReadBack.facts(snapshot, layout, release: "4.2(1)"))
        #expect(alone.map(\.verdict) == [.departs] && alone.first?.says == "0.0.0.0/0")
        snapshot.configuration?.value.l3outs[0].externalEPGs[0].consumes = ["k8s-world"]
        let own = Audit.entries(of: rule, ReadBack.facts(snapshot, layout, release: "4.2(1)"))
        #expect(own.map(\.verdict) == [.holds])
    }

    /// A full table is a departure, and a use that the fabric tells in per cent is counted by the tables that were read.
    @Test func aFullRoutingTableDeparts() {
        #expect(LeafCapacity(lpmLimit: 20_480, lpmUseTold: 101).lpmInUse(routes: 20_710) == 20_710)
        #expect(LeafCapacity(lpmLimit: 20_480, lpmUseTold: 18_000).lpmInUse(routes: 300) == 18_000)
        #expect(LeafCapacity(lpmLimit: 20_480, lpmUseTold: 50).lpmInUse(routes: 10_200) == 10_240)
    }

    @Test func whereThePaperErrsTheRuleSaysSo() {
        let remarks = Dictionary(uniqueKeysWithValues: AuditRule.all.map { ($0.id, $0.remark ?? "") })
        #expect(remarks["timers"]?.contains("not Calico's defaults") == true)
        #expect(remarks["node-subnet-not-needed"]?.contains("Calico does not export it") == true)
        #expect(remarks["multipath-relax"]?.contains("up to ACI 4.1") == true)
        #expect(remarks["drained-nodes-silent"]?.contains("against the paper's words") == true)
        #expect(remarks["remote-as"]?.contains("slip for 64501") == true)
    }
}

private func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }
private func prefix(_ text: String) throws -> IPPrefix { try #require(IPPrefix(text)) }

/// Changes the SVI of a node.
private func svi(_ snapshot: inout Snapshot, _ node: String, _ change: (inout L3OutInterface) throws -> Void) throws {
    let address = snapshot.inventory.nodes.first { $0.name.text == node }?.address
    guard var l3out = snapshot.configuration?.value.l3outs.first(where: { $0.name == "calico" }) else { return }
    for profile in l3out.nodeProfiles.indices {
        for index in l3out.nodeProfiles[profile].interfaces.indices {
            let isMeant = l3out.nodeProfiles[profile].interfaces[index].peers.contains {
                $0.neighbor.address == address
            }
            if isMeant { try change(&l3out.nodeProfiles[profile].interfaces[index]) }
        }
    }
    let place = snapshot.configuration?.value.l3outs.firstIndex { $0.name == "calico" }
    if let place { snapshot.configuration?.value.l3outs[place] = l3out }
}

/// Changes the timer policy.
private func timers(_ snapshot: inout Snapshot, _ change: (inout BGPTimerPolicy) -> Void) {
    guard var policy = snapshot.configuration?.value.timers[FabricLayout.timerPolicyName] else { return }
    change(&policy)
    snapshot.configuration?.value.timers[FabricLayout.timerPolicyName] = policy
}
