import Fabric

/// A Service of the Kubernetes API.
struct ServiceObject: Decodable {
    var metadata: ObjectMeta
    var spec: Spec?
    var status: Status?

    struct Spec: Decodable {
        var type: String?
        var clusterIP: String?
        var clusterIPs: [String]?
        var externalIPs: [String]?
        var externalTrafficPolicy: String?
    }

    struct Status: Decodable {
        var loadBalancer: LoadBalancer?
    }

    struct LoadBalancer: Decodable {
        var ingress: [Ingress]?
    }

    struct Ingress: Decodable {
        var ip: String?
    }

    func value(_ notes: inout ItemNotes) -> Service? {
        guard let name = notes.objectName(metadata) else { return nil }
        let cluster = spec?.clusterIPs ?? [spec?.clusterIP ?? ""]
        return Service(
            name: name, type: spec?.type ?? "ClusterIP", isLocal: spec?.externalTrafficPolicy == "Local",
            clusterIPs: notes.readAll("spec.clusterIPs", cluster.filter { $0 != "None" }) { IPAddress($0) },
            externalIPs: notes.readAll("spec.externalIPs", spec?.externalIPs) { IPAddress($0) },
            loadBalancerIPs: notes.readAll(
                "status.loadBalancer.ingress", status?.loadBalancer?.ingress?.compactMap(\.ip)
            ) { IPAddress($0) })
    }
}

/// An EndpointSlice or an Endpoints object.
struct EndpointsObject: Decodable {
    var metadata: ObjectMeta
    var addressType: String?
    var endpoints: [Endpoint]?
    var subsets: [Subset]?

    struct Endpoint: Decodable {
        var addresses: [String]?
        var nodeName: String?
        var conditions: Conditions?
        var topology: [String: String]?
    }

    struct Conditions: Decodable {
        var ready: Bool?
    }

    struct Subset: Decodable {
        var addresses: [Address]?
        var notReadyAddresses: [Address]?
    }

    struct Address: Decodable {
        var ip: String?
        var nodeName: String?
    }

    func value(_ notes: inout ItemNotes) -> ServiceEndpoints? {
        guard let name = notes.objectName(metadata) else { return nil }
        if let subsets { return ServiceEndpoints(service: name, endpoints: subsets.flatMap { read($0, &notes) }) }
        guard addressType != nil || endpoints != nil else { return ServiceEndpoints(service: name, endpoints: []) }
        if addressType == "FQDN" {
            notes.passedOver = "its endpoints are host names"
            return nil
        }
        guard let service = metadata.labels?["kubernetes.io/service-name"] else {
            notes.passedOver = "no service owns the slice"
            return nil
        }
        let found = (endpoints ?? []).compactMap { endpoint in
            notes.read("endpoints.addresses", endpoint.addresses?.first) { IPAddress($0) }.map { address in
                // Before discovery.k8s.io/v1 the node stood in the topology.
                let node = endpoint.nodeName ?? endpoint.topology?["kubernetes.io/hostname"]
                return ServiceEndpoint(
                    address: address, node: node.map { NodeName($0) }, isReady: endpoint.conditions?.ready ?? true)
            }
        }
        return ServiceEndpoints(service: ObjectName(namespace: name.namespace, name: service), endpoints: found)
    }

    private func read(_ subset: Subset, _ notes: inout ItemNotes) -> [ServiceEndpoint] {
        let all = (subset.addresses ?? []).map { ($0, true) } + (subset.notReadyAddresses ?? []).map { ($0, false) }
        return all.compactMap { address, isReady in
            notes.read("subsets.addresses.ip", address.ip) { IPAddress($0) }.map {
                ServiceEndpoint(address: $0, node: address.nodeName.map { NodeName($0) }, isReady: isReady)
            }
        }
    }
}
