/// A node as the Kubernetes API and Calico's annotations describe it.
public struct KubernetesNode: Hashable, Sendable {
    /// The name.
    public var name: NodeName
    /// Whether new pods are kept away (`spec.unschedulable`).
    public var isCordoned: Bool
    /// The `Ready` condition; nil where unknown.
    public var isReady: Bool?
    /// `InternalIP`, nil where absent.
    public var internalIP: IPAddress?
    /// Calico's address of the node (`projectcalico.org/IPv4Address`).
    public var calicoAddress: IPAddress?
    /// The length of that address's subnet.
    public var calicoPrefixLength: Int?
    /// Calico's AS of the node (`projectcalico.org/ASNumber`); nil: inherited from BGPConfiguration.
    public var calicoAS: ASN?
    /// The labels.
    public var labels: [String: String]
    /// What an operation wrote on the node (``operationAnnotation``), as it stands there; nil where there is nothing.
    public var operationMark: String?

    /// A node from its parts.
    public init(
        name: NodeName, isCordoned: Bool = false, isReady: Bool? = nil, internalIP: IPAddress? = nil,
        calicoAddress: IPAddress? = nil, calicoPrefixLength: Int? = nil, calicoAS: ASN? = nil,
        labels: [String: String] = [:], operationMark: String? = nil
    ) {
        self.name = name
        self.isCordoned = isCordoned
        self.isReady = isReady
        self.internalIP = internalIP
        self.calicoAddress = calicoAddress
        self.calicoPrefixLength = calicoPrefixLength
        self.calicoAS = calicoAS
        self.labels = labels
        self.operationMark = operationMark
    }

    /// The annotation that holds the state of an operation on the node, so that any console can take it up.
    public static let operationAnnotation = "bgpdeck.io/operation"

    /// The label that takes a node out of the BGPPeers whose selector ends on `!has(bgpdeck.io/hold)`.
    public static let holdLabel = "bgpdeck.io/hold"

    /// Whether its BGP sessions are held down by the label.
    public var isHeld: Bool { labels[KubernetesNode.holdLabel] != nil }

    /// The label that makes Calico withdraw all service routes of a node; its value must be exactly `true`.
    public static let excludeLabel = "node.kubernetes.io/exclude-from-external-load-balancers"

    /// Whether Calico advertises no service route from this node.
    public var isExcludedFromServices: Bool { labels[KubernetesNode.excludeLabel] == "true" }
}

/// A namespaced name in Kubernetes.
public struct ObjectName: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The namespace.
    public var namespace: String
    /// The name.
    public var name: String

    /// A name from its parts.
    public init(namespace: String, name: String) {
        self.namespace = namespace
        self.name = name
    }

    /// By namespace, then name.
    public static func < (a: ObjectName, b: ObjectName) -> Bool { (a.namespace, a.name) < (b.namespace, b.name) }

    /// `namespace/name`.
    public var description: String { namespace + "/" + name }
}

/// A Kubernetes service with the addresses that Calico may advertise for it.
public struct Service: Hashable, Sendable {
    /// Namespace and name.
    public var name: ObjectName
    /// `ClusterIP`, `NodePort`, `LoadBalancer`, `ExternalName`.
    public var type: String
    /// Whether only nodes with a ready endpoint take its traffic (`externalTrafficPolicy: Local`).
    public var isLocal: Bool
    /// Cluster addresses; empty for headless services.
    public var clusterIPs: [IPAddress]
    /// `spec.externalIPs`.
    public var externalIPs: [IPAddress]
    /// `status.loadBalancer.ingress[].ip`.
    public var loadBalancerIPs: [IPAddress]

    /// A service from its parts.
    public init(
        name: ObjectName, type: String, isLocal: Bool, clusterIPs: [IPAddress], externalIPs: [IPAddress] = [],
        loadBalancerIPs: [IPAddress] = []
    ) {
        self.name = name
        self.type = type
        self.isLocal = isLocal
        self.clusterIPs = clusterIPs
        self.externalIPs = externalIPs
        self.loadBalancerIPs = loadBalancerIPs
    }

