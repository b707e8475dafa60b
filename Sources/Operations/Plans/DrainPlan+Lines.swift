import Correlation
import Fabric
import Polling

extension DrainPlan {
    /// The sections of the plan.
    var body: [PlanLine] {
        podLines + serviceLines + stayingLines + holdLines + sessionLines(sessions, others: rackSessions) + stepLines
            + ageLines(ages)
    }

    private var podLines: [PlanLine] {
        guard let pods else { return [PlanLine(.heading, "Pods"), PlanLine(.warning, "not read: unknown")] }
        let lines = pods.map { group in
            PlanLine(
                group.treatment == .evict ? .removed : .text,
                "\(group.treatment.rawValue): \(group.pods.count)  \(list(group.pods))")
        }
        let grace = options.gracePeriodSeconds.map { "\($0) s" } ?? "each pod's own"
        return [PlanLine(.heading, "Pods")] + (lines.isEmpty ? [PlanLine(.text, "none")] : lines)
            + [PlanLine(.text, "grace period \(grace), time-out \(options.timeoutSeconds) s")]
    }

    private var serviceLines: [PlanLine] {
        let lines = losses.map { loss in
            let name = loss.service.map { "\($0) " } ?? ""
            let place = "\(name)\(loss.prefix) on leaf \(loss.leaf): "
            if loss.isLast { return PlanLine(.danger, place + "LAST, no next hop remains") }
            if loss.remaining.isEmpty {
                return PlanLine(.warning, place + "none remains here; elsewhere \(list(loss.otherNodes))")
            }
            return PlanLine(
                loss.remaining.count == 1 ? .warning : .removed,
                place + "\(loss.remaining.count) remain, \(list(loss.remaining))")
        }
        let unseen = withdrawn.filter { prefix in !losses.contains { $0.prefix == prefix } }
        let rest = unseen.map { PlanLine(.removed, "\($0): advertised, on none of the leaves' tables now") }
        let none = [PlanLine(.text, "no service route goes through this node")]
        return [PlanLine(.heading, "Service routes that leave")]
            + (losses.isEmpty && rest.isEmpty ? none : lines + rest)
    }

    private var stayingLines: [PlanLine] {
        guard !stayingBlocks.isEmpty else { return [] }
        return [
            PlanLine(.heading, "Pod routes"),
            PlanLine(.text, "pod blocks \(list(stayingBlocks)): stay until the sessions are held down"),
        ]
    }

    private var holdLines: [PlanLine] {
        let lines: [PlanLine] =
            switch hold {
            case .controllers: [PlanLine(.changed, "adminSt disabled in the node's bgpPeerP on the controllers")]
            case .label(let peers):
                peers.filter { !$0.isReady }.map {
                    PlanLine(.changed, "BGPPeer \($0.name): nodeSelector \($0.heldSelector)")
                } + [PlanLine(.added, "label \(KubernetesNode.holdLabel)=true on \(node)")]
            case .none(let reason): [PlanLine(.warning, "not held: \(reason)")]
            }
        return [PlanLine(.heading, "Sessions held down")] + lines
    }

    private var stepLines: [PlanLine] {
        [PlanLine(.heading, "Steps")]
            + StepID.steps(of: .drain).enumerated().map { PlanLine(.text, "\($0.offset + 1). \($0.element.title)") }
    }
}

/// The sessions of a node, and in short those of the rack's other nodes.
func sessionLines(_ sessions: [Session], others: [Session] = []) -> [PlanLine] {
    guard !sessions.isEmpty || !others.isEmpty else { return [] }
    var lines = [PlanLine(.heading, "Sessions")]
    lines += sessions.map { PlanLine(.text, "with leaf \($0.key.leaf): \($0.verdict.rawValue)") }
    if !others.isEmpty {
        let up = others.count { $0.verdict == .up }
        lines.append(
            PlanLine(
                up == others.count ? .text : .warning, "other nodes of the rack: \(up) of \(others.count) sessions up"))
    }
    return lines
}

/// How old the facts are.
func ageLines(_ ages: [SourceAge]) -> [PlanLine] {
    [PlanLine(.heading, "Facts")] + ages.map { PlanLine($0.isFresh ? .text : .warning, $0.text) }
}
