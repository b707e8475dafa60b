public import Fabric

/// The share of a service's traffic that a node draws on a leaf.
public struct NodeShare: Hashable, Sendable {
    /// The node.
    public var node: NodeName
    /// Its ready endpoints, nil where unknown.
    public var endpoints: Int?
    /// The share, 0 to 1: one over the number of next hops where the node is one, else 0.
    public var share: Double

    /// A share from its parts.
    public init(node: NodeName, endpoints: Int?, share: Double) {
        self.node = node
        self.endpoints = endpoints
        self.share = share
    }
}

/// The verdict on a service prefix on a leaf.
public enum ServiceVerdict: String, Sendable, Hashable {
    /// Next hops and endpoints agree.
    case even
    /// Some nodes draw more than their endpoints deserve.
    case skewed
    /// Several nodes should be next hops, one is.
    case single
    /// No next hop at all.
    case absent
    /// Not enough is known.
    case unknown
}

/// A service prefix on a leaf: who should draw its traffic, who does.
///
/// At the design's maximum there are 48,000, alike by the thousand in all but the prefix and the service: what they have
/// in common is held once.
public struct ServiceView: Hashable, Sendable {
    /// The service, nil for a service range.
    public var service: ObjectName?
    /// The prefix.
    public var prefix: IPPrefix
    private var held: Held

    private final class Held: Hashable, Sendable {
        let measure: Measure

        init(_ measure: Measure) { self.measure = measure }

        static func == (a: Held, b: Held) -> Bool { a === b || a.measure == b.measure }

        func hash(into hasher: inout Hasher) { hasher.combine(measure) }
    }

    private struct Measure: Hashable, Sendable {
        var leaf: LeafID
        var expectedNodes: [NodeName]
        var nextHops: [String]
        var shares: [NodeShare]
        var skew: Double?
        var isClipped: Bool
        var verdict: ServiceVerdict
        var isByEndpoints: Bool
    }

    /// A view from its parts.
    public init(
        service: ObjectName?, prefix: IPPrefix, leaf: LeafID, expectedNodes: [NodeName], nextHops: [String],
        shares: [NodeShare], skew: Double?, isClipped: Bool, verdict: ServiceVerdict, isByEndpoints: Bool = false
    ) {
        self.service = service
        self.prefix = prefix
        held = Held(
            Measure(
                leaf: leaf, expectedNodes: expectedNodes, nextHops: nextHops, shares: shares, skew: skew,
                isClipped: isClipped, verdict: verdict, isByEndpoints: isByEndpoints))
    }

    /// The leaf.
    public var leaf: LeafID { held.measure.leaf }
    /// Nodes that should be next hops.
    public var expectedNodes: [NodeName] {
        get { held.measure.expectedNodes }
        set { change { $0.expectedNodes = newValue } }
    }
    /// The next hops: names of nodes, or addresses where no node has it.
    public var nextHops: [String] {
        get { held.measure.nextHops }
        set { change { $0.nextHops = newValue } }
    }
    /// The share of each expected or drawing node.
    public var shares: [NodeShare] {
        get { held.measure.shares }
        set { change { $0.shares = newValue } }
    }
    /// The skew figure, 1.0 is even; nil where unknown.
    public var skew: Double? {
        get { held.measure.skew }
        set { change { $0.skew = newValue } }
    }
    /// Whether the ECMP limit hides next hops.
    public var isClipped: Bool {
        get { held.measure.isClipped }
        set { change { $0.isClipped = newValue } }
    }
    /// The verdict.
    public var verdict: ServiceVerdict {
        get { held.measure.verdict }
        set { change { $0.verdict = newValue } }
    }
    /// Whether nodes deserve shares by their endpoints; else all the same.
    public var isByEndpoints: Bool { held.measure.isByEndpoints }

    private mutating func change(_ body: (inout Measure) -> Void) {
        var measure = held.measure
        body(&measure)
        held = Held(measure)
    }
}
