import Design
import Fabric
import Testing

/// Bad plan files: each mutation of a good one gets a message with its place and the reason.
@Suite struct MutationTests {
    struct Mutation: CustomTestStringConvertible, Sendable {
        var old: String
        var new: String
        /// A word of the reason.
        var reason: String
        var testDescription: String { "\(old) -> \(new)" }

        init(_ old: String, _ new: String, _ reason: String) {
            self.old = old
            self.new = new
            self.reason = reason
        }
    }

    /// Every single-valued key of the plan with what it cannot be.
    static let values: [Mutation] = {
        let keys = [
            "variant: as-per-server", "tenant: common", "vrf: calico", "l3out: calico\n", "domain: calico-l3dom",
            "release: 4.1(2)", "profile: dual-stack", "fabric_as: 65002", "supernet: 192.168.2.0/24", "vlans: 310-399",
            "router_ids: 192.168.255.0/24", "block_size: 26", "mtu: 9000", "path_prefix: PG-",
        ]
        let bad = [("{ a: b }", "here stands"), ("[a, b]", "here stands"), ("'b\u{e9} !'", "not"), ("''", "empty")]
        return keys.flatMap { key in
            let name = key.prefix { $0 != ":" }
            let end = key.hasSuffix("\n") ? "\n" : ""
            return bad.map { Mutation(key, "\(name): \($0.0)\(end)", $0.1) }
        }
    }()

