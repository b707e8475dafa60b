import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct NatOutgoingEnabledTests {
    private func with(_ pool: CalicoIPPool) -> FabricBuilder {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot.cluster.pools = Observed([pool], fabric.provenance(.kubernetes))
        return fabric
    }

    @Test func aPoolThatHasItOn() {
        let fabric = with(CalicoIPPool(name: "pods", cidr: FabricBuilder.prefix("10.244.0.0/14"), isNATOutgoing: true))
        #expect(fabric.rules == ["nat-outgoing-enabled"])
        #expect(fabric.findings("nat-outgoing-enabled").first?.cause.contains("natOutgoing true") == true)
    }

    @Test func aDisabledPoolDoesNotCount() {
        let pool = CalicoIPPool(
            name: "pods", cidr: FabricBuilder.prefix("10.200.0.0/16"), isNATOutgoing: true, isDisabled: true)
        #expect(with(pool).findings("nat-outgoing-enabled").isEmpty)
    }
}