    /// Every address of the service.
    public var addresses: [IPAddress] { clusterIPs + externalIPs + loadBalancerIPs }
}

/// One endpoint of a service.
public struct ServiceEndpoint: Hashable, Sendable {
    /// The pod's address.
    public var address: IPAddress
    /// The node that hosts it, nil where not told.
    public var node: NodeName?
    /// Whether it takes traffic (absent counts as ready).
    public var isReady: Bool

    /// An endpoint from its parts.
    public init(address: IPAddress, node: NodeName?, isReady: Bool) {
        self.address = address
        self.node = node
        self.isReady = isReady
    }
}

/// The endpoints of a service from one EndpointSlice or Endpoints object.
public struct ServiceEndpoints: Hashable, Sendable {
    /// The service.
    public var service: ObjectName
    /// Its endpoints.
    public var endpoints: [ServiceEndpoint]

    /// Endpoints from their parts.
    public init(service: ObjectName, endpoints: [ServiceEndpoint]) {
        self.service = service
        self.endpoints = endpoints
    }
}

/// A pod, as far as a drain needs it.
public struct Pod: Hashable, Sendable {
    /// Namespace and name.
    public var name: ObjectName
    /// The node it runs on, nil while pending.
    public var node: NodeName?
    /// The kind of the controlling owner: `ReplicaSet`, `DaemonSet`, `Node` (mirror pod); nil: nobody owns it.
    public var ownerKind: String?
    /// The labels, which PodDisruptionBudgets select by.
    public var labels: [String: String]
    /// Whether it mounts an `emptyDir`, whose content a drain deletes.
    public var hasEmptyDir: Bool
    /// `Running`, `Succeeded`, …
    public var phase: String

    /// A pod from its parts.
    public init(
        name: ObjectName, node: NodeName?, ownerKind: String?, labels: [String: String] = [:],
        hasEmptyDir: Bool = false, phase: String = "Running"
    ) {
        self.name = name
        self.node = node
        self.ownerKind = ownerKind
        self.labels = labels
        self.hasEmptyDir = hasEmptyDir
        self.phase = phase
    }
}

/// A PodDisruptionBudget.
public struct DisruptionBudget: Hashable, Sendable {
    /// Namespace and name.
    public var name: ObjectName
    /// The labels that it selects by; empty: every pod of the namespace.
    public var matchLabels: [String: String]
    /// Evictions allowed now; 0 blocks a drain.
    public var disruptionsAllowed: Int
    /// Pods that must stay healthy.
    public var desiredHealthy: Int
    /// Pods that are healthy now.
    public var currentHealthy: Int

    /// A budget from its parts.
    public init(
        name: ObjectName, matchLabels: [String: String], disruptionsAllowed: Int, desiredHealthy: Int,
        currentHealthy: Int
    ) {
        self.name = name
        self.matchLabels = matchLabels
        self.disruptionsAllowed = disruptionsAllowed
        self.desiredHealthy = desiredHealthy
        self.currentHealthy = currentHealthy
    }

    /// Whether the budget guards a pod.
    public func selects(_ pod: Pod) -> Bool {
        pod.name.namespace == name.namespace && matchLabels.allSatisfy { pod.labels[$0.key] == $0.value }
    }
}

/// A Calico BGPPeer resource.
public struct CalicoPeer: Hashable, Sendable {
    /// The resource's name, unique over all nodes (paper, Calico step 4).
    public var name: String
    /// The node it is for; nil: see ``nodeSelector``, or global.
    public var node: NodeName?
    /// A selector over nodes instead of a name.
    public var nodeSelector: String?
    /// The peer's address: a leaf's.
    public var peerIP: IPAddress
    /// The TCP port where it is not 179.
    public var port: Int?
    /// The AS expected of the peer: the rack's Local-AS.
    public var asn: ASN
    /// The names of its BGPFilters, in order.
    public var filters: [String]
    /// The resource's version as read (`resourceVersion`); nil where none was told, or for one that is only intended.
    public var version: String?

