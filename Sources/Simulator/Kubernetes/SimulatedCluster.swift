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
    private var peerNames: [NodeName: Set<String>] = [:]
    private var sharedPeerNames: Set<String> = []
    var bgpConfiguration: CalicoBGPConfiguration
    private(set) var affinities: [BlockAffinity] = []
    private var blocksByNode: [NodeName: [IPPrefix]] = [:]
    var pods: [SimulatedPod] = []
    var namespace: String
    var podSubnet: IPPrefix
    /// What the endpoints last were, so that only a change of them moves the version.
    private var localHosts: [ObjectName: Set<NodeName>] = [:]
    var random: SeededRandom
    /// The node that skewed deployments go to.
    var skewed: [ObjectName: NodeName] = [:]

    init(topology: Topology, seed: UInt64) {
        random = SeededRandom(seed: seed ^ 0x6b75_6265)
        namespace = topology.calicoNamespace
        podSubnet = topology.podSubnet
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

    /// Notes that something changed which confd may have to render.
    mutating func touch() {
        version += 1
        revision += 1
    }

    /// Moves pods on: placed, ready, gone.
    mutating func step(to now: Duration, isNodeReady: (NodeName) -> Bool) {
        for name in nodeOrder {
            let isReady = isNodeReady(name)
            if nodes[name]?.isReady != isReady { nodes[name]?.isReady = isReady }
        }
        for index in pods.indices where pods[index].node == nil && pods[index].scheduledAt <= now { place(index) }
        if pods.contains(where: { ($0.goneAt ?? .seconds(Int64.max / 4)) <= now }) {
            pods.removeAll { ($0.goneAt ?? .seconds(Int64.max / 4)) <= now }
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
        for service in services where service.service.isLocal {
            for pod in endpoints(of: service) where pod.isReady(at: now) && isUp(pod.node) {
                if let node = pod.node { hosts[service.service.name, default: []].insert(node) }
            }
        }
        return hosts
    }

    private func isUp(_ node: NodeName?) -> Bool { node.flatMap { nodes[$0]?.isReady } ?? false }

    /// Pods that a service selects.
    func endpoints(of service: SimulatedService) -> [SimulatedPod] {
        pods.filter { pod in
            pod.name.namespace == service.service.name.namespace && pod.node != nil
                && service.selector.allSatisfy { pod.labels[$0.key] == $0.value } && !service.selector.isEmpty
        }
    }

    /// The service prefixes that a node should advertise: the ranges, and a /32 for each address of a Local service
    /// with a ready endpoint here; nothing at all with the exclude label.
    func servicePrefixes(of node: KubernetesNode) -> Set<IPPrefix> {
        guard !node.isExcludedFromServices else { return [] }
        let ranges = bgpConfiguration.serviceClusterIPs
        var prefixes = Set(ranges)
        for service in services where service.service.isLocal {
            guard localHosts[service.service.name]?.contains(node.name) == true else { continue }
            for address in service.service.addresses where ranges.contains(where: { $0.contains(address) }) {
                prefixes.insert(IPPrefix(host: address))
            }
        }
        return prefixes
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
