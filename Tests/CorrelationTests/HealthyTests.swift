import Correlation
import Fabric
import Testing

@Suite struct HealthyTests {
    @Test func healthyFabricHasNoFinding() {
        let picture = FabricBuilder.figure1().picture()
        #expect(picture.findings == [])
        #expect(picture.sessions.count == 12)
        #expect(picture.sessions.allSatisfy { $0.verdict == .up })
        #expect(picture.nodes.allSatisfy { $0.health == .ok })
        #expect(picture.leaves.allSatisfy { $0.health == .ok && $0.peersUp == 3 })
        #expect(picture.racks.map(\.sessionsUp) == [6, 6])
    }

    @Test func healthyLedgerIsOkButForTheDeniedNodeSubnet() {
        let ledger = FabricBuilder.figure1().picture().ledger
        #expect(Set(ledger.map(\.verdict)) == [.ok, .denied])
        #expect(ledger.filter { $0.verdict == .denied }.allSatisfy { $0.kind == .other })
        #expect(ledger.count == 2 * (4 + 4 + 3 * 4))
    }

    @Test func nothingObservedIsUnknownAndFindsNothing() {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot = Snapshot(inventory: fabric.snapshot.inventory, at: fabric.now)
        let picture = fabric.picture()
        #expect(picture.findings == [])
        #expect(picture.sessions.allSatisfy { $0.verdict == .unknown })
        #expect(picture.nodes.allSatisfy { $0.health == .unknown })
        #expect(picture.racks.allSatisfy { $0.health == .unknown })
    }

    @Test func oneSilentSideDoesNotHideTheOther() {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot.nodes = [:]
        #expect(fabric.picture().sessions.allSatisfy { $0.verdict == .up })
        fabric = .figure1()
        fabric.snapshot.leaves = [:]
        #expect(fabric.picture().sessions.allSatisfy { $0.verdict == .up })
        #expect(fabric.picture().findings == [])
    }
}
