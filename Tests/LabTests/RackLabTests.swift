import Fabric
import Foundation
import Simulator
import Synchronization
import Testing

/// Two consoles, or two nodes, behind one pair of leaves.
@Suite(.serialized, .enabled(if: Lab.hasCluster, "it needs a lab with Kubernetes"), .timeLimit(.minutes(20)))
struct RackLabTests {
    private let first: Topology.NodePlan
    private let second: Topology.NodePlan

    init() throws {
        try Lab.startControllers()
        try Operations.putBack()
        let plan = try Lab.drainable()
        first = plan
        second = try #require(try Lab.drainable(beside: plan))
        let isHealthy = try Lab.isHealthy()
        try #require(isHealthy, "the lab is not healthy to begin with")
    }

    /// Each a console of its own, with a journal of its own; what they leave behind is put back.
    private func withTwo(_ body: (Operations, Operations) throws -> Void) throws {
        let (one, other) = (try Operations(), try Operations())
        defer {
            for plan in [first, second] { _ = try? one.run("restore", plan.name.text) }
            one.end()
            other.end()
        }
        try body(one, other)
    }

    private func expectUntouched(_ plan: Topology.NodePlan) throws {
        let truth = try NodeTruth(plan)
        #expect(!truth.isCordoned && !truth.isExcluded && truth.mark == nil, "\(plan.name): \(truth)")
        #expect(truth.leafStates.allSatisfy { $0 == "Established" }, "\(plan.name): \(truth)")
    }

    /// While one console drains, another is told who does so and since when; it may look past that, and then meets the
    /// lock, which tells it too.
    @Test func aSecondConsoleIsToldWhoHoldsTheRack() throws {
        try withTwo { one, other in
            let drained = Later { try one.run("drain", first.name.text) }
            let hasBegun = Lab.eventually(60) {
                one.journal.contains { $0["step"] as? String == "exclude" && $0["phase"] as? String == "done" }
            }
            #expect(hasBegun)
            let refused = try other.run("drain", second.name.text)
            #expect(refused.status == 1 && refused.blockers.contains("rack-occupied"), "\(refused.text)")
            #expect(refused.reason.contains(/\(?process \d+\)?|pid \d+/), "\(refused)")
            #expect(refused.reason.contains(/since \d{4}-\d\d-\d\dT/), "\(refused)")
            let stopped = try other.run("drain", second.name.text, ["--override", "rack-occupied"])
            #expect(stopped.status == 2 && stopped.reason.contains("lock the leaf pair"), "\(stopped.text)")
            #expect(
                stopped.reason.contains(/held by \S+@\S+ \(process \d+\) for \S+ since \d{4}-/), "\(stopped)")
            try expectUntouched(second)
            let report = try drained.value(within: 200)
            #expect(report.status == 0, "\(report.text)")
            let truth = try NodeTruth(first)
            #expect(truth.isInMaintenance, "\(truth)")
        }
    }

    /// Both begin at once: one gets the lock, the other says who has it, and has touched nothing.
    @Test func ofTwoThatBeginAtOnceOneGoesOn() throws {
        try withTwo { one, other in
            let later = Later { try one.run("drain", first.name.text) }
            let reports = [try other.run("drain", second.name.text), try later.value(within: 250)]
            let plans = [second, first]
            let winners = reports.indices.filter { reports[$0].status == 0 }
            #expect(winners.count == 1, "\(reports.map(\.text))")
            for place in reports.indices where !winners.contains(place) {
                let report = reports[place]
                #expect(report.reason.contains(/held by|of the same rack/), "\(report)")
                #expect(report.reason.contains(/since \d{4}-/), "\(report)")
                try expectUntouched(plans[place])
            }
        }
    }

    /// While one node of a rack is in maintenance a second one is refused, and goes on beside it where that is asked for;
    /// each comes back by itself, and the pair's lock is given back with the one that took it.
    @Test func aSecondNodeOfTheRack() throws {
        try withTwo { one, other in
            let drained = try one.run("drain", first.name.text)
            #expect(drained.status == 0, "\(drained.text)")
            let refused = try other.run("drain", second.name.text)
            #expect(refused.status == 1 && refused.blockers.contains("rack-occupied"), "\(refused.text)")
            #expect(refused.reason.contains("\(first.name)") && refused.reason.contains("maintenance"), "\(refused)")
            try expectUntouched(second)
            let beside = try other.run("drain", second.name.text, ["--override", "rack-occupied"])
            #expect(beside.status == 0, "\(beside.text)")
            for plan in [first, second] {
                let truth = try NodeTruth(plan)
                #expect(
                    truth.mark == "maintenance" && truth.prefixes == 0 && truth.isCordoned, "\(plan.name): \(truth)")
            }
            for plan in [first, second] {
                let restored = try one.run("restore", plan.name.text)
                #expect(restored.status == 0, "\(restored.text)")
            }
            let areBack = try Lab.eventually(20) { try [first, second].allSatisfy { try NodeTruth($0).isInService } }
            let truths = try [first, second].map { "\(try NodeTruth($0))" }
            #expect(areBack, "\(truths)")
        }
    }
}

/// What a thread of its own hands back.
private final class Later<Value: Sendable>: Sendable {
    private let done = DispatchSemaphore(value: 0)
    private let outcome = Mutex<Result<Value, any Error>?>(nil)

    init(_ body: @escaping @Sendable () throws -> Value) {
        Thread { [self] in
            let result = Result(catching: body)
            outcome.withLock { $0 = result }
            done.signal()
        }.start()
    }

    /// What it handed back; an error where it takes longer.
    func value(within seconds: Double) throws -> Value {
        guard done.wait(timeout: .now() + seconds) == .success, let outcome = outcome.withLock({ $0 }) else {
            throw LabFailure(text: "not done within \(seconds) s")
        }
        return try outcome.get()
    }
}
