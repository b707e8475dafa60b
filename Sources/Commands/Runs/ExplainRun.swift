import Correlation
import Design

/// `bgpdeck explain`: what a rule means, how it is detected, what to do.
public enum ExplainRun {
    /// The text about a rule, or the list of all; nil for a rule that does not exist.
    public static func text(_ rule: String?) -> String? {
        guard let rule else {
            let width = RuleCatalog.all.map { $0.id.text.count }.max() ?? 0
            return RuleCatalog.all.map { entry in
                let name = entry.id.text
                let gap = String(repeating: " ", count: width - name.count + 2)
                return name + gap + (entry.explanation.split(separator: "\n").first.map(String.init) ?? "")
            }.joined(separator: "\n")
        }
        return RuleCatalog.all.first { $0.id.text == rule }.map { "\($0.id)\n\n\($0.explanation)" }
            ?? AuditRule.rule(rule).map(text)
    }

    /// A rule of the audit: what the paper recommends, where, why, and how to mend.
    private static func text(_ rule: AuditRule) -> String {
        """
        \(rule.id)

        The white paper recommends: \(rule.recommendation) (\(rule.place)).

        Why: \(rule.why).

        What to do: \(rule.mend).
        """ + (rule.remark.map { "\n\nWhere the paper errs or has aged: \($0)." } ?? "")
    }

    /// Rules whose names resemble a mistyped one.
    public static func suggestions(for rule: String) -> [String] {
        let words = rule.split(separator: "-")
        return (RuleCatalog.all.map { $0.id.text } + AuditRule.all.map(\.id)).filter { name in
            words.contains { name.contains($0) }
        }
    }
}
