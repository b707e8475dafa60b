import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct OneLeafOnlyTests {
    @Test func oneSessionLeft() {
        var fabric = FabricBuilder.figure1()
        fabric.lose(4, 103)
        let found = fabric.findings("one-leaf-only")
        #expect(found.map(\.subject.node) == [NodeName("node-4")])
        #expect(found.first?.summary.contains("leaf-104") == true)
        #expect(found.first?.severity == .warning)
    }

    @Test func anUnreadSessionIsNotLost() {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot.leaves[LeafID(103)] = nil
        fabric.onNode(4, side: 0) { _ in true }
        fabric.snapshot.nodes[FabricBuilder.name(4)] = nil
        #expect(fabric.findings("one-leaf-only").isEmpty)
    }
}
