public import Fabric

extension Calico {
    /// Reads BGPPeers of `crd.projectcalico.org/v1` or `projectcalico.org/v3`, from kubectl or calicoctl.
    ///
    /// The AS may be a number, a text or `1.10`; peerIP may carry a port. Peers that select other nodes or workloads
    /// (`peerSelector`, `localWorkloadSelector`) have no address and are passed over with a note.
    public static func peers(_ bytes: [UInt8]) -> Parsed<[CalicoPeer]> {
        ResourceList.read(bytes, kinds: ["BGPPeer"], PeerObject.self) { $0.value(&$1) }
    }

    /// Reads the BGPConfiguration `default`; nil where it does not exist, which means that the mesh is on.
    ///
    /// kubectl's and calicoctl's words for "it does not exist" are such an answer too. Configurations of single nodes
    /// (`node.NAME`) are passed over.
    public static func bgpConfiguration(_ bytes: [UInt8]) -> Parsed<CalicoBGPConfiguration?> {
        let isJSON = bytes.first { !ByteText.isBlank($0) && $0 != 0x0a && $0 != 0x0d } == UInt8(ascii: "{")
        if !isJSON, let message = KubectlMessages.classify(bytes),
            message.kind == .notFound || message.kind == .resourceDoesNotExist
        {
            var note = DiagnosticList()
            note.add(.note, line: 1, "there is no BGPConfiguration", excerpt: message.sentence)
            return Parsed(nil, diagnostics: note.all)
        }
        let parsed = ResourceList.read(bytes, kinds: ["BGPConfiguration"], ConfigurationObject.self) { $0.value(&$1) }
        return Parsed(parsed.value.first, diagnostics: parsed.diagnostics)
    }

    /// Reads DaemonSets (apps/v1) and gives what the environment of `calico-node` sets; nil where there is none of that
    /// name. What a variable takes from a ConfigMap or a Secret (`valueFrom`) is not told there and passed over.
    public static func variables(_ bytes: [UInt8]) -> Parsed<CalicoNodeVariables?> {
        let parsed = ResourceList.read(bytes, kinds: ["DaemonSet"], DaemonSetObject.self) { $0.value(&$1) }
        return Parsed(parsed.value.first, diagnostics: parsed.diagnostics)
    }

    /// Reads BlockAffinities: which node owns which block of pod addresses.
    ///
    /// An affinity without a state is confirmed, a deleted one is not. Those of load balancers (`type: virtual`) are
    /// passed over with a note.
    public static func blockAffinities(_ bytes: [UInt8]) -> Parsed<[BlockAffinity]> {
        ResourceList.read(bytes, kinds: ["BlockAffinity"], AffinityObject.self) { $0.value(&$1) }
    }

    /// Reads IPPools of `crd.projectcalico.org/v1` or `projectcalico.org/v3`; Calico's own defaults stand for what a
    /// pool does not say (calico.md 3.5).
    public static func pools(_ bytes: [UInt8]) -> Parsed<[CalicoIPPool]> {
        ResourceList.read(bytes, kinds: ["IPPool"], PoolObject.self) { $0.value(&$1) }
    }

    /// Reads `calicoctl get nodes -o json`: Calico's address and AS of each node from `spec.bgp`. Readiness and
    /// cordon are not told there.
    public static func nodes(_ bytes: [UInt8]) -> Parsed<[KubernetesNode]> {
        ResourceList.read(bytes, kinds: ["Node"], NodeObject.self) { $0.calicoValue(&$1) }
    }
}

/// A BGPPeer.
private struct PeerObject: Decodable {
    var metadata: ObjectMeta
    var spec: Spec?

    struct Spec: Decodable {
        var node: String?
        var nodeSelector: String?
        var peerIP: String?
        var asNumber: NumberOrText?
        var peerSelector: String?
        var localWorkloadSelector: String?
        var filters: [String]?
    }

    func value(_ notes: inout ItemNotes) -> CalicoPeer? {
        guard let name = notes.name(metadata) else { return nil }
        guard let spec else {
            notes.broken.append(FieldError(field: "spec", reason: "missing"))
            return nil
        }
        if spec.peerIP ?? "" == "", spec.peerSelector?.isEmpty == false || spec.localWorkloadSelector?.isEmpty == false
        {
            notes.passedOver = "it selects nodes or workloads as peers, not an address"
            return nil
        }
        guard let peer = notes.required("spec.peerIP", spec.peerIP, as: PeerAddress.init),
            let asn = notes.required("spec.asNumber", spec.asNumber?.text, as: { ASN(text: $0) })
        else { return nil }
        return CalicoPeer(
            name: name, node: spec.node.flatMap { $0.isEmpty ? nil : NodeName($0) },
            nodeSelector: spec.nodeSelector.flatMap { $0.isEmpty ? nil : $0 }, peerIP: peer.address, port: peer.port,
            asn: asn, filters: spec.filters ?? [], version: metadata.resourceVersion.flatMap { $0.isEmpty ? nil : $0 })
    }
}

/// `192.168.2.4`, `192.168.2.4:1790`, `fd00::4`, `[fd00::4]:1790`.
private struct PeerAddress {
    let address: IPAddress
    let port: Int?

    init?(_ text: String) {
        if let address = IPAddress(text) {
            self.address = address
            port = nil
            return
        }
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard let address = IPAddress(host) else { return nil }
        self.address = address
        self.port = Int(port)
    }
}

/// A BGPConfiguration.
private struct ConfigurationObject: Decodable {
    var metadata: ObjectMeta
    var spec: Spec?

