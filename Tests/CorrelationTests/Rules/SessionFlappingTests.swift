import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct SessionFlappingTests {
    private func losses(_ fabric: inout FabricBuilder, _ leaf: Int, _ node: Int, _ ages: [Double]) {
        let now = fabric.now
        fabric.snapshot.leaves[LeafID(leaf)]?.history[FabricBuilder.address(node)] = SessionHistory(
            losses: ages.map { now.addingTimeInterval(-$0) })
    }

    @Test func threeLossesInTenMinutes() {
        var fabric = FabricBuilder.figure1()
        losses(&fabric, 101, 1, [300, 200, 100])
        #expect(fabric.session(1, 101)?.verdict == .flapping)
        let found = fabric.findings("session-flapping")
        #expect(found.first?.severity == .warning)
        #expect(found.first?.cause.contains("path") == true)
        #expect(fabric.picture().racks.first?.sessionsUp == 6)
    }

    @Test func bothLeavesInTheSameSecondsIsTheNode() {
        var fabric = FabricBuilder.figure1()
        losses(&fabric, 101, 1, [300, 200, 100])
        losses(&fabric, 102, 1, [301, 200, 99])
        let found = fabric.findings("session-flapping")
        #expect(found.count == 1)
        #expect(found.first?.cause.contains("points at the node") == true)
    }

    @Test func severalNodesInTheSameSecondsIsTheLeaf() {
        var fabric = FabricBuilder.figure1()
        losses(&fabric, 101, 1, [300, 200, 100])
        losses(&fabric, 101, 2, [300, 200, 100])
        #expect(fabric.findings("session-flapping").allSatisfy { $0.cause.contains("points at the leaf") })
    }

    @Test func fewOrOldLossesAreNoFlapping() {
        var fabric = FabricBuilder.figure1()
        losses(&fabric, 101, 1, [200, 100])
        losses(&fabric, 102, 1, [3000, 2000, 1000])
        #expect(fabric.findings("session-flapping").isEmpty)
    }
}
