import Correlation
import Design
import Fabric
import FoundationEssentials
import Operations
import Terminal

/// How operations read: those that are under way, the nodes that they hold, and those that are past.
extension AppState {
    /// The operations as text: the newest of this run, the nodes that are held, the others; each with its result or its
    /// present step before its steps, proofs and last lines.
    var operationsText: [TextLine] {
        (operations.last.map(text(of:)) ?? []) + markedText + operations.dropLast().reversed().flatMap(text(of:))
            + pastText
    }

    /// The marks as they were read; one that an operation of this run has gone past since is as that has left it.
    private func present(_ mark: NodeMark) -> NodeMark? {
        guard let view = operations.last(where: { $0.id == mark.operation }), let result = view.result,
            mark.phase == .running
        else { return mark }
        var mark = mark
        switch (result.outcome, view.kind) {
        case (.succeeded, .drain): mark.phase = .maintenance
        case (.succeeded, _): return nil
        case (.failed, _), (.aborted, _): mark.phase = .stopped
        }
        mark.remains = result.remains
        return mark
    }

    /// The nodes that operations left a mark on, whoever's console it was, and what brings them back.
    private var markedText: [TextLine] {
        guard let snapshot else { return [] }
        let running = runningOperation?.node
        let marked = MaintenanceWatch.marked(snapshot).filter { $0.node != running }.compactMap { node, mark in
            present(mark).map { (node: node, mark: $0) }
        }
        guard !marked.isEmpty else { return [] }
        let lines = marked.flatMap { node, mark -> [TextLine] in
            var lines: [TextLine] = [
                [
                    TextSpan("\(node)", .textStrong), TextSpan("  \(mark.words)", .statusWarn),
                    TextSpan("  since \(Wording.clock(mark.since)), by \(mark.who)", .textDim),
                ],
                [TextSpan("  now: \(mark.remains)")], [TextSpan("  \(ways(node, mark))", .textStrong)],
            ]
            if let alarm = maintenanceAlarms[node] { lines.insert([TextSpan("  " + alarm, .statusCritical)], at: 1) }
            return lines
        }
        return [[TextSpan("Nodes that an operation holds", .header)]] + lines + [[]]
    }

    private func ways(_ node: NodeName, _ mark: NodeMark) -> String {
        switch (mark.phase, mark.kind) {
        case (.maintenance, _): "U takes it back (:restore \(node))"
        case (_, .drain): ":drain \(node) goes on with it, :restore \(node) takes it back"
        case (_, .restore): ":restore \(node) goes on with it, :drain \(node) takes it out again"
        case (_, .push): ":push \(node) goes on with it"
        }
    }

    /// Past operations, the newest first, those of this run aside.
    private var pastText: [TextLine] {
        let shown = Set(operations.map(\.id))
        let past = pastOperations.filter { !shown.contains($0.id) }.suffix(50).reversed()
        guard !past.isEmpty else { return [] }
        let lines = past.flatMap { record -> [TextLine] in
            let outcome = record.outcome?.rawValue.uppercased() ?? "NO END"
            var head: TextLine = [TextSpan("\(record.kind) \(record.node)", .textStrong)]
            if let started = record.started { head.append(TextSpan("  \(started.formatted(.iso8601))", .textDim)) }
            head.append(TextSpan("  \(outcome)", record.outcome == .succeeded ? .statusOk : .statusCritical))
            head.append(TextSpan("  \(record.who)", .textDim))
            return [head, [TextSpan("  " + (record.interruption ?? "then: \(record.remains)"), .textDim)]]
        }
        return [[TextSpan("Past operations", .header)]] + lines
    }

