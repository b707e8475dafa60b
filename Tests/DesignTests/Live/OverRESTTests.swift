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
                let dn = try place(try #require(object["dn"]), apic)
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
    @Test func whatIsTooMuchIsFoundAndGoesWithItsRemoval() async throws {
        let layout = try AuditTests.layout()
        let extras: [(rule: String, ManagedObject)] = [
            ("dedicated-l3out", Self.made("bgpPeerP", "{svi x}/peerP-[10.7.7.7]")),
            (
                "transit-export",
                Self.made("l3extSubnet", "{out}/instP-default/extsubnet-[10.96.0.0/12]", ["scope": "export-rtctrl"])
            ),
            (
                "node-subnet-not-needed",
                Self.made(
                    "rtctrlMatchRtDest", "{tenant}/subj-calico-subnets/dest-[192.168.2.0/24]", ["aggregate": "yes"])
            ),
        ]
        try await SimulatedTenant.with(layout) { apic in
            try await apic.postPlan()
            for (rule, object) in extras {
                var object = object
                let dn = try place(try #require(object["dn"]), apic)
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

    private func place(_ text: String, _ apic: SimulatedTenant) throws -> String {
        let tenant = "uni/tn-\(apic.layout.tenant)"
        var text = text.replacing("{out}", with: "\(tenant)/out-\(apic.layout.l3outs.first ?? "")").replacing(
            "{tenant}", with: tenant)
        if text.hasPrefix("{svi "), let end = text.firstIndex(of: "}") {
            let node = String(text[text.index(text.startIndex, offsetBy: 5)..<end])
            text = try apic.interface(of: node) + text[text.index(after: end)...]
        }
        return text
    }

    private func departures(_ apic: SimulatedTenant) async throws -> [String] {
        Audit.entries(ReadBack.facts(try await apic.snapshot(), apic.layout, release: "4.2(1)"))
            .filter { $0.verdict == .departs }.map { "\($0.rule) \($0.subject): \($0.says)" }
    }
}
