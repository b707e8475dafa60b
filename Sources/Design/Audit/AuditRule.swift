/// One recommendation of the white paper as a rule.
public struct AuditRule: Sendable {
    /// The stable identifier in kebab-case.
    public let id: String
    /// Where the paper says it.
    public let place: String
    /// What the paper recommends.
    public let recommendation: String
    /// Why it matters.
    public let why: String
    /// How to mend a departure.
    public let mend: String
    /// Where the paper errs or has aged.
    public let remark: String?
    /// How much a departure matters.
    public let severity: AuditSeverity
    let check: @Sendable (AuditFacts) -> AuditOutcome

    init(
        _ id: String, place: String, _ recommendation: String, why: String, mend: String, remark: String? = nil,
        severity: AuditSeverity = .warning, check: @escaping @Sendable (AuditFacts) -> AuditOutcome
    ) {
        self.id = id
        self.place = place
        self.recommendation = recommendation
        self.why = why
        self.mend = mend
        self.remark = remark
        self.severity = severity
        self.check = check
    }

    /// Every rule, in the order of the paper's own steps.
    public static let all: [AuditRule] =
        schemeRules + addressRules + interfaceRules + l3outRules + peerRules + timerRules + importRules + reachRules
        + calicoRules + advertisementRules + scaleRules

    /// The rule with an identifier.
    public static func rule(_ id: String) -> AuditRule? { all.first { $0.id == id } }
}

/// One line of an audit: a departure, or what a rule says of the whole fabric.
public struct AuditEntry: Hashable, Sendable {
    /// How the fabric stands to the recommendation.
    public enum Verdict: String, Hashable, Sendable {
        /// Somewhere it is not as the paper says.
        case departs
        /// It cannot be told.
        case unknown
        /// It is as the paper says.
        case holds
        /// The recommendation is not about this variant or plan.
        case notApplicable = "not applicable"
    }

    /// The rule's identifier.
    public var rule: String
    /// The verdict.
    public var verdict: Verdict
    /// How much it matters; nil where nothing departs.
    public var severity: AuditSeverity?
    /// What it is about; `fabric` for the whole.
    public var subject: String
    /// What the fabric says, or why that is not known.
    public var says: String
    /// What it should say.
    public var should: String
    /// Where the paper says so.
    public var place: String
    /// Why it matters.
    public var why: String
    /// How to mend it.
    public var mend: String
    /// Where the paper errs or has aged.
    public var remark: String?
}

/// The audit of a fabric against the paper.
public enum Audit {
    /// Every rule's entries, in the order of the rules.
    public static func entries(_ facts: AuditFacts) -> [AuditEntry] {
        AuditRule.all.flatMap { entries(of: $0, facts) }
    }

    /// One rule's entries: one per departure, or one for the whole.
    public static func entries(of rule: AuditRule, _ facts: AuditFacts) -> [AuditEntry] {
        func entry(_ verdict: AuditEntry.Verdict, _ subject: String, _ says: String, _ should: String) -> AuditEntry {
            AuditEntry(
                rule: rule.id, verdict: verdict, severity: verdict == .departs ? rule.severity : nil, subject: subject,
                says: says, should: should, place: rule.place, why: rule.why, mend: rule.mend, remark: rule.remark)
        }
        switch rule.check(facts) {
        case .holds(let says): return [entry(.holds, "fabric", says, rule.recommendation)]
        case .unknown(let reason): return [entry(.unknown, "fabric", reason, rule.recommendation)]
        case .notApplicable(let reason): return [entry(.notApplicable, "fabric", reason, rule.recommendation)]
        case .departs(let list): return list.map { entry(.departs, $0.subject, $0.says, $0.should) }
        }
    }
}
