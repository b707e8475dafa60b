/// A block of pod addresses with who uses them (Calico's IPAMBlock, calico.md 3.5).
public struct IPAMBlock: Hashable, Sendable {
    /// The block.
    public var block: IPPrefix
    /// The node that owns it; nil: released, or a load balancer's.
    public var owner: NodeName?
    /// Addresses that are free.
    public var free: Int
    /// Addresses of pods on nodes that do not own the block: each is a host route of its node.
    public var borrowed: [BorrowedAddress]

    /// A block from its parts.
    public init(block: IPPrefix, owner: NodeName?, free: Int, borrowed: [BorrowedAddress] = []) {
        self.block = block
        self.owner = owner
        self.free = free
        self.borrowed = borrowed
    }
}

/// A pod's address in a block that its node does not own.
public struct BorrowedAddress: Hashable, Sendable {
    /// The address.
    public var address: IPAddress
    /// The node that the pod runs on.
    public var node: NodeName

    /// An address from its parts.
    public init(address: IPAddress, node: NodeName) {
        self.address = address
        self.node = node
    }
}

/// What a Calico BGPFilter says of routes that are exported (calico.md 3.5): the first rule that matches decides, and
/// where none does Calico's own rules do.
public struct CalicoFilter: Hashable, Sendable {
    /// How a rule compares a route with its prefix.
    public enum Match: String, Hashable, Sendable {
        case equal = "Equal"
        case notEqual = "NotEqual"
        case inside = "In"
        case notInside = "NotIn"
    }

    /// A rule.
    public struct Rule: Hashable, Sendable {
        /// The prefix; nil: every route of the family.
        public var prefix: IPPrefix?
        /// How it is compared.
        public var match: Match
        /// The lengths that it holds for; nil: any.
        public var lengths: ClosedRange<Int>?
        /// Whether routes that match are rejected.
        public var rejects: Bool
        /// Whether the rule has conditions that are not read here, so that whether it matches is unknown.
        public var hasMore: Bool

        /// A rule from its parts.
        public init(
            prefix: IPPrefix?, match: Match = .equal, lengths: ClosedRange<Int>? = nil, rejects: Bool,
            hasMore: Bool = false
        ) {
            self.prefix = prefix
            self.match = match
            self.lengths = lengths
            self.rejects = rejects
            self.hasMore = hasMore
        }

        /// Whether a route matches.
        public func matches(_ route: IPPrefix) -> Bool {
            if let lengths, !lengths.contains(Int(route.length)) { return false }
            guard let prefix else { return true }
            return switch match {
            case .equal: route == prefix
            case .notEqual: route != prefix
            case .inside: prefix.contains(route)
            case .notInside: !prefix.contains(route)
            }
        }
    }

    /// The resource's name.
    public var name: String
    /// The rules for IPv4 routes that are exported, in order.
    public var exportV4: [Rule]
    /// The rules for IPv6 routes that are exported, in order.
    public var exportV6: [Rule]

    /// A filter from its parts.
    public init(name: String, exportV4: [Rule] = [], exportV6: [Rule] = []) {
        self.name = name
        self.exportV4 = exportV4
        self.exportV6 = exportV6
    }

    /// Whether the filter rejects a route; nil where it does not say, or where that hangs on what is not read.
    public func rejects(_ route: IPPrefix) -> Bool? {
        for rule in route.family == .ipv4 ? exportV4 : exportV6 where rule.matches(route) {
            return rule.hasMore ? nil : rule.rejects
        }
        return nil
    }
}
