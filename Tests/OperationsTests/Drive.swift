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

    /// The running change did not reach its server.
    @discardableResult mutating func unreach(_ step: StepID) -> [OperationAction] {
        send(.stepUnreached(step, reason: "no answer", now: world.now))
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

    /// Fresh summaries and tables with the sessions down.
    @discardableResult mutating func seeHeld(
        routes: [String: [Int]] = ["10.96.0.20/32": [2]], verdict: SessionVerdict = .down
    ) throws -> [OperationAction] {
        world.pass(1)
        for side in 0...1 { try world.setSession(1, side, verdict) }
        try world.setRoutes(routes)
        for leaf in world.snapshot.leaves.keys {
            let summaries: Observed<[LeafSummary]> = world.seen([], .leaf(leaf))
            world.snapshot.leaves[leaf]?.summaries = summaries
        }
        return send(world.facts)
    }

    /// Goes through all that comes before a step, until it is begun.
    mutating func goTo(_ step: StepID) throws {
        for id in machine.steps.map(\.id) {
            if id == step { return }
            switch id {
            case .confirmExclude, .confirmWithdrawal: try seeRoutes(["10.96.0.20/32": [2]])
            case .confirmCordon: seeCordoned(true)
            case .confirmUncordon: seeCordoned(false)
            case .confirmHold: try seeHeld()
            case .confirmSessions: try seeSessions()
            case .confirmBlocks: try seeRoutes(["10.96.0.20/32": [2], "10.244.1.0/26": [1]])
            case .confirmServices:
                world.setCordoned(1, false)
                try seeRoutes(["10.96.0.20/32": [1, 2]])
            default: if machine.steps.first(where: { $0.id == id })?.word == "running" { finish(id) }
            }
        }
    }

    @discardableResult mutating func wait(_ seconds: Double) -> [OperationAction] {
        world.pass(seconds)
        world.fillSources()
        return send(.tick(now: world.now))
    }

    var result: OperationResult? { machine.view.result }
    var words: [String] { machine.steps.map(\.word) }
    var journal: [JournalEntry] { actions.compactMap { if case .journal(let entry) = $0 { entry } else { nil } } }
    var changes: [Change] { actions.compactMap { if case .perform(_, let change, _, _) = $0 { change } else { nil } } }
    var asked: [Look] {
        actions.flatMap { action -> [Look] in if case .poll(let looks) = action { looks } else { [] } }
    }
}

func changes(_ actions: [OperationAction]) -> [Change] {
    actions.compactMap { if case .perform(_, let change, _, _) = $0 { change } else { nil } }
}
