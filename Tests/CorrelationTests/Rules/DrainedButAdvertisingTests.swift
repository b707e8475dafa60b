import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct DrainedButAdvertisingTests {
    @Test func cordonAloneWithdrawsNothing() {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot.cluster.nodes?.value[1].isCordoned = true
        let found = fabric.findings("drained-but-advertising")
        #expect(found.count == 1)
        #expect(found.first?.cause.contains("cordon") == true)
        #expect(fabric.rules == ["drained-but-advertising"])
    }

    @Test func aLabelWithoutItsValueIsNamed() {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot.cluster.nodes?.value[1].isCordoned = true
        fabric.snapshot.cluster.nodes?.value[1].labels[KubernetesNode.excludeLabel] = ""
        #expect(fabric.findings("drained-but-advertising").first?.cause.contains("is empty") == true)
    }

    @Test func staysAnAlarmInMaintenance() {
        var fabric = FabricBuilder.figure1()
        fabric.settings.maintenance = [FabricBuilder.name(2)]
        let found = fabric.findings("drained-but-advertising")
        #expect(found.map(\.severity) == [.warning])
    }

    @Test func aNodeThatDrawsNothingIsQuiet() {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot.cluster.nodes?.value[2].isCordoned = true
        fabric.snapshot.cluster.nodes?.value[2].labels[KubernetesNode.excludeLabel] = "true"
        for leaf in [101, 102] { fabric.rebuildTable(leaf, except: [3: [FabricBuilder.range]]) }
        #expect(fabric.findings("drained-but-advertising").isEmpty)
    }
}
