import Correlation
import Fabric
import FoundationEssentials
import Testing

private func refused(_ source: SourceID) -> SourceError {
    SourceError(
        kind: .refused, source: source, operation: "login", cause: "password refused", hint: "check the password")
}

@Suite struct SourceFailingTests {
    @Test func aFailureWithAYoungAnswer() {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot.sources[.kubernetes]?.error = refused(.kubernetes)
        let found = fabric.findings("source-failing")
        #expect(found.count == 1)
        #expect(found.first?.cause.contains("password refused") == true)
        #expect(found.first?.remedy == "check the password")
        #expect(fabric.findings("source-stale").isEmpty)
    }

    @Test func manyNodesAreOneFinding() {
        var fabric = FabricBuilder.figure1()
        for node in 1...6 {
            let source = SourceID.node(FabricBuilder.name(node))
            fabric.snapshot.sources[source]?.error = refused(source)
        }
        #expect(fabric.findings("source-failing").count == 1)
    }
}
