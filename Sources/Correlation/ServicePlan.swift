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
    /// Host routes of nodes with a ready endpoint, by the number of the list in ``ready`` that names the nodes: thousands
    /// of services share a list.
    let localHosts: [Int: [IPPrefix]]
    /// For each node the numbers of the lists that name it.
    private let listsOfNode: [NodeName: [Int]]
    /// The service behind an address.
    let services: [IPAddress: Service]
    /// Ready endpoints by node; nil: not read.
    let ready: ReadyEndpoints?
    /// Nodes that advertise no service route.
    let excluded: Set<NodeName>
    /// Whether everything that the rules need was read.
    let isKnown: Bool
    private let hostsOfService: [ObjectName: [IPPrefix]]

    init(_ facts: Facts, _ inventory: Inventory) {
        let cluster = facts.snapshot.cluster
        let configuration = cluster.configurationInForce ?? nil
        let told = configuration?.serviceRanges ?? []
        ranges = (cluster.bgpConfiguration == nil ? inventory.serviceSubnets : told).filter { !$0.isHost }.sorted()
        areRangesAdvertised = cluster.bgpConfiguration != nil
        excluded = Set(facts.kubernetesNodes.values.filter(\.isExcludedFromServices).map(\.name))
        let usable = (cluster.services?.value ?? []).filter(ServicePlan.isUsable)
        services = Dictionary(
            usable.flatMap { service in service.addresses.map { ($0, service) } }, uniquingKeysWith: { a, _ in a })
        let countsAll = ServicePlan.countsUnready(cluster.calicoVersion?.value)
        ready = cluster.endpoints.map { ReadyEndpoints($0.value, countsUnready: countsAll) }
        var hostsOfService: [ObjectName: [IPPrefix]] = [:]
        var every: Set<IPPrefix> = []
        // Services that share their endpoints share the nodes that advertise them.
        var local: [Int: [IPPrefix]] = [:]
        for service in usable {
            guard let configuration else { break }
            let hosts = ServicePlan.advertisable(service, configuration)
            if hostsOfService[service.name] == nil { hostsOfService[service.name] = hosts }
            if service.isLocal {
                if let list = ready?.list(of: service.name) { local[list, default: []] += hosts }
            } else {
                every.formUnion(hosts.filter { told.contains($0) })
            }
        }
        self.hostsOfService = hostsOfService
        hostsOfEveryNode = every
        localHosts = local
        var lists: [NodeName: [Int]] = [:]
        for list in local.keys {
            for node in ready?.lists[list].keys ?? [:].keys { lists[node, default: []].append(list) }
        }
        listsOfNode = lists
        isKnown = cluster.bgpConfiguration != nil && cluster.services != nil && cluster.endpoints != nil
    }

    /// The host prefixes of a service whose addresses lie in a range that is advertised.
    func hosts(of service: Service) -> [IPPrefix] { hostsOfService[service.name] ?? [] }

    /// Whether Calico advertises the host routes of endpoints that are not ready as well (calico.md 4.1): v3.31.0 to
    /// v3.31.6, and v3.32.0 and v3.32.1.
    static func countsUnready(_ version: String?) -> Bool {
        let numbers = (version ?? "").split { !$0.isNumber }.prefix(3).compactMap { Int($0) }
        guard numbers.count == 3, numbers[0] == 3 else { return false }
        return numbers[1] == 31 && numbers[2] <= 6 || numbers[1] == 32 && numbers[2] <= 1
    }

    /// Whether Calico looks at a service at all: headless services have no address to advertise.
    private static func isUsable(_ service: Service) -> Bool {
        service.type != "ExternalName" && !service.clusterIPs.isEmpty
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

    /// The service prefixes that a node should advertise as far as Calico's configuration was read, in no order; one may stand
    /// twice.
    func prefixes(of node: NodeName) -> [IPPrefix] {
        if excluded.contains(node) { return [] }
        return (areRangesAdvertised ? ranges : []) + hostsOfEveryNode
            + (listsOfNode[node] ?? []).flatMap { localHosts[$0] ?? [] }
    }

    /// The service behind a host prefix.
    func service(of prefix: IPPrefix) -> Service? { prefix.isHost ? services[prefix.address] : nil }
}

/// Ready endpoints of services by node; services with the same endpoints share a list.
struct ReadyEndpoints {
    /// For each list the nodes with a ready endpoint, and how many.
    private(set) var lists: [[NodeName: Int]] = []
    private var numbers: [ObjectName: Int] = [:]

    /// - Parameter countsUnready: whether a node with endpoints that are not ready stands in a list as well, with none.
    init(_ slices: [ServiceEndpoints], countsUnready: Bool = false) {
        let own = Dictionary(grouping: slices.indices, by: { slices[$0].service })
        var known: [StoragePlace: Int] = [:]
        for (service, indexes) in own {
            if indexes.count == 1 {
                let endpoints = slices[indexes[0]].endpoints
                let place = StoragePlace(endpoints)
                if let number = known[place], !endpoints.isEmpty {
                    numbers[service] = number
                    continue
                }
                known[place] = lists.count
            }
            numbers[service] = lists.count
            lists.append(ReadyEndpoints.count(indexes.lazy.flatMap { slices[$0].endpoints }, countsUnready))
        }
    }

    private static func count(
        _ endpoints: some Sequence<ServiceEndpoint>, _ countsUnready: Bool
    ) -> [NodeName: Int] {
        var addresses: [NodeName: Set<IPAddress>] = [:]
        for endpoint in endpoints {
            guard let node = endpoint.node else { continue }
            if endpoint.isReady { addresses[node, default: []].insert(endpoint.address) }
            if countsUnready, addresses[node] == nil { addresses[node] = [] }
        }
        return addresses.mapValues(\.count)
    }

    /// Whether some node stands in a service's list.
    func hasAny(of service: ObjectName) -> Bool { numbers[service].map { !lists[$0].isEmpty } ?? false }

    /// The number of a service's list, nil where it has no endpoints at all.
    func list(of service: ObjectName) -> Int? { numbers[service] }

    /// For each list the number of services that have it.
    var services: [Int] {
        var services = [Int](repeating: 0, count: lists.count)
        for number in numbers.values { services[number] += 1 }
        return services
    }
}
