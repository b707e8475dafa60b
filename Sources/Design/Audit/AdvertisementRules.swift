import Fabric

extension AuditRule {
    /// What nodes advertise and receive (paper, node ingress and egress routing, Calico steps 7 to 9).
    static let advertisementRules: [AuditRule] = [
        AuditRule(
            "service-cidr-advertised", place: "node ingress routing and Calico step 7: advertise the service subnet",
            "every node advertises the whole service subnet",
            why: "services of the policy Cluster are reached by it alone", mend: "apply the generated BGPConfiguration",
            remark: "the paper sets CALICO_ADVERTISE_CLUSTER_IPS on the DaemonSet; since Calico v3.10 the field "
                + "serviceClusterIPs does it, and the variable overrides the field where both are set"
        ) { facts in
            serviceCIDR(facts)
        },
        AuditRule(
            "local-services-advertised", place: "Calico step 8: externalTrafficPolicy Local advertises a /32",
            "every Local service lies inside an advertised range",
            why: "Calico advertises no address outside the ranges",
            mend: "add the range to serviceClusterIPs, serviceExternalIPs or serviceLoadBalancerIPs"
        ) { facts in
            localServices(facts)
        },
        AuditRule(
            "node-subnet-not-needed", place: "node ingress routing: each node advertises its node subnet",
            "a node's subnet stays out of default-import",
            why: "the leaves have it attached; let in by BGP it would be a second way to it",
            mend: "take the supernet out of the import route map",
            remark:
                "the paper lists the node subnet among what nodes advertise: Calico does not export it, and where it is "
                + "exported default-import denies it, by design",
            severity: .note
        ) { facts in
            nodeSubnet(facts)
        },
        AuditRule(
            "node-receives-no-routes", place: "node egress routing: no routes need to be redistributed into the nodes",
            "leaves send no routes to nodes", why: "a node needs its default route alone; routes cost convergence",
            mend: "take the export scope off the L3Out's external EPG"
        ) { facts in
            guard !facts.variant.rules.sendsRoutesToNodes else {
                return .notApplicable("in this variant leaves send the pod subnets")
            }
            let read = facts.nodes.filter { imported($0, facts) != nil }
            guard !read.isEmpty else { return .unknown("not read: the nodes' BIRD") }
            return facts.eachNode("no routes received", where: { imported($0, facts) != nil }) { node in
                guard let count = imported(node, facts), count > 0 else { return nil }
                return ("\(count == 1 ? "1 route" : "\(count) routes") from its leaves", "none")
            }
        },
        AuditRule(
            "drained-nodes-silent", place: "node maintenance and failure: draining stops the service advertisement",
            "a cordoned node advertises no service range",
            why: "traffic to services still enters by it, through kube-proxy, until it reboots",
            mend: "label the node node.kubernetes.io/exclude-from-external-load-balancers=true, or bgpdeck drain NODE",
            remark:
                "a drain withdraws the /32s of Local services only: the service range and the blocks stay advertised, "
                + "against the paper's words"
        ) { facts in
            drainedNodes(facts)
        },
    ]

    /// Routes that a node took from its leaves; nil: not told.
    private static func imported(_ node: Node, _ facts: AuditFacts) -> Int? {
        let peers = facts.snapshot.nodes[node.name]?.protocols?.value ?? []
        let counts = peers.filter { $0.kind != .mesh && $0.kind != .localWorkload }.compactMap(\.imported)
        return counts.max()
    }

    /// What a node exports to its leaves; nil: not read.
    private static func exports(_ node: Node, _ facts: AuditFacts) -> Set<IPPrefix>? {
        let tables = facts.snapshot.nodes[node.name]?.exports ?? [:]
        let leaves = tables.filter { !$0.key.hasPrefix("Mesh_") }
        return leaves.isEmpty ? nil : Set(leaves.values.flatMap { $0.value.map(\.prefix) })
    }

