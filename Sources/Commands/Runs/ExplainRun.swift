import Console

/// `bgpdeck explain`: what a rule means, how it is detected, what to do.
public enum ExplainRun {
    /// The text about a rule, or the list of all; nil for a rule that does not exist.
    public static func text(_ rule: String?) -> String? {
        guard let rule else { return RuleBook.list.joined(separator: "\n") }
        return RuleBook.text(rule).map { "\(rule)\n\n\($0.joined(separator: "\n"))" }
    }

    /// Rules whose names resemble a mistyped one.
    public static func suggestions(for rule: String) -> [String] {
        let words = rule.split(separator: "-")
        return RuleBook.names.filter { name in words.contains { name.contains($0) } }
    }
}
