import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct PrefixDeniedAsDesignedTests {
    @Test func aPoolOutsideTheRouteMapIsANote() {
        var fabric = FabricBuilder.figure1()
        let foreign = FabricBuilder.prefix("172.30.1.0/26")
        for side in 0...1 {
            fabric.snapshot.nodes[FabricBuilder.name(3)]?.exports["Node_\(side)"]?.value.append(
                NodeRoute(prefix: foreign, protocolName: "static1", since: "08:00:00"))
        }
        fabric.snapshot.cluster.blocks?.value.append(
            BlockAffinity(block: foreign, node: FabricBuilder.name(3), isConfirmed: true))
        let found = fabric.findings("prefix-denied-as-designed")
        #expect(found.map(\.severity) == [.note])
        #expect(found.first?.cause.contains("outside the import route map") == true)
        #expect(fabric.rules == ["prefix-denied-as-designed"])
    }

    @Test func theNodesOwnSubnetIsExpectedThere() {
        #expect(FabricBuilder.figure1().findings("prefix-denied-as-designed").isEmpty)
    }
}