    /// A peer from its parts.
    public init(
        name: String, node: NodeName?, nodeSelector: String? = nil, peerIP: IPAddress, port: Int? = nil, asn: ASN,
        filters: [String] = [], version: String? = nil
    ) {
        self.filters = filters
        self.version = version
        self.name = name
        self.node = node
        self.nodeSelector = nodeSelector
        self.peerIP = peerIP
        self.port = port
        self.asn = asn
    }

    /// The same peer without its version.
    public var unversioned: CalicoPeer {
        var peer = self
        peer.version = nil
        return peer
    }
}

/// Calico's `default` BGPConfiguration.
public struct CalicoBGPConfiguration: Hashable, Sendable {
    /// Whether nodes peer with each other; the design says no, Calico's default is yes.
    public var isMeshEnabled: Bool
    /// The AS of nodes without one of their own.
    public var asn: ASN?
    /// `serviceClusterIPs`.
    public var serviceClusterIPs: [IPPrefix]
    /// `serviceExternalIPs`.
    public var serviceExternalIPs: [IPPrefix]
    /// `serviceLoadBalancerIPs`.
    public var serviceLoadBalancerIPs: [IPPrefix]

    /// A configuration from its parts.
    public init(
        isMeshEnabled: Bool, asn: ASN? = nil, serviceClusterIPs: [IPPrefix] = [], serviceExternalIPs: [IPPrefix] = [],
        serviceLoadBalancerIPs: [IPPrefix] = []
    ) {
        self.isMeshEnabled = isMeshEnabled
        self.asn = asn
        self.serviceClusterIPs = serviceClusterIPs
        self.serviceExternalIPs = serviceExternalIPs
        self.serviceLoadBalancerIPs = serviceLoadBalancerIPs
    }
}

/// Which node owns a block of pod addresses (Calico's BlockAffinity): the source of expected pod prefixes.
public struct BlockAffinity: Hashable, Sendable {
    /// The block, a /26 by default.
    public var block: IPPrefix
    /// The node.
    public var node: NodeName
    /// Whether the affinity is confirmed, so that the node exports the block.
    public var isConfirmed: Bool
    /// Whether it waits to be confirmed; neither this nor confirmed: it is being released.
    public var isPending: Bool

    /// An affinity from its parts.
    public init(block: IPPrefix, node: NodeName, isConfirmed: Bool, isPending: Bool = false) {
        self.isPending = isPending
        self.block = block
        self.node = node
        self.isConfirmed = isConfirmed
    }
}

/// A Calico IPPool, as far as the design says something about it.
public struct CalicoIPPool: Hashable, Sendable {
    /// The resource's name: `default-ipv4-ippool`.
    public var name: String
    /// The range that pods get addresses from.
    public var cidr: IPPrefix
    /// `ipipMode`: `Never`, `Always`, `CrossSubnet`.
    public var ipipMode: String
    /// `vxlanMode`: `Never`, `Always`, `CrossSubnet`.
    public var vxlanMode: String
    /// Whether traffic that leaves the pool hides behind the node's address.
    public var isNATOutgoing: Bool
    /// The length of a node's block.
    public var blockSize: Int
    /// Whether the pool gives no new addresses.
    public var isDisabled: Bool
    /// Which nodes take addresses from it.
    public var nodeSelector: String
    /// Whether nodes keep its blocks from their BGP peers.
    public var isExportDisabled: Bool

    /// Whether traffic of its pods goes through tunnels.
    public var usesOverlay: Bool { ipipMode != "Never" || vxlanMode != "Never" }

    /// A pool from its parts; Calico's own defaults (calico.md 3.5) stand for what is left out.
    public init(
        name: String, cidr: IPPrefix, ipipMode: String = "Never", vxlanMode: String = "Never",
        isNATOutgoing: Bool = false, blockSize: Int = 26, isDisabled: Bool = false, nodeSelector: String = "all()",
        isExportDisabled: Bool = false
    ) {
        self.isExportDisabled = isExportDisabled
        self.name = name
        self.cidr = cidr
        self.ipipMode = ipipMode
        self.vxlanMode = vxlanMode
        self.isNATOutgoing = isNATOutgoing
        self.blockSize = blockSize
        self.isDisabled = isDisabled
        self.nodeSelector = nodeSelector
    }
}
