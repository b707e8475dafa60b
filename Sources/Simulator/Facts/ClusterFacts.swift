public import Fabric

/// What the cluster's API tells, as values instead of JSON: the endpoints of 4,000 services alone would be a hundred
/// megabytes of it.
public struct SimulatedClusterFacts: Sendable, Hashable {
    /// Nodes with Calico's annotations.
    public var nodes: [KubernetesNode] = []
    /// Services.
    public var services: [Service] = []
    /// Lists of endpoints, which many services share.
    public var endpointLists: [[ServiceEndpoint]] = []
    /// Each slice's service, and the number of its list.
    public var slices: [Slice] = []
    /// Disruption budgets.
    public var budgets: [DisruptionBudget] = []
    /// BGPPeers.
    public var peers: [CalicoPeer] = []
    /// The default BGPConfiguration; nil: there is none.
    public var configuration: CalicoBGPConfiguration?
    /// What calico-node's environment sets.
    public var variables: CalicoNodeVariables?
    /// IPPools.
    public var pools: [CalicoIPPool] = []
    /// Calico's version.
    public var calicoVersion = ""
    /// Why the API tells nothing, in kubectl's words; nil where it does.
    public var silence: String?
    /// Block affinities.
    public var blocks: [BlockAffinity] = []

    /// A slice: whose it is, and which list of endpoints it has.
    public struct Slice: Sendable, Hashable {
        /// The service.
        public var service: ObjectName
        /// The number of the list.
        public var list: Int

        /// A slice from its parts.
        public init(service: ObjectName, list: Int) {
            self.service = service
            self.list = list
        }
    }

    /// Facts of an empty cluster.
    public init() {}
}

extension SimulatedFabric {
    /// What the cluster's API tells now.
    public func clusterFacts() -> SimulatedClusterFacts {
        var facts = SimulatedClusterFacts()
        if conditions.has(.apiDown) {
            facts.silence = "The connection to the server was refused - did you specify the right host or port?"
            return facts
        }
        facts.nodes = cluster.nodeOrder.compactMap { cluster.nodes[$0] }.map { node in
            var node = node
            // Kubernetes says `Unknown` of a node that it has not heard of.
            if node.isReady != true { node.isReady = nil }
            return node
        }
        facts.services = cluster.services.map(\.service)
        var numbers: [PodSelector: Int] = [:]
        let selected = cluster.endpointsBySelector()
        for item in cluster.services where !item.selector.isEmpty {
            let selector = PodSelector(item)
            let number = numbers[selector] ?? facts.endpointLists.count
            if number == facts.endpointLists.count {
                numbers[selector] = number
                facts.endpointLists.append((selected[selector] ?? []).compactMap(endpoint))
            }
            facts.slices.append(.init(service: item.service.name, list: number))
        }
        facts.budgets = cluster.budgets.map { cluster.state(of: $0, at: now) }
        facts.peers = cluster.peerResources.values.sorted { naturallyPrecedes($0.name, $1.name) }.map { peer in
            var peer = peer
            peer.filters = filterNames(of: peer)
            peer.version = String(cluster.peerRevisions[peer.name] ?? cluster.revision)
            return peer
        }
        facts.configuration = cluster.hasConfiguration ? cluster.bgpConfiguration : nil
        facts.variables = CalicoNodeVariables(
            daemonSet: ObjectName(namespace: cluster.namespace, name: "calico-node"),
            advertisedClusterIPs: cluster.advertisedByVariable)
        facts.pools = cluster.pools
        facts.calicoVersion = topology.calicoVersion
        facts.blocks = cluster.affinities
        return facts
    }

    private func endpoint(_ pod: SimulatedPod) -> ServiceEndpoint? {
        guard let address = pod.address, let node = pod.node else { return nil }
        return ServiceEndpoint(
            address: address, node: node, isReady: pod.isReady(at: now) && cluster.nodes[node]?.isReady == true)
    }

    /// The pods of a node, as the API tells them.
    public func podFacts(of node: NodeName) -> [Pod] {
        cluster.pods.filter { $0.node == node }.map { pod in
            let kind =
                switch pod.owner {
                case .replicaSet: "ReplicaSet"
                case .daemonSet: "DaemonSet"
                }
            return Pod(
                name: pod.name, node: pod.node, ownerKind: kind, labels: pod.labels, hasEmptyDir: pod.hasEmptyDir,
                phase: pod.node != nil && pod.readyAt - .seconds(2) <= now ? "Running" : "Pending")
        }
    }
}
