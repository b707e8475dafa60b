import Fabric
import FoundationEssentials
import Operations
import Polling
import Testing

@Suite struct ConsentAndGateTests {
    private var changes: ClusterChanges {
        get throws { FakeCluster(try World()).changes }
    }

    @Test(arguments: ["node-1", "  node-1 \n"]) func nameConfirms(typed: String) throws {
        let plan = try World().plan(.drain)
        #expect(try Consent.check(typed: typed, for: plan).planDigest == plan.digest)
    }

    @Test(arguments: ["", "y", "yes", "node-2", "Node-1", "node-10"]) func anythingElseDoesNot(typed: String) throws {
        let plan = try World().plan(.drain)
        #expect(throws: ConsentError.mismatch(typed: typed, expected: "node-1")) {
            try Consent.check(typed: typed, for: plan)
        }
    }

    @Test func noConsentWhileSomethingBlocks() throws {
        var world = try World()
        world.setCordoned(2, true)
        let plan = world.plan(.drain)
        #expect(throws: ConsentError.blocked(plan.standing)) { try Consent.check(typed: "node-1", for: plan) }
        #expect(throws: ConsentError.blocked(plan.standing)) { try Consent.byFlag(for: plan) }
    }

    @Test func gateIsClosedByDefault() throws {
        let gate = ChangeGate(try changes)
        #expect(!gate.isOpen(at: World.start))
        #expect(gate.refusal(at: World.start)?.contains("--allow-changes") == true)
    }

    @Test func gateOpensUntilAMomentAndLocks() throws {
        let gate = ChangeGate(try changes)
        gate.unlock(until: World.start.addingTimeInterval(60))
        #expect(gate.isOpen(at: World.start))
        #expect(!gate.isOpen(at: World.start.addingTimeInterval(60)))
        #expect(gate.refusal(at: World.start.addingTimeInterval(61))?.contains("run out") == true)
        gate.unlock()
        #expect(gate.isOpen(at: World.start.addingTimeInterval(1e9)))
        gate.lock(reason: "locked by hand")
        #expect(gate.refusal(at: World.start) == "locked by hand")
    }
}
