import Fabric
import FoundationEssentials

/// What the two rules about sources share: which sources are in a state, and what is unknown because of it.
enum SourceTrouble {
    /// Up to this many sources of a kind are told one by one.
    private static let single = 5

    static func findings(
        _ context: RuleContext, _ sources: Set<SourceID>, rule: RuleID, word: String
    ) -> [Finding] {
        let troubled = Dictionary(
            uniqueKeysWithValues: sources.compactMap { source in context.snapshot.sources[source].map { (source, $0) } }
        ).filter { !isExplained($0.key, $0.value, context) }
        let kinds = Dictionary(grouping: troubled.keys.sorted(), by: kind)
        return kinds.sorted { $0.key < $1.key }.flatMap { kind, sources -> [Finding] in
            let told = sources.compactMap { source in troubled[source].map { (source, $0) } }
            guard sources.count > single else {
                return told.map { one($0, $1, context, rule: rule, word: word) }
            }
            return [many(kind, told, context, rule: rule, word: word)]
        }
    }

    /// BIRD's silence on a node of which calicoctl says that BIRD or Calico does not run: that is said by session-down.
    private static func isExplained(_ source: SourceID, _ status: SourceStatus, _ context: RuleContext) -> Bool {
        guard case .node(let node) = source, context.facts.nodes[node]?.outage != nil,
            let error = status.error, let asked = status.lastAttempt, let answered = status.lastSuccess
        else { return false }
        return error.operation.lowercased().contains("bird") && asked.timeIntervalSince(answered) < 1
    }

    private static func kind(_ source: SourceID) -> String {
        switch source {
        case .apic: "controllers"
        case .leaf: "leaves"
        case .node: "nodes"
        case .kubernetes: "cluster"
        }
    }

    private static func one(
        _ source: SourceID, _ status: SourceStatus, _ context: RuleContext, rule: RuleID, word: String
    ) -> Finding {
        Finding(
            rule: rule, severity: .warning, subject: subject(source, context), since: status.lastSuccess,
            summary: "\(source) is \(word)" + (status.error.map { ": \($0.kind.rawValue)" } ?? ""),
            cause: said(status) + "; unknown meanwhile: \(unknown(source))", evidence: [line(source, status)],
            remedy: status.error.map(\.hint).flatMap { $0.isEmpty ? nil : $0 }
                ?? "check that \(source) can be reached from here")
    }

    private static func many(
        _ kind: String, _ told: [(SourceID, SourceStatus)], _ context: RuleContext, rule: RuleID, word: String
    ) -> Finding {
        let sources = told.map(\.0)
        let hints = told.compactMap(\.1.error?.hint).filter { !$0.isEmpty }
        return Finding(
            rule: rule, severity: .warning, subject: Subject(), since: told.compactMap(\.1.lastSuccess).min(),
            summary: "\(sources.count) \(kind) are \(word): \(listed(sources))",
            cause: said(told[0].1) + "; unknown meanwhile: \(unknown(sources[0])), for each of them",
            evidence: told.prefix(4).map { line($0, $1) },
            remedy: hints.first ?? "check that the \(kind) can be reached from here")
    }

    private static func subject(_ source: SourceID, _ context: RuleContext) -> Subject {
        var subject = Subject(source: source)
        switch source {
        case .leaf(let leaf): subject.leaf = leaf
        case .node(let node):
            subject.node = node
            subject.rack = context.nodes[node]?.rack
        case .apic, .kubernetes: break
        }
        return subject
    }

    private static func said(_ status: SourceStatus) -> String {
        guard let error = status.error else { return "no answer, and no error either: it hangs, or was not asked" }
        return "\(error.operation): \(error.kind.rawValue): \(error.cause)"
    }

    private static func line(_ source: SourceID, _ status: SourceStatus) -> EvidenceLine {
        EvidenceLine(
            source: source, command: status.error?.operation ?? "",
            excerpt: status.error?.cause ?? (status.lastSuccess == nil ? "never answered" : "no answer since"))
    }

    private static func unknown(_ source: SourceID) -> String {
        switch source {
        case .apic: "what the leaves say of sessions and routes"
        case .leaf: "the leaf's sessions and routes"
        case .node: "the node's end of its sessions and what it advertises"
        case .kubernetes: "what should be advertised, services and their endpoints"
        }
    }
}
