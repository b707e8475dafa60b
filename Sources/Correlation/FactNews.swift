import Fabric

/// What is not as in the facts before, so that what follows from the rest need not be concluded again.
struct FactNews: Sendable {
    /// Leaves whose summaries were told anew, be it in the same words.
    var leaves: Set<LeafID> = []
    /// Nodes that told anything anew, be it in the same words.
    var nodes: Set<NodeName> = []
    /// Sources that fell silent, came back, or are asked at another pace.
    let sources: Set<SourceID>
    /// Whether the inventory and every part of the cluster are the same, whenever they were read.
    let isInventorySame: Bool
    /// Whether the same sources are asked.
    let areSourcesSame: Bool
    /// The same of all that the cluster tells.
    let isClusterSame: Bool

    /// What is in a snapshot, of which some sources are old, and was not in the facts before.
    init(of snapshot: Snapshot, _ old: Set<SourceID>, after former: Facts) {
        let before = former.snapshot
        isInventorySame =
            before.inventory == snapshot.inventory && before.leaves.count == snapshot.leaves.count
            && before.nodes.count == snapshot.nodes.count
        isClusterSame = snapshot.cluster.isSame(as: before.cluster)
        var sources = old.symmetricDifference(former.old)
        var areSame = before.sources.count == snapshot.sources.count
        for (source, status) in snapshot.sources {
            let known = before.sources[source]
            if known == nil { areSame = false }
            if known?.interval != status.interval { sources.insert(source) }
        }
        areSourcesSame = areSame
        self.sources = sources
    }
}

/// Whether two lists lie in one place, whenever they were told.
func isSame<Element>(_ a: Observed<[Element]>?, _ b: Observed<[Element]>?) -> Bool {
    a.map { StoragePlace($0.value) } == b.map { StoragePlace($0.value) }
}

extension ClusterState {
    /// Whether another tells the same. Long lists are compared by their place: what is told again in the same words is
    /// kept where it was.
    fileprivate func isSame(as other: ClusterState) -> Bool {
        Correlation.isSame(nodes, other.nodes) && Correlation.isSame(services, other.services)
            && Correlation.isSame(endpoints, other.endpoints) && Correlation.isSame(peers, other.peers)
            && Correlation.isSame(blocks, other.blocks) && Correlation.isSame(pools, other.pools)
            && Correlation.isSame(ipam, other.ipam) && Correlation.isSame(filters, other.filters)
            && bgpConfiguration.map(\.value) == other.bgpConfiguration.map(\.value)
            && calicoVariables.map(\.value) == other.calicoVariables.map(\.value)
            && calicoVersion.map(\.value) == other.calicoVersion.map(\.value)
    }
}
