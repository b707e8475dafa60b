import Design
import Fabric
import Testing

/// The plan posted to an APIC and read back over REST: the same plan, a clean audit; each rule of the APIC's side
/// broken by a post, found, and mended by posting the generated configuration again.
@Suite(.serialized) struct OverRESTTests {
    @Test(arguments: ["figure-1.yaml", "figure-2.yaml"]) func whatWasPostedIsThePlan(file: String) async throws {
        let layout = try PlanFiles.layout(PlanFiles.text(file))
        try await SimulatedTenant.with(layout) { apic in
            try await apic.postPlan()
            let plan = LivePlan(ReadBack.facts(try await apic.snapshot(), nil, release: layout.release))
            #expect(plan.notes == [])
            #expect(plan.departures == [])
            #expect(plan.loaded.layout == layout)
        }
    }

    struct Break: Sendable, CustomTestStringConvertible {
        var rule: String
        var says: String
        /// The object that is posted; its `dn` may begin with `{svi NODE}` or `{out}`.
        var posts: [ManagedObject]
        var testDescription: String { "\(rule): \(says)" }

        init(_ rule: String, _ says: String, _ posts: ManagedObject...) {
            self.rule = rule
            self.says = says
            self.posts = posts
        }
    }

    private static func made(_ name: String, _ dn: String, _ attributes: [String: String] = [:]) -> ManagedObject {
        ManagedObject(name, attributes.merging(["dn": dn]) { first, _ in first })
    }

    private static func gone(_ name: String, _ dn: String) -> ManagedObject { made(name, dn, ["status": "deleted"]) }

    /// Departures that the generated configuration undoes.
    static let breaks: [Break] = [
        Break(
            "address-roles", "leaf 203 192.168.2.13",
            made("l3extMember", "{svi calico-node-1}/mem-A", ["addr": "192.168.2.13/29"]),
            made("l3extMember", "{svi calico-node-1}/mem-B", ["addr": "192.168.2.12/29"])),
        Break("secondary-shared", "192.168.2.30/29 and none", gone("l3extIp", "{svi x}/mem-B/addr-[192.168.2.30/29]")),
        Break("vlan-per-node", "share VLAN 314", made("l3extRsPathL3OutAtt", "{svi x}", ["encap": "vlan-314"])),
        Break("mtu", "MTU 1500", made("l3extRsPathL3OutAtt", "{svi x}", ["mtu": "1500"])),
        Break("l3out-vrf-and-domain", "domain", gone("l3extRsL3DomAtt", "{out}/rsl3DomAtt")),
        Break("import-control", "export", made("l3extOut", "{out}", ["enforceRtctrl": "export"])),
        Break("external-epg", "128.0.0.0/1", gone("l3extSubnet", "{out}/instP-default/extsubnet-[0.0.0.0/1]")),
        Break(
            "node-profile-per-rack", "rack-2 (205)",
            gone("l3extRsNodeL3OutAtt", "{out}/lnodep-rack-2/rsnodeL3OutAtt-[topology/pod-1/node-206]")),
        Break(
            "router-ids", "share 192.168.255.1",
            made(
                "l3extRsNodeL3OutAtt", "{out}/lnodep-rack-1/rsnodeL3OutAtt-[topology/pod-1/node-204]",
                ["rtrId": "192.168.255.1"])),
        Break("apic-peer", "no peer", gone("bgpPeerP", "{svi x}/peerP-[192.168.2.25]")),
        Break("remote-as", "remote AS 64102", made("bgpAsP", "{svi x}/peerP-[192.168.2.25]/as", ["asn": "64102"])),
        Break("local-as", "Local-AS none", gone("bgpLocalAsnP", "{svi x}/peerP-[192.168.2.25]/localasn")),
        Break("next-hop-self", "no control", made("bgpPeerP", "{svi x}/peerP-[192.168.2.25]", ["ctrl": ""])),
        Break(
            "timers", "keepalive 60 s, hold 180 s",
            made("bgpCtxPol", "{tenant}/bgpCtxP-calico-1s-3s", ["kaIntvl": "60", "holdIntvl": "180"])),
        Break("maximum-as-limit", "limit 0", made("bgpCtxPol", "{tenant}/bgpCtxP-calico-1s-3s", ["maxAsLimit": "0"])),
        Break(
            "graceful-restart-leaf", "helper off", made("bgpCtxPol", "{tenant}/bgpCtxP-calico-1s-3s", ["grCtrl": ""])),
        Break(
            "stale-interval", "stale interval 3600 s",
            made("bgpCtxPol", "{tenant}/bgpCtxP-calico-1s-3s", ["staleIntvl": "3600"])),
        Break(
            "multipath-relax", "no multipath relax",
            gone("bgpRsBestPathCtrlPol", "{out}/lnodep-rack-2/protp/rsBestPathCtrlPol")),
        Break("default-import", "no route map", gone("rtctrlProfile", "{out}/prof-default-import")),
        Break(
            "import-prefixes", "10.96.0.0/12 (without aggregate)",
            made("rtctrlMatchRtDest", "{tenant}/subj-calico-subnets/dest-[10.96.0.0/12]", ["aggregate": "no"])),
        Break("contracts", "lacks k8s-services", gone("fvRsProv", "{out}/instP-default/rsprov-k8s-services")),
    ]

