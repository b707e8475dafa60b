import Fabric
import FoundationEssentials

/// A merge patch of a node, as far as the simulated API takes it: labels, annotations, schedulability.
struct NodePatchDocument: Decodable, Sendable {
    struct Metadata: Decodable, Sendable {
        var labels: [String: String?]?
        var annotations: [String: String?]?
    }

    struct Spec: Decodable, Sendable {
        var unschedulable: Bool?
    }

    var metadata: Metadata?
    var spec: Spec?
}

/// A patch of a BGPPeer: which nodes it is for.
struct PeerPatchDocument: Decodable, Sendable {
    struct Spec: Decodable, Sendable {
        var node: String?
        var nodeSelector: String?
    }

    var spec: Spec?
}

/// A Lease in the API's form.
struct LeaseDocument: Codable, Sendable, Hashable {
    struct Metadata: Codable, Sendable, Hashable {
        var name: String
        var namespace: String?
        var resourceVersion: String?
    }

    struct Spec: Codable, Sendable, Hashable {
        var holderIdentity: String?
        var leaseDurationSeconds: Int?
        var acquireTime: String?
        var renewTime: String?
        var leaseTransitions: Int?
    }

    var apiVersion: String?
    var kind: String?
    var metadata: Metadata
    var spec: Spec?
}

extension SimulatedFabric {
    private func refused(_ text: String) -> CommandReply { CommandReply(errors: text + "\n", status: 1) }

    /// `kubectl patch node NAME --type=merge -p JSON`.
    mutating func patch(_ parsed: Arguments) -> CommandReply {
        let words = parsed.words.dropFirst()
        guard ["node", "nodes"].contains(words.first), let name = words.dropFirst().first,
            var node = cluster.nodes[NodeName(name)]
        else { return refused("Error from server (NotFound): nodes \"\(words.last ?? "")\" not found") }
        guard let text = parsed.value("-p", "--patch"),
            let patch = try? JSONDecoder().decode(NodePatchDocument.self, from: Data(text.utf8))
        else { return refused("error: unable to parse the patch") }
        let former = node
        for (key, value) in patch.metadata?.labels ?? [:] { node.labels[key] = value }
        if let mark = patch.metadata?.annotations?[KubernetesNode.operationAnnotation] { node.operationMark = mark }
        if let isCordoned = patch.spec?.unschedulable { node.isCordoned = isCordoned }
        guard node != former else { return CommandReply(output: "node/\(name) patched (no change)\n") }
        cluster.nodes[node.name] = node
        if node.labels != former.labels { cluster.touch() } else { cluster.revision += 1 }
        return CommandReply(output: "node/\(name) patched\n")
    }

    /// `calicoctl patch bgppeer NAME -p JSON`.
    mutating func patchPeer(_ name: String, _ text: String?) -> CommandReply {
        guard var peer = cluster.peerResources[name] else {
            return refused("Failed to patch resources: resource does not exist: BGPPeer(\(name)) with error: not found")
        }
        guard let text, let patch = try? JSONDecoder().decode(PeerPatchDocument.self, from: Data(text.utf8)) else {
            return refused("Failed to patch 'BGPPeer' resource: the patch is not JSON")
        }
        if let node = patch.spec?.node { peer.node = node.isEmpty ? nil : NodeName(node) }
        if let selector = patch.spec?.nodeSelector { peer.nodeSelector = selector.isEmpty ? nil : selector }
        cluster.apply(peer)
        return CommandReply(output: "Successfully patched 1 'BGPPeer' resource\n")
    }

    /// `kubectl create|replace -f -` of a Lease on standard input, answered as with `-o json`.
    public mutating func kubectl(_ verb: String, input: [UInt8]) -> CommandReply {
        guard var lease = try? JSONDecoder().decode(LeaseDocument.self, from: Data(input)), lease.kind == "Lease" else {
            return refused("error: error validating \"STDIN\": only a Lease is taken")
        }
        let name = ObjectName(namespace: lease.metadata.namespace ?? "default", name: lease.metadata.name)
        let present = cluster.leases[name]
        let title = "leases.coordination.k8s.io \"\(name.name)\""
        switch (verb, present) {
        case ("create", .some):
            return refused("Error from server (AlreadyExists): error when creating \"STDIN\": \(title) already exists")
        case ("replace", nil):
            return refused("Error from server (NotFound): error when replacing \"STDIN\": \(title) not found")
        case ("replace", .some(let present))
        where lease.metadata.resourceVersion != nil
            && lease.metadata.resourceVersion != present.metadata.resourceVersion:
            return refused(
                "Error from server (Conflict): error when replacing \"STDIN\": Operation cannot be fulfilled on \(title): "
                    + "the object has been modified; please apply your changes to the latest version and try again")
        default: break
        }
        cluster.revision += 1
        lease.metadata.resourceVersion = String(cluster.revision)
        cluster.leases[name] = lease
        return CommandReply(output: leaseObject(lease).json)
    }

    private func leaseObject(_ lease: LeaseDocument) -> JSONValue {
        var spec: JSONValue = [:]
        if let holder = lease.spec?.holderIdentity { spec["holderIdentity"] = .string(holder) }
        if let seconds = lease.spec?.leaseDurationSeconds { spec["leaseDurationSeconds"] = .number(seconds) }
        if let time = lease.spec?.acquireTime { spec["acquireTime"] = .string(time) }
        if let time = lease.spec?.renewTime { spec["renewTime"] = .string(time) }
        if let count = lease.spec?.leaseTransitions { spec["leaseTransitions"] = .number(count) }
        return [
            "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
            "metadata": [
                "name": .string(lease.metadata.name), "namespace": .string(lease.metadata.namespace ?? "default"),
                "resourceVersion": .string(lease.metadata.resourceVersion ?? ""),
            ],
            "spec": spec,
        ]
    }

    func leaseObjects() -> [JSONValue] {
        cluster.leases.sorted { $0.key < $1.key }.map { leaseObject($0.value) }
    }

    func namespaceObjects() -> [JSONValue] {
        let names = ["default", "kube-system", "kube-public", "kube-node-lease", cluster.namespace]
        return Set(names + cluster.pods.map(\.name.namespace)).sorted().map { name in
            ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]]
        }
    }
}
