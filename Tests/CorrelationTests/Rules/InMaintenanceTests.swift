import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct InMaintenanceTests {
    @Test func alarmsOfTheNodeAreQuiet() {
        var fabric = FabricBuilder.figure1()
        fabric.settings.maintenance = [FabricBuilder.name(3)]
        fabric.lose(3, 101)
        fabric.lose(3, 102)
        let found = fabric.picture().findings
        #expect(found.contains { $0.rule == "in-maintenance" && $0.severity == .note })
        #expect(found.contains { $0.rule == "session-down" && $0.severity == .note })
        #expect(found.allSatisfy { $0.severity == .note })
        let picture = fabric.picture()
        #expect(picture.nodes.first { $0.node.name == FabricBuilder.name(3) }?.health == .maintenance)
        #expect(picture.racks.first?.maintenance == [FabricBuilder.name(3)])
        #expect(picture.racks.first?.health == .maintenance)
        #expect(picture.leaves.allSatisfy { $0.health == .ok })
    }

    @Test func othersStayLoud() {
        var fabric = FabricBuilder.figure1()
        fabric.settings.maintenance = [FabricBuilder.name(3)]
        fabric.lose(1, 101)
        #expect(fabric.findings("session-down").first?.severity == .warning)
    }
}
