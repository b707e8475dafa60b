import Correlation
import Design
import Fabric
import FoundationEssentials
import Operations
import Polling
import Terminal

extension AppState {
    /// The operation that is under way.
    var runningOperation: OperationView? { operations.last { $0.result == nil } }

    /// The nodes that D, U and P are about: the marked ones, else the selected one, else the detail's.
    var operationTargets: [NodeName] {
        if let name = focusedTable {
            let marks = tables[name]?.marks ?? []
            let marked = marks.compactMap { if case .node(let node) = $0 { node } else { nil } }
            if !marked.isEmpty { return marked.sorted() }
            switch selection(of: name) {
            case .node(let node)?: return [node]
            case .session(let key)?, .ledger(let key, _)?: return [key.node]
            case .finding(let identity)?: return identity.subject.node.map { [$0] } ?? []
            default: break
            }
        }
        if focus == .nodes, main == .operations, let last = operations.last { return [last.node] }
        if focus == .detail, case .finding(let identity) = subject { return identity.subject.node.map { [$0] } ?? [] }
        return subjectNode.map { [$0] } ?? []
    }

    /// Opens the plan of an operation for the marked or selected nodes.
    mutating func openPlan(_ word: String) -> [Effect] { openPlan(word, naming: []) }

    /// Opens the plan of an operation; it can always be read, and says what stands in its way.
    ///
    /// What it rests on is looked at again at once, and the dialog renews itself when the answers come. Of several
    /// nodes one comes after the other, each with the facts of its turn.
    mutating func openPlan(_ word: String, naming names: [String]) -> [Effect] {
        if let unknown = names.first(where: { !nodeWords.contains($0) }) {
            let hint = DidYouMean.text(unknown, in: nodeWords) ?? "; Tab lists the nodes"
            return refuse("\(word): there is no node '\(unknown)'\(hint)")
        }
        let nodes = names.isEmpty ? operationTargets : names.map { NodeName($0) }
        guard let kind = OperationKind(rawValue: word), let target = nodes.first, let plan = plan(kind, of: target)
        else {
            toast = Toast(.warning, "\(word): select a node first, and wait for the first facts")
            return []
        }
        queue =
            nodes.count > 1 ? OperationQueue(kind: kind, nodes: Array(nodes.dropFirst()), count: nodes.count) : nil
        return open(plan)
    }

    private mutating func open(_ plan: Plan) -> [Effect] {
        overlay = .dialog(dialog(for: plan), purpose: .consent(plan))
        let looks: [Look] =
            plan.kind == .drain ? [.pods(plan.node), .node(plan.node), .cluster] : [.cluster, .node(plan.node)]
        return [.poll(looks)] + (missingRights[plan.kind] == nil ? [.askRights(plan.kind)] : [])
    }

    /// Opens the plan of the node whose turn it is, once the one before is done; where that went wrong the rest is
    /// given up.
    mutating func goOnWithQueue(after result: OperationResult) -> [Effect] {
        guard var waiting = queue else { return [] }
        guard result.outcome == .succeeded, !waiting.nodes.isEmpty else {
            queue = nil
            let rest = waiting.nodes.map(\.text).joined(separator: ", ")
            if !rest.isEmpty { toast = Toast(.error, "\(waiting.kind) not gone on with: \(rest)") }
            return []
        }
        let next = waiting.nodes.removeFirst()
        queue = waiting
        guard overlay == nil, let plan = plan(waiting.kind, of: next) else {
            queue = nil
            toast = Toast(.warning, "next was \(waiting.kind) \(next): `:\(waiting.kind) \(next)` goes on")
            return []
        }
        return open(plan)
    }

    /// Renews an open plan from new facts.
    mutating func renewPlan() {
        guard case .dialog(var dialog, .consent(let shown)) = overlay, let plan = plan(shown.kind, of: shown.node)
        else { return }
        let fresh = self.dialog(for: plan)
        dialog.renew(body: fresh.body, fields: fresh.fields, buttons: fresh.buttons)
        overlay = .dialog(dialog, purpose: .consent(plan))
    }

