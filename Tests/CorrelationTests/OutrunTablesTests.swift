import Correlation
import Fabric
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
}
