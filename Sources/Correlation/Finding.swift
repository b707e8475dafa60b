public import Fabric
public import FoundationEssentials

/// How much a finding matters.
public enum Severity: Int, Sendable, Hashable, Comparable, CaseIterable, CustomStringConvertible {
    /// Worth knowing, no alarm.
    case note = 0
    /// Someone should act.
    case warning = 1
    /// Traffic is lost, or one failure away from it.
    case critical = 2

    /// `note`, `warning`, `critical`.
    public var description: String {
        switch self {
        case .note: "note"
        case .warning: "warning"
        case .critical: "critical"
        }
    }

    /// Note below warning below critical.
    public static func < (a: Severity, b: Severity) -> Bool { a.rawValue < b.rawValue }
}

/// The stable identifier of a finding rule: `session-down`.
public struct RuleID: Hashable, Sendable, Comparable, CustomStringConvertible, ExpressibleByStringLiteral {
    /// The kebab-case name.
    public let text: String

    /// An identifier from its name.
    public init(_ text: String) { self.text = text }

    /// An identifier from a literal.
    public init(stringLiteral value: String) { text = value }

    /// Alphabetical.
    public static func < (a: RuleID, b: RuleID) -> Bool { a.text < b.text }

    /// The kebab-case name.
    public var description: String { text }
}

/// What a finding is about; what does not apply is nil.
public struct Subject: Hashable, Sendable {
    /// The rack.
    public var rack: String?
    /// The leaf.
    public var leaf: LeafID?
    /// The node.
    public var node: NodeName?
    /// The prefix.
    public var prefix: IPPrefix?
    /// The service.
    public var service: ObjectName?
    /// The source, for findings about sources.
    public var source: SourceID?

    /// A subject from its parts.
    public init(
        rack: String? = nil, leaf: LeafID? = nil, node: NodeName? = nil, prefix: IPPrefix? = nil,
        service: ObjectName? = nil, source: SourceID? = nil
    ) {
        self.rack = rack
        self.leaf = leaf
        self.node = node
        self.prefix = prefix
        self.service = service
        self.source = source
    }
}

/// One piece of what a finding rests on.
public struct EvidenceLine: Hashable, Sendable {
    /// Who said it.
    public var source: SourceID
    /// In answer to what.
    public var command: String
    /// The words or numbers that matter, one line.
    public var excerpt: String
    /// The raw bytes, nil where they were not kept.
    public var evidence: Evidence?

    /// A line from its parts.
    public init(source: SourceID, command: String, excerpt: String, evidence: Evidence? = nil) {
        self.source = source
        self.command = command
        self.excerpt = excerpt
        self.evidence = evidence
    }

    /// A line about an observed fact.
    public init(_ provenance: Provenance, excerpt: String) {
        self.init(
            source: provenance.source, command: provenance.command, excerpt: excerpt, evidence: provenance.evidence)
    }
}

/// A problem with its cause, evidence from both sides and remedy.
public struct Finding: Hashable, Sendable {
    /// The rule that found it.
    public var rule: RuleID
    /// How much it matters.
    public var severity: Severity
    /// What it is about.
    public var subject: Subject
    /// Since when, as far as any side tells; nil where unknown.
    public var since: Date?
    /// One line: what is wrong.
    public var summary: String
    /// Why, as far as the evidence decides; where it does not, the causes that remain.
    public var cause: String
    /// What it rests on.
    public var evidence: [EvidenceLine]
    /// What to do.
    public var remedy: String

    /// A finding from its parts.
    public init(
        rule: RuleID, severity: Severity, subject: Subject, since: Date?, summary: String, cause: String,
        evidence: [EvidenceLine], remedy: String
    ) {
        self.rule = rule
        self.severity = severity
        self.subject = subject
        self.since = since
        self.summary = summary
        self.cause = cause
        self.evidence = evidence
        self.remedy = remedy
    }

    /// What makes a finding the same one in the next picture: rule and subject.
    public struct Identity: Hashable, Sendable {
        /// The rule.
        public var rule: RuleID
        /// The subject.
        public var subject: Subject
    }

    /// The finding's identity over time.
    public var identity: Identity { Identity(rule: rule, subject: subject) }
}