    @Test(arguments: breaks) func whatIsBrokenIsFoundAndMendedByThePlan(broken: Break) async throws {
        let layout = try AuditTests.layout()
        try await SimulatedTenant.with(layout) { apic in
            try await apic.postPlan()
            let before = try await departures(apic)
            #expect(before == [])
            for object in broken.posts {
                var object = object
                let dn = try apic.place(try #require(object["dn"]))
                object.attributes["dn"] = dn
                try await apic.post(object, to: dn)
            }
            let found = try await departures(apic)
            #expect(found.contains { $0.hasPrefix(broken.rule + " ") && $0.contains(broken.says) }, "\(found)")
            try await apic.postPlan()
            let after = try await departures(apic)
            #expect(after == [])
        }
    }

    /// Departures that consist of too much: a plan posts what must be, and never removes what others made.
    static let extras: [(rule: String, object: ManagedObject)] = [
        ("dedicated-l3out", made("bgpPeerP", "{svi x}/peerP-[10.7.7.7]")),
        (
            "transit-export",
            made("l3extSubnet", "{out}/instP-default/extsubnet-[10.96.0.0/12]", ["scope": "export-rtctrl"])
        ),
        (
            "node-subnet-not-needed",
            made("rtctrlMatchRtDest", "{tenant}/subj-calico-subnets/dest-[192.168.2.0/24]", ["aggregate": "yes"])
        ),
    ]

    @Test func whatIsTooMuchIsFoundAndGoesWithItsRemoval() async throws {
        let layout = try AuditTests.layout()
        try await SimulatedTenant.with(layout) { apic in
            try await apic.postPlan()
            for (rule, object) in Self.extras {
                var object = object
                let dn = try apic.place(try #require(object["dn"]))
                object.attributes["dn"] = dn
                try await apic.post(object, to: dn)
                let found = try await departures(apic)
                #expect(found.contains { $0.hasPrefix(rule + " ") }, "\(rule): \(found)")
                object.attributes["status"] = "deleted"
                try await apic.post(object, to: dn)
                #expect(try await departures(apic) == [])
            }
        }
    }

    /// How the nodes' links are bundled is configured apart from the L3Out: the plan posts none of it.
    static let linkRule = "lacp"

    @Test func whatTheLinksDoIsSeen() async throws {
        let layout = try AuditTests.layout()
        try await SimulatedTenant.with(layout) { apic in
            try await apic.postPlan()
            let policy = Self.made("lacpLagP", "uni/infra/lacplagp-lacp-active", ["mode": "off"])
            try await apic.post(policy, to: "uni/infra/lacplagp-lacp-active")
            var found = try await departures(apic)
            #expect(found.contains("\(Self.linkRule) x: PG-x: off"), "\(found)")
            try await apic.post(
                Self.made("lacpLagP", "uni/infra/lacplagp-lacp-active", ["mode": "active"]),
                to: "uni/infra/lacplagp-lacp-active")
            found = try await departures(apic)
            #expect(found == [])
        }
    }

    /// A node on a single port, and two nodes on one vPC: the plan's own path comes back with its post, the stray one
    /// goes by hand.
    static let strayPaths: [(rule: String, path: String)] = [
        ("vpc-path", "paths-205/pathep-[eth1/5]"),
        ("one-node-per-hypervisor", "protpaths-205-206/pathep-[PG-y]"),
    ]

    @Test(arguments: strayPaths) func aNodeOnAnotherPathIsSeen(rule: String, path: String) async throws {
        let layout = try AuditTests.layout()
        try await SimulatedTenant.with(layout) { apic in
            try await apic.postPlan()
            let own = try apic.interface(of: "x")
            try await apic.post(ManagedObject("l3extRsPathL3OutAtt", ["dn": own, "status": "deleted"]), to: own)
            let profile = String(own.prefix(upTo: try #require(own.firstRange(of: "/rspathL3OutAtt-")).lowerBound))
            let stray = profile + "/rspathL3OutAtt-[topology/pod-1/\(path)]"
            let peer = ManagedObject(
                "bgpPeerP", ["addr": "192.168.2.25", "ctrl": "nh-self"],
                [
                    ManagedObject("bgpAsP", ["asn": "64601"]), ManagedObject("bgpLocalAsnP", ["localAsn": "64600"]),
                ])
            try await apic.post(
                ManagedObject("l3extRsPathL3OutAtt", ["dn": stray, "encap": "vlan-313", "mtu": "9000"], [peer]),
                to: stray)
            var found = try await departures(apic)
            #expect(found.contains { $0.hasPrefix(rule + " ") }, "\(found)")
            try await apic.post(ManagedObject("l3extRsPathL3OutAtt", ["dn": stray, "status": "deleted"]), to: stray)
            try await apic.postPlan()
            found = try await departures(apic)
            #expect(found == [])
        }
    }

    private func departures(_ apic: SimulatedTenant) async throws -> [String] {
        Audit.entries(ReadBack.facts(try await apic.snapshot(), apic.layout, release: "4.2(1)"))
            .filter { $0.verdict == .departs }.map { "\($0.rule) \($0.subject): \($0.says)" }
    }
}
