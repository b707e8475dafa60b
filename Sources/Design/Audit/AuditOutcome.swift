/// How much a departure from the paper matters.
public enum AuditSeverity: Int, Hashable, Sendable, Comparable {
    /// Worth knowing; works all the same.
    case note = 0
    /// Someone should act.
    case warning = 1

    /// `note` or `warning`.
    public var word: String { self == .note ? "note" : "warning" }

    /// Note below warning.
    public static func < (a: AuditSeverity, b: AuditSeverity) -> Bool { a.rawValue < b.rawValue }
}

/// What a rule found.
public enum AuditOutcome: Hashable, Sendable {
    /// The fabric is as the paper says; with what was seen.
    case holds(String)
    /// It is not; each place where.
    case departs([Departure])
    /// It cannot be told, because.
    case unknown(String)
    /// It does not apply to this variant or plan, because.
    case notApplicable(String)

    /// One place where the fabric departs.
    public struct Departure: Hashable, Sendable {
        /// The node, leaf, L3Out or object.
        public var subject: String
        /// What the fabric says.
        public var says: String
        /// What it should say.
        public var should: String

        /// A departure from its parts.
        public init(_ subject: String, says: String, should: String) {
            self.subject = subject
            self.says = says
            self.should = should
        }
    }
}
