import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct BorderLeavesNearLimitTests {
    private func fabric(_ racks: Int) -> FabricBuilder {
        FabricBuilder(
            racks: (0..<racks).map { rack in
                FabricBuilder.RackPlan(
                    name: "rack-\(rack + 1)", asn: UInt32(65101 + rack), leaves: [101 + 2 * rack, 102 + 2 * rack],
                    nodes: [3 * rack + 1, 3 * rack + 2, 3 * rack + 3])
            })
    }

    @Test func sixRacksAreAllThatAnL3OutTakes() {
        #expect(fabric(4).findings("border-leaves-near-limit").isEmpty)
        #expect(fabric(5).findings("border-leaves-near-limit").map(\.severity) == [.note])
        #expect(fabric(6).findings("border-leaves-near-limit").map(\.severity) == [.warning])
    }
}
