import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct OutrunTablesTests {
    /// Leaf-102 lacks a next hop that leaf-101 has, with both sessions up.
    static var disagreeing: FabricBuilder {
        var builder = FabricBuilder.figure1()
        builder.rebuildTable(102, except: [1: [FabricBuilder.block(1)]])
        for leaf in [101, 102] { builder.snapshot.leaves[LeafID(leaf)]?.routesVersion = 9 }
        return builder
    }

    @Test func aTableAsYoungAsItsSummaryIsJudged() {
        #expect(Self.disagreeing.rules.contains("leaves-disagree"))
    }

    @Test func aTableThatTheSummaryHasOutrunIsNotJudgedAnew() {
        var builder = Self.disagreeing
        builder.snapshot.leaves[LeafID(102)]?.routesVersion = 8
        #expect(!builder.rules.contains("leaves-disagree"))
        #expect(!builder.rules.contains("prefix-not-accepted"))
    }

    @Test func whatWasFoundBeforeStaysUntilTheRoutesAreReadAgain() {
        let before = Self.disagreeing.picture()
        var builder = Self.disagreeing
        builder.snapshot.leaves[LeafID(102)]?.routesVersion = 8
        #expect(builder.picture(previous: before).findings.contains { $0.rule == "leaves-disagree" })
    }

    @Test func anUnknownVersionHidesNothing() {
        var builder = Self.disagreeing
        builder.snapshot.leaves[LeafID(102)]?.routesVersion = nil
        #expect(builder.rules.contains("leaves-disagree"))
    }

    /// Leaf-101 accepts fewer paths of node-3 than the node told when it still answered.
    static func refusing(isSilent: Bool) -> FabricBuilder {
        var builder = FabricBuilder.figure1()
        builder.accept(101, 3, 1)
        builder.rebuildTable(101, except: [3: [FabricBuilder.block(3)]])
        guard isSilent else { return builder }
        let source = SourceID.node(FabricBuilder.name(3))
        builder.snapshot.sources[source]?.lastAttempt = builder.now.addingTimeInterval(2)
        builder.snapshot.sources[source]?.error = SourceError(
            kind: .refused, source: source, operation: "calicoctl node status", cause: "a password was asked for",
            hint: "")
        return builder
    }

    @Test func whatANodeToldBeforeItFellSilentIsNotHeldAgainstALeaf() {
        #expect(Self.refusing(isSilent: false).rules.contains("prefix-not-accepted"))
        let rules = Self.refusing(isSilent: true).rules
        #expect(!rules.contains("prefix-not-accepted"))
        #expect(rules.contains("source-failing"))
    }

    @Test func whatWasFoundBeforeTheNodeFellSilentStays() {
        let before = Self.refusing(isSilent: false).picture()
        let after = Self.refusing(isSilent: true).picture(previous: before)
        #expect(after.findings.contains { $0.rule == "prefix-not-accepted" })
    }

    @Test func aNodeWhoseLastAnswerFailedInPartIsJudgedByTheRest() {
        var builder = Self.refusing(isSilent: true)
        builder.snapshot.sources[.node(FabricBuilder.name(3))]?.lastAttempt = builder.now
        #expect(builder.rules.contains("prefix-not-accepted"))
    }
}
