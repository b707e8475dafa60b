import Fabric

/// Calico's resources as JSON, in the form of a group's version.
extension SimulatedFabric {
    private func calico(
        _ version: String, _ kind: String, _ name: String, _ spec: JSONValue, revision: Int? = nil
    ) -> JSONValue {
        [
            "apiVersion": .string(version), "kind": .string(kind),
            "metadata": [
                "name": .string(name), "creationTimestamp": .string(Clock.rfc3339(date(.seconds(-400_000)))),
                "resourceVersion": .string(String(revision ?? cluster.revision)),
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
            let filters = filterNames(of: peer)
            if !filters.isEmpty { spec["filters"] = .array(filters.map { .string($0) }) }
            return calico(version, "BGPPeer", peer.name, spec, revision: cluster.peerRevisions[peer.name])
        }
    }

    /// The BGPFilters of a peer.
    func filterNames(of peer: CalicoPeer) -> [String] {
        peer.node.flatMap { cluster.filters[$0] == nil ? nil : ["keep-back-\($0)"] } ?? []
    }

    func filterObjects(_ version: String) -> [JSONValue] {
        cluster.filters.sorted { $0.key < $1.key }.map { node, block in
            let rule: JSONValue = [
                "action": "Reject", "cidr": .string(block.description), "matchOperator": "Equal",
            ]
            return calico(version, "BGPFilter", "keep-back-\(node)", ["exportV4": [rule]])
        }
    }

    /// Blocks with who uses them: every pod of a node of its own, and those that borrow.
    func ipamObjects(_ version: String) -> [JSONValue] {
        let lent = Dictionary(
            cluster.borrowedAddresses.flatMap { node, addresses in addresses.map { ($0, node) } },
            uniquingKeysWith: { a, _ in a })
        return cluster.affinities.filter(\.isConfirmed).map { affinity in
            var allocations: [JSONValue] = []
            var free: [JSONValue] = []
            var attributes: [JSONValue] = []
            let isFull = lent.keys.contains { affinity.block.contains($0) }
            for place in 0..<64 {
                let holder = affinity.block.address(at: UInt128(place)).flatMap { lent[$0] }
                if holder == nil, !isFull, place % 8 != 1 {
                    allocations.append(.null)
                    free.append(.number(place))
                    continue
                }
                let node = holder ?? affinity.node
                allocations.append(.number(attributes.count))
                attributes.append([
                    "handle_id": .string("k8s-pod-network.\(place)"),
                    "secondary": ["namespace": "gb", "node": .string(node.text), "pod": .string("pod-\(place)")],
                ])
            }
            return calico(
                version, "IPAMBlock", affinity.block.description.replacing(".", with: "-").replacing("/", with: "-"),
                [
                    "cidr": .string(affinity.block.description), "affinity": .string("host:\(affinity.node)"),
                    "allocations": .array(allocations), "unallocated": .array(free),
                    "attributes": .array(attributes), "strictAffinity": false, "deleted": false,
                ])
        }
    }

    func bgpConfigurationObjects(_ version: String) -> [JSONValue] {
        guard cluster.hasConfiguration else { return [] }
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
                    "state": affinity.isConfirmed ? "confirmed" : affinity.isPending ? "pending" : "pendingDeletion",
                    "deleted": version.hasPrefix("crd.") ? "false" : false, "type": "host",
                ])
        }
    }

    func poolObjects(_ version: String) -> [JSONValue] {
        cluster.pools.map { pool in
            calico(
                version, "IPPool", pool.name,
                [
                    "cidr": .string(pool.cidr.description), "blockSize": .number(pool.blockSize),
                    "ipipMode": .string(pool.ipipMode), "vxlanMode": .string(pool.vxlanMode),
                    "natOutgoing": .bool(pool.isNATOutgoing), "nodeSelector": .string(pool.nodeSelector),
                    "allowedUses": ["Workload", "Tunnel"],
                ])
        }
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
