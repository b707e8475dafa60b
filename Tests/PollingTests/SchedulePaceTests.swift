import Fabric
import Polling
import Testing

@Suite struct SchedulePaceTests {
    @Test func eachKindKeepsItsInterval() {
        var harness = ScheduleHarness()
        harness.send(.targets(PollTargets(leaves: [leaf], nodes: [node], cluster: true)))
        harness.run(until: .seconds(61))
        #expect(harness.times(.leafSummary(leaf)) == [0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60])
        #expect(harness.times(.node(node)) == [0, 30, 60])
        #expect(harness.times(.cluster) == [0, 30, 60])
    }

    @Test func theFirstRoundBeginsWithTheLeaves() {
        var harness = ScheduleHarness()
        harness.send(.targets(PollTargets(leaves: [LeafID(101), LeafID(102)], nodes: [node], cluster: true)))
        #expect(
            harness.log.map(\.look)
                == [.leafSummary(LeafID(101)), .leafSummary(LeafID(102)), .cluster, .node(node)])
    }

    @Test func noIntervalIsBelowTheFloor() {
        var harness = ScheduleHarness(intervals: PollIntervals(leafSummary: .milliseconds(1), leafRoutes: .zero))
        harness.send(.targets(PollTargets(leaves: [leaf])))
        harness.run(until: .seconds(5))
        #expect(harness.times(.leafSummary(leaf)) == [0, 2, 4])
    }

    @Test(arguments: [(UInt64(0), 27.0), (UInt64.max, 33.0)])
    func turnsAreSpreadByATenth(_ bits: UInt64, _ second: Double) {
        var harness = ScheduleHarness(random: Constant(bits: bits))
        harness.send(.targets(PollTargets(nodes: [node])))
        harness.run(until: .seconds(34))
        #expect(harness.times(.node(node)) == [0, second])
    }

    @Test func aLongLookIsAskedForLessOften() {
        var harness = ScheduleHarness()
        harness.takes = { _ in .seconds(4) }
        harness.send(.targets(PollTargets(nodes: [node])))
        harness.run(until: .seconds(31))
        #expect(harness.times(.node(node)) == [0, 30])
        harness = ScheduleHarness()
        harness.takes = { _ in .seconds(20) }
        harness.send(.targets(PollTargets(nodes: [node])))
        harness.run(until: .seconds(81))
        #expect(harness.times(.node(node)) == [0, 40, 80])
    }

    @Test func lateTurnsAreDroppedNotQueued() {
        var harness = ScheduleHarness()
        harness.takes = { _ in nil }
        harness.send(.targets(PollTargets(nodes: [node])))
        harness.run(until: .seconds(300))
        #expect(harness.times(.node(node)) == [0])
        harness.takes = { _ in .milliseconds(100) }
        harness.end(.node(node))
        harness.run(until: .seconds(320))
        #expect(harness.times(.node(node)) == [0, 300])
    }

    @Test func aJumpForwardGivesOneLook() {
        var harness = ScheduleHarness()
        harness.send(.targets(PollTargets(nodes: [node])))
        harness.run(until: .seconds(1))
        harness.now = .seconds(86_400)
        harness.send(.tick)
        harness.run(until: .seconds(86_429))
        #expect(harness.times(.node(node)) == [0, 86_400])
    }

    @Test func aJumpBackMovesThePlan() {
        var harness = ScheduleHarness()
        harness.now = .seconds(1000)
        harness.send(.targets(PollTargets(nodes: [node])))
        harness.run(until: .seconds(1010))
        harness.now = .seconds(10)
        harness.send(.tick)
        harness.run(until: .seconds(41))
        #expect(harness.times(.node(node)) == [1000, 39.9])
    }

    @Test func oneLookPerSourceIsUnderWay() {
        var harness = ScheduleHarness()
        harness.takes = { _ in nil }
        harness.send(.targets(PollTargets(leaves: [leaf], cluster: true)))
        harness.send(.tableVersion(leaf, 7))
        harness.send(.priority([.pods(node), .leafRoutes(leaf, .all)]))
        harness.run(until: .seconds(10))
        #expect(harness.log.map(\.look) == [.leafSummary(leaf), .cluster])
        harness.end(.leafSummary(leaf))
        harness.end(.cluster)
        #expect(harness.log.suffix(2).map(\.look) == [.leafRoutes(leaf, .all), .pods(node)])
    }

    @Test func anEndThatNobodyWaitsForChangesNothing() {
        var harness = ScheduleHarness()
        harness.send(.targets(PollTargets(nodes: [node])))
        harness.run(until: .seconds(1))
        harness.end(.node(node))
        harness.end(.node(NodeName("other")), succeeded: false)
        harness.run(until: .seconds(31))
        #expect(harness.times(.node(node)) == [0, 30])
    }

    @Test func targetsThatGoAreForgotten() {
        var harness = ScheduleHarness()
        harness.send(.targets(PollTargets(nodes: [node])))
        harness.send(.targets(PollTargets(leaves: [leaf])))
        harness.run(until: .seconds(102))
        #expect(harness.times(.node(node)) == [0])
        #expect(harness.schedule.underWay == 0)
    }

    @Test func targetsThatStayKeepTheirTurn() {
        var harness = ScheduleHarness()
        harness.send(.targets(PollTargets(nodes: [node])))
        harness.run(until: .seconds(10))
        harness.send(.targets(PollTargets(leaves: [leaf], nodes: [node])))
        harness.run(until: .seconds(31))
        #expect(harness.times(.node(node)) == [0, 30])
    }

    @Test func anEmptyScheduleWantsNothing() {
        var schedule = PollSchedule()
        #expect(schedule.handle(.tick, at: .zero) == [])
        #expect(schedule.handle(.refreshRequested, at: .seconds(1)) == [])
        #expect(schedule.handle(.leafHalfChanged([node]), at: .seconds(1)) == [])
        #expect(schedule.handle(.tableVersion(leaf, 1), at: .seconds(1)) == [])
    }
}

