import Fabric
import Polling

/// What came of asking for each kind of object.
enum ClusterOutcome: Sendable {
    case answer(Answer)
    /// What was told before still holds.
    case unchanged
    case failure(SourceError)
}

/// Words what a look at the cluster lacks: the one place that tells a failure from a gap.
enum ClusterOutcomes {
    /// The result of a look from what came of each kind, in the order of ``ClusterKind/all``.
    static func result(_ outcomes: [ClusterOutcome]) -> LookResult {
        var failures: [SourceError] = []
        var gaps: [SourceError] = []
        var answers: [Answer] = []
        for (kind, outcome) in zip(ClusterKind.all, outcomes) {
            switch outcome {
            case .answer(let answer): answers.append(answer)
            case .unchanged: break
            case .failure(let error):
                guard let unknown = kind.unknown else {
                    failures.append(error)
                    continue
                }
                if error.kind == .refused { gaps.append(gap(error, kind, unknown)) }
                if ![.refused, .notFound].contains(error.kind) { failures.append(error) }
            }
        }
        var error = failures.first
        // Where nothing at all answers for one and the same reason, there is no use in naming all.
        if failures.count > 1, failures.count < outcomes.count || failures.contains(where: { $0.kind != error?.kind }) {
            let others = failures.dropFirst().map { "\($0.operation) (\($0.kind.rawValue))" }
            error?.cause += "; failed as well: " + others.joined(separator: ", ")
        }
        var result = LookResult(look: .cluster, answers: answers, error: error)
        result.gaps = gaps
        return result
    }

    /// A refusal with the right that is missing and what stays unknown without it.
    private static func gap(_ error: SourceError, _ kind: ClusterKind, _ unknown: String) -> SourceError {
        var gap = error
        gap.hint = "let the kubeconfig's user list \(kind.name) (RBAC); unknown meanwhile: \(unknown)"
        return gap
    }
}