    /// The plan of an operation from the facts on screen.
    func plan(
        _ kind: OperationKind, of node: NodeName, options: DrainOptions = DrainOptions(),
        overrides: Set<Blocker.Kind> = [], reset: SessionReset? = nil, leaving: Set<String> = []
    ) -> Plan? {
        guard let snapshot = latest?.snapshot ?? snapshot, let picture = latest?.picture ?? picture else { return nil }
        let context = PlanContext(
            snapshot: snapshot, picture: picture, now: now, maintenance: pastOperations.maintenance, options: options,
            overrides: overrides, reset: reset, leaving: leaving, controllersAreWritable: writesControllers,
            missingRights: missingRights[kind], missingRoles: missingRoles,
            isGone: isGone)
        return Plan(kind, of: node, in: context)
    }

    /// What an operator may go on in spite of, in words.
    private static let overrides: [(Blocker.Kind, String)] = [
        (.staleData, "go on although facts are old"), (.rackOccupied, "go on although another node of the rack is out"),
        (.leafDown, "go on although a leaf of the pair is down"), (.recovery, "go on although a recovery is under way"),
        (.noHold, "go on although the sessions stay up"),
        (.wouldIsolate, "go on although the node is cut off meanwhile"),
    ]

    /// Whether sessions may be started anew: a push that finds nothing to mend.
    private static func mayReset(_ plan: Plan) -> Bool {
        if case .push(let push) = plan { plan.isNothingToDo && push.differsNowhere } else { false }
    }

    /// The objects that a push would change, each to be left out; a single one is not chosen but pushed or not.
    private static func objects(of plan: Plan) -> [String] {
        guard case .push(let push) = plan, push.objects.count > 1 else { return [] }
        return push.objects.map(\.name)
    }

    private func dialog(for plan: Plan) -> Dialog {
        var fields: [DialogField] = []
        func offer(_ kind: Blocker.Kind, _ id: String, _ label: String) {
            if plan.blockers.contains(where: { $0.kind == kind }) { fields.append(.checkbox(id, label: label)) }
        }
        offer(.emptyDir, "empty-dir", "delete the data in emptyDir volumes")
        offer(.unmanaged, "force", "delete pods that nobody owns, for good")
        for (kind, words) in AppState.overrides { offer(kind, kind.rawValue, words) }
        fields += AppState.objects(of: plan).map { .checkbox("leave " + $0, label: "leave \($0) as it is") }
        let mayReset = AppState.mayReset(plan)
        if mayReset {
            fields.append(.checkbox("refresh", label: "send the routes again, one leaf after the other"))
            fields.append(.checkbox("restart", label: "restart the sessions, one leaf after the other"))
        }
        if !plan.isNothingToDo || mayReset {
            fields.append(.text("consent", label: "the node's name", expected: plan.node.text))
        }
        let turn = queue.map { " (\($0.turn) of \($0.count))" } ?? ""
        return Dialog(
            title: plan.title + turn, body: permission + plan.lines.dropFirst().map(\.spans), fields: fields,
            buttons: [
                DialogButton(
                    "go", title: plan.kind.rawValue.capitalised, needsConsent: true, disabledReason: objection(to: plan)
                )
            ],
            isDangerous: plan.kind == .drain)
    }

    /// What is said above a plan while nothing may be changed.
    private var permission: [TextLine] {
        guard access == .readOnly else { return [] }
        return [[TextSpan("read-only: this is the plan alone; :unlock allows changes for 15 minutes", .bannerReadOnly)]]
    }

    /// Why the button of a plan can never work, whatever is ticked.
    private func objection(to plan: Plan) -> String? {
        if access == .readOnly { return "read-only: :unlock, or start with --allow-changes" }
        if let running = runningOperation { return "\(running.title) is still running" }
        let final: Set<Blocker.Kind> = [.unknownNode, .rights, .nothingToDo]
        if AppState.mayReset(plan) { return nil }
        return plan.standing.first { final.contains($0.kind) }?.text
    }

    /// Reads what a dialog answered.
    mutating func handleDialog(_ outcome: DialogOutcome?, _ purpose: DialogPurpose) -> [Effect] {
        switch outcome {
        case nil: return []
        case .cancelled:
            overlay = nil
            if case .consent = purpose { queue = nil }
            return []
        case .refused(let reason):
            toast = Toast(.warning, reason)
            return []
        case .pressed(_, let values):
            overlay = nil
            return answered(purpose, values)
        }
    }

