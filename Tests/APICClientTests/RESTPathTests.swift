import Fabric
import FoundationEssentials
import Polling
import Simulator
import SimulatorServer
import Synchronization
import Testing

@testable import APICClient

/// Accepted paths over REST (aci.md 3.3): read where the controllers offer them, done without where they do not.
@Suite struct RESTPathTests {
    private let leaf = LeafID(101)

    private func fold(_ apic: SimulatedAPIC) -> Fold {
        let vrf = apic.configuration.vrf
        return Fold(
            inventory: Inventory(
                vrf: vrf, leaves: apic.leaves.map { Leaf(id: $0, name: "l", rack: nil, origin: .configured) }),
            at: Date())
    }

    @Test func whatEachNeighborGotAcceptedIsAsMuchAsTheLeafCounts() async throws {
        let apic = try await SimulatedAPIC.start(client: { $0.pageSize = 4 })
        apic.shared.advance(to: .seconds(5))
        await apic.controllers.look()
        try await apic.with { port in
            var fold = fold(apic)
            for look in [Look.leafSummary(leaf), .leafRoutes(leaf, .all)] {
                let result = await port.reading.perform(look)
                #expect(result.error == nil)
                _ = fold.absorb(result, interval: .seconds(5), now: Date())
            }
            let state = try #require(fold.snapshot.leaves[leaf])
            let paths = try #require(state.paths.values.first?.value)
            let peers = try #require(state.summaries?.value.first?.peers)
            #expect(peers.count == 3)
            for peer in peers {
                #expect(paths.prefixes[peer.neighbor]?.count == peer.prefixesReceived, "\(peer.neighbor)")
            }
            // What other leaves tell is not this leaf's to accept.
            #expect(paths.prefixes.count == 3)
        }
    }

    @Test func whereTheyAreRefusedTheRoutesAreReadAllTheSameAndItIsSaidOnce() async throws {
        let apic = try await SimulatedAPIC.start()
        await apic.controllers.inject(.noPrivilege("bgpPath"))
        try await apic.with { port in
            var fold = fold(apic)
            var words: [String] = []
            for leaf in apic.leaves {
                let result = await port.reading.perform(.leafRoutes(leaf, .all))
                #expect(result.error == nil)
                words += fold.absorb(result, interval: .seconds(5), now: Date()).diagnostics
            }
            #expect(fold.snapshot.leaves[leaf]?.routes.isEmpty == false)
            #expect(fold.snapshot.leaves[leaf]?.paths.isEmpty == true)
            #expect(words.count == 1 && words.first?.contains("counts and routes alone") == true, "\(words)")
        }
    }

    /// Many paths are not read with the first routes: they have their turn later, leaf by leaf.
    @Test func manyPathsWaitForTheirTurn() async throws {
        let apic = try await SimulatedAPIC.start(client: { $0.manyPaths = 3 })
        let now = Mutex(Date())
        let port = RESTPort.make(apic.configuration, leaves: apic.leaves, now: { now.withLock { $0 } })
        func read(_ leaf: LeafID) async -> Bool {
            await port.reading.perform(.leafRoutes(leaf, .all)).answers.contains { $0.paths != nil }
        }
        for leaf in apic.leaves { #expect(await !read(leaf)) }
        let asked = apic.controllers.counters.requests
        #expect(await !read(apic.leaves[0]))
        #expect(apic.controllers.counters.requests == asked + 1, "what waits is not asked for")
        now.withLock { $0 += 61 }
        #expect(await read(apic.leaves[0]))
        #expect(await !read(apic.leaves[1]))
        now.withLock { $0 += 61 }
        #expect(await read(apic.leaves[1]))
        #expect(await !read(apic.leaves[0]))
        await port.close()
        await apic.server.stop()
    }

    @Test func whatAWholePollCostsIsTold() async throws {
        let apic = try await SimulatedAPIC.start(client: { $0.requestsPerSecond = 4 })
        try await apic.with { port in
            var traffic: SourceTraffic?
            for leaf in apic.leaves {
                traffic = await port.reading.perform(.leafSummary(leaf)).traffic
                traffic = await port.reading.perform(.leafRoutes(leaf, .all)).traffic
            }
            // A summary, a page of routes and one of paths for each leaf, at four requests a second.
            #expect(traffic?.secondsPerPoll == Double(apic.leaves.count * 3) / 4)
        }
    }
}
