import Fabric
import Formats
import Simulator
import Testing

/// The parsers of Formats read what the simulator prints on its own: every line of every rendering, under every fault.
@Suite struct WitnessTests {
    private func bytes(_ line: String, _ host: SimulatedHost, _ fabric: SimulatedFabric) -> [UInt8] {
        var fabric = fabric
        return Array(fabric.run(line, on: host).output.utf8)
    }

    private func kubectl(_ line: String, _ fabric: SimulatedFabric) -> [UInt8] {
        var fabric = fabric
        guard case .reply(let reply) = fabric.kubectl(line.split(separator: " ").map(String.init)) else { return [] }
        return Array(reply.output.utf8)
    }

    @Test(arguments: FaultKind.allCases)
    func everyLineIsReadUnderEveryFault(_ kind: FaultKind) throws {
        for (topology, seed) in [(Topology.figure1, 3 as UInt64), (.figure2, 4)] {
            var fabric = SimulatedFabric(topology: topology, seed: seed)
            fabric.statusStyle = seed == 3 ? .tablewriter : .goPretty
            fabric.advance(to: .seconds(5))
            try fabric.inject(Fault(kind))
            for second in [6, 9, 30] {
                fabric.advance(to: .seconds(second))
                for leaf in topology.leaves { try check(leaf, fabric) }
                for node in topology.nodes where fabric.runsBIRD(node.name) { try check(node, fabric) }
            }
        }
    }

    /// Whether the BGP of a leaf answers at all.
    private func isAnswering(_ leaf: Topology.LeafPlan, _ fabric: SimulatedFabric) -> Bool {
        var fabric = fabric
        let line = "fabric \(leaf.id) show ip bgp summary vrf \(fabric.topology.vrf)"
        return fabric.run(line, on: .controller).status == 0
    }

    private func check(_ leaf: Topology.LeafPlan, _ fabric: SimulatedFabric) throws {
        let vrf = fabric.topology.vrf
        let summary = NXOS.summary(bytes("fabric \(leaf.id) show ip bgp summary vrf \(vrf)", .controller, fabric))
        guard fabric.isReachable(.leaf(leaf.id)), isAnswering(leaf, fabric) else { return }
        #expect(summary.isComplete, "\(summary.diagnostics)")
        let table = try #require(summary.value.first)
        #expect(table.node == leaf.id.number)
        #expect(table.nodeName == leaf.name)
        #expect(table.localAS == fabric.topology.fabricAS)
        let parsed = NXOS.routes(bytes("show ip route vrf \(vrf)", .leaf(leaf.id), fabric))
        #expect(parsed.isComplete, "\(parsed.diagnostics)")
        let routes = try #require(parsed.value.tables().first).table
        for prefix in routes.prefixes {
            let seen = routes.nextHops(of: prefix)?.hops.map(\.address)
            #expect(seen == fabric.nextHops(of: prefix, on: leaf.id), "\(prefix)")
        }
        // Without a BGPConfiguration no range is advertised.
        if !fabric.faults.contains(Fault(.meshByDefault)) {
            #expect(routes.index(of: fabric.topology.serviceSubnet) != nil)
        }
    }

    private func check(_ node: Topology.NodePlan, _ fabric: SimulatedFabric) throws {
        let host = SimulatedHost.node(node.name)
        let status = Calico.nodeStatus(bytes("sudo -n calicoctl node status", host, fabric))
        #expect(status.isComplete, "\(status.diagnostics)")
        let protocols = BIRD.peers(bytes("birdcl -r -v show protocols all", host, fabric))
        #expect(protocols.isComplete, "\(protocols.diagnostics)")
        let shown = Set(protocols.value.filter { !$0.info.isEmpty }.map { "\($0.address) \($0.info)" })
        #expect(Set(status.value.peers.map { "\($0.address) \($0.info)" }) == shown)
        let daemon = BIRD.status(bytes("birdcl -r -v show status", host, fabric))
        #expect(daemon.isComplete, "\(daemon.diagnostics)")
        let own = fabric.clusterFacts().nodes.first { $0.name == node.name }?.calicoAddress
        #expect([node.address, own].contains(daemon.value.routerID))
        for peer in protocols.value where peer.isUp {
            let name = try #require(peer.protocolName)
            let routes = BIRD.routes(bytes("birdcl -r -v show route export \(name)", host, fabric))
            #expect(routes.isComplete, "\(routes.diagnostics)")
            #expect(routes.value.count == peer.exported, "\(name)")
        }
    }

    @Test func theClustersObjectsAreRead() throws {
        var fabric = SimulatedFabric(topology: .figure1, seed: 9)
        fabric.advance(to: .seconds(3))
        let nodes = Kubernetes.nodes(kubectl("get nodes -o json", fabric))
        #expect(nodes.isComplete)
        #expect(nodes.value.map(\.name) == fabric.topology.nodes.map(\.name))
        #expect(nodes.value.map(\.calicoAS) == fabric.topology.nodes.map(\.asn))
        #expect(nodes.value.map(\.calicoAddress) == fabric.topology.nodes.map(\.address))
        let services = Kubernetes.services(kubectl("get services -A -o json", fabric))
        #expect(services.isComplete)
        #expect(services.value.filter(\.isLocal).map(\.name.description) == ["gb/frontend", "shop/gateway"])
        let endpoints = Kubernetes.endpoints(kubectl("get endpointslices.discovery.k8s.io -A -o json", fabric))
        #expect(endpoints.isComplete)
        let frontend = try #require(endpoints.value.first { $0.service.name == "frontend" })
        #expect(Set(frontend.endpoints.compactMap(\.node)).count == 6)
        let budgets = Kubernetes.disruptionBudgets(kubectl("get poddisruptionbudgets.policy -A -o json", fabric))
        #expect(budgets.isComplete)
        #expect(budgets.value.filter { $0.disruptionsAllowed == 0 }.map(\.name.name) == ["redis-leader"])
        let pods = Kubernetes.pods(kubectl("get pods -A --field-selector spec.nodeName=node-2 -o json", fabric))
        #expect(pods.isComplete)
        #expect(Set(pods.value.map(\.node)) == [NodeName("node-2")])
        #expect(pods.value.contains { $0.ownerKind == "DaemonSet" })
    }

    @Test func calicosObjectsAreRead() throws {
        let fabric = SimulatedFabric(topology: .figure1, seed: 9)
        let peers = Calico.peers(kubectl("get bgppeers.crd.projectcalico.org -o json", fabric))
        #expect(peers.isComplete)
        #expect(peers.value.count == 12)
        let blocks = Calico.blockAffinities(kubectl("get blockaffinities.crd.projectcalico.org -o json", fabric))
        #expect(blocks.isComplete)
        #expect(blocks.value.map(\.block) == fabric.topology.nodes.flatMap(\.blocks))
        let configuration = Calico.bgpConfiguration(
            kubectl("get bgpconfigurations.crd.projectcalico.org -o json", fabric))
        #expect(configuration.isComplete)
        #expect(configuration.value?.isMeshEnabled == false)
        #expect(configuration.value?.serviceClusterIPs == [fabric.topology.serviceSubnet])
    }
}
