import Design
import Fabric
import Testing

/// Plan, generated configuration, read back, plan: the same.
@Suite struct RoundTripTests {
    private func live(_ layout: FabricLayout) throws -> LivePlan {
        LivePlan(ReadBack.facts(try ReadBack.snapshot(of: layout), nil, release: layout.release))
    }

    /// What no configuration holds: which prefix the nodes' subnets were cut from.
    private func withoutSupernet(_ layout: FabricLayout) -> FabricLayout {
        var layout = layout
        layout.supernet = nil
        return layout
    }

    @Test(arguments: ["figure-1.yaml", "figure-2.yaml"]) func thePapersFiguresComeBack(file: String) throws {
        let layout = try PlanFiles.layout(PlanFiles.text(file))
        let plan = try live(layout)
        #expect(plan.notes == [])
        #expect(plan.departures == [])
        #expect(plan.loaded.diagnostics.map(\.description) == [])
        #expect(plan.loaded.layout == layout)
        #expect(!plan.text.contains("vlan: "), "numbers that the rules give are left out: \(plan.text)")
    }

    @Test func thePlanOfFigure2ReadsLikeAPlan() throws {
        let plan = try live(PlanFiles.figure2())
        #expect(
            plan.text == """
                tenant: common
                vrf: calico
                l3out: calico
                domain: calico-l3dom
                release: "4.1(2)"
                fabric_as: 65002
                supernet: "192.168.2.0/24"
                vlans: 310-3966
                pod_subnets: ["10.244.0.0/16"]
                service_subnets: ["10.96.0.0/12"]
                contracts: {inside: [k8s-services], outside: [k8s-world]}
                transit: {l3out: wan, epg: all}
                racks:
                - name: "rack-1"
                  as: 64500
                  leaves:
                  - {id: 203, name: "Leaf203", router_id: 192.168.255.1}
                  - {id: 204, name: "Leaf204", router_id: 192.168.255.2}
                  nodes:
                  - "calico-master-1"
                  - "calico-node-1"
                  - "calico-node-2"

                """)
    }

    @Test(arguments: ["as-per-rack", "single-as"]) func theOtherVariantsComeBack(variant: String) throws {
        var text = "{variant: \(variant), tenant: a, vrf: b, l3out: c, domain: d, release: 6.1(2), fabric_as: 65001, "
        text += variant == "single-as" ? "cluster_as: 64999, " : ""
        text += "supernet: 192.168.2.0/24, pod_subnets: [10.244.0.0/16], service_subnets: [10.96.0.0/12], racks: ["
        for rack in 1...2 {
            text += "{name: rack-\(rack), as: 65\(rack)00, leaves: [\(99 + 2 * rack), \(100 + 2 * rack)], nodes: 2},"
        }
        let layout = try PlanFiles.layout(text + "]}")
        let plan = try live(layout)
        #expect(plan.loaded.diagnostics.map(\.description) == [])
        #expect(plan.departures.map { "\($0.rule) \($0.subject): \($0.says)" } == [])
        var read = try #require(plan.loaded.layout)
        if variant == "single-as" { read.domain = layout.domain }
        #expect(read == layout)
    }

    @Test func oddNumbersComeBackToo() throws {
        let text = try PlanFiles.text("figure-2.yaml").replacing(
            "nodes: [calico-master-1, calico-node-1, calico-node-2]",
            with: "nodes: [{ name: a, address: 192.168.2.73, as: 64777, vlan: 99, path: uplink-9 }, b]\n  pod: 3")
        let layout = try PlanFiles.layout(text)
        let read = try #require(try live(layout).loaded.layout)
        #expect(Set(read.nodes) == Set(layout.nodes))
        #expect(read.racks[0].pod == 3)
        #expect(withoutSupernet(read).racks.map(\.leaves) == layout.racks.map(\.leaves))
    }

    @Test func aLargeClusterComesBack() throws {
        let layout = try PlanFiles.largest(nodesPerRack: 40)
        let read = try #require(try live(layout).loaded.layout)
        #expect(read.nodes == layout.nodes)
        #expect(read.racks == layout.racks)
    }

    @Test func whatDepartsIsListed() throws {
        var snapshot = try ReadBack.snapshot(of: try PlanFiles.figure2())
        snapshot.configuration?.value.l3outs[0].routeControl = ["export"]
        let plan = LivePlan(ReadBack.facts(snapshot, nil, release: "4.1(2)"))
        #expect(plan.departures.map(\.rule) == ["import-control"])
        #expect(plan.annotated.contains("# departs, import-control: calico: export; should be export,import"))
        #expect(FabricPlan.load(text: plan.annotated, file: "plan.yaml").layout != nil)
    }

    @Test func withoutTheAPICThePlanIsMadeOfWhatNodesTell() throws {
        var snapshot = try ReadBack.snapshot(of: try PlanFiles.figure2())
        snapshot.configuration = nil
        let plan = LivePlan(ReadBack.facts(snapshot, nil, release: nil))
        #expect(plan.notes.contains { $0.contains("the APIC's configuration") })
        let layout = try #require(plan.loaded.layout)
        #expect(layout.nodes.map(\.address) == (try PlanFiles.figure2().nodes.map(\.address)))
        #expect(layout.nodes.map(\.asn.value) == [64501, 64502, 64503])
    }
}
