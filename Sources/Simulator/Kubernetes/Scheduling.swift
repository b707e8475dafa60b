import Fabric

extension SimulatedCluster {
    /// The workloads of every topology: services with Local and Cluster policy, and a budget that blocks a drain.
    mutating func addWorkloads(_ topology: Topology) {
        let count = topology.nodes.count
        let perRack = topology.racks.map { rack in topology.nodes.filter { $0.rack == rack.name }.count }
        let half = max(2, perRack.reduce(0) { $0 + $1 * 2 / 3 })
        deploy("gb", "frontend", ["app": "guestbook", "tier": "frontend"], min(count, 24), budget: min(count, 24) - 1)
        deploy("shop", "gateway", ["app": "gateway"], min(half, 16), budget: min(half, 16) - 1)
        deploy("gb", "redis-leader", ["app": "redis", "role": "leader"], 1, budget: 1, emptyDir: true)
        deploy("gb", "redis-follower", ["app": "redis", "role": "follower"], 2, budget: nil)
        deploy("kube-system", "coredns", ["k8s-app": "kube-dns"], 2, budget: 1)
        let range = topology.serviceSubnet
        serve("default", "kubernetes", [:], range, 1, 443)
        serve("kube-system", "kube-dns", ["k8s-app": "kube-dns"], range, 10, 53)
        serve("gb", "frontend", ["app": "guestbook", "tier": "frontend"], range, 36_359, 80, nodePort: 30702)
        serve("shop", "gateway", ["app": "gateway"], range, 51_200, 443, nodePort: 30443)
        serve("gb", "redis-leader", ["app": "redis", "role": "leader"], range, 4242, 6379)
        serve("gb", "redis-follower", ["app": "redis", "role": "follower"], range, 4243, 6379)
        if let edge = topology.edge { addEdge(edge, topology) }
    }

    /// Services whose endpoints are the pods of DaemonSets: each set runs on a few nodes of every rack, and many
    /// services select the same set, as many ports of one proxy do.
    private mutating func addEdge(_ edge: Topology.EdgeServices, _ topology: Topology) {
        let nodesOfRack = Dictionary(grouping: topology.nodes, by: \.rack)
        let sets = max(1, (nodesOfRack.values.map(\.count).max() ?? 0) / edge.nodesOfRack)
        for index in 0..<edge.count {
            let name = ObjectName(namespace: "edge", name: "service-\(index + 1)")
            let address = topology.serviceSubnet.address(at: 0x1_0000 + UInt128(index))
            let service = Service(
                name: name, type: "LoadBalancer", isLocal: true, clusterIPs: address.map { [$0] } ?? [])
            let selector = ["app": "proxy-\(index % sets + 1)"]
            services.append(SimulatedService(service: service, selector: selector, port: 8000 + index / sets))
        }
        for rack in topology.racks {
            for (place, plan) in (nodesOfRack[rack.name] ?? []).enumerated() where place < sets * edge.nodesOfRack {
                var pod = daemonPod("edge", "proxy-\(place % sets + 1)", plan.name, at: .seconds(-90_000))
                pod.labels = ["app": "proxy-\(place % sets + 1)"]
                pod.address = plan.blocks.first?.address(at: 2)
                pods.append(pod)
            }
        }
    }

    private mutating func deploy(
        _ namespace: String, _ name: String, _ labels: [String: String], _ replicas: Int, budget: Int?,
        emptyDir: Bool = false
    ) {
        let object = ObjectName(namespace: namespace, name: name)
        let letters = Array("bcdfghjklmnpqrstvwxz2456789")
        let hash = String((0..<9).map { _ in letters[Int.random(in: 0..<letters.count, using: &random)] })
        deployments.append(
            Deployment(name: object, replicas: replicas, labels: labels, hasEmptyDir: emptyDir, hash: hash))
        if let budget { budgets.append(Budget(name: object, matchLabels: labels, minAvailable: budget)) }
    }

    private mutating func serve(
        _ namespace: String, _ name: String, _ selector: [String: String], _ range: IPPrefix, _ offset: UInt128,
        _ port: Int, nodePort: Int? = nil
    ) {
        let service = Service(
            name: ObjectName(namespace: namespace, name: name), type: nodePort == nil ? "ClusterIP" : "NodePort",
            isLocal: nodePort != nil, clusterIPs: range.address(at: offset).map { [$0] } ?? [])
        services.append(SimulatedService(service: service, selector: selector, port: port, nodePort: nodePort))
    }

