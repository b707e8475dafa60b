import Correlation
import Fabric
import FoundationEssentials
import Polling

/// How an operation goes from step to step.
extension Operation {
    mutating func start(_ consent: Consent, _ now: Date) -> [OperationAction] {
        guard phase == .waiting else { return [] }
        startedAt = now
        guard consent.planDigest == digest else {
            return finish(
                .failed, "the consent was given to another plan; look at this one and consent again", now,
                journal: false)
        }
        phase = .running
        var former = ""
        if case .push(let push) = plan { former = push.rollback }
        return [.journal(entry(nil, .started, former, now))] + begin(now)
    }

    /// Begins the step at the index, or ends the operation behind the last one.
    mutating func begin(_ now: Date) -> [OperationAction] {
        guard phase == .running else { return finish(.aborted, "aborted on request", now) }
        guard let step = current else { return finish(.succeeded, success, now) }
        if let reason = needless(step) {
            steps[index].state = .skipped(reason: reason)
            index += 1
            return [.journal(entry(step, .skipped, reason, now))] + begin(now)
        }
        steps[index].state = .running(since: now)
        let opening = OperationAction.journal(entry(step, .begin, "", now))
        if let change = change(of: step) {
            isPerforming = true
            wasPerformed.insert(step)
            return [opening, .perform(step, change)]
        }
        askedAt = now
        return [opening, .poll(looks(of: step))]
    }

    private func change(of step: StepID) -> Change? {
        switch (step, plan) {
        case (.cordon, _): .cordon(plan.node)
        case (.uncordon, _): .uncordon(plan.node)
        case (.evict, .drain(let drain)): .drain(plan.node, drain.options)
        case (.apply, .push(let push)): .apply(push.document)
        default: nil
        }
    }

    private func looks(of step: StepID) -> [Look] {
        let leaves = leaves
        switch step {
        case .confirmWithdrawal: return leaves.map { .leafRoutes($0, .all) } + [.node(plan.node)]
        case .confirmSessions: return leaves.map { .leafSummary($0) } + [.node(plan.node)]
        case .confirmPeers: return [.cluster, .node(plan.node)]
        default: return [.cluster]
        }
    }

    private var leaves: [LeafID] {
        switch plan {
        case .drain(let plan): plan.leaves
        case .restore(let plan): plan.leaves
        case .push(let plan): plan.leaves
        }
    }

    private func needless(_ step: StepID) -> String? {
        switch (step, plan) {
        case (.confirmWithdrawal, .drain(let drain)) where drain.withdrawn.isEmpty:
            "the node advertised no service host route"
        case (.confirmWithdrawal, .drain(let drain)) where drain.leaves.isEmpty: "no leaf of the node is known"
        case (.confirmSessions, _) where leaves.isEmpty: "no leaf of the node is known"
        default: nil
        }
    }

    private var success: String {
        let unseen = steps.compactMap { step in step.reason.map { "\(step.id.title): not checked, \($0)" } }
        let words =
            switch plan.kind {
            case .drain: "the node is in maintenance: cordoned, drained, its service host routes gone from its leaves"
            case .restore: "the node takes pods and its sessions are up; service next hops return with its pods"
            case .push: "Calico holds what is intended and the sessions are up from both ends"
            }
        return ([words] + unseen).joined(separator: "; ")
    }

    mutating func changeDone(_ now: Date) -> [OperationAction] {
        isPerforming = false
        changedAt = now
        return stepDone(now)
    }

    private mutating func stepDone(_ now: Date) -> [OperationAction] {
        guard let step = current else { return [] }
        steps[index].state = .done(at: now)
        index += 1
        return [.journal(entry(step, .done, "", now))] + begin(now)
    }

    mutating func changeFailed(_ reason: String, _ now: Date) -> [OperationAction] {
        isPerforming = false
        return stepFailed(reason, now)
    }

    func stepOutcome(_ reason: String) -> (OperationResult.Outcome, String) {
        phase == .aborting ? (.aborted, "aborted on request; \(reason)") : (.failed, reason)
    }

    private mutating func stepFailed(_ reason: String, _ now: Date) -> [OperationAction] {
        guard let step = current else { return [] }
        steps[index].state = .failed(at: now, reason: reason)
        let (outcome, words) = stepOutcome(reason)
        return [.journal(entry(step, .failed, reason, now))] + finish(outcome, "\(step.title): \(words)", now)
    }

    /// Weighs new facts against what the present step must see.
    mutating func look(_ snapshot: Snapshot, _ picture: Picture, _ now: Date) -> [OperationAction] {
        guard let step = current, case .running(let since) = steps[index].state, !step.changesTheWorld else {
            return []
        }
        let proof = Proof(snapshot: snapshot, picture: picture, after: changedAt ?? since, limits: limits)
        facts.removeAll { $0.step == step }
        facts += proof.facts(for: step, of: plan)
        let mine = facts.filter { $0.step == step }
        if !mine.isEmpty, mine.allSatisfy(\.isProven) { return stepDone(now) }
        return tick(now)
    }