    static let meanings: [Mutation] = [
        Mutation("as-per-server", "as-per-sever", "did you mean 'as-per-server'?"),
        Mutation("as-per-server", "single-as", "needs 'cluster_as'"),
        Mutation("mtu: 9000", "cluster_as: 64999", "belongs to the variant single-as"),
        Mutation("tenant: common\n", "", "a plan needs 'tenant'"),
        Mutation("vrf: calico\n", "", "a plan needs 'vrf'"),
        Mutation("tenant: common", "tenant: common\ntenant: other", "stands twice"),
        Mutation("tenant: common", "tenat: common", "did you mean 'tenant'?"),
        Mutation("profile: dual-stack", "profile: dual-stak", "did you mean 'dual-stack'?"),
        Mutation("fabric_as: 65002", "fabric_as: 64500", "already that of the fabric"),
        Mutation("fabric_as: 65002", "fabric_as: 64502", "it is that of the fabric"),
        Mutation("fabric_as: 65002", "fabric_as: 0", "reserved"),
        Mutation("fabric_as: 65002", "fabric_as: 4294967296", "AS number"),
        Mutation("supernet: 192.168.2.0/24", "supernet: 192.168.2.0/28", "too small"),
        Mutation("supernet: 192.168.2.0/24", "supernet: 192.168.2.0/30", "too small"),
        Mutation("supernet: 192.168.2.0/24", "supernet: 192.168.2.0", "is a prefix"),
        Mutation("supernet: 192.168.2.0/24", "supernet: 192.168.2.1/24", "write 192.168.2.0/24"),
        Mutation("supernet: 192.168.2.0/24", "supernet: 192.168.2.0/33", "is a prefix"),
        Mutation("supernet: 192.168.2.0/24", "supernet: 10.244.8.0/24", "overlap"),
        Mutation("supernet: 192.168.2.0/24", "supernet: 192.168.255.0/24", "overlap"),
        Mutation("supernet: 192.168.2.0/24\n", "", "no supernet"),
        Mutation("vlans: 310-399", "vlans: 310-311", "is full"),
        Mutation("vlans: 310-399", "vlans: 399-310", "is a range"),
        Mutation("vlans: 310-399", "vlans: 0-10", "is a range"),
        Mutation("vlans: 310-399", "vlans: 4000-5000", "is a range"),
        Mutation("vlans: 310-399", "vlans: 310-", "is a range"),
        Mutation("192.168.255.0/24", "192.168.255.0/31", "no address left"),
        Mutation("192.168.255.0/24", "fd00::/64", "IPv4 range"),
        Mutation("[10.244.0.0/16]", "[10.244.0.0/28]", "smaller than one block"),
        Mutation("[10.244.0.0/16]", "[10.244.0.0/25]", "hold 2 blocks"),
        Mutation("[10.244.0.0/16]", "[10.244.0.0/16, 10.244.4.0/24]", "overlap"),
        Mutation("[10.244.0.0/16]", "[10.96.8.0/24]", "overlap"),
        Mutation("[10.244.0.0/16]", "[pods]", "is a prefix"),
        Mutation("[10.244.0.0/16]", "{}", "is a list"),
        Mutation("[10.96.0.0/12]", "[10.96.0.0/99]", "is a prefix"),
        Mutation("[10.96.0.0/12]", "[[10.96.0.0/12]]", "here stands a list"),
        Mutation("block_size: 26", "block_size: 19", "from 20 to 32"),
        Mutation("mtu: 9000", "mtu: 20000", "from 576 to 9216"),
        Mutation("mtu: 9000", "mtu: 9 kB", "whole number"),
        Mutation("mtu: 9000", "as_per_rack: 100", "give as_range"),
        Mutation("mtu: 9000", "as_range: 65300-65200", "or a range"),
        Mutation("mtu: 9000", "as_range: 65300-65535", "reserved"),
        Mutation("inside: [k8s-services]", "inside: [k8s services]", "APIC name"),
        Mutation("inside: [k8s-services]", "inside: { a: b }", "is a list"),
        Mutation("transit: { l3out: wan, epg: all }", "transit: { epg: all }", "transit needs 'l3out'"),
        Mutation("transit: { l3out: wan, epg: all }", "transit: { l3out: wan }", "transit needs 'epg'"),
        Mutation("transit: { l3out: wan, epg: all }", "transit: wan", "is written as a mapping"),
        Mutation("racks:\n", "raks:\n", "a plan needs 'racks'"),
        Mutation("- name: rack-1", "- nam: rack-1", "a rack needs 'name'"),
        Mutation("- name: rack-1", "- name: 'rack 1'", "APIC name"),
        Mutation("  as: 64500\n", "", "has no AS"),
        Mutation("as: 64500", "as: 65535", "reserved"),
        Mutation("as: 64500", "as: 65533", "it is reserved"),
        Mutation("as: 64500", "as: 64500-64502", "is full: it holds 2 nodes, the rack has 3"),
        Mutation("as: 64500", "as: sixty", "AS number"),
        Mutation("as: 64500", "as: 64500-64400", "or a range"),
        Mutation("as: 64500", "as: -5", "AS number"),
        Mutation("{ id: 204, name: Leaf204 }", "203", "already stands in rack rack-1"),
        Mutation(", { id: 204, name: Leaf204 }", "", "names 1 leaves"),
        Mutation("{ id: 204, name: Leaf204 }", "204, 205", "names 3 leaves"),
        Mutation("{ id: 204, name: Leaf204 }", "{ name: Leaf204 }", "a leaf needs 'id'"),
        Mutation("{ id: 204, name: Leaf204 }", "{ id: leaf }", "whole number"),
        Mutation("{ id: 204, name: Leaf204 }", "{ id: 99999 }", "from 1 to 16000"),
        Mutation("{ id: 204, name: Leaf204 }", "{ id: 204, name: -oops }", "does not begin with '-'"),
        Mutation("{ id: 204, name: Leaf204 }", "{ id: 204, router_id: x }", "IP address"),
        Mutation(
            "[{ id: 203, name: Leaf203 }, { id: 204, name: Leaf204 }]",
            "[{ id: 203, router_id: 1.1.1.1 }, { id: 204, router_id: 1.1.1.1 }]", "already that of leaf 203"),
        Mutation("{ id: 204, name: Leaf204 }", "{ id: 204, other_peers: 398 }", "ACI 4.1(2) takes 400 on a leaf"),
        Mutation("calico-node-2]", "calico-node-1]", "stands in the plan twice"),
        Mutation("calico-node-2]", "Calico_Node]", "Kubernetes name"),
        Mutation("calico-node-2]", "{ name: c, as: 64500 }]", "already that of rack rack-1"),
        Mutation("calico-node-2]", "{ name: c, as: x }]", "AS number"),
        Mutation("calico-node-2]", "{ name: c, address: 192.168.3.1 }]", "outside the supernet"),
        Mutation("calico-node-2]", "{ name: c, address: 192.168.2.3 }]", "write 192.168.2.1"),
        Mutation("calico-node-2]", "{ name: c, vlan: 5000 }]", "from 1 to 4094"),
        Mutation(
            "calico-node-1, calico-node-2]", "{ name: b, vlan: 9 }, { name: c, vlan: 9 }]", "already that of node b"),
        Mutation("calico-node-1, calico-node-2]", "{ name: b, path: P }, { name: c, path: P }]", "share the vPC P"),
        Mutation("calico-node-2]", "{ adress: 1.2.3.4 }]", "a node needs 'name'"),
        Mutation("[calico-master-1, calico-node-1, calico-node-2]", "0", "from 1 to 10000"),
        Mutation("[calico-master-1, calico-node-1, calico-node-2]", "{ prefix: n }", "needs 'count'"),
        Mutation("[calico-master-1, calico-node-1, calico-node-2]", "{ count: 2, prefix: N_ }", "Kubernetes name"),
        Mutation("[calico-master-1, calico-node-1, calico-node-2]", "{ count: 401 }", "too small"),
        Mutation("tenant: common", "tenant: [", "not YAML"),
        Mutation("tenant: common", "\ttenant: common", "not YAML"),
        Mutation("tenant: common", "tenant: \"common", "not YAML"),
        Mutation("tenant: common", "tenant: *nowhere", "not YAML"),
        Mutation("tenant: common", "- tenant", "not YAML"),
    ]

