import Design
import Fabric
import Simulator
import Testing

/// The rules that only another fabric, or another plan, breaks and mends.
@Suite(.serialized) struct LargeFabricTests {
    /// The rules that are broken here.
    static let rules = ["peers-per-leaf", "lpm-scale", "as-planned", "l3outs-per-leaf"]

    /// Two racks of the largest fabric; so many nodes of the second stand in the first.
    private func crowded(by count: Int) throws -> Topology {
        var topology = Topology.designMax
        topology.name = "crowded"
        topology.edge = nil
        topology.racks = Array(topology.racks.prefix(2))
        let leaves = topology.racks.flatMap(\.leaves)
        topology.leaves = topology.leaves.filter { leaves.contains($0.id) }
        topology.nodes = Array(topology.nodes.prefix(402))
        for index in topology.nodes.indices {
            topology.nodes[index].blocks = Array(topology.nodes[index].blocks.prefix(1))
            if index >= 400, index < 400 + count { topology.nodes[index].rack = topology.racks[0].name }
        }
        return topology
    }

    /// More peers than a leaf takes; the paper's remedy is to move nodes to another rack.
    @Test func aRackWithMoreNodesThanALeafHasPeers() async throws {
        for (moved, words) in [(2, "402"), (0, nil)] {
            let topology = try crowded(by: moved)
            let layout = try PlanFiles.layout(try crowded(by: 0).planText)
            try await SimulatedTenant.with(layout, on: topology) { whole in
                let inventory = SimulatedWorld(topology).inventory
                let facts = try await whole.facts(.sessions, inventory: inventory, plan: false)
                let entry = try facts.verdict(of: Self.rules[0])
                #expect(entry.verdict == (words == nil ? .holds : .departs))
                #expect(words.map { entry.says == $0 && entry.subject == "leaf-101" } ?? true, "\(entry)")
            }
        }
    }

    /// Leaves' tables that the routes fill to the last entry; a profile with more LPM entries mends it.
    @Test func aRoutingTableThatDoesNotFit() async throws {
        var topology = Topology.figure1
        topology.prefixLimit = 22
        let layout = try PlanFiles.layout(topology.planText)
        try await SimulatedTenant.with(layout, on: topology) { whole in
            let full = try await whole.facts(.leaves).verdict(of: Self.rules[1])
            #expect(full.verdict == .departs && full.says == "22", "\(full)")
            #expect(full.should == "22 at most (the leaf's own figure)", "\(full)")
            let profile = "uni/infra/fwdscalepol-default"
            try await whole.post(
                ManagedObject("topoctrlFwdScaleProfilePol", ["dn": profile, "profType": "high-lpm"]), to: profile)
            let after = try await whole.facts(.leaves).verdict(of: Self.rules[1])
            #expect(after.verdict == .holds && after.says.hasPrefix("22 of 128000"), "\(after)")
        }
    }

    /// Clusters of other tenants that fill a leaf; they go by hand.
    @Test func aLeafWithMoreL3OutsThanTheReleaseTakes() async throws {
        let out: (Int) -> ManagedObject = { number in
            let leaf = ["tDn": "topology/pod-1/node-203", "rtrId": "192.168.255.203"]
            let profile = ManagedObject(
                "l3extLNodeP", ["name": "p"], [ManagedObject("l3extRsNodeL3OutAtt", leaf)])
            return ManagedObject("l3extOut", ["name": "out-\(number)"], [profile])
        }
        let topology = Topology.figure2
        try await SimulatedTenant.with(try PlanFiles.layout(topology.planText), on: topology) { whole in
            let crowd = "uni/tn-crowd"
            try await whole.post(
                ManagedObject("fvTenant", ["dn": crowd, "name": "crowd"], (1...400).map(out)), to: crowd)
            let found = try await whole.facts(.leaves).verdict(of: Self.rules[3])
            #expect(found.verdict == .departs && found.subject == "Leaf203" && found.says == "401", "\(found)")
            try await whole.post(ManagedObject("fvTenant", ["dn": crowd, "status": "deleted"]), to: crowd)
            let after = try await whole.facts(.leaves).verdict(of: Self.rules[3])
            #expect(after.verdict == .holds && after.says.hasPrefix("1 of 400"), "\(after)")
        }
    }

    /// A node that nobody wrote into the plan; with it there the plan is the fabric's again.
    @Test func aNodeThatIsNotInThePlan() async throws {
        let topology = Topology.figure1
        let full = try PlanFiles.layout(topology.planText)
        let lacking = try PlanFiles.layout(topology.planText.replacing(", node-6]", with: "]"))
        try await SimulatedTenant.planned(topology, full) { whole in
            #expect(try await whole.facts().departures == [])
            let without = SimulatedTenant(lacking, like: whole)
            let found = try await without.facts().departures
            #expect(found.contains("\(Self.rules[2]) node-6: not in the plan"), "\(found)")
            let more = try PlanFiles.layout(topology.planText.replacing(", node-6]", with: ", node-6, node-7]"))
            let promised = try await SimulatedTenant(more, like: whole).facts().departures
            #expect(promised.contains("\(Self.rules[2]) node-7: not in the cluster"), "\(promised)")
        }
    }
}

/// Every rule of the audit is broken and mended on a simulated fabric.
@Suite struct BrokenRulesTests {
    @Test func everyRuleIsBrokenInTheSimulator() {
        var rules = OverRESTTests.breaks.map(\.rule) + OverRESTTests.extras.map(\.rule)
        rules += OverRESTTests.strayPaths.map(\.rule) + [OverRESTTests.linkRule]
        rules += WholeFabricTests.breaks.map(\.rule) + LargeFabricTests.rules
        #expect(Set(AuditRule.all.map(\.id)).subtracting(rules) == [], "no test breaks them")
        #expect(Set(rules).subtracting(AuditRule.all.map(\.id)) == [], "no such rule")
    }
}
