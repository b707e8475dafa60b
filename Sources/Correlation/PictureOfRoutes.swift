public import Fabric

/// What is known of a yes-or-no question.
public enum Knowledge: String, Sendable, Hashable {
    case yes, no, unknown

    /// Known from a Boolean, unknown from nil.
    public init(_ value: Bool?) { self = value.map { $0 ? .yes : .no } ?? .unknown }
}

/// What kind of prefix a ledger entry is about.
public enum PrefixKind: String, Sendable, Hashable {
    /// A node's block of pod addresses.
    case block
    /// A pod's host route outside the node's own blocks.
    case borrowed
    /// A service's host route.
    case service
    /// A whole service subnet.
    case serviceRange = "service-range"
    /// Anything else.
    case other
}

/// The verdict on a prefix between a node and a leaf.
public enum PrefixVerdict: String, Sendable, Hashable {
    /// Advertised, accepted and installed as it should be.
    case ok
    /// Advertised inside the permitted subnets, not accepted.
    case notAccepted = "not-accepted"
    /// Expected, not advertised.
    case notAdvertised = "not-advertised"
    /// Accepted, not in the routing table.
    case notInstalled = "not-installed"
    /// Advertised outside the permitted subnets, denied by design; or a copy from the node-to-node mesh of what the
    /// leaf has without it.
    case denied
    /// Installed or accepted, not advertised or expected.
    case unexpected
    /// Installed through a node whose session is gone.
    case stale
    /// A side was not read.
    case unknown
}

/// One line of the prefix ledger: a prefix between a node and a leaf.
public struct LedgerEntry: Hashable, Sendable {
    /// Node and leaf.
    public var key: SessionKey
    /// The rack's name.
    public var rack: String?
    /// The prefix.
    public var prefix: IPPrefix
    /// Its kind.
    public var kind: PrefixKind
    /// Whether Calico and Kubernetes say it should be advertised.
    public var expected: Knowledge
    /// Whether BIRD exports it to this leaf.
    public var advertised: Knowledge
    /// Whether the leaf accepts it from this node.
    public var accepted: Knowledge
    /// Whether the leaf forwards it to this node.
    public var installed: Knowledge
    /// The verdict.
    public var verdict: PrefixVerdict
    /// The rule that makes a finding of it, nil where none does.
    public var rule: RuleID?
    /// Why, one line.
    public var reason: String

    /// An entry from its parts.
    public init(
        key: SessionKey, rack: String?, prefix: IPPrefix, kind: PrefixKind, expected: Knowledge,
        advertised: Knowledge, accepted: Knowledge, installed: Knowledge, verdict: PrefixVerdict, rule: RuleID?,
        reason: String
    ) {
        self.key = key
        self.rack = rack
        self.prefix = prefix
        self.kind = kind
        self.expected = expected
        self.advertised = advertised
        self.accepted = accepted
        self.installed = installed
        self.verdict = verdict
        self.rule = rule
        self.reason = reason
    }
}
