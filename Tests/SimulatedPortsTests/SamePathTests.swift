import Dispatch
import Fabric
import FoundationEssentials
import Glibc
import SimulatedPorts
import Simulator
import SimulatorServer
import Synchronization
import Testing

@testable import Polling

/// What the port over the fabric's socket tells is what the text and JSON of the same fabric say, field by field.
@Suite struct SamePathTests {
    /// A fabric's process on a thread of this one, whose time stands still.
    private final class StillHost: Sendable {
        let socket: String
        private let folder: String
        private let mustStop = Mutex(false)
        private let hasStopped = DispatchSemaphore(value: 0)

        init(_ fabric: SimulatedFabric) async throws {
            var template = Array("/tmp/facts-XXXXXX".utf8CString)
            let folder = try #require(mkdtemp(&template).map { String(cString: $0) })
            self.folder = folder
            socket = folder + "/fabric"
            let settings = SimulatorHost.Settings(socketPath: socket, factor: 0, endsWithParent: false)
            DispatchQueue.global().async { [self] in
                try? SimulatorHost.run(fabric, settings) { mustStop.withLock { $0 } }
                hasStopped.signal()
            }
            let control = SimulatorControl(socketPath: socket)
            for _ in 0..<200 where (try? await control.seconds()) == nil {
                try await Task.sleep(for: .milliseconds(10))
            }
        }

        func stop() async {
            mustStop.withLock { $0 = true }
            await withCheckedContinuation { continuation in
                DispatchQueue.global().async {
                    self.hasStopped.wait()
                    continuation.resume()
                }
            }
            rmdir(folder)
        }
    }

    private let now = Date(timeIntervalSince1970: 1_768_039_300)

    /// Everything that a port tells of a fabric.
    private func told(_ port: ReadPort, _ topology: Topology) async -> Snapshot {
        var fold = Fold(inventory: SimulatedWorld(topology).inventory, at: now)
        await port.attend(Set(topology.nodes.map(\.name)))
        let looks =
            topology.leaves.flatMap { [Look.leafSummary($0.id), .leafRoutes($0.id, .all)] }
            + topology.nodes.map { Look.node($0.name) } + [.cluster]
        for look in looks { _ = fold.absorb(await port.perform(look), interval: .seconds(10), now: now) }
        return fold.snapshot
    }

    /// The same out of what the fabric's hosts print, by the parsers.
    private func printed(_ fabric: SimulatedFabric) -> Snapshot {
        var fabric = fabric
        let topology = fabric.topology
        var fold = Fold(inventory: SimulatedWorld(topology).inventory, at: now)
        func take(_ source: SourceID, _ command: String, _ text: String) {
            let answer = Answer(source: source, command: command, at: now, bytes: Array(text.utf8))
            _ = fold.absorb([answer], of: source, interval: .seconds(10), now: now)
        }
        for leaf in topology.leaves where fabric.isReachable(.leaf(leaf.id)) {
            for words in ["show ip bgp summary vrf \(topology.vrf)", "show ip route vrf \(topology.vrf)"] {
                let command = "fabric \(leaf.id) \(words)"
                take(.leaf(leaf.id), command, fabric.run(command, on: .controller).output)
            }
        }
        for node in topology.nodes where fabric.isReachable(.node(node.name)) {
            func ask(_ line: String) -> String {
                let reply = fabric.run(line, on: .node(node.name))
                return reply.output.isEmpty ? reply.errors : reply.output
            }
            take(.node(node.name), "calicoctl node status", ask("calicoctl node status"))
            guard fabric.runsBIRD(node.name) else { continue }
            let protocols = ask("birdcl -v show protocols all")
            take(.node(node.name), "birdcl show protocols all", protocols)
            for peer in fold.snapshot.nodes[node.name]?.protocols?.value ?? [] {
                let question = "show route export \(peer.protocolName ?? "")"
                take(.node(node.name), "birdcl " + question, ask("birdcl -v " + question))
            }
            for question in ["show status", "show route"] {
                take(.node(node.name), "birdcl " + question, ask("birdcl -v " + question))
            }
        }
        for words in [
            "nodes", "services -A", "endpointslices.discovery.k8s.io -A", "poddisruptionbudgets.policy -A",
            "bgppeers.crd.projectcalico.org", "bgpconfigurations.crd.projectcalico.org",
            "blockaffinities.crd.projectcalico.org",
        ] {
            let command = ["get"] + words.split(separator: " ").map(String.init) + ["-o", "json"]
            guard case .reply(let reply) = fabric.kubectl(command) else { continue }
            take(.kubernetes, "kubectl " + command.joined(separator: " "), reply.output)
        }
        return fold.snapshot
    }

