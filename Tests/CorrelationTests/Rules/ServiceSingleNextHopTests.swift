import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct ServiceSingleNextHopTests {
    private func single() -> FabricBuilder {
        var fabric = FabricBuilder.figure1()
        for leaf in [101, 102] {
            fabric.rebuildTable(leaf, except: [2: [FabricBuilder.local]])
        }
        return fabric
    }

    @Test func twoReadyNodesAndOneNextHop() {
        let found = single().findings("service-single-next-hop")
        #expect(found.count == 1)
        #expect(found.first?.severity == .warning)
        #expect(found.first?.subject.service == FabricBuilder.web)
        let view = single().picture().services.first { $0.prefix == FabricBuilder.local }
        #expect(view?.skew == 2.0)
        #expect(view?.verdict == .single)
        #expect(single().findings("service-next-hop-skew").isEmpty)
    }

    @Test func before42ItIsOneNote() {
        var fabric = FabricBuilder.figure1()
        fabric.settings.release = "4.1(2)"
        for leaf in [101, 102] {
            fabric.rebuildTable(
                leaf, except: [2: [FabricBuilder.local, FabricBuilder.range], 3: [FabricBuilder.range]])
        }
        for leaf in [103, 104] {
            fabric.rebuildTable(leaf, except: [5: [FabricBuilder.range], 6: [FabricBuilder.range]])
        }
        let found = fabric.picture().findings
        #expect(found.map(\.rule) == ["service-single-next-hop"])
        #expect(found.first?.severity == .note)
        #expect(fabric.picture().services.filter { $0.prefix == FabricBuilder.range }.allSatisfy { $0.isClipped })
    }

    @Test func relaxOffIsNamedAsTheCause() {
        var fabric = single()
        fabric.settings.multipathRelax = false
        #expect(fabric.findings("service-single-next-hop").first?.cause.contains("multipath relax is off") == true)
    }

    @Test func aMissingSessionIsNotECMP() {
        var fabric = FabricBuilder.figure1()
        fabric.lose(2, 101)
        #expect(fabric.findings("service-single-next-hop").isEmpty)
        #expect(fabric.findings("service-next-hop-skew").count == 1)
    }

    @Test func prefixesThatEnterSoThroughTheSameLeavesAreOneFinding() {
        var fabric = FabricBuilder.figure1()
        fabric.settings.multipathRelax = nil
        let first = [FabricBuilder.address(1)]
        for leaf in [101, 102] {
            var routes = Dictionary(
                uniqueKeysWithValues: (1...3).map { (FabricBuilder.block($0), [FabricBuilder.address($0)]) })
            routes[FabricBuilder.range] = first
            routes[FabricBuilder.local] = first
            fabric.setTable(leaf, routes)
        }
        let found = fabric.findings("service-single-next-hop")
        #expect(found.count == 1)
        #expect(found.first?.summary.contains("2 service prefixes (10.96.0.0/16, 10.96.0.80/32)") == true)
    }
}
