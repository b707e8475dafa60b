import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct PrefixUnexpectedTests {
    private func withRoute(_ prefix: IPPrefix, _ node: Int, isAdvertised: Bool = true) -> FabricBuilder {
        var fabric = FabricBuilder.figure1()
        if isAdvertised {
            for side in 0...1 {
                fabric.snapshot.nodes[FabricBuilder.name(node)]?.exports["Node_\(side)"]?.value.append(
                    NodeRoute(prefix: prefix, protocolName: "static1", since: "08:00:00"))
            }
        }
        for leaf in [101, 102] {
            fabric.accept(leaf, node, fabric.advertised(node).count + 1)
            var routes: [IPPrefix: [IPAddress]] = [prefix: [FabricBuilder.address(node)]]
            for other in 1...3 {
                for own in fabric.advertised(other) { routes[own, default: []].append(FabricBuilder.address(other)) }
            }
            fabric.setTable(leaf, routes)
        }
        return fabric
    }

    @Test func aBlockWithoutAnAffinity() {
        let fabric = withRoute(FabricBuilder.block(60), 3)
        let found = fabric.findings("prefix-unexpected")
        #expect(found.count == 1)
        #expect(found.first?.cause.contains("no node has an affinity") == true)
        #expect(fabric.rules == ["prefix-unexpected"])
    }

    @Test func anotherNodesBlock() {
        let found = withRoute(FabricBuilder.block(4), 3).findings("prefix-unexpected")
        #expect(found.first?.cause.contains("the block belongs to node-4") == true)
    }

    @Test func whatTheLeafHasKept() {
        let found = withRoute(FabricBuilder.block(60), 3, isAdvertised: false).findings("prefix-unexpected")
        #expect(found.first?.cause.contains("the leaf has kept it") == true)
    }

    @Test func whatTheRouteMapLetsInAllTheSame() {
        let found = withRoute(FabricBuilder.prefix("172.30.1.0/26"), 3).findings("prefix-unexpected")
        #expect(found.first?.cause.contains("the import route map lets it in") == true)
    }

    @Test func unreadAffinitiesAreUnknown() {
        var fabric = withRoute(FabricBuilder.block(60), 3)
        fabric.snapshot.cluster.blocks = nil
        #expect(fabric.findings("prefix-unexpected").isEmpty)
    }
}
