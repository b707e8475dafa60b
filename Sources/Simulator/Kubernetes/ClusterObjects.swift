import Fabric

/// The objects of the Kubernetes API as JSON.
extension SimulatedFabric {
    private func stamp(_ moment: Duration) -> JSONValue { .string(Clock.rfc3339(date(moment))) }

    private func metadata(_ name: String, namespace: String? = nil, labels: [String: String] = [:]) -> JSONValue {
        var value: JSONValue = [
            "name": .string(name), "creationTimestamp": stamp(.seconds(-500_000)),
            "resourceVersion": .string(String(cluster.revision)),
        ]
        if let namespace { value["namespace"] = .string(namespace) }
        if !labels.isEmpty { value["labels"] = .strings(labels) }
        return value
    }

    func nodeObjects() -> [JSONValue] {
        cluster.nodeOrder.compactMap { cluster.nodes[$0] }.map { node in
            var meta = metadata(node.name.text, labels: node.labels)
            var annotations: [String: String] = [:]
            if let address = node.calicoAddress, let length = node.calicoPrefixLength {
                annotations["projectcalico.org/IPv4Address"] = "\(address)/\(length)"
            }
            if let asn = node.calicoAS { annotations["projectcalico.org/ASNumber"] = asn.description }
            if let mark = node.operationMark { annotations[KubernetesNode.operationAnnotation] = mark }
            meta["annotations"] = .strings(annotations)
            var spec: JSONValue = ["podCIDR": "10.200.0.0/24"]
            if node.isCordoned {
                spec["unschedulable"] = true
                spec["taints"] = [["effect": "NoSchedule", "key": "node.kubernetes.io/unschedulable"]]
            }
            let ready = node.isReady == true
            return [
                "apiVersion": "v1", "kind": "Node", "metadata": meta, "spec": spec,
                "status": [
                    "addresses": [
                        ["address": .string(node.internalIP?.description ?? ""), "type": "InternalIP"],
                        ["address": .string(node.name.text), "type": "Hostname"],
                    ],
                    "conditions": [
                        ["type": "MemoryPressure", "status": "False"],
                        [
                            "type": "Ready", "status": ready ? "True" : "Unknown",
                            "reason": ready ? "KubeletReady" : "NodeStatusUnknown",
                        ],
                    ],
                    "nodeInfo": ["kubeletVersion": "v1.32.4"],
                ],
            ]
        }
    }