    @Test(
        .timeLimit(.minutes(2)),
        arguments: [
            nil, FaultKind.birdKilled, .calicoNodeDead, .nodeDown, .meshEnabled, .peerDisabled, .leafNeighborShut,
            .wrongLeafAS, .recoveryWait, .serviceSkew,
        ])
    func theSocketTellsWhatTextTells(_ fault: FaultKind?) async throws {
        var fabric = SimulatedFabric(topology: .figure1, seed: 5)
        fabric.advance(to: .seconds(5))
        if let fault { try fabric.inject(Fault(fault)) }
        fabric.advance(to: .seconds(20))
        let host = try await StillHost(fabric)
        let moment = now
        let port = SimulatedPort.read(
            SimulatorFacts(socketPath: host.socket), controller: fabric.topology.controller, vrf: fabric.topology.vrf,
            now: { moment })
        let told = await told(port, fabric.topology)
        await host.stop()
        let printed = printed(fabric)
        for node in fabric.topology.nodes {
            compare(told.nodes[node.name] ?? NodeState(), printed.nodes[node.name] ?? NodeState(), node.name)
        }
        compare(told.cluster, printed.cluster)
        for leaf in fabric.topology.leaves {
            let (a, b) = (told.leaves[leaf.id], printed.leaves[leaf.id])
            #expect(a?.summaries?.value == b?.summaries?.value)
            #expect(a?.routes.mapValues(\.value) == b?.routes.mapValues(\.value))
        }
    }

    private func compare(_ told: NodeState, _ printed: NodeState, _ node: NodeName) {
        #expect((told.calico == nil) == (printed.calico == nil), "\(node)")
        if let a = told.calico, let b = printed.calico {
            #expect(a.value.tellsSame(as: b.value), "\(a.value) is not \(b.value)")
            #expect(a.provenance.command == b.provenance.command)
        }
        #expect((told.protocols == nil) == (printed.protocols == nil), "\(node)")
        if let a = told.protocols, let b = printed.protocols {
            #expect(NodePeer.tellSame(a.value, b.value), "\(a.value) is not \(b.value)")
            #expect(a.provenance.command == b.provenance.command)
        }
        #expect(told.bird == printed.bird, "\(node)")
        #expect(told.exports.keys.sorted() == printed.exports.keys.sorted(), "\(node)")
        for (name, routes) in told.exports { compare(routes, printed.exports[name], "\(node) \(name)") }
        compare(told.routes, printed.routes, "\(node)")
    }

    private func compare(_ told: Observed<[NodeRoute]>?, _ printed: Observed<[NodeRoute]>?, _ what: String) {
        func sorted(_ routes: Observed<[NodeRoute]>?) -> [NodeRoute] {
            (routes?.value ?? []).sorted { ($0.prefix, $0.protocolName) < ($1.prefix, $1.protocolName) }
        }
        func untimed(_ routes: Observed<[NodeRoute]>?) -> [NodeRoute] {
            sorted(routes).map { route in
                var route = route
                route.since = ""
                return route
            }
        }
        #expect(NodeRoute.tellSame(sorted(told), sorted(printed)), "\(what)")
        #expect(untimed(told) == untimed(printed), "\(what)")
        #expect(told?.provenance.command == printed?.provenance.command, "\(what)")
    }

    private func compare(_ told: ClusterState, _ printed: ClusterState) {
        #expect(told.nodes == printed.nodes)
        #expect(told.services == printed.services)
        #expect(told.endpoints == printed.endpoints)
        #expect(told.budgets == printed.budgets)
        #expect(told.peers == printed.peers)
        #expect(told.bgpConfiguration == printed.bgpConfiguration)
        #expect(told.blocks == printed.blocks)
    }

    @Test(.timeLimit(.minutes(1))) func whoKnowsTheFactsIsToldThatNothingChanged() async throws {
        let fabric = SimulatedFabric(topology: .figure1, seed: 5)
        let host = try await StillHost(fabric)
        let port = SimulatedPort.read(
            SimulatorFacts(socketPath: host.socket), controller: fabric.topology.controller, vrf: fabric.topology.vrf,
            now: { Date() })
        let node = Look.node(fabric.topology.nodes[0].name)
        var fold = Fold(inventory: SimulatedWorld(fabric.topology).inventory, at: Date())
        let first = fold.absorb(await port.perform(node), interval: .seconds(10), now: Date())
        let before = try #require(fold.snapshot.nodes[fabric.topology.nodes[0].name]?.protocols)
        let second = fold.absorb(await port.perform(node), interval: .seconds(10), now: Date())
        let after = try #require(fold.snapshot.nodes[fabric.topology.nodes[0].name]?.protocols)
        await host.stop()
        #expect(first.isNews)
        #expect(!second.isNews)
        #expect(before.value == after.value)
        #expect(after.at > before.at)
    }

    @Test(.timeLimit(.minutes(1))) func aFabricThatIsGoneIsNamed() async {
        let port = SimulatedPort.read(
            SimulatorFacts(socketPath: "/nonexistent/fabric"), controller: "apic1", vrf: "v", now: { Date() })
        for look in [Look.leafSummary(LeafID(101)), .node(NodeName("node-1")), .cluster, .pods(NodeName("node-1"))] {
            let result = await port.perform(look)
            #expect(result.error?.kind == .unreachable)
            #expect(result.error?.source == look.source)
        }
    }
}
