import Fabric
import FoundationEssentials
import Testing

@testable import Correlation

/// What is taken over from the picture before. That the result is the one concluded from nothing, the fault matrix says
/// at every second of every trial.
@Suite struct BasisTests {
    private static func fabric() -> FabricBuilder {
        FabricBuilder(
            racks: [
                FabricBuilder.RackPlan(name: "rack-1", asn: 65101, leaves: [101, 102], nodes: [1, 2, 3]),
                FabricBuilder.RackPlan(name: "rack-2", asn: 65102, leaves: [103, 104], nodes: [4, 5, 6]),
            ], blocks: 3)
    }

    @Test func ofWhatIsReadAgainNothingIsConcludedAgain() throws {
        let fabric = BasisTests.fabric()
        let first = fabric.picture()
        let second = fabric.picture(previous: first)
        let before = try #require(first.basis)
        let after = try #require(second.basis)
        #expect(zip(before.sessions, after.sessions).allSatisfy { $0.isSame(as: $1) })
        #expect(after.routes.rowsVisited == 0)
        #expect(StoragePlace(before.services) == StoragePlace(after.services))
        #expect(StoragePlace(before.inventory.nodes) == StoragePlace(after.inventory.nodes))
    }

    @Test func aLeafsWordsConcernItsOwnSessions() throws {
        var fabric = BasisTests.fabric()
        let first = fabric.picture()
        fabric.onLeaf(103, 5) { peer in
            peer.state = BGPState(words: "Idle")
            peer.prefixesReceived = nil
            return true
        }
        let second = fabric.picture(previous: first)
        let changed = zip(first.sessions, second.sessions).filter { !$0.isSame(as: $1) }.map(\.1.key)
        #expect(changed == [SessionKey(node: FabricBuilder.name(5), leaf: LeafID(103))])
        #expect(second.findings.contains { $0.subject.node == FabricBuilder.name(5) })
    }

    @Test func aTableWithOtherRowsIsTurnedOverAlone() throws {
        var fabric = BasisTests.fabric()
        let first = fabric.picture()
        let key = try #require(fabric.snapshot.leaves[LeafID(101)]?.routes.keys.first)
        let told = try #require(fabric.snapshot.leaves[LeafID(101)]?.routes[key])
        let rows = (1..<told.value.count).map {
            RouteTable.Row(prefix: told.value.prefixes[$0], setIndex: told.value.setIndexes[$0], age: 1)
        }
        let shorter = RouteTable(
            vrf: told.value.vrf, family: told.value.family, rows: rows, nextHopSets: told.value.nextHopSets)
        fabric.snapshot.leaves[LeafID(101)]?.routes[key]?.value = shorter
        let second = fabric.picture(previous: first)
        #expect(second.basis?.routes.rowsVisited == shorter.count)
        #expect(second.basis?.routes.news == [LeafID(101)])
    }

    @Test func aNodeThatIsGoneLeavesThePicture() {
        var fabric = BasisTests.fabric()
        let first = fabric.picture()
        fabric.snapshot.inventory.nodes.removeAll { $0.name == FabricBuilder.name(2) }
        fabric.snapshot.nodes[FabricBuilder.name(2)] = nil
        let second = fabric.picture(previous: first)
        let anew = fabric.picture(previous: first.forgetting())
        #expect(second.sessions == anew.sessions)
        #expect(second.ledger.elementsEqual(anew.ledger))
        #expect(second.nodes == anew.nodes)
    }

    @Test func settingsOfAnotherReleaseMeasureServicesAnew() throws {
        var fabric = BasisTests.fabric()
        let first = fabric.picture()
        fabric.settings.ecmpLimit = 1
        let second = fabric.picture(previous: first)
        let anew = fabric.picture(previous: first.forgetting())
        #expect(second.services == anew.services)
        #expect(second.services != first.services || second.services.isEmpty)
    }
}
