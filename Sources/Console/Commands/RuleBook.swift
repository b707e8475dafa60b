import Correlation
import Design

/// What every rule means, those of the findings and those of the audit, for `explain` on the screen and off it.
public enum RuleBook {
    /// The identifiers: of findings first, then of the audit in the paper's order.
    public static let names: [String] = RuleCatalog.all.map { $0.id.text } + AuditRule.all.map(\.id)

    /// Every rule in a line.
    public static let list: [String] = {
        let width = (names.map(\.count).max() ?? 0) + 2
        let findings = RuleCatalog.all.map { rule in
            rule.id.text.padded(to: width) + (rule.explanation.split(separator: "\n").first.map(String.init) ?? "")
        }
        let audit = AuditRule.all.map { $0.id.padded(to: width) + $0.recommendation }
        return ["Findings"] + findings.map { "  " + $0 } + ["", "Audit against the white paper"]
            + audit.map { "  " + $0 }
    }()

    /// What a rule means, how it is found and what to do; nil for a rule that does not exist.
    public static func text(_ name: String) -> [String]? {
        if let rule = RuleCatalog.all.first(where: { $0.id.text == name }) {
            return rule.explanation.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        }
        return AuditRule.rule(name).map(text)
    }

    /// A rule of the audit: what the paper recommends, where, why, and how to mend.
    private static func text(_ rule: AuditRule) -> [String] {
        var parts = [
            "The white paper recommends: \(rule.recommendation) (\(rule.place)).", "Why: \(rule.why).",
            "What to do: \(rule.mend).",
        ]
        if let remark = rule.remark { parts.append("Where the paper errs or has aged: \(remark).") }
        return Array(parts.map { [$0] }.joined(separator: [""]))
    }
}
