import Fabric
import FoundationEssentials
import Polling
import SimulatorServer
import Synchronization
import Testing

@testable import SimulatedPorts

/// Many looks at nodes go out as few questions, and each look ends exactly once.
@Suite struct NodeBatchTests {
    /// What was asked: the nodes of each question, and whether their routes were wanted.
    private final class Asked: Sendable {
        private let questions = Mutex<[(nodes: [String], withRoutes: Bool)]>([])

        func append(_ nodes: [(NodeName, UInt64)], _ withRoutes: Bool) {
            questions.withLock { $0.append((nodes.map(\.0.text), withRoutes)) }
        }

        var all: [(nodes: [String], withRoutes: Bool)] { questions.withLock { $0 } }
    }

    private let names = (1...6).map { NodeName("node-\($0)") }

    /// Looks at every node at once and gives the sources that were answered.
    private func look(_ batches: NodeBatches) async -> [SourceID] {
        await withTaskGroup(of: LookResult.self) { group in
            for name in names {
                group.addTask { await batches.perform(name, now: { Date(timeIntervalSince1970: 0) }) }
            }
            return await group.reduce(into: []) { $0.append($1.look.source) }
        }
    }

    @Test(.timeLimit(.minutes(1))) func whatIsAttendedToWhileABatchIsOutIsStillAnsweredOnce() async {
        let asked = Asked()
        let door = Mutex<NodeBatches?>(nil)
        let names = names
        let batches = NodeBatches { (nodes, withRoutes) async throws(SimulatorFacts.Failure) in
            asked.append(nodes, withRoutes)
            // The cursor moves on to nodes of this very batch before its answer is there.
            if let batches = door.withLock({ $0 }) { await batches.attend(to: Set(names.prefix(3))) }
            return nodes.map { _ in .unchanged }
        }
        door.withLock { $0 = batches }
        #expect(Set(await look(batches)) == Set(names.map(SourceID.node)))
        #expect(asked.all.flatMap(\.nodes).sorted() == names.map(\.text))
        // The next time those nodes tell their routes too, in a question of their own.
        #expect(Set(await look(batches)) == Set(names.map(SourceID.node)))
        let second = asked.all.filter(\.withRoutes).flatMap(\.nodes)
        #expect(Set(second).isSubset(of: ["node-1", "node-2", "node-3"]) && !second.isEmpty)
        #expect(asked.all.flatMap(\.nodes).count == 2 * names.count)
        #expect(asked.all.count < 2 * names.count)
    }

    @Test(.timeLimit(.minutes(1))) func aQuestionThatFailsFailsEveryLookOfItOnce() async {
        let batches = NodeBatches { (_, _) async throws(SimulatorFacts.Failure) in throw .timedOut }
        let results = await withTaskGroup(of: LookResult.self) { group in
            for name in names {
                group.addTask { await batches.perform(name, now: { Date(timeIntervalSince1970: 0) }) }
            }
            return await group.reduce(into: [LookResult]()) { $0.append($1) }
        }
        #expect(results.count == names.count)
        #expect(results.allSatisfy { $0.error?.kind == .timedOut })
    }
}