    private func text(of view: OperationView) -> [TextLine] {
        var head: TextLine = [TextSpan(view.title, .textStrong)]
        if let started = view.startedAt { head.append(TextSpan("  since \(Wording.clock(started))", .textDim)) }
        switch view.phase {
        case .waiting: head.append(TextSpan("  waiting", .textDim))
        case .running:
            head.append(TextSpan(view.pause == nil ? "  running (x aborts)" : "  PAUSED (x aborts)", .statusWarn))
        case .aborting: head.append(TextSpan("  aborting after this step", .statusWarn))
        case .finished(let result):
            let isGood = result.outcome == .succeeded
            head.append(TextSpan("  \(result.outcome.rawValue.uppercased())", isGood ? .statusOk : .statusCritical))
        }
        var lines = [head] + summary(of: view)
        lines += view.steps.map(text(of:))
        lines += view.facts.map { fact in
            [
                TextSpan(fact.isProven ? "    proven  " : "    not yet ", fact.isProven ? .statusOk : .statusWarn),
                TextSpan(fact.claim), TextSpan("  " + fact.detail, .textDim),
            ]
        }
        return lines + view.progress.suffix(8).map { [TextSpan("    \($0)", .textDim)] } + [[]]
    }

    /// What one wants to know first: how it ended, or what it waits for and what would be left if it stopped now.
    private func summary(of view: OperationView) -> [TextLine] {
        if let result = view.result {
            var lines: [TextLine] = [
                [TextSpan("  \(result.reason)", result.outcome == .succeeded ? .text : .statusCritical)]
            ]
            if !result.remains.isEmpty { lines.append([TextSpan("  now: \(result.remains)")]) }
            if !result.undo.isEmpty { lines.append([TextSpan("  undo: \(result.undo)", .textStrong)]) }
            return lines
        }
        var lines: [TextLine] = view.pause.map { [[TextSpan("  paused: \($0)", .statusWarn)]] } ?? []
        if let step = view.current, let place = view.steps.firstIndex(of: step) {
            lines.append([TextSpan("  step \(place + 1) of \(view.steps.count): \(step.id.title)", .textStrong)])
        }
        return lines + [[TextSpan("  if it stopped now: \(view.remains)", .textDim)]]
    }

    private func text(of step: OperationStep) -> TextLine {
        let (word, role): (String, Role) =
            switch step.state {
            case .waiting: ("waiting ", .textDim)
            case .running(let since): ("\(Wording.age(now.timeIntervalSince(since))) ", .statusWarn)
            case .done: ("done    ", .statusOk)
            case .failed: ("FAILED  ", .statusCritical)
            case .skipped: ("skipped ", .textDim)
            }
        let reason = step.reason.map { ": " + $0 } ?? ""
        return [TextSpan("  " + word.padded(to: 9), role), TextSpan(step.id.title + reason)]
    }

    /// The peer configuration of a node: what the design intends against what Calico has.
    func peerConfigText(_ node: NodeName) -> [TextLine] {
        guard case .push(let plan)? = plan(.push, of: node) else { return [] }
        let push = Plan.push(plan)
        let head: TextLine = [TextSpan("what a re-push (P) would change in Calico", .textDim)]
        let difference = peerDifferenceText(node) + [[]]
        guard push.isNothingToDo else { return difference + [head, []] + push.lines.dropFirst().map(\.spans) }
        // Here nothing to do is the good case, not an obstacle.
        let blockers = Set(push.blockers.map(\.line))
        return difference + [head, [], [TextSpan("as intended: nothing differs", .statusOk)]]
            + push.lines.dropFirst().filter { !blockers.contains($0) }.map(\.spans)
    }
}

extension PlanLine {
    /// The line with the role of its level.
    var spans: TextLine {
        let role: Role =
            switch level {
            case .heading: .header
            case .text: .text
            case .warning: .statusWarn
            case .danger: .dialogDanger
            case .added: .diffAdd
            case .removed: .diffRemove
            case .changed: .diffChange
            }
        return [TextSpan(plain, role)]
    }
}

extension String {
    /// The text with blanks behind it up to a width in characters.
    func padded(to width: Int) -> String {
        count >= width ? self : self + String(repeating: " ", count: width - count)
    }
}