/// Turns that come due within the same beat are taken together, so that the console wakes once for all of them.
@Suite struct ScheduleGrainTests {
    private let nodes = (1...40).map { NodeName("node-\($0)") }

    private func times(grain: Duration) -> [Duration] {
        var harness = ScheduleHarness(
            budget: PollBudget(inFlight: 100, startsPerSecond: 1000, grain: grain), random: Seeded(state: 7))
        harness.takes = { _ in .zero }
        harness.send(.targets(PollTargets(leaves: [leaf], nodes: nodes, cluster: true)))
        harness.run(until: .seconds(120))
        return harness.log.map(\.at).filter { $0 > .zero }
    }

    @Test func everyTurnIsOnAWholeBeatAndNoneIsLost() {
        let gathered = times(grain: .seconds(1))
        #expect(gathered.allSatisfy { $0 == .seconds($0.components.seconds) })
        #expect(Set(gathered).count <= 120)
        let scattered = times(grain: .zero)
        #expect(Set(scattered).count > 120)
        // Waiting for the beat costs each turn less than a second: within two minutes hardly one of a kind.
        #expect(gathered.count > scattered.count * 9 / 10)
    }

    @Test func noTurnIsBeforeItsTime() {
        var harness = ScheduleHarness(budget: PollBudget(spread: 0, grain: .seconds(2)))
        harness.send(.targets(PollTargets(leaves: [leaf])))
        harness.run(until: .seconds(20))
        #expect(harness.times(.leafSummary(leaf)) == [0, 6, 12, 18])
    }

    /// What an operator asks for does not wait for a beat.
    @Test func aWishIsHeardAtOnce() {
        var harness = ScheduleHarness(budget: PollBudget(grain: .seconds(1)))
        harness.send(.targets(PollTargets(leaves: [leaf])))
        harness.run(until: .milliseconds(2500))
        harness.send(.priority([.leafSummary(leaf)]))
        #expect(harness.log.last?.at == .milliseconds(2500))
    }
}
