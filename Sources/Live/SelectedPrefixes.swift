import Fabric

/// The prefixes that are worth a question each where a leaf's whole table is too large for text.
enum SelectedPrefixes {
    /// How many are asked for at most: each is a child process of its own.
    static let limit = 50

    /// Service subnets first, then the addresses of services with `externalTrafficPolicy: Local`, then nodes' blocks.
    static func of(_ snapshot: Snapshot) -> [IPPrefix] {
        let subnets =
            ((snapshot.cluster.configurationInForce ?? nil)?.serviceClusterIPs ?? [])
            + snapshot.inventory.serviceSubnets
        let services = (snapshot.cluster.services?.value ?? []).filter(\.isLocal).flatMap(\.addresses)
            .map(IPPrefix.init(host:))
        let blocks = (snapshot.cluster.blocks?.value ?? []).filter(\.isConfirmed).map(\.block)
        var seen: Set<IPPrefix> = []
        return Array((subnets + services.sorted() + blocks.sorted()).filter { seen.insert($0).inserted }.prefix(limit))
    }
}
