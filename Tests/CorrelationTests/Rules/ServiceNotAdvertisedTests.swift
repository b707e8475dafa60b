import Correlation
import Fabric
import FoundationEssentials
import Testing

@Suite struct ServiceNotAdvertisedTests {
    @Test func aLocalServiceWithoutEndpoints() {
        var fabric = FabricBuilder.figure1()
        fabric.setEndpoints([:])
        let found = fabric.findings("service-not-advertised")
        #expect(found.map(\.subject.service) == [FabricBuilder.web])
        #expect(found.first?.cause.contains("no ready endpoint") == true)
    }

    @Test func anAddressOutsideTheRanges() {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot.cluster.services?.value[0].externalIPs = [IPAddress(v4: 0xCB00_710A)]
        let found = fabric.findings("service-not-advertised")
        #expect(found.first?.cause.contains("outside the ranges") == true)
        #expect(fabric.rules == ["service-not-advertised"])
    }

    @Test func unreadEndpointsAreUnknown() {
        var fabric = FabricBuilder.figure1()
        fabric.snapshot.cluster.endpoints = nil
        #expect(fabric.findings("service-not-advertised").isEmpty)
    }

    /// Calico v3.31.0 advertises the host routes of endpoints that are not ready as well.
    @Test func byVersionUnreadyEndpointsCount() {
        var fabric = FabricBuilder.figure1()
        var slices = fabric.snapshot.cluster.endpoints?.value ?? []
        for index in slices[0].endpoints.indices { slices[0].endpoints[index].isReady = false }
        fabric.snapshot.cluster.endpoints?.value = slices
        #expect(fabric.findings("service-not-advertised").count == 1)
        fabric.snapshot.cluster.calicoVersion = Observed("v3.31.2", fabric.provenance(.kubernetes))
        #expect(fabric.findings("service-not-advertised").isEmpty)
        fabric.snapshot.cluster.calicoVersion = Observed("v3.31.7", fabric.provenance(.kubernetes))
        #expect(fabric.findings("service-not-advertised").count == 1)
    }
}
