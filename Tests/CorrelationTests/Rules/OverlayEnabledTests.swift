import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct OverlayEnabledTests {
    private func with(_ pool: CalicoIPPool) -> FabricBuilder {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot.cluster.pools = Observed([pool], fabric.provenance(.kubernetes))
        return fabric
    }

    @Test func aPoolThatHasItOn() {
        let fabric = with(CalicoIPPool(name: "pods", cidr: FabricBuilder.prefix("10.244.0.0/14"), ipipMode: "Always"))
        #expect(fabric.rules == ["overlay-enabled"])
        #expect(fabric.findings("overlay-enabled").first?.cause.contains("ipipMode Always") == true)
    }

    @Test func aDisabledPoolDoesNotCount() {
        let pool = CalicoIPPool(
            name: "pods", cidr: FabricBuilder.prefix("10.200.0.0/16"), ipipMode: "Always", isDisabled: true)
        #expect(with(pool).findings("overlay-enabled").isEmpty)
    }
}
