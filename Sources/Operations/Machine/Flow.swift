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
        if case .push(let push) = plan { former = push.former }
        var opening = entry(nil, .started, former, now)
        opening.former = plan.target.former
        return [.journal(opening)] + begin(now)
    }

    /// Begins the step at the index, or ends the operation behind the last one.
    mutating func begin(_ now: Date) -> [OperationAction] {
        guard phase == .running else { return finish(.aborted, "aborted on request", now) }
        if let stopReason { return finish(.failed, stopReason, now) }
        guard let step = current else { return finish(.succeeded, success, now) }
        if let reason = needless(step) {
            steps[index].state = .skipped(reason: reason)
            index += 1
            return [.journal(entry(step, .skipped, reason, now))] + begin(now)
        }
        steps[index].state = .running(since: now)
        pause = nil
        lostSeconds = 0
        let opening = OperationAction.journal(entry(step, .begin, "", now))
        if let perform = perform(step, now) { return [opening, perform] }
        askedAt = now
        return [opening, .poll(looks(of: step))]
    }

    /// Orders the change of a step, with the marks around it; nil where the step only looks.
    private mutating func perform(_ step: StepID, _ now: Date) -> OperationAction? {
        guard let change = change(of: step) else { return nil }
        isPerforming = true
        wasPerformed.insert(step)
        // Before the lock nothing may be written; unlocking removes the mark itself.
        let before = step == .lock ? nil : mark(.running, step, isDone: false, now)
        let after: NodeMark? =
            switch step {
            case .unlock: nil
            case .maintain: mark(.maintenance, step, isDone: true, now)
            default: mark(.running, step, isDone: true, now)
            }
        return .perform(step, change, before: before, after: after)
    }

    /// The mark that tells other consoles where the operation stands.
    func mark(_ phase: NodeMark.Phase, _ step: StepID?, isDone: Bool, _ now: Date) -> NodeMark {
        let done = steps.compactMap { if case .done = $0.state { $0.id } else { nil } }
        let state = Remains(
            kind: plan.kind, done: isDone ? done + (step.map { [$0] } ?? []) : done, begun: isDone ? nil : step)
        return NodeMark(
            operation: id, kind: plan.kind, phase: phase, step: step, isDone: isDone, who: who,
            since: startedAt ?? now, at: now, former: former, remains: state.sentence)
    }

    /// What must be put back; a push of a node in service has nothing but the node's own state.
    private var former: FormerState {
        plan.target.former
            ?? FormerState(
                excludeLabel: nil, wasCordoned: false, address: plan.target.address?.description,
                hold: .none("not drained"), prefixes: [])
    }

    private func change(of step: StepID) -> Change? {
        let target = plan.target
        switch (step, plan) {
        case (.lock, _):
            return .lock(
                LockRequest(
                    holder: LockHolder(who: who, node: plan.node), leaves: target.leaves, heirOf: target.heirOf,
                    sharesPair: target.sharesPair))
        case (.exclude, _): return .label(plan.node, [KubernetesNode.excludeLabel: "true"])
        case (.include, _):
            return .label(plan.node, [KubernetesNode.excludeLabel: target.former?.excludeLabel])
        case (.cordon, _): return .cordon(plan.node)
        case (.uncordon, _): return .uncordon(plan.node)
        case (.evict, .drain(let drain)): return .drain(plan.node, drain.options)
        case (.hold, .drain(let drain)): return .hold(plan.node, target.address, drain.hold)
        case (.release, _): return .release(plan.node, target.address, former.hold)
        case (.maintain, _): return .keepLock
        case (.unlock, _): return .unlock(plan.node)
        case (.apply, .push(let push)): return .apply(push.document)
        case (.post, .push(let push)): return .post(push.posted, target.address)
        case (.resetFirst, .push(let push)): return reset(push, 0)
        case (.resetSecond, .push(let push)): return reset(push, 1)
        default: return nil
        }
    }

    private func reset(_ push: PushPlan, _ place: Int) -> Change? {
        guard let manner = push.reset, push.protocols.indices.contains(place) else { return nil }
        return .reset(push.node, push.protocols[place].name, manner)
    }

    private func looks(of step: StepID) -> [Look] {
        let leaves = plan.target.witnesses
        let tables = leaves.map { Look.leafRoutes($0, .all) }
        let summaries = leaves.map { Look.leafSummary($0) }
        return switch step {
        case .confirmExclude, .confirmWithdrawal, .confirmBlocks: tables + [.node(plan.node)]
        case .confirmHold: summaries + tables + [.node(plan.node)]
        case .confirmServices: tables + [.node(plan.node), .cluster]
        case .confirmSessions, .confirmFirst, .confirmSecond: summaries + [.node(plan.node)]
        case .confirmPeers: [.cluster, .node(plan.node)]
        default: [.cluster]
        }
    }

    private func needless(_ step: StepID) -> String? {
        let target = plan.target
        switch (step, plan) {
        case (.confirmExclude, _), (.confirmWithdrawal, _), (.confirmSessions, _), (.confirmBlocks, _),
            (.confirmServices, _):
            return target.witnesses.isEmpty ? "no leaf of the node is known" : nil
        case (.hold, .drain(let drain)), (.confirmHold, .drain(let drain)):
            if case .none(let reason) = drain.hold { return reason }
            return target.witnesses.isEmpty && step == .confirmHold ? "no leaf of the node is known" : nil
        case (.release, .restore(let restore)): return restore.nothingHeld
        case (.include, _): return target.former == nil ? "no drain changed its labels" : nil
        case (.uncordon, _), (.confirmUncordon, _):
            return target.former?.wasCordoned == true ? "it was cordoned before its drain" : nil
        case (.apply, .push(let push)), (.confirmPeers, .push(let push)):
            return push.document.isEmpty ? "nothing differs in Calico" : nil
        case (.post, .push(let push)):
            return push.posted.isEmpty ? "nothing to post to the controllers" : nil
        case (.resetFirst, .push(let push)), (.confirmFirst, .push(let push)):
            return push.reset == nil ? "not asked for" : push.protocols.isEmpty ? "no session is known" : nil
        case (.resetSecond, .push(let push)), (.confirmSecond, .push(let push)):
            return push.reset == nil ? "not asked for" : push.protocols.count < 2 ? "there is one session" : nil
        default: return nil
        }
    }

    private var success: String {
        let unseen = steps.compactMap { step in step.reason.map { "\(step.id.title): not done, \($0)" } }
        let words =
            switch plan.kind {
            case .drain:
                "the node is in maintenance: drained, none of its routes on its leaves"
                    + (former.hold.isNone ? "" : ", its sessions held down")
            case .restore: "the node is in service: its sessions are up, what it should advertise leads to it"
            case .push: "Calico holds what is intended and the sessions are up from both ends"
            }
        return ([words] + differences + unseen).joined(separator: "; ")
    }

    mutating func changeDone(_ now: Date) -> [OperationAction] {
        isPerforming = false
        changedAt = now
        return stepDone(now)
    }

    private mutating func stepDone(_ now: Date) -> [OperationAction] {
        guard let step = current else { return [] }
        steps[index].state = .done(at: now)
        pause = nil
        index += 1
        return [.journal(entry(step, .done, "", now))] + begin(now)
    }

    mutating func changeFailed(_ reason: String, _ now: Date) -> [OperationAction] {
        isPerforming = false
        // An error that ends the drain at once is no line of its progress.
        hear(reason)
        return stepFailed(named(reason), now)
    }

    /// A change that did not reach its server pauses the operation: it is made again, never guessed about.
    mutating func changeUnreached(_ reason: String, _ now: Date) -> [OperationAction] {
        guard let step = current else { return [] }
        isPerforming = false
        if phase == .aborting { return stepFailed(reason, now) }
        let since = pause?.since ?? now
        guard now.timeIntervalSince(since) < limits.pauseSeconds else {
            return stepFailed("given up after \(Int(limits.pauseSeconds)) s of pause: \(reason)", now)
        }
        let isNew = pause == nil
        pause = Pause(reason: reason, since: since, retryAt: now.addingTimeInterval(limits.retrySeconds))
        guard isNew else { return [] }
        note("paused: \(reason)")
        return [.journal(entry(step, .paused, reason, now))]
    }

    mutating func lockLost(_ reason: String, _ now: Date) -> [OperationAction] {
        guard stopReason == nil else { return [] }
        stopReason = reason
        note(reason)
        if isPerforming { return current == .evict ? cancel(now) : [] }
        return stepFailed(reason, now)
    }

    private mutating func cancel(_ now: Date) -> [OperationAction] {
        guard cancelledAt == nil else { return [] }
        cancelledAt = now
        return [.cancelChange]
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
        let proof = Proof(
            snapshot: snapshot, picture: picture, after: changedAt ?? since, limits: limits, former: former)
        facts.removeAll { $0.step == step }
        facts += proof.facts(for: step, of: plan)
        let mine = facts.filter { $0.step == step }
        if !mine.isEmpty, mine.allSatisfy(\.isProven) {
            if step == .confirmServices { differences = proof.differences(of: plan) }
            return stepDone(now)
        }
        let paused = waitForLost(sources: step, snapshot, now)
        return paused + tick(now)
    }

    /// While a source that the step needs is lost, its time stands still and nothing is concluded.
    private mutating func waitForLost(sources step: StepID, _ snapshot: Snapshot, _ now: Date) -> [OperationAction] {
        let lost = Set(looks(of: step).map(\.source)).filter { source in
            snapshot.sources[source].map { ![.ok, .failing].contains($0.freshness(at: now)) } ?? false
        }
        guard !lost.isEmpty else {
            if let pause { lostSeconds += now.timeIntervalSince(pause.since) }
            pause = nil
            return []
        }
        guard pause == nil else { return [] }
        let names = lost.map(\.description).sorted().joined(separator: ", ")
        let reason = "no answer from \(names): nothing is concluded and nothing is changed until it is read again"
        pause = Pause(reason: reason, since: now, retryAt: nil)
        note("paused: \(reason)")
        return [.journal(entry(step, .paused, reason, now))]
    }

    mutating func tick(_ now: Date) -> [OperationAction] {
        guard let step = current, case .running(let since) = steps[index].state else { return [] }
        if let pause {
            if let retry = pause.retryAt {
                guard !isPerforming else { return [] }
                return now >= retry ? [perform(step, now)].compactMap { $0 } : []
            }
            let total = lostSeconds + now.timeIntervalSince(pause.since)
            guard total <= limits.pauseSeconds else {
                return stepFailed("given up after \(Int(limits.pauseSeconds)) s of pause: \(pause.reason)", now)
            }
            return ask(step, now)
        }
        let waited = now.timeIntervalSince(since) - lostSeconds
        if isPerforming { return watchChange(step, waited: waited, now) }
        if waited > limit(of: step) { return stepFailed(unproven(step, seconds: limit(of: step)), now) }
        return ask(step, now)
    }

    private mutating func ask(_ step: StepID, _ now: Date) -> [OperationAction] {
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
        case .lock: return limits.lockSeconds
        case .confirmExclude, .confirmWithdrawal, .confirmHold, .confirmBlocks, .confirmServices:
            return limits.withdrawalSeconds
        case .confirmSessions, .confirmFirst, .confirmSecond: return limits.sessionSeconds
        case .confirmPeers: return limits.peerSeconds
        case .resetFirst, .resetSecond, .exclude, .hold, .maintain, .release, .include, .cordon, .uncordon, .apply,
            .post, .unlock:
            return limits.graceSeconds
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
        return current == .evict || current == .lock ? cancel(now) : []
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
        pause = nil
        let left = remains
        let result = OperationResult(
            outcome: outcome, reason: reason, remains: left.sentence, inverse: left.inverse, undo: undo(left))
        phase = .finished(result)
        note("\(outcome.rawValue): \(reason)")
        let end = OperationAction.finished(result)
        guard journal else { return [end] }
        return [.journal(entry(nil, .finished, left.sentence, now, outcome: outcome)), end]
    }

    /// The mark that an operation which did not come to its end leaves on the node; nil where it needs none: nothing was
    /// changed, so what was there before stays.
    func closingMark(_ now: Date) -> NodeMark? {
        guard remains.isTouched else { return nil }
        let last = steps.last { wasPerformed.contains($0.id) }
        let isDone = if case .done? = last?.state { true } else { false }
        var mark = mark(.stopped, last?.id, isDone: isDone, now)
        mark.remains = remains.sentence
        return mark
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
