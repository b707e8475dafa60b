import Fabric

/// Calico's resources as JSON, in the form of a group's version.
extension SimulatedFabric {
    private func calico(_ version: String, _ kind: String, _ name: String, _ spec: JSONValue) -> JSONValue {
        [
            "apiVersion": .string(version), "kind": .string(kind),
            "metadata": [
                "name": .string(name), "creationTimestamp": .string(Clock.rfc3339(date(.seconds(-400_000)))),
                "resourceVersion": .string(String(cluster.revision)),
            ],
            "spec": spec,
        ]
    }

    func peerObjects(_ version: String) -> [JSONValue] {
        cluster.peerResources.values.sorted { naturallyPrecedes($0.name, $1.name) }.map { peer in
            let address = peer.port.map { "\(peer.peerIP):\($0)" } ?? peer.peerIP.description
            var spec: JSONValue = ["peerIP": .string(address), "asNumber": .number(Int(peer.asn.value))]
            if let node = peer.node { spec["node"] = .string(node.text) }
            if let selector = peer.nodeSelector { spec["nodeSelector"] = .string(selector) }
            return calico(version, "BGPPeer", peer.name, spec)
        }
    }

    func bgpConfigurationObjects(_ version: String) -> [JSONValue] {
        let configuration = cluster.bgpConfiguration
        func ranges(_ prefixes: [IPPrefix]) -> JSONValue {
            .array(prefixes.map { ["cidr": .string($0.description)] })
        }
        var spec: JSONValue = [
            "logSeverityScreen": "Info", "nodeToNodeMeshEnabled": .bool(configuration.isMeshEnabled),
            "serviceClusterIPs": ranges(configuration.serviceClusterIPs),
        ]
        if let asn = configuration.asn { spec["asNumber"] = .number(Int(asn.value)) }
        if !configuration.serviceExternalIPs.isEmpty {
            spec["serviceExternalIPs"] = ranges(configuration.serviceExternalIPs)
        }
        return [calico(version, "BGPConfiguration", "default", spec)]
    }

    /// `deleted` is text in Calico's own storage and a bool in its API.
    func affinityObjects(_ version: String) -> [JSONValue] {
        cluster.affinities.map { affinity in
            let block = affinity.block.description
            let tail = block.replacing(".", with: "-").replacing("/", with: "-")
            return calico(
                version, "BlockAffinity", "\(affinity.node)-\(tail)",
                [
                    "cidr": .string(block), "node": .string(affinity.node.text),
                    "state": affinity.isConfirmed ? "confirmed" : "pending",
                    "deleted": version.hasPrefix("crd.") ? "false" : false, "type": "host",
                ])
        }
    }

    func poolObjects(_ version: String) -> [JSONValue] {
        let spec: JSONValue = [
            "cidr": .string(topology.podSubnet.description), "blockSize": 26, "ipipMode": "Never",
            "vxlanMode": "Never", "natOutgoing": false, "nodeSelector": "all()",
            "allowedUses": ["Workload", "Tunnel"],
        ]
        return [calico(version, "IPPool", "default-ipv4-ippool", spec)]
    }

    func clusterInformationObjects(_ version: String) -> [JSONValue] {
        let spec: JSONValue = [
            "calicoVersion": .string(topology.calicoVersion), "clusterType": "k8s,bgp,kdd", "datastoreReady": true,
        ]
        return [calico(version, "ClusterInformation", "default", spec)]
    }

    /// calicoctl's `Node`, which lives in annotations of the Kubernetes one.
    func calicoNodeObjects() -> [JSONValue] {
        cluster.nodeOrder.compactMap { cluster.nodes[$0] }.map { node in
            let address = node.calicoAddress.map { "\($0)/\(node.calicoPrefixLength ?? 32)" } ?? ""
            var bgp: JSONValue = ["ipv4Address": .string(address)]
            if let asn = node.calicoAS { bgp["asNumber"] = .number(Int(asn.value)) }
            var object = calico(
                "projectcalico.org/v3", "Node", node.name.text,
                [
                    "addresses": [["address": .string(address), "type": "CalicoNodeIP"]], "bgp": bgp,
                    "orchRefs": [["nodeName": .string(node.name.text), "orchestrator": "k8s"]],
                ])
            if var meta = object["metadata"] {
                meta["labels"] = .strings(node.labels)
                object["metadata"] = meta
            }
            return object
        }
    }
}
