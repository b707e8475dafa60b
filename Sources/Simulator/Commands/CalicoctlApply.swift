import Fabric

extension SimulatedFabric {
    /// `calicoctl apply -f -` of documents that have been read; what they change takes effect when confd has rendered
    /// and BIRD has reloaded, about a second later.
    public mutating func applyCalico(_ documents: [CalicoDocument]) -> CommandReply {
        let resources = documents.flatMap { $0.items ?? [$0] }
        guard !resources.isEmpty else { return CommandReply(errors: "No resources specified in file\n", status: 1) }
        for (done, resource) in resources.enumerated() {
            if let problem = apply(resource) {
                var text = ""
                if done > 0 {
                    text = "Partial success: applied the first \(done) out of \(resources.count) resources:\n"
                }
                text += "Failed to apply '\(resource.kind)' resource: [\(problem)]\n"
                return CommandReply(errors: text, status: 1)
            }
        }
        let kinds = Set(resources.map(\.kind))
        let kind = kinds.count == 1 ? "'\(resources[0].kind)' " : ""
        return CommandReply(output: "Successfully applied \(resources.count) \(kind)resource(s)\n")
    }

    /// Whether a BGPPeer has not changed since it had a version: its own revision, or one that the API server gave.
    private func isCurrent(_ version: String, of name: String) -> Bool {
        guard let revision = cluster.peerRevisions[name], let version = Int(version) else { return false }
        return version < SimulatedAPIServer.versionsOfRevision
            ? version == revision : version / SimulatedAPIServer.versionsOfRevision >= revision
    }

    /// Applies one resource; what is wrong with it, or nil.
    private mutating func apply(_ document: CalicoDocument) -> String? {
        guard let name = document.metadata?.name else { return "error with field metadata.name = '' (missing)" }
        switch document.kind {
        case "BGPPeer":
            if let version = document.metadata?.resourceVersion, !isCurrent(version, of: name) {
                return "update conflict: BGPPeer(\(name))"
            }
            return applyPeer(name, document.spec)
        case "Node":
            guard let node = cluster.nodes[NodeName(name)] else {
                return "operation Create is not supported on Node(\(name))"
            }
            return applyNode(node, document)
        case "BGPConfiguration":
            if let isEnabled = document.spec?.nodeToNodeMeshEnabled { cluster.setMesh(isEnabled) }
            if let ranges = document.spec?.serviceClusterIPs {
                cluster.bgpConfiguration.serviceClusterIPs = ranges.compactMap { IPPrefix($0.cidr) }
                cluster.touch()
            }
            return nil
        case "IPPool": return applyPool(name, document.spec)
        default: return "unknown resource type \(document.kind)"
        }
    }

    private mutating func applyNode(_ node: KubernetesNode, _ document: CalicoDocument) -> String? {
        let bgp = document.spec?.bgp
        let asn = bgp?.asNumber.flatMap { ASN(text: $0.text) }
        if node.calicoAS != asn { cluster.setAS(asn, of: node.name) }
        if let text = bgp?.ipv4Address {
            let parts = text.split(separator: "/")
            guard let address = parts.first.flatMap({ IPAddress($0) }), let length = Int(parts.last ?? "") else {
                return "error with field IPv4Address = '\(text)' (Reason: failed to validate Field: IPv4Address)"
            }
            if node.calicoAddress != address || node.calicoPrefixLength != length {
                cluster.setAddress(address, length: length, of: node.name)
            }
        }
        for (key, value) in document.metadata?.labels ?? [:] where node.labels[key] != value {
            cluster.setLabel(key, value, of: node.name)
        }
        return nil
    }

    /// Subnet and block size of a pool that exists are fixed, as Calico's own client has it.
    private mutating func applyPool(_ name: String, _ spec: CalicoDocument.Spec?) -> String? {
        let text = spec?.cidr ?? ""
        guard let cidr = IPPrefix(text) else {
            return "error with field IPPool.Spec.CIDR = '\(text)' (IPPool CIDR must be a valid subnet)"
        }
        let size = spec?.blockSize ?? (cidr.family == .ipv4 ? 26 : 122)
        if let old = cluster.pools.first(where: { $0.name == name }) {
            guard old.cidr == cidr else {
                return "error with field IPPool.Spec.CIDR = '\(text)' (IPPool CIDR cannot be modified)"
            }
            guard old.blockSize == size else {
                return "error with field IPPool.Spec.BlockSize = '\(size)' (IPPool BlockSize cannot be modified)"
            }
        }
        var pool = CalicoIPPool(name: name, cidr: cidr)
        pool.blockSize = size
        pool.ipipMode = spec?.ipipMode ?? "Never"
        pool.vxlanMode = spec?.vxlanMode ?? "Never"
        pool.isNATOutgoing = spec?.natOutgoing ?? false
        pool.nodeSelector = spec?.nodeSelector ?? "all()"
        cluster.apply(pool)
        return nil
    }

    private mutating func applyPeer(_ name: String, _ spec: CalicoDocument.Spec?) -> String? {
        let text = spec?.peerIP ?? ""
        let parts = text.split(separator: ":")
        let hasPort = parts.count == 2
        guard let address = IPAddress(hasPort ? String(parts[0]) : text) else {
            return "error with field PeerIP = '\(text)' (Reason: failed to validate Field: PeerIP)"
        }
        guard let asn = spec?.asNumber.flatMap({ ASN(text: $0.text) }) else {
            return "error with field ASNumber = '\(spec?.asNumber?.text ?? "")' (missing or not a number)"
        }
        cluster.apply(
            CalicoPeer(
                name: name, node: spec?.node.map { NodeName($0) }, nodeSelector: spec?.nodeSelector, peerIP: address,
                port: hasPort ? Int(parts[1]) : nil, asn: asn))
        return nil
    }
}
