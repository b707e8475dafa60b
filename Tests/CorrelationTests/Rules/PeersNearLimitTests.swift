import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct PeersNearLimitTests {
    private func fabric(_ nodes: Int) -> FabricBuilder {
        FabricBuilder(racks: [
            FabricBuilder.RackPlan(name: "rack-1", asn: 65101, leaves: [101, 102], nodes: Array(1...nodes))
        ])
    }

    @Test func fromEightyPercentANoteAndFromNinetyFiveAWarning() {
        #expect(fabric(319).findings("peers-near-limit").isEmpty)
        #expect(fabric(320).findings("peers-near-limit").map(\.severity) == [.note])
        #expect(fabric(380).findings("peers-near-limit").map(\.severity) == [.warning])
    }

    @Test func theReleaseDecides() {
        var fabric = fabric(320)
        fabric.settings.release = "6.1(2)"
        #expect(fabric.findings("peers-near-limit").isEmpty)
    }
}
