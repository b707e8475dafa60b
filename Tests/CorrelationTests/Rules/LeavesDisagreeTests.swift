import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct LeavesDisagreeTests {
    @Test func oneLeafLacksANode() {
        var fabric = FabricBuilder.figure1()
        fabric.rebuildTable(102, except: [3: [FabricBuilder.range]])
        fabric.snapshot.nodes[FabricBuilder.name(3)]?.exports = [:]
        let found = fabric.findings("leaves-disagree")
        #expect(found.count == 1)
        #expect(found.first?.subject == Subject(rack: "rack-1", prefix: FabricBuilder.range))
        #expect(found.first?.cause.contains("leaf-102 lacks node-3") == true)
    }

    @Test func oneSessionDownIsOneFindingForAllItsPrefixes() {
        var fabric = FabricBuilder.figure1()
        fabric.lose(1, 101)
        #expect(fabric.findings("leaves-disagree").count == 1)
    }

    @Test func fullNextHopSetsMayDiffer() {
        var fabric = FabricBuilder.figure1()
        fabric.settings.ecmpLimit = 2
        fabric.rebuildTable(101, except: [3: [FabricBuilder.range]])
        fabric.rebuildTable(102, except: [1: [FabricBuilder.range]])
        #expect(fabric.findings("leaves-disagree").isEmpty)
    }

    @Test func aRouteYoungerThanTheOtherLeafsTableIsNotCompared() {
        var fabric = FabricBuilder.figure1()
        let extra = FabricBuilder.prefix("10.244.200.0/26")
        var routes: [IPPrefix: [IPAddress]] = [extra: [FabricBuilder.address(1)]]
        for node in 1...3 { routes[FabricBuilder.block(node)] = [FabricBuilder.address(node)] }
        routes[FabricBuilder.range] = (1...3).map(FabricBuilder.address)
        routes[FabricBuilder.local] = (1...2).map(FabricBuilder.address)
        fabric.setTable(101, routes, age: 5)
        let key = RouteTableKey(vrf: FabricBuilder.vrf, family: .ipv4)
        fabric.snapshot.leaves[LeafID(102)]?.routes[key]?.provenance.at = fabric.now.addingTimeInterval(-20)
        #expect(fabric.findings("leaves-disagree").isEmpty)
    }

    /// The session of another node that comes and goes makes the route young all the time.
    @Test func aYoungRouteThatTheOtherLeafIsKnownToRefuseIsCompared() {
        var fabric = FabricBuilder.figure1()
        fabric.accept(102, 1, 1)
        fabric.rebuildTable(102, except: [1: [FabricBuilder.range, FabricBuilder.local]])
        var routes: [IPPrefix: [IPAddress]] = [:]
        for node in 1...3 { routes[FabricBuilder.block(node)] = [FabricBuilder.address(node)] }
        routes[FabricBuilder.range] = (1...3).map(FabricBuilder.address)
        routes[FabricBuilder.local] = (1...2).map(FabricBuilder.address)
        fabric.setTable(101, routes, age: 0)
        let found = fabric.findings("leaves-disagree")
        #expect(found.count == 1)
        #expect(found.first?.cause.contains("leaf-102 lacks node-1 for 2 prefixes") == true)
    }

    @Test func selectedTablesAreNotCompared() {
        var fabric = FabricBuilder.figure1()
        fabric.setTable(102, [:])
        fabric.snapshot.leaves[LeafID(102)]?.routesAreSelected = true
        #expect(fabric.findings("leaves-disagree").isEmpty)
    }
}
