/// What the environment of the calico-node DaemonSet sets beside Calico's resources (calico.md 3.4, 4.1 and 6).
public struct CalicoNodeVariables: Hashable, Sendable {
    /// The DaemonSet: `kube-system/calico-node`, or `calico-system/calico-node` with the operator.
    public var daemonSet: ObjectName
    /// `CALICO_ADVERTISE_CLUSTER_IPS`, which stands in the place of BGPConfiguration's serviceClusterIPs; nil: not set.
    public var advertisedClusterIPs: [IPPrefix]?
    /// `AS`, which each start of calico-node writes over the node's own; nil: not set, as is normal.
    public var asn: ASN?
    /// `CALICO_ROUTER_ID`; nil: not set, the router id is then the node's address.
    public var routerID: String?

    /// Variables from their parts.
    public init(
        daemonSet: ObjectName, advertisedClusterIPs: [IPPrefix]? = nil, asn: ASN? = nil, routerID: String? = nil
    ) {
        self.daemonSet = daemonSet
        self.advertisedClusterIPs = advertisedClusterIPs
        self.asn = asn
        self.routerID = routerID
    }
}

extension ClusterState {
    /// What nodes go by: the BGPConfiguration as it stands, with what the DaemonSet's environment sets in its place.
    /// A value of nil: it does not exist. Nil: it was not read.
    public var configurationInForce: CalicoBGPConfiguration?? {
        guard let told = bgpConfiguration?.value else {
            guard bgpConfiguration != nil else { return nil }
            guard let ranges = calicoVariables?.value?.advertisedClusterIPs else { return .some(nil) }
            return CalicoBGPConfiguration(isMeshEnabled: true, serviceClusterIPs: ranges)
        }
        guard let ranges = calicoVariables?.value?.advertisedClusterIPs else { return told }
        var inForce = told
        inForce.serviceClusterIPs = ranges
        return inForce
    }
}
