/// A Calico resource as `calicoctl apply -f -` takes it, decodable from JSON or YAML.
public struct CalicoDocument: Decodable, Sendable, Hashable {
    /// Name and labels.
    public struct Metadata: Decodable, Sendable, Hashable {
        /// The resource's name.
        public var name: String?
        /// Its labels.
        public var labels: [String: String]?
        /// The version that the one to be replaced must have; nil: any.
        public var resourceVersion: String?
    }

    /// An AS number, plain or asdot, as a number or as text.
    public struct Number: Decodable, Sendable, Hashable {
        /// The number in digits.
        public var text: String

        /// Decodes a number or a string.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let value = try? container.decode(Int.self) {
                text = String(value)
            } else {
                text = try container.decode(String.self)
            }
        }
    }

    /// A range of services.
    public struct Range: Decodable, Sendable, Hashable {
        /// The prefix.
        public var cidr: String
    }

    /// The BGP part of a Node.
    public struct BGP: Decodable, Sendable, Hashable {
        /// The node's AS.
        public var asNumber: Number?
        /// Its address with the length of its subnet.
        public var ipv4Address: String?
    }

    /// The fields of the kinds that are read: BGPPeer, Node, BGPConfiguration, IPPool.
    public struct Spec: Decodable, Sendable, Hashable {
        /// BGPPeer: the node it is for.
        public var node: String?
        /// BGPPeer, IPPool: the nodes it is for.
        public var nodeSelector: String?
        /// BGPPeer: the peer's address, perhaps with a port.
        public var peerIP: String?
        /// BGPPeer, BGPConfiguration: an AS.
        public var asNumber: Number?
        /// Node: its BGP part.
        public var bgp: BGP?
        /// BGPConfiguration: the mesh.
        public var nodeToNodeMeshEnabled: Bool?
        /// BGPConfiguration: ranges to advertise.
        public var serviceClusterIPs: [Range]?
        /// IPPool: the addresses of its pods.
        public var cidr: String?
        /// IPPool: the length of its blocks.
        public var blockSize: Int?
        /// IPPool: the overlays, `Never` where absent.
        public var ipipMode: String?, vxlanMode: String?
        /// IPPool: whether pods' addresses are hidden behind their node's.
        public var natOutgoing: Bool?
    }

    /// `BGPPeer`, `Node`, `BGPConfiguration`, `IPPool`, or a list of them.
    public var kind: String
    /// Name and labels.
    public var metadata: Metadata?
    /// The specification.
    public var spec: Spec?
    /// The items of a list.
    public var items: [CalicoDocument]?
}
