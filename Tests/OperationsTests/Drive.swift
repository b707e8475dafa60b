import Correlation
import Fabric
import FoundationEssentials
import Operations
import Polling
import Testing

/// Drives a machine by hand and keeps what it ordered.
struct Drive {
    var world: World
    var machine: Operation
    var actions: [OperationAction] = []

    init(_ kind: OperationKind, in world: World, limits: OperationLimits = OperationLimits()) throws {
        self.world = world
        let plan = world.plan(kind)
        machine = Operation(id: OperationID("op-1"), plan: plan, who: World.who, limits: limits)
        send(.started(try Consent.check(typed: "node-1", for: plan), now: world.now))
    }

    /// Sends an event and returns what it brought.
    @discardableResult mutating func send(_ event: OperationEvent) -> [OperationAction] {
        let new = machine.handle(event)
        actions += new
        return new
    }

    /// Ends the running change a second later.
    @discardableResult mutating func finish(_ step: StepID) -> [OperationAction] {
        world.pass(1)
        return send(.stepFinished(step, now: world.now))
    }

    @discardableResult mutating func fail(_ step: StepID, _ reason: String) -> [OperationAction] {
        world.pass(1)
        return send(.stepFailed(step, reason: reason, now: world.now))
    }

    /// Fresh facts of the cluster with the node cordoned or not.
    @discardableResult mutating func seeCordoned(_ isCordoned: Bool) -> [OperationAction] {
        world.pass(1)
        world.setCordoned(1, isCordoned)
        return send(world.facts)
    }

    /// Fresh tables of the leaves.
    @discardableResult mutating func seeRoutes(_ offers: [String: [Int]], selected: Bool = false) throws
        -> [OperationAction]
    {
        world.pass(1)
        try world.setRoutes(offers, selected: selected)
        return send(world.facts)
    }

    /// Fresh samples of both sessions.
    @discardableResult mutating func seeSessions() throws -> [OperationAction] {
        world.pass(1)
        try world.setSession(1, 0, .up)
        try world.setSession(1, 1, .up)
        return send(world.facts)
    }

    @discardableResult mutating func wait(_ seconds: Double) -> [OperationAction] {
        world.pass(seconds)
        return send(.tick(now: world.now))
    }

    var result: OperationResult? { machine.view.result }
    var words: [String] { machine.steps.map(\.word) }
    var journal: [JournalEntry] { actions.compactMap { if case .journal(let entry) = $0 { entry } else { nil } } }
    var changes: [Change] { actions.compactMap { if case .perform(_, let change) = $0 { change } else { nil } } }
    var asked: [Look] {
        actions.flatMap { action -> [Look] in if case .poll(let looks) = action { looks } else { [] } }
    }
}

func changes(_ actions: [OperationAction]) -> [Change] {
    actions.compactMap { if case .perform(_, let change) = $0 { change } else { nil } }
}