    struct Spec: Decodable {
        var nodeToNodeMeshEnabled: Bool?
        var asNumber: NumberOrText?
        var serviceClusterIPs: [Block]?
        var serviceExternalIPs: [Block]?
        var serviceLoadBalancerIPs: [Block]?
    }

    struct Block: Decodable {
        var cidr: String?
    }

    func value(_ notes: inout ItemNotes) -> CalicoBGPConfiguration? {
        guard let name = notes.name(metadata), name == "default" else { return nil }
        func read(_ field: String, _ blocks: [Block]?) -> [IPPrefix] {
            notes.readAll(field, blocks?.compactMap(\.cidr)) { IPPrefix($0) }
        }
        return CalicoBGPConfiguration(
            isMeshEnabled: spec?.nodeToNodeMeshEnabled ?? true,
            asn: notes.read("spec.asNumber", spec?.asNumber?.text) { ASN(text: $0) },
            serviceClusterIPs: read("spec.serviceClusterIPs", spec?.serviceClusterIPs),
            serviceExternalIPs: read("spec.serviceExternalIPs", spec?.serviceExternalIPs),
            serviceLoadBalancerIPs: read("spec.serviceLoadBalancerIPs", spec?.serviceLoadBalancerIPs))
    }
}

/// A DaemonSet.
private struct DaemonSetObject: Decodable {
    var metadata: ObjectMeta
    var spec: Spec?

    struct Spec: Decodable { var template: Template? }
    struct Template: Decodable { var spec: PodSpec? }
    struct PodSpec: Decodable { var containers: [Container]? }
    struct Container: Decodable {
        var name: String?
        var env: [Variable]?
    }
    struct Variable: Decodable {
        var name: String?
        var value: String?
    }

    func value(_ notes: inout ItemNotes) -> CalicoNodeVariables? {
        guard let name = notes.name(metadata), name == "calico-node" else { return nil }
        let container = spec?.template?.spec?.containers?.first { $0.name == "calico-node" }
        func variable(_ name: String) -> String? {
            container?.env?.last { $0.name == name }?.value.flatMap { $0.isEmpty ? nil : $0 }
        }
        let ranges = variable("CALICO_ADVERTISE_CLUSTER_IPS")?.split(separator: ",")
        return CalicoNodeVariables(
            daemonSet: ObjectName(namespace: metadata.namespace ?? "", name: name),
            advertisedClusterIPs: ranges.map { ranges in
                notes.readAll("CALICO_ADVERTISE_CLUSTER_IPS", ranges.map { $0.filter { $0 != " " } }) { IPPrefix($0) }
            },
            asn: notes.read("AS", variable("AS")) { ASN(text: $0) }, routerID: variable("CALICO_ROUTER_ID"))
    }
}

/// A BlockAffinity.
private struct AffinityObject: Decodable {
    var metadata: ObjectMeta
    var spec: Spec?

    struct Spec: Decodable {
        var cidr: String?
        var node: String?
        var state: String?
        var deleted: BoolOrText?
        var type: String?
    }

    func value(_ notes: inout ItemNotes) -> BlockAffinity? {
        if let type = spec?.type, !type.isEmpty, type != "host" {
            notes.passedOver = "its type is \(type), not host"
            return nil
        }
        guard let block = notes.required("spec.cidr", spec?.cidr, as: { IPPrefix($0) }),
            let node = notes.required("spec.node", spec?.node, as: { NodeName($0) })
        else { return nil }
        let state = spec?.state ?? ""
        let isDeleted = spec?.deleted?.isTrue == true
        let isConfirmed = (state.isEmpty || state == "confirmed") && !isDeleted
        return BlockAffinity(
            block: block, node: node, isConfirmed: isConfirmed, isPending: state == "pending" && !isDeleted)
    }
}

/// An IPPool.
private struct PoolObject: Decodable {
    var metadata: ObjectMeta
    var spec: Spec?

    struct Spec: Decodable {
        var cidr: String?
        var ipipMode: String?
        var vxlanMode: String?
        var natOutgoing: Bool?
        var blockSize: Int?
        var disabled: Bool?
        var nodeSelector: String?
        var disableBGPExport: Bool?
    }

    func value(_ notes: inout ItemNotes) -> CalicoIPPool? {
        guard let name = notes.name(metadata),
            let cidr = notes.required("spec.cidr", spec?.cidr, as: { IPPrefix($0) })
        else { return nil }
        func mode(_ text: String?) -> String { text.flatMap { $0.isEmpty ? nil : $0 } ?? "Never" }
        let size = spec?.blockSize.flatMap { $0 > 0 ? $0 : nil }
        return CalicoIPPool(
            name: name, cidr: cidr, ipipMode: mode(spec?.ipipMode), vxlanMode: mode(spec?.vxlanMode),
            isNATOutgoing: spec?.natOutgoing ?? false, blockSize: size ?? (cidr.family == .ipv4 ? 26 : 122),
            isDisabled: spec?.disabled ?? false, nodeSelector: spec?.nodeSelector ?? "all()",
            isExportDisabled: spec?.disableBGPExport ?? false)
    }
}

extension ItemNotes {
    /// Reads a field without which the item has no meaning.
    mutating func required<Value>(
        _ field: String, _ text: String?, as reading: (String) -> Value?
    ) -> Value? {
        guard let text, !text.isEmpty else {
            broken.append(FieldError(field: field, reason: "missing"))
            return nil
        }
        return read(field, text, as: reading)
    }
}