    private static func serviceCIDR(_ facts: AuditFacts) -> AuditOutcome {
        let wanted = facts.inventory.serviceSubnets
        guard !wanted.isEmpty else { return .unknown("the service subnets are not known") }
        if let overridden = overridden(facts, wanted) { return overridden }
        if let told = facts.snapshot.cluster.configurationInForce ?? nil {
            let ranges = told.serviceClusterIPs + told.serviceExternalIPs + told.serviceLoadBalancerIPs
            let missing = wanted.filter { !ranges.contains($0) }
            if missing.isEmpty {
                return .holds("serviceClusterIPs \(wanted.map(\.description).joined(separator: ", "))")
            }
        }
        let read = facts.nodes.filter { exports($0, facts) != nil }
        if !read.isEmpty {
            return facts.eachNode("they advertise it", where: { exports($0, facts) != nil }) { node in
                guard facts.kubernetesNodes[node.name]?.isExcludedFromServices != true else { return nil }
                let missing = wanted.filter { exports(node, facts)?.contains($0) != true }
                guard !missing.isEmpty else { return nil }
                let words = missing.map(\.description).joined(separator: ", ")
                return ("does not advertise \(words)", "advertises \(words)")
            }
        }
        guard let configuration = facts.snapshot.cluster.bgpConfiguration else {
            return .unknown("not read: BGPConfiguration, nor the nodes' exports")
        }
        let told = configuration.value?.serviceClusterIPs.map(\.description).joined(separator: ", ") ?? ""
        return .departs([
            .init(
                "BGPConfiguration default", says: told.isEmpty ? "no serviceClusterIPs" : "serviceClusterIPs \(told)",
                should: "serviceClusterIPs \(wanted.map(\.description).joined(separator: ", "))")
        ])
    }

    /// What the DaemonSet's environment sets in the place of BGPConfiguration, where that is something else; nil: nothing.
    private static func overridden(_ facts: AuditFacts, _ wanted: [IPPrefix]) -> AuditOutcome? {
        guard let variables = facts.snapshot.cluster.calicoVariables?.value,
            let ranges = variables.advertisedClusterIPs, !wanted.allSatisfy(ranges.contains)
        else { return nil }
        func words(_ ranges: [IPPrefix]) -> String { ranges.map(\.description).joined(separator: ",") }
        return .departs([
            .init(
                "DaemonSet \(variables.daemonSet)",
                says: "CALICO_ADVERTISE_CLUSTER_IPS \(words(ranges)), which overrides serviceClusterIPs",
                should: "\(words(wanted)), or no such variable")
        ])
    }

    private static func localServices(_ facts: AuditFacts) -> AuditOutcome {
        guard let services = facts.snapshot.cluster.services?.value else { return .unknown("not read: services") }
        guard let told = facts.snapshot.cluster.configurationInForce else {
            return .unknown("not read: BGPConfiguration")
        }
        let configured =
            told.map { $0.serviceClusterIPs + $0.serviceExternalIPs + $0.serviceLoadBalancerIPs } ?? []
        let ranges = configured.isEmpty ? facts.inventory.serviceSubnets : configured
        let local = services.filter { $0.isLocal && $0.type != "ExternalName" && !$0.clusterIPs.isEmpty }
        let departures = local.compactMap { service -> AuditOutcome.Departure? in
            let reachable = service.addresses.contains { address in ranges.contains { $0.contains(address) } }
            guard !reachable else { return nil }
            return .init(
                service.name.description, says: service.addresses.map(\.description).joined(separator: ", "),
                should: "inside \(ranges.map(\.description).joined(separator: ", "))")
        }
        return departures.isEmpty ? .holds("\(local.count) Local services") : .departs(departures)
    }

    private static func nodeSubnet(_ facts: AuditFacts) -> AuditOutcome {
        guard let configuration = facts.snapshot.configuration?.value else { return .unknown(AuditFacts.notRead) }
        return facts.eachL3Out("node subnets are denied by design") { l3out in
            let contexts = l3out.routeMaps["default-import"]?.contexts.filter(\.isPermit) ?? []
            let permitted = contexts.flatMap(\.matchRules).flatMap { configuration.matchRules[$0] ?? [] }
            let admitted = facts.nodes.filter { node in
                facts.subnet(node).map { subnet in permitted.contains { $0.prefix.contains(subnet.prefix) } } ?? false
            }
            guard let first = admitted.first, let subnet = facts.subnet(first)?.prefix else { return [] }
            return [.init(l3out.name, says: "default-import permits \(subnet) of \(first.name)", should: "denies it")]
        }
    }

    private static func drainedNodes(_ facts: AuditFacts) -> AuditOutcome {
        guard facts.snapshot.cluster.nodes != nil else { return .unknown("not read: Kubernetes nodes") }
        let cordoned = facts.nodes.filter { facts.kubernetesNodes[$0.name]?.isCordoned == true }
        guard !cordoned.isEmpty else { return .holds("no node is cordoned") }
        let ranges = Set(facts.inventory.serviceSubnets)
        let departures = cordoned.compactMap { node -> AuditOutcome.Departure? in
            if facts.kubernetesNodes[node.name]?.isExcludedFromServices == true { return nil }
            if let exports = exports(node, facts), ranges.isDisjoint(with: exports) { return nil }
            return .init(
                node.name.text, says: "cordoned, and advertises the service range", should: "advertises no service")
        }
        return departures.isEmpty ? .holds("\(cordoned.count) cordoned, silent") : .departs(departures)
    }
}
