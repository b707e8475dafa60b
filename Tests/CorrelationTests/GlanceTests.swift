import Correlation
import Fabric
import FoundationEssentials
import Testing

/// What is shown at once of an event is what the whole conclusion says of it.
@Suite struct GlanceTests {
    private func changed(_ leaf: Int, _ nodes: Int...) -> [LeafID: Set<IPAddress>] {
        [LeafID(leaf): Set(nodes.map(FabricBuilder.address))]
    }

    @Test func aLossIsShownAsTheWholeConclusionShowsIt() {
        var fabric = FabricBuilder.figure1()
        let former = fabric.picture()
        fabric.lose(2, 102)
        let glance = Glance(at: fabric.snapshot, from: former, changed: changed(102, 2), now: fabric.now)
        let whole = fabric.picture(previous: former)
        #expect(glance.picture.sessions == whole.sessions)
        #expect(glance.picture.racks.map(\.sessionsUp) == whole.racks.map(\.sessionsUp))
        #expect(glance.picture.racks.map(\.health) == whole.racks.map(\.health))
        #expect(glance.picture.leaves.map(\.peersUp) == whole.leaves.map(\.peersUp))
        #expect(glance.picture.leaves.map(\.health) == whole.leaves.map(\.health))
        #expect(glance.picture.nodes.map(\.sessions) == whole.nodes.map(\.sessions))
        #expect(glance.picture.nodes.map(\.health) == whole.nodes.map(\.health))
        #expect(glance.before.map(\.verdict) == [.up] && glance.after.map(\.verdict) == [.down])
    }

    @Test func aSessionThatComesBackIsShownUp() {
        let healthy = FabricBuilder.figure1()
        var fabric = healthy
        fabric.lose(2, 102)
        let broken = fabric.picture()
        let glance = Glance(at: healthy.snapshot, from: broken, changed: changed(102, 2), now: fabric.now)
        #expect(glance.after.map(\.verdict) == [.up])
        #expect(glance.picture.racks.map(\.sessionsUp) == healthy.picture().racks.map(\.sessionsUp))
        // What was found stays until all is concluded anew.
        #expect(glance.picture.findings == broken.findings && !broken.findings.isEmpty)
    }

    @Test func aNeighborThatIsNobodysChangesNothing() throws {
        let fabric = FabricBuilder.figure1()
        let former = fabric.picture()
        let stranger = try #require(IPAddress("198.51.100.7"))
        let glance = Glance(
            at: fabric.snapshot, from: former, changed: [LeafID(101): [stranger], LeafID(999): [stranger]],
            now: fabric.now)
        #expect(glance.after.isEmpty && glance.picture.sessions == former.sessions)
        #expect(glance.picture.racks == former.racks && glance.picture.leaves == former.leaves)
    }
}
