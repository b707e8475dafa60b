import Fabric

/// The Kubernetes and Calico side: nodes, workloads, services, budgets, BGP resources and block affinities.
struct SimulatedCluster: Sendable {
    /// Moves whenever something changes that confd renders.
    private(set) var version = 0
    var revision = 41_000
    var nodes: [NodeName: KubernetesNode] = [:]
    var nodeOrder: [NodeName] = []
    var deployments: [Deployment] = []
    var services: [SimulatedService] = []
    var budgets: [Budget] = []
    /// BGPPeers by name, and the names of those for one node.
    private(set) var peerResources: [String: CalicoPeer] = [:]
    /// The revision that each BGPPeer was written at last.
    private(set) var peerRevisions: [String: Int] = [:]
    private var peerNames: [NodeName: Set<String>] = [:]
    private var sharedPeerNames: Set<String> = []
    var bgpConfiguration: CalicoBGPConfiguration {
        didSet { localPrefixes = currentPrefixes() }
    }
    /// `CALICO_ADVERTISE_CLUSTER_IPS` of the calico-node DaemonSet, which stands in serviceClusterIPs' place.
    var advertisedByVariable: [IPPrefix]? {
        didSet { localPrefixes = currentPrefixes() }
    }
    private(set) var affinities: [BlockAffinity] = []
    /// Whether there is a BGPConfiguration named default.
    var hasConfiguration = true
    /// IPPools: the pods' subnet, and what faults add.
    var pools: [CalicoIPPool]
    /// Routes that a node advertises of its own making.
    var leaks: [NodeName: IPPrefix] = [:]
    /// The block of each node that a BGPFilter rejects.
    var filters: [NodeName: IPPrefix] = [:]
    /// Nodes whose pods have addresses of other nodes' blocks, with the addresses.
    var borrowedAddresses: [NodeName: [IPAddress]] = [:]
    private var blocksByNode: [NodeName: [IPPrefix]] = [:]
    var pods: [SimulatedPod] = [] {
        didSet { podsVersion += 1 }
    }
    /// Moves with every change of a pod.
    private var podsVersion = 0
    /// How often pods or nodes moved on with time.
    private var steps = 0
    /// Another number than before where something may have changed that the API tells.
    var stamp: Int { revision &+ podsVersion &* 1_000_003 &+ steps &* 1_000_000_007 }
    /// The state of the pods that the endpoints were last made from, and when the next of them becomes ready or is gone.
    private var seenPods = -1
    private var nextPodEvent = Duration.zero
    var namespace: String
    var podSubnet: IPPrefix
    /// What the endpoints last were, so that only a change of them moves the version.
    private var localHosts: [ObjectName: Set<NodeName>] = [:] {
        didSet { localPrefixes = currentPrefixes() }
    }
    private var localPrefixes: [NodeName: [IPPrefix]] = [:]
    private var unreadyNodes: Set<NodeName> = []
    var random: SeededRandom
    /// The node that skewed deployments go to.
    var skewed: [ObjectName: NodeName] = [:]
    /// The Leases that consoles take.
    var leases: [ObjectName: LeaseDocument] = [:]

    init(topology: Topology, seed: UInt64) {
        random = SeededRandom(seed: seed ^ 0x6b75_6265)
        namespace = topology.calicoNamespace
        podSubnet = topology.podSubnet
        pools = [CalicoIPPool(name: "default-ipv4-ippool", cidr: topology.podSubnet)]
        bgpConfiguration = CalicoBGPConfiguration(
            isMeshEnabled: false, asn: nil, serviceClusterIPs: [topology.serviceSubnet])
        for plan in topology.nodes { add(plan, topology) }
        addWorkloads(topology)
        for plan in topology.nodes { addDaemonPods(on: plan.name, at: .seconds(-90_000)) }
        for deployment in deployments {
            for _ in 0..<deployment.replicas { createPod(of: deployment, at: .seconds(-86_400)) }
        }
        for index in pods.indices where pods[index].node == nil { place(index) }
        for index in pods.indices { pods[index].readyAt = pods[index].createdAt + .seconds(8) }
        localHosts = currentHosts(at: .zero)
        localPrefixes = currentPrefixes()
        seenPods = podsVersion
        nextPodEvent = pods.compactMap { $0.nextEvent(after: .zero) }.min() ?? .forever
    }

