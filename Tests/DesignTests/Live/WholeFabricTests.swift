import Design
import Fabric
import Foundation
import Simulator
import SimulatorServer
import Testing

/// A fabric after figure 1 that follows its plan on both sides. Each rule that leaves, nodes or the cluster tell of is
/// broken there as an operator would break it, found, and mended by applying and posting what the plan generates; where the
/// paper's remedy is none of that, by hand.
@Suite(.serialized) struct WholeFabricTests {
    /// A change that somebody makes.
    enum Act: Sendable {
        case apply(String)
        case calicoctl(String)
        case kubectl(String)
        case post(ManagedObject)
        case onTheNode(@Sendable (inout SimulatedFabric) -> Void)
    }

    struct Break: Sendable {
        var rule: String
        var says: String
        var acts: [Act]
        /// What the generated configuration does not undo.
        var byHand: [Act]

        init(_ rule: String, _ says: String, _ acts: Act..., byHand: [Act] = []) {
            self.rule = rule
            self.says = says
            self.acts = acts
            self.byHand = byHand
        }
    }

    @Test func whatIsBrokenIsFoundAndMended() async throws {
        try await SimulatedTenant.planned(.figure1) { whole in
            #expect(try await whole.facts().departures == [])
            for broken in Self.breaks {
                for act in broken.acts { try await whole.perform(act) }
                await whole.advance(60)
                let found = try await whole.facts().departures
                #expect(
                    found.contains { $0.hasPrefix(broken.rule + " ") && $0.contains(broken.says) },
                    "\(broken.rule): \(found)")
                try await whole.applyPlan()
                if !broken.byHand.isEmpty {
                    await whole.advance(60)
                    let left = try await whole.facts().departures
                    #expect(left.contains { $0.hasPrefix(broken.rule + " ") }, "the plan alone mends \(broken.rule)")
                }
                for act in broken.byHand { try await whole.perform(act) }
                await whole.advance(60)
                let after = try await whole.facts().departures
                #expect(after == [], "\(broken.rule)")
            }
        }
    }

    @Test(arguments: [Topology.figure1, .figure2]) func asPlannedEveryRuleThatAppliesHolds(topology: Topology)
        async throws
    {
        try await SimulatedTenant.planned(topology) { whole in
            let entries = Audit.entries(try await whole.facts())
            let others = entries.filter { $0.verdict != .holds }.map { "\($0.rule) \($0.verdict): \($0.says)" }
            // Before ACI 4.2 no policy makes nodes share load.
            let expected = topology.relaxesMultipath ? 0 : 1
            #expect(others.count == expected && others.allSatisfy { $0.hasPrefix("multipath-relax") }, "\(others)")
            #expect(entries.count == AuditRule.all.count)
        }
    }

    @Test func thePlanReadOffTheWholeFabricIsThePlan() async throws {
        try await SimulatedTenant.planned(.figure1) { whole in
            try await whole.applyPlan()
            await whole.advance(60)
            let plan = LivePlan(
                try await whole.facts(inventory: Inventory(vrf: whole.layout.inventory.vrf), plan: false))
            #expect(plan.departures == [])
            #expect(plan.notes == [])
            #expect(plan.loaded.layout?.nodes == whole.layout.nodes)
            #expect(plan.loaded.layout?.racks.map(\.asn) == whole.layout.racks.map(\.asn))
            #expect(plan.loaded.layout?.racks.map(\.leaves) == whole.layout.racks.map(\.leaves))
        }
    }
}

extension SimulatedTenant {
    /// Makes a change.
    func perform(_ act: WholeFabricTests.Act) async throws {
        switch act {
        case .apply(let yaml): try calicoctl(apply: yaml)
        case .calicoctl(let line):
            let reply = fabric.with { $0.calicoctl(line.split(separator: " ").map(String.init)) }
            #expect(reply.status == 0, "\(reply.errors)")
        case .kubectl(let line):
            let outcome = fabric.with { $0.kubectl(line.split(separator: " ").map(String.init)) }
            guard case .reply(let reply) = outcome else {
                Issue.record("\(line) takes time")
                return
            }
            #expect(reply.status == 0, "\(reply.errors)")
        case .post(var object):
            let dn = try place(try #require(object["dn"]))
            object.attributes["dn"] = dn
            try await post(object, to: dn)
        case .onTheNode(let change): fabric.with { change(&$0) }
        }
    }
}
