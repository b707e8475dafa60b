import FoundationEssentials
import Synchronization

/// Runs one operation to its end: drives the machine with facts and time, makes its changes through the gate, writes
/// its journal.
public final class OperationRunner: Sendable {
    private let consent: Consent
    private let gate: ChangeGate
    private let world: OperationWorld
    private let initial: Operation
    private let events: AsyncStream<OperationEvent>
    private let inbox: AsyncStream<OperationEvent>.Continuation
    private let change = Mutex<Task<Void, Never>?>(nil)
    /// Whether the locks are kept for maintenance: then no renewal may shorten them again.
    private let isKept = Mutex(false)

    /// A runner for one operation; ``run(publish:)`` is called once.
    public init(
        plan: Plan, consent: Consent, id: OperationID, gate: ChangeGate, world: OperationWorld,
        limits: OperationLimits = OperationLimits()
    ) {
        self.consent = consent
        self.gate = gate
        self.world = world
        initial = Operation(id: id, plan: plan, who: world.who, limits: limits)
        (events, inbox) = AsyncStream.makeStream()
    }

    /// The operation before its start, for a list that shows it at once.
    public var view: OperationView { initial.view }

    /// Asks it to stop after its present step; a running drain is ended. Harmless at any time.
    public func abort() { inbox.yield(.abortRequested(now: world.now())) }

    /// Runs the operation and returns its result; never throws, and ends within the limits as long as ticks come.
    ///
    /// `publish` is called with each new view, in order, the last one with the result. Cancelling the calling task
    /// aborts the operation.
    public func run(publish: @escaping @Sendable (OperationView) -> Void) async -> OperationResult {
        let now = world.now()
        let pass: ChangeGate.Pass
        do throws(ChangeRefusal) {
            pass = try gate.admit(initial.id, plan: initial.plan, who: world.who, now: now)
        } catch {
            return refused(error.description, publish)
        }
        defer { gate.dismiss(pass) }
        let feeders = [Task { await feedFacts() }, Task { await feedTicks(pass) }]
        defer { for feeder in feeders { feeder.cancel() } }
        inbox.yield(.started(consent, now: now))
        let driver = Task { await drive(pass, publish) }
        return await withTaskCancellationHandler {
            await driver.value
        } onCancel: {
            abort()
        }
    }

    private func refused(_ reason: String, _ publish: (OperationView) -> Void) -> OperationResult {
        var view = initial.view
        let result = OperationResult(
            outcome: .failed, reason: reason, remains: "nothing was changed", inverse: nil, undo: "",
            wasBegun: false)
        view.phase = .finished(result)
        view.progress = [reason]
        publish(view)
        return result
    }

    private func feedFacts() async {
        for await facts in world.facts {
            inbox.yield(.facts(facts.snapshot, facts.picture, now: facts.now))
        }
    }

    /// Time passes on; now and then the locks are renewed beside it.
    ///
    /// They are lost where someone else has taken one, or where the server refused to renew them for as long as they
    /// hold. One refusal proves nothing: an API server that has just started forbids everything for some seconds.
    private func feedTicks(_ pass: ChangeGate.Pass) async {
        var triedAt = world.now()
        var renewedAt = triedAt
        for await now in world.ticks {
            inbox.yield(.tick(now: now))
            let pause = triedAt > renewedAt ? LeaseRule.repetitionSeconds : LeaseRule.renewalSeconds
            guard now.timeIntervalSince(triedAt) >= pause, !isKept.withLock({ $0 }) else { continue }
            triedAt = now
            do throws(ChangeRefusal) {
                try await gate.renew(pass)
                renewedAt = now
            } catch {
                let isOver = now.timeIntervalSince(renewedAt) >= Double(LeaseRule.runningSeconds)
                guard error.isLoss || isOver && !error.isTransient else { continue }
                inbox.yield(.lockLost(reason: error.description, now: world.now()))
            }
        }
    }

    private func drive(_ pass: ChangeGate.Pass, _ publish: (OperationView) -> Void) async -> OperationResult {
        var machine = initial
        var shown = machine.view
        publish(shown)
        var result: OperationResult?
        for await event in events {
            result = perform(machine.handle(event), &machine, pass)
            if result != nil { await leave(&machine, pass) }
            let view = machine.view
            if view != shown {
                shown = view
                publish(view)
            }
            if result != nil { break }
        }
        change.withLock { $0?.cancel() }
        return result ?? ended(machine)
    }

    /// Gives back the locks of an operation that did not come to its end, and leaves a mark that tells where it stopped.
    private func leave(_ machine: inout Operation, _ pass: ChangeGate.Pass) async {
        guard case .finished(let result) = machine.phase, result.outcome != .succeeded else { return }
        do throws(ChangeRefusal) {
            let mark = machine.closingMark(world.now()) ?? machine.plan.target.formerMark
            try await gate.leave(pass, mark: mark)
        } catch {
            machine.note("the locks run out by themselves: \(error)")
        }
    }

    private func ended(_ machine: Operation) -> OperationResult {
        OperationResult(
            outcome: .failed, reason: "the console ended the operation", remains: machine.view.remains, inverse: nil,
            undo: "")
    }

    /// Performs actions in order; a journal that fails stops them and tells the machine.
    private func perform(
        _ actions: [OperationAction], _ machine: inout Operation, _ pass: ChangeGate.Pass
    ) -> OperationResult? {
        for action in actions {
            switch action {
            case .journal(let entry):
                do throws(JournalError) {
                    try world.journal(entry)
                } catch {
                    let next = machine.handle(.journalFailed(reason: error.description, now: world.now()))
                    return perform(next, &machine, pass)
                }
            case .perform(let step, let ordered, let before, let after):
                begin(step, ordered, before, after, pass)
            case .cancelChange: change.withLock { $0?.cancel() }
            case .poll(let looks): world.poll(looks)
            case .finished(let result): return result
            }
        }
        return nil
    }

    private func begin(
        _ step: StepID, _ ordered: Change, _ before: NodeMark?, _ after: NodeMark?, _ pass: ChangeGate.Pass
    ) {
        let (inbox, gate, now) = (inbox, gate, world.now)
        if case .keepLock = ordered { isKept.withLock { $0 = true } }
        let task = Task {
            do throws(ChangeRefusal) {
                try await gate.write(before, pass: pass) { _ in }
                try await gate.perform(ordered, pass: pass) { inbox.yield(.progress($0)) }
                try await gate.write(after, pass: pass) { _ in }
                inbox.yield(.stepFinished(step, now: now()))
            } catch {
                let moment = now()
                inbox.yield(
                    error.isTransient && !Task.isCancelled
                        ? .stepUnreached(step, reason: error.description, now: moment)
                        : .stepFailed(step, reason: error.description, now: moment))
            }
        }
        change.withLock { $0 = task }
    }
}
