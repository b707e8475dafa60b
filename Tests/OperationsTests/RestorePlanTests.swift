import Correlation
import Fabric
import Operations
import Testing

@Suite struct RestorePlanTests {
    @Test func cordonedNodeComesBack() throws {
        var world = try World()
        world.setCordoned(1, true)
        let plan = world.plan(.restore)
        #expect(plan.isAllowed)
        #expect(plan.warnings.map(\.text).count == 1 && plan.text.contains("no drain left a mark on node-1"))
        #expect(plan.text.contains("+ uncordon: new pods may run on node-1"))
        #expect(plan.text.contains("see on both leaves that all it should advertise leads to it"))
        #expect(plan.restore?.isInMaintenance == false)
    }

    @Test func nothingToUncordonIsSaid() throws {
        let plan = try World().plan(.restore)
        #expect(plan.isAllowed)
        #expect(plan.text.contains("node-1 is not cordoned"))
    }

    @Test func downSessionsAreDangers() throws {
        var world = try World()
        try world.setSession(1, 0, .down)
        let plan = world.plan(.restore)
        #expect(plan.warnings.contains { $0.level == .danger && $0.text.contains("leaf 101 is down") })
    }

    @Test func oldKubernetesFactsBlock() throws {
        var world = try World()
        world.pass(100)
        #expect(world.plan(.restore).standing.map(\.kind) == [.staleData])
        world.overrides = [.staleData]
        #expect(world.plan(.restore).isAllowed)
    }

    @Test(arguments: PlanLine.Level.allCases) func everyLevelIsToldApartWithoutColour(level: PlanLine.Level) {
        let others = PlanLine.Level.allCases.filter { $0 != level }
        #expect(!others.map { PlanLine($0, "x").plain }.contains(PlanLine(level, "x").plain))
    }
}
