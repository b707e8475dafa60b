public import Fabric

/// The addresses of the subnet that a node shares with the two leaves of its rack.
///
/// The paper allocates a /29 per node: the first usable address is the node's, the last three are leaf A's, leaf B's
/// and the shared secondary (the node's default gateway), in that order. 192.168.2.0/29 gives node .1, leaves .4 and
/// .5, gateway .6.
public struct NodeSubnet: Hashable, Sendable {
    /// The subnet.
    public let prefix: IPPrefix

    /// The length that the paper gives a node's subnet.
    public static let length = 29

    /// The subnet of a node's address; nil where the length leaves no room for a node and three leaf addresses.
    public init?(nodeAddress: IPAddress, length: Int? = nil) {
        let fallback = nodeAddress.family == .ipv4 ? NodeSubnet.length : 125
        guard let prefix = IPPrefix(nodeAddress, length: length ?? fallback), prefix.addressCount >= 8 else {
            return nil
        }
        self.prefix = prefix
    }

    /// A subnet from its prefix; nil where it is too small.
    public init?(prefix: IPPrefix) {
        guard prefix.addressCount >= 8 else { return nil }
        self.prefix = prefix
    }

    /// The node's address: the first usable.
    public var node: IPAddress? { prefix.address(at: 1) }

    /// The leaf's address on side A (index 0) or B (index 1): last usable minus two, minus one.
    public func leaf(side: Int) -> IPAddress? {
        guard side == 0 || side == 1 else { return nil }
        return prefix.address(at: prefix.addressCount - 4 + UInt128(side))
    }

    /// The secondary address that both leaves share: the last usable.
    public var gateway: IPAddress? { prefix.address(at: prefix.addressCount - 2) }
}
