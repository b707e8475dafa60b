import Fabric
import Formats
import FoundationEssentials
import Polling
import Simulator
import SimulatorServer
import Testing

@testable import APICClient

/// The same fabric asked by REST and by its command line: the same snapshot.
@Suite struct BothWaysTests {
    private func snapshots(_ apic: SimulatedAPIC, _ port: RESTPort) async -> (rest: Snapshot, text: Snapshot) {
        let vrf = apic.configuration.vrf ?? ""
        let inventory = Inventory(
            vrf: vrf, leaves: apic.leaves.map { Leaf(id: $0, name: "leaf-\($0)", rack: nil, origin: .configured) })
        var rest = Fold(inventory: inventory, at: Date())
        var text = Fold(inventory: inventory, at: Date())
        let looks =
            [.fabric, .fabricConfiguration]
            + apic.leaves.flatMap { [.leafSummary($0), .leafRoutes($0, .all)] as [Look] }
        for look in looks {
            let result = await port.reading.perform(look)
            #expect(result.error == nil)
            _ = rest.absorb(result, interval: .seconds(5), now: Date())
        }
        for leaf in apic.leaves {
            for command in ["show ip bgp summary", "show ip route", "show bgp ipv4 unicast"] {
                let line = "fabric \(leaf) \(command) vrf \(vrf)"
                let answer = Answer(source: .leaf(leaf), command: line, at: Date(), bytes: apic.text(line))
                _ = text.absorb([answer], of: .leaf(leaf), interval: .seconds(5), now: Date())
            }
        }
        return (rest.snapshot, text.snapshot)
    }

    @Test(arguments: [nil, "leaf-neighbor-shut", "node-down"] as [String?])
    func restAndTextTellTheSame(fault: String?) async throws {
        let apic = try await SimulatedAPIC.start()
        try await apic.with { port in
            apic.shared.advance(to: .seconds(5))
            if let fault, let found = FaultKind(rawValue: fault) {
                try apic.shared.with { try $0.inject(Fault(found)) }
                apic.shared.advance(to: .seconds(9))
            }
            await apic.controllers.look()
            let (rest, text) = await snapshots(apic, port)
            for leaf in apic.leaves { try compare(rest, text, leaf) }
        }
    }

    private func compare(_ rest: Snapshot, _ text: Snapshot, _ leaf: LeafID) throws {
        let a = try #require(rest.leaves[leaf]?.summaries?.value.first)
        let b = try #require(text.leaves[leaf]?.summaries?.value.first)
        // The fabric stands still while the console's clock goes on, from the look at the leaves' clocks to this one.
        let told = try #require(rest.leaves[leaf]?.summaries?.at)
        let between = told.timeIntervalSince(try #require(rest.fabric.systems?.at))
        #expect(a.node == b.node && a.vrf == b.vrf && a.family == b.family && a.nodeName == b.nodeName)
        #expect(a.routerID == b.routerID && a.localAS == b.localAS && a.tableVersion == b.tableVersion)
        #expect(a.peers.map(\.neighbor) == b.peers.map(\.neighbor))
        for (x, y) in zip(a.peers, b.peers) {
            #expect(x.asn == y.asn && x.version == y.version && x.asPrinted == y.asPrinted, "\(x.neighbor)")
            #expect(x.state.phase == y.state.phase, "\(x.neighbor): \(x.state) and \(y.state)")
            #expect(x.prefixesReceived == y.prefixesReceived && x.tableVersion == y.tableVersion, "\(x.neighbor)")
            #expect(x.inQueue == y.inQueue && x.outQueue == y.outQueue, "\(x.neighbor)")
            // Both count to whole seconds.
            #expect(abs((x.age ?? .zero).seconds - (y.age ?? .zero).seconds - between) <= 3, "\(x.neighbor)")
            // Only REST tells more than the row, and only it counts messages at the moment that it is asked.
            #expect(x.detail != nil && y.detail == nil)
        }
        try compareRoutes(rest, text, leaf)
    }

    private func compareRoutes(_ rest: Snapshot, _ text: Snapshot, _ leaf: LeafID) throws {
        let a = try #require(rest.leaves[leaf]?.routes.values.first?.value)
        let b = try #require(text.leaves[leaf]?.routes.values.first?.value)
        #expect(a.vrf == b.vrf && a.family == b.family)
        #expect(a.prefixes == b.prefixes, "leaf \(leaf)")
        for prefix in a.prefixes {
            let x = try #require(a.nextHops(of: prefix)).hops
            let y = try #require(b.nextHops(of: prefix)).hops
            #expect(x == y, "leaf \(leaf) \(prefix)")
        }
        // What was accepted from whom: by REST each path names its neighbor, in text its next hop is the neighbor.
        let paths = rest.leaves[leaf]?.paths.mapValues(\.value)
        #expect(paths?.isEmpty == false && paths == text.leaves[leaf]?.paths.mapValues(\.value), "leaf \(leaf)")
    }
}
