import Design
import Fabric
import Testing

@Suite struct FabricPlanTests {
    private let figure2 = """
        tenant: common
        vrf: calico
        l3out: calico-l3out
        supernet: 192.168.2.0/24
        pod_subnets: [10.244.0.0/16]
        service_subnets: [10.96.0.0/12]
        racks:
        - name: rack-1
          as: 64500
          leaves: [{id: 203, name: Leaf203}, {id: 204, name: Leaf204}]
          nodes: [calico-master-1, calico-node-1, calico-node-2]
        """

    private func refusals(_ text: String) -> [String] {
        let loaded = FabricPlan.load(text: text, file: "plan.yaml")
        #expect(loaded.inventory == nil)
        #expect(loaded.diagnostics.hasErrors)
        return loaded.diagnostics.map(\.description)
    }

    @Test func expandsThePapersFigure2() throws {
        let loaded = FabricPlan.load(text: figure2, file: "plan.yaml")
        #expect(loaded.diagnostics.isEmpty)
        let inventory = try #require(loaded.inventory)
        #expect(inventory.vrf == "common:calico")
        #expect(inventory.nodes.map { $0.name.text } == ["calico-master-1", "calico-node-1", "calico-node-2"])
        #expect(inventory.nodes.map { $0.asn?.value } == [64501, 64502, 64503])
        #expect(inventory.nodes.map { $0.address?.description } == ["192.168.2.1", "192.168.2.9", "192.168.2.17"])
        #expect(inventory.nodes.allSatisfy { $0.origin == .configured && $0.subnetLength == 29 })
        #expect(inventory.racks.map(\.leaves) == [[LeafID(203), LeafID(204)]])
        let node = try #require(inventory.nodes.first)
        let peers = IntendedPeers.peers(of: node, in: inventory)
        #expect(peers.map(\.name) == ["leaf203-calico-master-1", "leaf204-calico-master-1"])
        #expect(peers.map { $0.peerIP.description } == ["192.168.2.4", "192.168.2.5"])
    }

    @Test func givenValuesKeepDerivedOnesClear() throws {
        let text = figure2.replacing(
            "[calico-master-1, calico-node-1, calico-node-2]",
            with: "[a, {name: b, address: 192.168.2.1, as: 64501}, c]")
        let inventory = try #require(FabricPlan.load(text: text, file: "plan.yaml").inventory)
        #expect(inventory.nodes.map { $0.address?.description } == ["192.168.2.9", "192.168.2.1", "192.168.2.17"])
        #expect(inventory.nodes.map { $0.asn?.value } == [64502, 64501, 64503])
    }

    @Test func expandsIPv6() throws {
        let text = figure2.replacing("192.168.2.0/24", with: "fd00:2::/120")
        let inventory = try #require(FabricPlan.load(text: text, file: "plan.yaml").inventory)
        #expect(inventory.nodes.map { $0.address?.description } == ["fd00:2::1", "fd00:2::9", "fd00:2::11"])
    }

    @Test func aSupernetThatIsTooSmallIsRefused() {
        let found = refusals(figure2.replacing("192.168.2.0/24", with: "192.168.2.0/28"))
        #expect(found.count == 1)
        #expect(
            found.first
                == "plan.yaml:11:43: error: supernet 192.168.2.0/28 is too small: it holds 2 subnets of /29, "
                + "the plan has 3 nodes; node calico-node-2 gets none")
        #expect(refusals(figure2.replacing("192.168.2.0/24", with: "192.168.2.0/30")).count == 3)
    }

    @Test(
        arguments: [
            ("supernet: 192.168.2.0/24", "supernet: 10.244.2.0/24", "overlap"),
            ("10.96.0.0/12", "10.244.128.0/17", "overlap"),
            ("calico-node-2]", "calico-node-1]", "node calico-node-1 stands in the plan twice"),
            ("calico-node-2]", "{name: c, as: 64501}]", nil),
            ("calico-node-2]", "{name: c, as: 64500}]", "AS 64500 of node c is already that of rack rack-1"),
            ("calico-node-2]", "{name: c, address: 192.168.3.1}]", "outside the supernet"),
            ("calico-node-2]", "{name: c, address: 192.168.2.3}]", "write 192.168.2.1"),
            ("as: 64500", "as: 65533", "it is reserved"),
            ("as: 64500", "as: 23456", "AS 23456 is reserved"),
            ("{id: 204, name: Leaf204}", "203", "leaf 203 of rack rack-1 already stands in rack rack-1"),
            ("{id: 203, name: Leaf203}, ", "", "names 1 leaves"),
            ("supernet: 192.168.2.0/24\n", "", "no supernet"),
            ("supernet: 192.168.2.0/24", "supernet: 192.168.2.1/24", "write 192.168.2.0/24"),
            ("tenant: common", "tenant: 'com mon'", "APIC name"),
            ("tenant: common\n", "", "a plan needs 'tenant'"),
            ("racks:", "raks:", "did you mean 'racks'?"),
        ] as [(String, String, String?)])
    func refusesWithAReason(old: String, new: String, reason: String?) {
        let text = figure2.replacing(old, with: new)
        guard let reason else {
            #expect(FabricPlan.load(text: text, file: "plan.yaml").inventory != nil)
            return
        }
        #expect(refusals(text).contains { $0.contains(reason) })
    }

    @Test func twoRacksMayNotShareNumbers() {
        let text =
            figure2 + """

                - {name: rack-2, as: 64501, leaves: [205, 206], nodes: [x]}
                """
        #expect(refusals(text).contains { $0.contains("calico-master-1 would get AS 64501") })
    }

    @Test(arguments: ["", "- a", "tenant: [", "a: &a [*a]", "just words", "tenant: common\ntenant: other"])
    func badFilesAreRefusedWithAPlace(text: String) {
        #expect(refusals(text).allSatisfy { $0.hasPrefix("plan.yaml:") })
    }
}