    func podObjects() -> [JSONValue] {
        cluster.pods.map { pod in
            var meta = metadata(pod.name.name, namespace: pod.name.namespace, labels: pod.labels)
            meta["uid"] = .string(pod.uid)
            meta["creationTimestamp"] = stamp(pod.createdAt)
            meta["ownerReferences"] = [owner(pod)]
            if let deleted = pod.deletedAt { meta["deletionTimestamp"] = stamp(deleted + .seconds(30)) }
            var spec: JSONValue = ["containers": [["name": .string(containerName(pod)), "image": "registry/app:1"]]]
            if let node = pod.node { spec["nodeName"] = .string(node.text) }
            if pod.hasEmptyDir { spec["volumes"] = [["name": "data", "emptyDir": [:]]] }
            let isReady = pod.isReady(at: now)
            var status: JSONValue = [
                "phase": pod.node != nil && pod.readyAt - .seconds(2) <= now ? "Running" : "Pending",
                "conditions": [["type": "Ready", "status": isReady ? "True" : "False"]],
            ]
            if let address = pod.address { status["podIP"] = .string(address.description) }
            return ["apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec, "status": status]
        }
    }

    private func containerName(_ pod: SimulatedPod) -> String {
        if case .daemonSet(let name) = pod.owner { return name }
        return pod.labels["tier"] ?? "app"
    }

    private func owner(_ pod: SimulatedPod) -> JSONValue {
        switch pod.owner {
        case .replicaSet(let name):
            ["apiVersion": "apps/v1", "kind": "ReplicaSet", "name": .string(name), "controller": true]
        case .daemonSet(let name):
            ["apiVersion": "apps/v1", "kind": "DaemonSet", "name": .string(name), "controller": true]
        }
    }

    func serviceObjects() -> [JSONValue] {
        cluster.services.map { item in
            let service = item.service
            var port: JSONValue = ["port": .number(item.port), "protocol": "TCP"]
            if let nodePort = item.nodePort { port["nodePort"] = .number(nodePort) }
            let addresses = service.clusterIPs.map { JSONValue.string($0.description) }
            var spec: JSONValue = [
                "type": .string(service.type), "clusterIPs": .array(addresses), "ipFamilies": ["IPv4"],
                "ports": [port],
            ]
            if let first = addresses.first { spec["clusterIP"] = first }
            if !item.selector.isEmpty { spec["selector"] = .strings(item.selector) }
            if !service.externalIPs.isEmpty {
                spec["externalIPs"] = .array(service.externalIPs.map { .string($0.description) })
            }
            if service.type != "ClusterIP" {
                spec["externalTrafficPolicy"] = service.isLocal ? "Local" : "Cluster"
            }
            return [
                "apiVersion": "v1", "kind": "Service",
                "metadata": metadata(service.name.name, namespace: service.name.namespace), "spec": spec,
                "status": ["loadBalancer": [:]],
            ]
        }
    }

    func sliceObjects() -> [JSONValue] {
        let selected = cluster.endpointsBySelector()
        return cluster.services.filter { !$0.selector.isEmpty }.map { item in
            let name = item.service.name
            let suffix = String(SeededRandom.hash(name.description) % 100_000, radix: 36)
            let endpoints: [JSONValue] = (selected[PodSelector(item)] ?? []).compactMap { pod in
                guard let address = pod.address, let node = pod.node else { return nil }
                let isReady = pod.isReady(at: now) && cluster.nodes[node]?.isReady == true
                return [
                    "addresses": [.string(address.description)], "nodeName": .string(node.text),
                    "conditions": [
                        "ready": .bool(isReady), "serving": .bool(isReady || pod.isTerminating),
                        "terminating": .bool(pod.isTerminating),
                    ],
                    "targetRef": [
                        "kind": "Pod", "name": .string(pod.name.name), "namespace": .string(pod.name.namespace),
                    ],
                ]
            }
            return [
                "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
                "metadata": metadata(
                    "\(name.name)-\(suffix)", namespace: name.namespace,
                    labels: ["kubernetes.io/service-name": name.name]),
                "endpoints": .array(endpoints), "ports": [["port": .number(item.port), "protocol": "TCP"]],
            ]
        }
    }

    /// The DaemonSet of calico-node, with as much of its environment as the manifest sets and this cluster adds.
    func daemonSetObjects() -> [JSONValue] {
        var variables: [JSONValue] = [
            ["name": "DATASTORE_TYPE", "value": "kubernetes"],
            ["name": "NODENAME", "valueFrom": ["fieldRef": ["fieldPath": "spec.nodeName"]]],
            ["name": "IP", "value": "autodetect"],
        ]
        if let ranges = cluster.advertisedByVariable {
            let text = ranges.map(\.description).joined(separator: ",")
            variables.append(["name": "CALICO_ADVERTISE_CLUSTER_IPS", "value": .string(text)])
        }
        let template: JSONValue = [
            "metadata": ["labels": ["k8s-app": "calico-node"]],
            "spec": [
                "hostNetwork": true,
                "containers": [["name": "calico-node", "image": "calico/node", "env": .array(variables)]],
            ],
        ]
        return [
            [
                "apiVersion": "apps/v1", "kind": "DaemonSet",
                "metadata": metadata("calico-node", namespace: cluster.namespace, labels: ["k8s-app": "calico-node"]),
                "spec": ["selector": ["matchLabels": ["k8s-app": "calico-node"]], "template": template],
            ]
        ]
    }

    func budgetObjects() -> [JSONValue] {
        cluster.budgets.map { budget in
            let state = cluster.state(of: budget, at: now)
            return [
                "apiVersion": "policy/v1", "kind": "PodDisruptionBudget",
                "metadata": metadata(budget.name.name, namespace: budget.name.namespace),
                "spec": [
                    "minAvailable": .number(budget.minAvailable),
                    "selector": ["matchLabels": .strings(budget.matchLabels)],
                ],
                "status": [
                    "disruptionsAllowed": .number(state.disruptionsAllowed),
                    "desiredHealthy": .number(state.desiredHealthy),
                    "currentHealthy": .number(state.currentHealthy), "expectedPods": .number(state.currentHealthy),
                ],
            ]
        }
    }
}
