import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct SourceStaleTests {
    @Test func silenceForThreeIntervals() {
        var fabric = FabricBuilder.figure1()
        fabric.silence(.leaf(LeafID(101)), seconds: 47)
        let found = fabric.findings("source-stale")
        #expect(found.map(\.subject.leaf) == [LeafID(101)])
        #expect(found.first?.since == fabric.now.addingTimeInterval(-47))
        #expect(fabric.rules == ["source-stale"])
        #expect(fabric.session(1, 101)?.verdict == .up)
    }

    @Test func aSourceNotAskedYetWaits() {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot.sources[.apic] = SourceStatus(interval: .seconds(5))
        #expect(fabric.picture().findings == [])
    }
}
