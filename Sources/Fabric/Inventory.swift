/// The number of a leaf in the fabric, as in `fabric 203 show …` and `topology/pod-1/node-203`.
public struct LeafID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The node number, 101 to 4000 on real fabrics.
    public let number: Int

    /// A leaf's identity from its number.
    public init(_ number: Int) { self.number = number }

    /// Numeric order.
    public static func < (a: LeafID, b: LeafID) -> Bool { a.number < b.number }

    /// The bare number.
    public var description: String { String(number) }
}

/// The name of a Kubernetes node, which is also Calico's name for it.
public struct NodeName: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The name as the Kubernetes API gives it.
    public let text: String

    /// A node's identity from its name.
    public init(_ text: String) { self.text = text }

    /// Order that a person expects: `node-2` before `node-10`.
    public static func < (a: NodeName, b: NodeName) -> Bool { naturallyPrecedes(a.text, b.text) }

    /// The name.
    public var description: String { text }
}

/// How an item of the inventory came to be known.
public enum Origin: String, Sendable, Hashable {
    /// It stands in the configuration or the plan.
    case configured
    /// A source told it.
    case discovered
}

/// A pair of leaves (vPC) and the nodes behind it. The paper gives each rack one AS for its leaves.
public struct Rack: Hashable, Sendable {
    /// The name from the configuration, or the leaves' numbers (`101-102`) where discovered.
    public var name: String
    /// The AS that nodes see on the rack's leaves (Local-AS), nil where unknown.
    public var asn: ASN?
    /// The leaves, side A first (the paper's "first leaf" of the /29 rule).
    public var leaves: [LeafID]
    /// Configured or discovered.
    public var origin: Origin

    /// A rack from its parts.
    public init(name: String, asn: ASN?, leaves: [LeafID], origin: Origin) {
        self.name = name
        self.asn = asn
        self.leaves = leaves
        self.origin = origin
    }
}

/// A border leaf that peers with nodes.
public struct Leaf: Hashable, Sendable {
    /// The number in the fabric.
    public var id: LeafID
    /// The name, as in the banner `Node 203 (Leaf203)`.
    public var name: String
    /// The rack's name, nil where unknown.
    public var rack: String?
    /// Configured or discovered.
    public var origin: Origin

    /// A leaf from its parts.
    public init(id: LeafID, name: String, rack: String?, origin: Origin) {
        self.id = id
        self.name = name
        self.rack = rack
        self.origin = origin
    }
}

/// A Kubernetes node that peers with the leaves of its rack.
public struct Node: Hashable, Sendable {
    /// The Kubernetes name.
    public var name: NodeName
    /// The address that it peers from, nil where unknown.
    public var address: IPAddress?
    /// The length of the subnet that the node shares with its leaves; 29 by the paper's step "IP allocation".
    public var subnetLength: Int?
    /// Its AS, nil where unknown.
    public var asn: ASN?
    /// The rack's name, nil where unknown.
    public var rack: String?
    /// The name or address that ssh reaches it by; nil: its name.
    public var host: String?
    /// Configured or discovered.
    public var origin: Origin

    /// A node from its parts.
    public init(
        name: NodeName, address: IPAddress?, subnetLength: Int? = nil, asn: ASN?, rack: String?, host: String? = nil,
        origin: Origin
    ) {
        self.name = name
        self.address = address
        self.subnetLength = subnetLength
        self.asn = asn
        self.rack = rack
        self.host = host
        self.origin = origin
    }
}

/// What the cluster and its part of the fabric consist of: one VRF, its racks, leaves and nodes.
public struct Inventory: Hashable, Sendable {
    /// The VRF that the nodes peer in, `tenant:vrf`; nil: every VRF that a source shows.
    public var vrf: String?
    /// Racks, in the order of the configuration.
    public var racks: [Rack]
    /// Leaves.
    public var leaves: [Leaf]
    /// Nodes.
    public var nodes: [Node]
    /// Subnets that pods live in; `default-import` permits them (paper, ACI step 12).
    public var podSubnets: [IPPrefix]
    /// Service subnets; `default-import` permits them (paper, ACI step 12).
    public var serviceSubnets: [IPPrefix]

    /// An inventory from its parts.
    public init(
        vrf: String? = nil, racks: [Rack] = [], leaves: [Leaf] = [], nodes: [Node] = [],
        podSubnets: [IPPrefix] = [], serviceSubnets: [IPPrefix] = []
    ) {
        self.vrf = vrf
        self.racks = racks
        self.leaves = leaves
        self.nodes = nodes
        self.podSubnets = podSubnets
        self.serviceSubnets = serviceSubnets
    }

    /// The leaf with a number.
    public func leaf(_ id: LeafID) -> Leaf? { leaves.first { $0.id == id } }

    /// The node with a name.
    public func node(_ name: NodeName) -> Node? { nodes.first { $0.name == name } }

    /// The rack with a name.
    public func rack(_ name: String?) -> Rack? { racks.first { $0.name == name } }
}

/// Compares names so that runs of digits count by value: `node-2` before `node-10`.
public func naturallyPrecedes(_ a: String, _ b: String) -> Bool {
    var left = a.utf8[...]
    var right = b.utf8[...]
    while let x = left.first, let y = right.first {
        if isDigit(x), isDigit(y) {
            let m = left.prefix(while: isDigit).drop { $0 == 48 }
            let n = right.prefix(while: isDigit).drop { $0 == 48 }
            if m.count != n.count { return m.count < n.count }
            if !m.elementsEqual(n) { return m.lexicographicallyPrecedes(n) }
            left = left.drop(while: isDigit)
            right = right.drop(while: isDigit)
            continue
        }
        if x != y { return x < y }
        left = left.dropFirst()
        right = right.dropFirst()
    }
    if left.isEmpty != right.isEmpty { return left.isEmpty }
    return a < b
}

private func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }
