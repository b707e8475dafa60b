import Fabric

/// What Calico should advertise for services, by its rules: a range from every node; a host route from every node
/// where a single address is configured as a range; a host route from each node with a ready endpoint for services
/// that keep traffic local. A node with the exclude label advertises none of them.
struct ServicePlan: Sendable {
    /// Ranges wider than one address, ascending; those of the inventory where Calico's configuration was not read.
    let ranges: [IPPrefix]
    /// Whether ``ranges`` are what Calico was told to advertise. A service subnet of the inventory is what leaves let
    /// in, which asks no node to advertise it.
    let areRangesAdvertised: Bool
    /// Host routes that every node advertises.
    let hostsOfEveryNode: Set<IPPrefix>
    /// Host routes of each node with a ready endpoint.
    let localHosts: [NodeName: Set<IPPrefix>]
    /// The service behind an address.
    let services: [IPAddress: Service]
    /// Ready endpoints of a service by node; nil: not read.
    let ready: [ObjectName: [NodeName: Int]]?
    /// Nodes that advertise no service route.
    let excluded: Set<NodeName>
    /// Whether everything that the rules need was read.
    let isKnown: Bool

    init(_ facts: Facts, _ inventory: Inventory) {
        let cluster = facts.snapshot.cluster
        let configuration = cluster.bgpConfiguration?.value
        let told = configuration?.serviceRanges ?? []
        ranges = (cluster.bgpConfiguration == nil ? inventory.serviceSubnets : told).filter { !$0.isHost }.sorted()
        areRangesAdvertised = cluster.bgpConfiguration != nil
        excluded = Set(facts.kubernetesNodes.values.filter(\.isExcludedFromServices).map(\.name))
        let usable = (cluster.services?.value ?? []).filter(ServicePlan.isUsable)
        services = Dictionary(
            usable.flatMap { service in service.addresses.map { ($0, service) } }, uniquingKeysWith: { a, _ in a })
        ready = cluster.endpoints.map { ServicePlan.countReady($0.value) }
        var every: Set<IPPrefix> = []
        var local: [NodeName: Set<IPPrefix>] = [:]
        for service in usable {
            guard let configuration else { break }
            let hosts = ServicePlan.advertisable(service, configuration)
            if service.isLocal {
                for (node, count) in ready?[service.name] ?? [:] where count > 0 {
                    local[node, default: []].formUnion(hosts)
                }
            } else {
                every.formUnion(hosts.filter { told.contains($0) })
            }
        }
        hostsOfEveryNode = every
        localHosts = local
        isKnown = cluster.bgpConfiguration != nil && cluster.services != nil && cluster.endpoints != nil
    }

    /// Whether Calico looks at a service at all: headless services have no address to advertise.
    private static func isUsable(_ service: Service) -> Bool {
        service.type != "ExternalName" && !service.clusterIPs.isEmpty
    }

    private static func countReady(_ slices: [ServiceEndpoints]) -> [ObjectName: [NodeName: Int]] {
        var addresses: [ObjectName: [NodeName: Set<IPAddress>]] = [:]
        for slice in slices {
            for endpoint in slice.endpoints where endpoint.isReady {
                guard let node = endpoint.node else { continue }
                addresses[slice.service, default: [:]][node, default: []].insert(endpoint.address)
            }
        }
        return addresses.mapValues { $0.mapValues(\.count) }
    }

    /// The host prefixes of the addresses that lie in a range configured for their kind.
    private static func advertisable(_ service: Service, _ configuration: CalicoBGPConfiguration) -> [IPPrefix] {
        let kinds = [
            (service.clusterIPs, configuration.serviceClusterIPs),
            (service.externalIPs, configuration.serviceExternalIPs),
            (service.loadBalancerIPs, configuration.serviceLoadBalancerIPs),
        ]
        return kinds.flatMap { addresses, ranges in
            addresses.filter { address in ranges.contains { $0.contains(address) } }.map { IPPrefix(host: $0) }
        }
    }

    /// The service prefixes that a node should advertise as far as Calico's configuration was read, in no order.
    func prefixes(of node: NodeName) -> [IPPrefix] {
        if excluded.contains(node) { return [] }
        return (areRangesAdvertised ? ranges : []) + Array(hostsOfEveryNode.union(localHosts[node] ?? []))
    }

    /// The service behind a host prefix.
    func service(of prefix: IPPrefix) -> Service? { prefix.isHost ? services[prefix.address] : nil }
}