    private mutating func add(_ plan: Topology.NodePlan, _ topology: Topology) {
        nodeOrder.append(plan.name)
        nodes[plan.name] = KubernetesNode(
            name: plan.name, isReady: true, internalIP: plan.address, calicoAddress: plan.address,
            calicoPrefixLength: Int(plan.subnet.length), calicoAS: plan.asn,
            labels: ["kubernetes.io/hostname": plan.name.text, "kubernetes.io/os": "linux", "rack": plan.rack])
        for block in plan.blocks {
            affinities.append(BlockAffinity(block: block, node: plan.name, isConfirmed: true))
            blocksByNode[plan.name, default: []].append(block)
        }
        for leaf in topology.rack(plan.rack)?.leaves ?? [] {
            restorePeer(SessionKey(node: plan.name, leaf: leaf), topology)
        }
    }

    /// Changes who owns which block.
    mutating func changeAffinities(_ change: (inout [BlockAffinity]) -> Void) {
        change(&affinities)
        blocksByNode = Dictionary(grouping: affinities.filter(\.isConfirmed), by: \.node).mapValues { $0.map(\.block) }
        touch()
    }

    /// Notes that something changed which confd may have to render.
    mutating func touch() {
        version += 1
        revision += 1
    }

    /// Moves pods on: placed, ready, gone. Nothing is looked at while no pod changes and none has something ahead.
    mutating func step(to now: Duration, unready: Set<NodeName>) {
        guard unready != unreadyNodes || podsVersion != seenPods || now >= nextPodEvent else { return }
        steps += 1
        for name in unready.symmetricDifference(unreadyNodes) { nodes[name]?.isReady = !unready.contains(name) }
        unreadyNodes = unready
        defer {
            seenPods = podsVersion
            nextPodEvent = pods.compactMap { $0.nextEvent(after: now) }.min() ?? .forever
        }
        for index in pods.indices where pods[index].node == nil && pods[index].scheduledAt <= now { place(index) }
        if pods.contains(where: { ($0.goneAt ?? .forever) <= now }) {
            pods.removeAll { ($0.goneAt ?? .forever) <= now }
            releaseBorrowed()
            revision += 1
        }
        let hosts = currentHosts(at: now)
        if hosts != localHosts {
            localHosts = hosts
            touch()
        }
    }

    /// The nodes with a ready endpoint of each Local service, the only endpoints that confd looks at.
    private func currentHosts(at now: Duration) -> [ObjectName: Set<NodeName>] {
        var hosts: [ObjectName: Set<NodeName>] = [:]
        let selected = endpointsBySelector()
        var known: [PodSelector: Set<NodeName>] = [:]
        for service in services where service.service.isLocal {
            let selector = PodSelector(service)
            let own =
                known[selector]
                ?? Set((selected[selector] ?? []).filter { $0.isReady(at: now) && isUp($0.node) }.compactMap(\.node))
            known[selector] = own
            if !own.isEmpty { hosts[service.service.name] = own }
        }
        return hosts
    }

    private func isUp(_ node: NodeName?) -> Bool { node.flatMap { nodes[$0]?.isReady } ?? false }

    /// Pods that a service selects.
    func endpoints(of service: SimulatedService) -> [SimulatedPod] {
        let selector = PodSelector(service)
        return pods.filter(selector.holds)
    }

    /// The pods of every selector that a service has: many services share one.
    func endpointsBySelector() -> [PodSelector: [SimulatedPod]] {
        var found: [PodSelector: [SimulatedPod]] = [:]
        for selector in Set(services.map(PodSelector.init)) { found[selector] = pods.filter(selector.holds) }
        return found
    }

