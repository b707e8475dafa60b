import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct SessionSinceTests {
    @Test func aLossIsAsOldAsTheEndThatSawItSays() throws {
        // The leaf's sample is older and still says Established for two hours; the node has just lost the session.
        var builder = FabricBuilder.figure1()
        builder.nodeLoses(5, side: 1, info: "Active Socket: Connection refused", age: 1)
        builder.snapshot.leaves[LeafID(104)]?.summaries?.provenance.at = builder.now.addingTimeInterval(-4)
        let session = try #require(builder.session(5, 104))
        #expect(session.verdict == .down)
        let since = try #require(session.since)
        #expect(builder.now.timeIntervalSince(since) < 5)
    }
}