    private mutating func answered(_ purpose: DialogPurpose, _ values: DialogValues) -> [Effect] {
        switch purpose {
        case .quit: return [.quit]
        case .abort: return [.abort]
        case .unlock: return [.unlock(.seconds(15 * 60))]
        case .consent(let shown):
            let options = DrainOptions(
                deletesEmptyDirData: values.ticks["empty-dir"] ?? false, forcesUnmanaged: values.ticks["force"] ?? false
            )
            var overrides: Set<Blocker.Kind> = []
            for (kind, _) in AppState.overrides where values.ticks[kind.rawValue] == true { overrides.insert(kind) }
            let reset: SessionReset? =
                values.ticks["restart"] == true ? .restart : values.ticks["refresh"] == true ? .refresh : nil
            let leaving = Set(AppState.objects(of: shown).filter { values.ticks["leave " + $0] == true })
            guard
                let plan = plan(
                    shown.kind, of: shown.node, options: options, overrides: overrides, reset: reset, leaving: leaving)
            else { return [] }
            if let blocker = plan.standing.first {
                queue = nil
                toast = Toast(.error, "\(plan.title): \(blocker.text)")
                return []
            }
            swapMain(to: .operations)
            // The BGP side of what is to happen stands beside its steps.
            subject = .node(plan.node)
            return [.start(plan, typed: values.texts["consent"] ?? "")]
        }
    }

    /// Asks before the running operation is aborted.
    mutating func openAbortDialog() {
        guard let running = runningOperation else { return }
        overlay = .dialog(
            Dialog(
                title: "abort \(running.title)?",
                body: [
                    [TextSpan("The present step ends first; nothing is undone by itself.")],
                    [TextSpan("Then remains: \(running.remains)")],
                ],
                buttons: [DialogButton("abort", title: "Abort")], isDangerous: true),
            purpose: .abort)
    }

    /// Asks before the change gate is opened.
    mutating func openUnlockDialog() {
        overlay = .dialog(
            Dialog(
                title: "allow changes",
                body: [
                    [TextSpan("For 15 minutes D, U and P may change the cluster behind \(label.context).")],
                    [TextSpan("Each still shows its plan and asks for the node's name.")],
                ],
                fields: [.text("consent", label: "to allow changes", expected: "unlock")],
                buttons: [DialogButton("unlock", title: "Allow", needsConsent: true)], isDangerous: true),
            purpose: .unlock)
    }

    /// Takes in an operation that moved; the newest stands last.
    mutating func take(_ view: OperationView) -> [Effect] {
        logCommands(of: view)
        if let index = operations.firstIndex(where: { $0.id == view.id }) {
            operations[index] = view
        } else {
            operations.append(view)
        }
        guard let result = view.result else { return [] }
        let level: Toast.Level = result.outcome == .succeeded ? .info : .error
        toast = Toast(level, "\(view.title) \(result.outcome.rawValue): \(result.reason)")
        // The mark on the node has changed with the end.
        let look = [Effect.poll([.cluster, .node(view.node)])]
        guard queue?.kind == view.kind else { return look }
        return look + goOnWithQueue(after: result)
    }

    /// Every command that an operation runs goes into the log, with what it printed.
    private mutating func logCommands(of view: OperationView) {
        let former = operations.first { $0.id == view.id }?.progressCount ?? 0
        let news = view.progress.suffix(max(0, view.progressCount - former))
        append(news.map { LogLine(at: now, level: .info, text: "\(view.title): \($0)") })
    }

    /// Says once that a node in maintenance draws traffic again.
    mutating func watchMaintenance() -> [Effect] {
        guard let snapshot = latest?.snapshot ?? snapshot, let picture = latest?.picture ?? picture else { return [] }
        var present = MaintenanceWatch.alarms(snapshot, picture)
        // What this console takes back itself comes back.
        if let running = runningOperation { present[running.node] = nil }
        let news = present.filter { maintenanceAlarms[$0.key] == nil }.sorted { $0.key < $1.key }
        maintenanceAlarms = present
        guard let first = news.first else { return [] }
        toast = Toast(.error, first.value)
        append(news.map { LogLine(at: now, level: .error, text: $0.value) })
        return settings.ringsBell ? [.bell] : []
    }
}