    /// The service prefixes that a node should advertise: the ranges, and a /32 for each address of a Local service
    /// with a ready endpoint here; nothing at all with the exclude label.
    func servicePrefixes(of node: KubernetesNode) -> Set<IPPrefix> {
        guard !node.isExcludedFromServices else { return [] }
        return Set(advertisedByVariable ?? bgpConfiguration.serviceClusterIPs).union(localPrefixes[node.name] ?? [])
    }

    /// The host routes of Local services by node, made anew with the endpoints.
    private func currentPrefixes() -> [NodeName: [IPPrefix]] {
        var found: [NodeName: [IPPrefix]] = [:]
        let ranges = advertisedByVariable ?? bgpConfiguration.serviceClusterIPs
        for service in services where service.service.isLocal {
            let inside = service.service.addresses.filter { address in ranges.contains { $0.contains(address) } }
            for node in localHosts[service.service.name] ?? [] {
                found[node, default: []] += inside.map(IPPrefix.init(host:))
            }
        }
        return found
    }

    /// The confirmed blocks of a node.
    func blocks(of node: NodeName) -> [IPPrefix] { blocksByNode[node] ?? [] }

    /// The BGPPeers that select a node: by name, by a selector of labels, or global.
    func peers(of node: KubernetesNode) -> [CalicoPeer] {
        let names = (peerNames[node.name] ?? []).union(sharedPeerNames)
        return names.compactMap { peerResources[$0] }.filter { peer in
            guard peer.node == nil, let selector = peer.nodeSelector else { return true }
            return LabelSelector.matches(selector, node.labels)
        }
    }

    /// Creates or replaces a BGPPeer; an equal one changes nothing.
    mutating func apply(_ peer: CalicoPeer) {
        guard peerResources[peer.name] != peer else { return }
        _ = deletePeer(peer.name)
        peerResources[peer.name] = peer
        if let node = peer.node {
            peerNames[node, default: []].insert(peer.name)
        } else {
            sharedPeerNames.insert(peer.name)
        }
        touch()
        peerRevisions[peer.name] = revision
    }

    /// Deletes a BGPPeer; whether there was one.
    mutating func deletePeer(_ name: String) -> Bool {
        guard let peer = peerResources.removeValue(forKey: name) else { return false }
        if let node = peer.node { peerNames[node]?.remove(name) }
        sharedPeerNames.remove(name)
        touch()
        return true
    }

    /// Local services, in order.
    var localServices: [ObjectName] { services.filter { $0.service.isLocal }.map { $0.service.name } }
}

/// What a service's selector picks pods by.
struct PodSelector: Sendable, Hashable {
    var namespace: String
    var labels: [String: String]

    init(_ service: SimulatedService) {
        namespace = service.service.name.namespace
        labels = service.selector
    }

    func holds(_ pod: SimulatedPod) -> Bool {
        pod.node != nil && !labels.isEmpty && pod.name.namespace == namespace
            && labels.allSatisfy { pod.labels[$0.key] == $0.value }
    }
}

/// The part of Calico's selectors that BGPPeers use: `all()`, `has(l)`, `!has(l)`, `l == 'v'`, `l != 'v'`, `&&`.
enum LabelSelector {
    static func matches(_ selector: String, _ labels: [String: String]) -> Bool {
        selector.split(separator: "&&").allSatisfy { term(trimmed($0), labels) }
    }

    private static func term(_ text: String, _ labels: [String: String]) -> Bool {
        if text == "all()" { return true }
        if text.hasPrefix("!has("), text.hasSuffix(")") { return labels[String(text.dropFirst(5).dropLast())] == nil }
        if text.hasPrefix("has("), text.hasSuffix(")") { return labels[String(text.dropFirst(4).dropLast())] != nil }
        for (sign, wanted) in [("==", true), ("!=", false)] {
            guard let at = text.firstRange(of: sign) else { continue }
            let key = trimmed(text[..<at.lowerBound])
            let value = trimmed(text[at.upperBound...]).filter { $0 != "'" && $0 != "\"" }
            return (labels[key] == value) == wanted
        }
        return false
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        let start = text.drop { $0 == " " }
        var end = String(start)
        while end.last == " " { end.removeLast() }
        return end
    }
}