    @Test func thereAreMoreThanAHundred() {
        #expect(MutationTests.values.count + MutationTests.meanings.count > 100)
    }

    @Test(arguments: values + meanings)
    func eachGetsAPlaceAndAReason(mutation: Mutation) throws {
        let good = try PlanFiles.text("figure-2.yaml")
        let text = good.replacing(mutation.old, with: mutation.new, maxReplacements: 1)
        #expect(text != good)
        let loaded = FabricPlan.load(text: text, file: "plan.yaml")
        let found = loaded.diagnostics.first { $0.message.contains(mutation.reason) }
        let all = loaded.diagnostics.map(\.description).joined(separator: "\n")
        let diagnostic = try #require(found, "no '\(mutation.reason)' in: \(all)")
        #expect(diagnostic.mark.line >= 1 && diagnostic.mark.column >= 1)
        #expect(diagnostic.mark.line <= text.split(separator: "\n", omittingEmptySubsequences: false).count + 1)
        #expect(diagnostic.description.hasPrefix("plan.yaml:\(diagnostic.mark.line):\(diagnostic.mark.column): "))
        if diagnostic.severity == .error { #expect(loaded.layout == nil) }
    }

    /// A wrong value is told at its own line.
    @Test(arguments: values) func wrongValuesAreToldAtTheirLine(mutation: Mutation) throws {
        let good = try PlanFiles.text("figure-2.yaml")
        let text = good.replacing(mutation.old, with: mutation.new, maxReplacements: 1)
        let place = try #require(good.firstRange(of: mutation.old))
        let line = good[..<place.lowerBound].split(separator: "\n", omittingEmptySubsequences: false).count
        let diagnostics = FabricPlan.load(text: text, file: "plan.yaml").diagnostics
        #expect(diagnostics.contains { $0.mark.line == line }, "\(diagnostics.map(\.description))")
    }

    /// Every prefix of a good file, cut anywhere, is read or refused with a place.
    @Test func aFileCutAnywhereIsReadOrRefused() throws {
        let good = Array(try PlanFiles.text("figure-2.yaml").utf8)
        for end in stride(from: 0, to: good.count, by: 7) {
            let loaded = FabricPlan.load(text: String(decoding: good[..<end], as: UTF8.self), file: "plan.yaml")
            #expect(loaded.layout != nil || loaded.diagnostics.hasErrors)
        }
    }

    @Test func tooManyBorderLeavesAreRefusedWithASplit() throws {
        var text =
            "{tenant: a, vrf: b, l3out: k8s, supernet: 10.1.0.0/20, as_range: 65000-65400, as_per_rack: 20, racks: [\n"
        for rack in 1...13 {
            text += "{name: rack-\(rack), leaves: [\(99 + 2 * rack), \(100 + 2 * rack)], nodes: 2},\n"
        }
        let loaded = FabricPlan.load(text: text + "]}", file: "plan.yaml")
        #expect(loaded.layout == nil)
        let message = try #require(loaded.diagnostics.first?.description)
        #expect(
            message == "plan.yaml:8:1: error: L3Out k8s would have 26 border leaves, ACI takes 12 in one (6 racks); "
                + "spread the cluster over 3 L3Outs: give racks rack-7 to rack-12 'l3out: k8s-2', "
                + "rack rack-13 'l3out: k8s-3'")
        for rack in 7...13 {
            text = text.replacing(
                "{name: rack-\(rack),", with: "{name: rack-\(rack), l3out: k8s-\((rack - 1) / 6 + 1),")
        }
        let split = try PlanFiles.layout(text + "]}")
        #expect(split.l3outs == ["k8s", "k8s-2", "k8s-3"])
    }

    @Test func tooManyPeersOnALeafAreRefusedUntilTheReleaseTakesThem() {
        func load(_ release: String) -> FabricPlan.Loaded {
            FabricPlan.load(
                text: """
                    {tenant: a, vrf: b, release: \(release), supernet: 10.1.0.0/16, racks: [
                      {name: r, as: 4200000000, leaves: [1, 2], nodes: 401}]}
                    """, file: "plan.yaml")
        }
        let refused = load("4.2(1)").diagnostics
        #expect(refused.count == 2)
        #expect(refused.allSatisfy { $0.message.contains("would have 401 BGP peers, ACI 4.2(1) takes 400 on a leaf") })
        #expect(load("6.1(2)").layout?.nodes.count == 401)
    }

    @Test func floatingSVINeedsARelease() {
        let text =
            "{variant: single-as, cluster_as: 64999, tenant: a, vrf: b, release: 4.2(1), supernet: 10.1.0.0/24, "
            + "racks: [{name: r, as: 65000, leaves: [1, 2], nodes: 2}]}"
        let found = FabricPlan.load(text: text, file: "plan.yaml").diagnostics.map(\.message)
        #expect(found.contains { $0.contains("needs ACI 5.0(1) or later") })
    }
}
