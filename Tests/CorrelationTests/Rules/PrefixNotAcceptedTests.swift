import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct PrefixNotAcceptedTests {
    @Test func aBlockThatTheImportPolicyLacks() {
        var fabric = FabricBuilder.figure1()
        fabric.accept(101, 3, 1)
        fabric.rebuildTable(101, except: [3: [FabricBuilder.block(3)]])
        let found = fabric.findings("prefix-not-accepted")
        #expect(found.count == 1)
        #expect(found.first?.severity == .critical)
        #expect(found.first?.subject.prefix == FabricBuilder.block(3))
        #expect(found.first?.cause.contains("import route map") == true)
        let entry = fabric.picture().ledger.first {
            $0.prefix == FabricBuilder.block(3) && $0.key.leaf == LeafID(101)
        }
        #expect(entry?.verdict == .notAccepted)
        #expect(entry?.accepted == .no)
    }

    @Test func nothingAcceptedAtAll() {
        var fabric = FabricBuilder.figure1()
        fabric.accept(101, 3, 0)
        fabric.rebuildTable(101, except: [3: Set(fabric.advertised(3))])
        let found = fabric.findings("prefix-not-accepted")
        #expect(found.contains { $0.severity == .critical && $0.subject.prefix == FabricBuilder.block(3) })
        #expect(found.contains { $0.severity == .warning && $0.subject.prefix == FabricBuilder.range })
    }

    @Test func aRangeThatNoNodeGetsAcceptedIsCriticalAndOneFinding() {
        var fabric = FabricBuilder.figure1()
        for leaf in [101, 102] {
            for node in 1...3 { fabric.accept(leaf, node, fabric.advertised(node).count - 1) }
            fabric.rebuildTable(
                leaf, except: [1: [FabricBuilder.range], 2: [FabricBuilder.range], 3: [FabricBuilder.range]])
        }
        let found = fabric.findings("prefix-not-accepted")
        #expect(found.count == 1)
        #expect(found.first?.severity == .critical)
    }

    @Test func installedThroughOthersIsUnknownForThisNode() {
        var fabric = FabricBuilder.figure1()
        fabric.settings.release = "4.1(2)"
        fabric.setTable(
            101,
            [
                FabricBuilder.block(1): [FabricBuilder.address(1)], FabricBuilder.block(2): [FabricBuilder.address(2)],
                FabricBuilder.block(3): [FabricBuilder.address(3)], FabricBuilder.range: [FabricBuilder.address(1)],
                FabricBuilder.local: [FabricBuilder.address(1)],
            ])
        #expect(fabric.findings("prefix-not-accepted").isEmpty)
        fabric.snapshot.nodes[FabricBuilder.name(2)]?.exports = [:]
        let entry = fabric.picture().ledger.first {
            $0.prefix == FabricBuilder.range && $0.key == SessionKey(node: FabricBuilder.name(2), leaf: LeafID(101))
        }
        #expect(entry?.installed == .unknown)
        #expect(entry?.accepted == .unknown)
        #expect(entry?.verdict == .unknown)
    }

    @Test func aYoungRouteMayStillBeOnItsWay() {
        var fabric = FabricBuilder.figure1()
        fabric.accept(101, 3, 1)
        fabric.rebuildTable(101, except: [3: [FabricBuilder.block(3)]])
        let young = FabricBuilder.clockTime(fabric.now.addingTimeInterval(-4))
        fabric.snapshot.nodes[FabricBuilder.name(3)]?.exports["Node_0"]?.value[0].since = young
        #expect(fabric.findings("prefix-not-accepted").isEmpty)
    }

    @Test func selectedRoutesLeaveAbsencesUnknown() {
        var fabric = FabricBuilder.figure1()
        fabric.setTable(101, [:])
        fabric.snapshot.leaves[LeafID(101)]?.routesAreSelected = true
        #expect(fabric.picture().findings == [])
    }

    /// One leaf refuses a node's services: one finding, and no second one for what follows from it.
    @Test func severalPrefixesOfASessionAreOneFinding() {
        var fabric = FabricBuilder.figure1()
        let missing: Set = [FabricBuilder.range, FabricBuilder.local]
        fabric.accept(101, 1, 1)
        fabric.rebuildTable(101, except: [1: missing])
        let found = fabric.findings("prefix-not-accepted")
        #expect(found.count == 1)
        #expect(found.first?.severity == .warning)
        #expect(found.first?.subject == Subject(rack: "rack-1", leaf: LeafID(101), node: FabricBuilder.name(1)))
        for prefix in missing { #expect(found.first?.summary.contains("\(prefix)") == true) }
        #expect(fabric.rules == ["prefix-not-accepted", "leaves-disagree"])
        #expect(fabric.findings("leaves-disagree").first?.cause.contains("see prefix-not-accepted") == true)
    }
}