    mutating func tick(_ now: Date) -> [OperationAction] {
        guard let step = current, case .running(let since) = steps[index].state else { return [] }
        let waited = now.timeIntervalSince(since)
        if isPerforming { return watchChange(step, waited: waited, now) }
        if waited > limit(of: step) { return stepFailed(unproven(step, seconds: limit(of: step)), now) }
        guard let askedAt, now.timeIntervalSince(askedAt) >= limits.pollSeconds else { return [] }
        self.askedAt = now
        return [.poll(looks(of: step))]
    }

    private mutating func watchChange(_ step: StepID, waited: Double, _ now: Date) -> [OperationAction] {
        if let cancelledAt {
            guard now.timeIntervalSince(cancelledAt) > limits.graceSeconds else { return [] }
            return stepFailed("the change was told to end and did not; look at the node before going on", now)
        }
        guard waited > limit(of: step) else { return [] }
        cancelledAt = now
        note("no end of '\(step.title)' after \(Int(waited)) s: it is told to end")
        return [.cancelChange]
    }

    private func limit(of step: StepID) -> Double {
        switch step {
        case .confirmCordon, .confirmUncordon: return limits.cordonSeconds
        case .confirmWithdrawal: return limits.withdrawalSeconds
        case .confirmSessions: return limits.sessionSeconds
        case .confirmPeers: return limits.peerSeconds
        case .cordon, .uncordon, .apply: return limits.graceSeconds
        case .evict:
            guard case .drain(let drain) = plan, drain.options.timeoutSeconds > 0 else { return .infinity }
            return Double(drain.options.timeoutSeconds) + limits.graceSeconds
        }
    }

    private func unproven(_ step: StepID, seconds: Double) -> String {
        let open = facts.filter { $0.step == step && !$0.isProven }.map { "\($0.claim): \($0.detail)" }
        let shown = open.isEmpty ? ["no facts came"] : Array(open.prefix(6))
        let more = open.count > 6 ? ["and \(open.count - 6) more"] : []
        let hint =
            step == .confirmWithdrawal
            ? ["a pod that the drain leaves alone (DaemonSet) may still back the service"] : []
        return "not seen within \(Int(seconds)) s: " + (shown + more + hint).joined(separator: "; ")
    }

    mutating func abort(_ now: Date) -> [OperationAction] {
        guard phase != .aborting else { return [] }
        guard phase == .running else { return finish(.aborted, "aborted before it began", now, journal: false) }
        phase = .aborting
        guard isPerforming else { return stepFailed("not waited for any longer", now) }
        note("abort: waiting for the end of '\(current?.title ?? "")'")
        guard current == .evict, cancelledAt == nil else { return [] }
        cancelledAt = now
        return [.cancelChange]
    }

    mutating func journalFailed(_ reason: String, _ now: Date) -> [OperationAction] {
        if let step = current, case .running = steps[index].state {
            isPerforming = false
            wasPerformed.remove(step)
            steps[index].state = .failed(at: now, reason: "not begun: the journal could not be written")
        }
        return finish(
            .failed, "the journal could not be written, so nothing more is changed: \(reason)", now, journal: false)
    }

    mutating func finish(
        _ outcome: OperationResult.Outcome, _ reason: String, _ now: Date, journal: Bool = true
    ) -> [OperationAction] {
        for place in steps.indices where !steps[place].isOver { steps[place].state = .skipped(reason: "not reached") }
        isPerforming = false
        let left = remains
        let result = OperationResult(
            outcome: outcome, reason: reason, remains: left.sentence, inverse: left.inverse, undo: undo(left))
        phase = .finished(result)
        note("\(outcome.rawValue): \(reason)")
        let end = OperationAction.finished(result)
        guard journal else { return [end] }
        return [.journal(entry(nil, .finished, left.sentence, now, outcome: outcome)), end]
    }

    private func undo(_ left: Remains) -> String {
        if let inverse = left.inverse { return "\(inverse) \(plan.node)" }
        guard case .push(let push) = plan, left.isTouched else { return "" }
        return push.undo
    }

    private func entry(
        _ step: StepID?, _ phase: JournalEntry.Phase, _ result: String, _ now: Date,
        outcome: OperationResult.Outcome? = nil
    ) -> JournalEntry {
        JournalEntry(
            time: now, operation: id, who: who, kind: plan.kind, node: plan.node, step: step, phase: phase,
            outcome: outcome, result: result, plan: digest)
    }
}
