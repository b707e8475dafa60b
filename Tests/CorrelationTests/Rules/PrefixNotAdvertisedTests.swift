import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct PrefixNotAdvertisedTests {
    private func withoutBlock(_ node: Int) -> FabricBuilder {
        var fabric = FabricBuilder.figure1()
        for side in 0...1 {
            fabric.snapshot.nodes[FabricBuilder.name(node)]?.exports["Node_\(side)"]?.value
                .removeAll { $0.prefix == FabricBuilder.block(node) }
        }
        for leaf in [101, 102] {
            fabric.accept(leaf, node, fabric.advertised(node).count - 1)
            fabric.rebuildTable(leaf, except: [node: [FabricBuilder.block(node)]])
        }
        return fabric
    }

    @Test func aBlockThatBIRDWasNotToldOf() {
        let found = withoutBlock(3).findings("prefix-not-advertised")
        #expect(found.count == 1)
        #expect(found.first?.subject.prefix == FabricBuilder.block(3))
        #expect(found.first?.cause.contains("confd has not reloaded") == true)
        #expect(found.first?.evidence.contains { $0.excerpt.contains("owns") } == true)
    }

    /// What begins while watching counts when the node and Kubernetes have been read again ten seconds later.
    @Test func aChangeOnItsWayIsNotTold() {
        let healthy = FabricBuilder.figure1()
        let start = healthy.picture()
        var fabric = withoutBlock(3)
        func look(after seconds: Double, _ previous: Picture) -> Picture {
            let moment = FabricBuilder.now.addingTimeInterval(seconds)
            fabric.now = moment
            for leaf in [101, 102] {
                fabric.snapshot.leaves[LeafID(leaf)]?.summaries?.provenance.at = moment
            }
            fabric.snapshot.nodes[FabricBuilder.name(3)]?.protocols?.provenance.at = moment
            fabric.snapshot.cluster.endpoints?.provenance.at = moment
            fabric.snapshot.cluster.blocks?.provenance.at = moment
            return fabric.picture(previous: previous)
        }
        let first = look(after: 20, start)
        #expect(!first.findings.contains { $0.rule == "prefix-not-advertised" })
        let second = look(after: 25, first)
        #expect(!second.findings.contains { $0.rule == "prefix-not-advertised" })
        let third = look(after: 31, second)
        #expect(third.findings.contains { $0.rule == "prefix-not-advertised" })
        let fourth = look(after: 36, third)
        #expect(fourth.findings.contains { $0.rule == "prefix-not-advertised" })
    }

    @Test func aPendingAffinityIsNamed() {
        var fabric = withoutBlock(3)
        fabric.snapshot.cluster.blocks?.value[2].isConfirmed = false
        fabric.snapshot.cluster.blocks?.value[2].isPending = true
        #expect(fabric.findings("prefix-not-advertised").map { $0.cause.contains("pending") } == [true])
    }

    @Test func aFilterIsNamed() {
        var fabric = withoutBlock(3)
        let rule = CalicoFilter.Rule(prefix: FabricBuilder.block(3), rejects: true)
        fabric.snapshot.cluster.filters = Observed(
            [CalicoFilter(name: "keep-back", exportV4: [rule])], fabric.provenance(.kubernetes))
        for index in fabric.snapshot.cluster.peers?.value.indices ?? 0..<0
        where fabric.snapshot.cluster.peers?.value[index].node == FabricBuilder.name(3) {
            fabric.snapshot.cluster.peers?.value[index].filters = ["keep-back"]
        }
        #expect(fabric.findings("prefix-not-advertised").map { $0.cause.contains("BGPFilter keep-back") } == [true])
    }

    @Test func aDisabledPoolAsksForNothing() {
        var fabric = withoutBlock(3)
        fabric.snapshot.cluster.pools = Observed(
            [CalicoIPPool(name: "old", cidr: FabricBuilder.prefix("10.244.0.0/14"), isDisabled: true)],
            fabric.provenance(.kubernetes))
        #expect(fabric.findings("prefix-not-advertised").isEmpty)
    }

    /// A leaf whose BGP does not run tells nothing; the node says that the session is down, and exports nothing to it.
    @Test func aSessionThatTheNodeSaysIsDownMissesNothing() {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot.leaves[LeafID(102)] = nil
        for node in 1...3 {
            fabric.nodeLoses(node, side: 1)
            fabric.snapshot.nodes[FabricBuilder.name(node)]?.exports["Node_1"]?.value = []
        }
        #expect(fabric.findings("prefix-not-advertised").isEmpty)
    }

    @Test func unreadExportsAreUnknown() {
        var fabric = withoutBlock(3)
        fabric.snapshot.nodes[FabricBuilder.name(3)]?.exports = [:]
        #expect(fabric.findings("prefix-not-advertised").isEmpty)
    }
}