    private mutating func suffix() -> String {
        let letters = Array("bcdfghjklmnpqrstvwxz2456789")
        return String((0..<5).map { _ in letters[Int.random(in: 0..<letters.count, using: &random)] })
    }

    private mutating func uid() -> String {
        func part(_ count: Int) -> String {
            let digits = Array("0123456789abcdef")
            return String((0..<count).map { _ in digits[Int.random(in: 0..<16, using: &random)] })
        }
        return [part(8), part(4), "4" + part(3), "a" + part(3), part(12)].joined(separator: "-")
    }

    /// The pods that every node runs: calico-node and kube-proxy, on the host's network.
    mutating func addDaemonPods(on node: NodeName, at now: Duration) {
        for (namespace, name) in [(namespace, "calico-node"), ("kube-system", "kube-proxy")] {
            pods.append(daemonPod(namespace, name, node, at: now))
        }
    }

    private mutating func daemonPod(
        _ namespace: String, _ name: String, _ node: NodeName, at now: Duration
    ) -> SimulatedPod {
        SimulatedPod(
            name: ObjectName(namespace: namespace, name: name + "-" + suffix()), uid: uid(), node: node,
            owner: .daemonSet(name), labels: ["k8s-app": name], address: nodes[node]?.internalIP, createdAt: now,
            scheduledAt: now, readyAt: now + .seconds(10))
    }

    /// Takes a node's calico-node pod away, or brings a new one.
    mutating func setCalicoPod(of node: NodeName, isPresent: Bool, at now: Duration) {
        pods.removeAll { $0.node == node && $0.owner == .daemonSet("calico-node") }
        if isPresent { pods.append(daemonPod(namespace, "calico-node", node, at: now)) }
        touch()
    }

    /// The name of the calico-node pod on a node.
    func calicoPod(on node: NodeName) -> ObjectName? {
        pods.first { $0.node == node && $0.owner == .daemonSet("calico-node") }?.name
    }

    /// Creates a pod that the scheduler will place a second later and that is ready some seconds after that.
    mutating func createPod(of deployment: Deployment, at now: Duration) {
        let name = ObjectName(
            namespace: deployment.name.namespace, name: "\(deployment.name.name)-\(deployment.hash)-\(suffix())")
        var labels = deployment.labels
        labels["pod-template-hash"] = deployment.hash
        let wait = Int.random(in: 4...7, using: &random)
        pods.append(
            SimulatedPod(
                name: name, uid: uid(), node: nil, owner: .replicaSet("\(deployment.name.name)-\(deployment.hash)"),
                labels: labels, hasEmptyDir: deployment.hasEmptyDir, address: nil, createdAt: now,
                scheduledAt: now + .seconds(1), readyAt: now + .seconds(wait)))
    }

    /// Gives a pod the schedulable node with the fewest of its kind, evenly over racks, and an address of its block.
    mutating func place(_ index: Int) {
        let pod = pods[index]
        guard case .replicaSet(let set) = pod.owner else { return }
        let deployment = deployments.first { "\($0.name.name)-\($0.hash)" == set }?.name
        if let wanted = deployment.flatMap({ skewed[$0] }), nodes[wanted]?.isCordoned == false {
            assign(index, wanted)
            return
        }
        var own: [NodeName: Int] = [:]
        var all: [NodeName: Int] = [:]
        var racks: [String: Int] = [:]
        for other in pods {
            guard let node = other.node, !other.isTerminating else { continue }
            all[node, default: 0] += 1
            guard other.owner == pod.owner else { continue }
            own[node, default: 0] += 1
            racks[nodes[node]?.labels["rack"] ?? "", default: 0] += 1
        }
        let candidates = nodeOrder.filter { nodes[$0]?.isCordoned == false && nodes[$0]?.isReady == true }
        let ranked = candidates.enumerated().map { offset, node in
            let rack = racks[nodes[node]?.labels["rack"] ?? ""] ?? 0
            return (rank: (own[node] ?? 0, rack, pod.hasEmptyDir ? 0 : (all[node] ?? 0), offset), node: node)
        }
        if let best = ranked.min(by: { $0.rank < $1.rank }) { assign(index, best.node) }
    }

    private mutating func assign(_ index: Int, _ node: NodeName) {
        pods[index].node = node
        let used = Set(pods.compactMap(\.address))
        for block in blocks(of: node) {
            for offset in 1..<min(64, block.addressCount) {
                guard let address = block.address(at: offset), !used.contains(address) else { continue }
                pods[index].address = address
                return
            }
        }
    }
}
