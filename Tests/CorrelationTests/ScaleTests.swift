import Fabric
import FoundationEssentials
import Testing

@testable import Correlation

/// The design's own maximum in nodes and leaves. Work is counted, time is only told.
@Suite struct ScaleTests {
    @Test func designMaximumIsIndexedInOnePass() {
        let racks = (0..<6).map { rack in
            FabricBuilder.RackPlan(
                name: "rack-\(rack + 1)", asn: UInt32(65101 + rack), leaves: [101 + 2 * rack, 102 + 2 * rack],
                nodes: (1...400).map { rack * 400 + $0 })
        }
        var fabric = FabricBuilder(racks: racks, blocks: 5)
        fabric.lose(7, 101)
        let services = addServices(&fabric, count: 1000)
        let clock = ContinuousClock()
        var picture = Picture(at: fabric.now)
        let time = clock.measure { picture = fabric.picture() }
        let facts = Facts(fabric.snapshot, now: fabric.now)
        let index = RouteIndex(facts, picture.inventory)
        let routes = facts.leaves.keys.compactMap { facts.table($0, .ipv4)?.value.count }.reduce(0, +)
        #expect(index.rowsVisited == routes)
        #expect(picture.sessions.count == 4800)
        #expect(picture.services.filter { services.contains($0.prefix) }.count == 2 * 1000)
        // Five blocks, the range and the denied subnet for every session, and a local service for two nodes.
        // The lost session exports nothing, its subnet included.
        #expect(picture.ledger.count == 4800 * 7 + 4 - 1 + 2 * 2 * 1000)
        let counts = Dictionary(grouping: picture.findings, by: \.rule.text).mapValues(\.count)
        #expect(picture.findings.count <= 8, "\(counts)")
        #expect(picture.findings.contains { $0.rule == "session-down" })
        print("design maximum: \(routes) routes, \(picture.ledger.count) ledger entries in \(time)")
    }

    /// Local services with an endpoint on two nodes of the same rack each, which nobody advertises yet.
    private func addServices(_ fabric: inout FabricBuilder, count: Int) -> Set<IPPrefix> {
        var prefixes: Set<IPPrefix> = []
        for index in 0..<count {
            let address = IPAddress(v4: 0x0A60_4000 + UInt32(index))
            let name = ObjectName(namespace: "scale", name: "service-\(index)")
            prefixes.insert(IPPrefix(host: address))
            fabric.snapshot.cluster.services?.value.append(
                Service(name: name, type: "LoadBalancer", isLocal: true, clusterIPs: [address]))
            let endpoints = [1, 2].map {
                ServiceEndpoint(
                    address: address, node: FabricBuilder.name(index * 2 % 2400 + $0), isReady: true)
            }
            fabric.snapshot.cluster.endpoints?.value.append(ServiceEndpoints(service: name, endpoints: endpoints))
        }
        return prefixes
    }
}
