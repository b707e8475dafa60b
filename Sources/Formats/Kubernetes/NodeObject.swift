import Fabric

/// A Node of the Kubernetes API, or calicoctl's Node.
struct NodeObject: Decodable {
    var metadata: ObjectMeta
    var spec: Spec?
    var status: Status?

    struct Spec: Decodable {
        var unschedulable: Bool?
        var addresses: [Address]?
        var bgp: BGP?
    }

    struct Status: Decodable {
        var conditions: [Condition]?
        var addresses: [Address]?
    }

    struct Condition: Decodable {
        var type: String?
        var status: String?
    }

    struct Address: Decodable {
        var type: String?
        var address: String?
    }

    struct BGP: Decodable {
        var asNumber: NumberOrText?
        var ipv4Address: String?
    }

    /// The node as facts; Calico's data from the annotations of a Kubernetes Node.
    func value(_ notes: inout ItemNotes) -> KubernetesNode? {
        let annotations = metadata.annotations ?? [:]
        return value(
            internalIP: status?.addresses, status: status?.conditions,
            subnet: ("projectcalico.org/IPv4Address", annotations["projectcalico.org/IPv4Address"]),
            asn: ("projectcalico.org/ASNumber", annotations["projectcalico.org/ASNumber"]),
            mark: annotations[KubernetesNode.operationAnnotation], &notes)
    }

    /// The node as facts; Calico's data from `spec.bgp` of calicoctl's Node.
    func calicoValue(_ notes: inout ItemNotes) -> KubernetesNode? {
        value(
            internalIP: spec?.addresses, status: nil, subnet: ("spec.bgp.ipv4Address", spec?.bgp?.ipv4Address),
            asn: ("spec.bgp.asNumber", spec?.bgp?.asNumber?.text), mark: nil, &notes)
    }

    private func value(
        internalIP addresses: [Address]?, status conditions: [Condition]?, subnet: (String, String?),
        asn: (String, String?), mark: String?, _ notes: inout ItemNotes
    ) -> KubernetesNode? {
        guard let name = notes.name(metadata) else { return nil }
        let own = addresses?.first { $0.type == "InternalIP" }?.address
        let calico = notes.read(subnet.0, subnet.1, as: AddressAndLength.init)
        let ready = conditions?.first { $0.type == "Ready" }?.status
        return KubernetesNode(
            name: NodeName(name), isCordoned: spec?.unschedulable ?? false,
            isReady: ready == "True" ? true : ready == "False" ? false : nil,
            internalIP: notes.read("addresses.InternalIP", own) { IPAddress($0) }, calicoAddress: calico?.address,
            calicoPrefixLength: calico?.length, calicoAS: notes.read(asn.0, asn.1) { ASN(text: $0) },
            labels: metadata.labels ?? [:], operationMark: mark)
    }
}

/// `192.168.2.1/29`: the address keeps its host bits; a bare address has no length.
private struct AddressAndLength {
    let address: IPAddress
    let length: Int?

    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = IPAddress(parts[0]) else { return nil }
        self.address = address
        guard parts.count == 2 else {
            length = nil
            return
        }
        guard let length = Int(parts[1]), (0...address.family.bitWidth).contains(length) else { return nil }
        self.length = length
    }
}

/// A value that some releases write as a number and some as text (`64500`, `"64500"`, `"1.10"`).
struct NumberOrText: Decodable {
    let text: String

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(UInt64.self) {
            text = String(number)
        } else {
            text = try container.decode(String.self)
        }
    }
}

/// A truth value that the API writes as a boolean and the backing store as text (`"false"`).
struct BoolOrText: Decodable {
    let isTrue: Bool

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let value = try? container.decode(Bool.self) {
            isTrue = value
        } else {
            isTrue = try container.decode(String.self).lowercased() == "true"
        }
    }
}

extension ItemNotes {
    /// The object's name; an object without one is broken.
    mutating func name(_ metadata: ObjectMeta) -> String? {
        if let name = metadata.name, !name.isEmpty { return name }
        broken.append(FieldError(field: "metadata.name", reason: "missing"))
        return nil
    }

    /// Namespace and name; an absent namespace is `default`.
    mutating func objectName(_ metadata: ObjectMeta) -> ObjectName? {
        name(metadata).map { ObjectName(namespace: metadata.namespace ?? "default", name: $0) }
    }
}
