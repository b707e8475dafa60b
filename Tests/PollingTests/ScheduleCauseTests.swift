import Fabric
import Polling
import Testing

@Suite struct ScheduleCauseTests {
    private let routes = Look.leafRoutes(leaf, .all)

    /// A harness whose leaf tells a version with each summary.
    private func leafHarness() -> ScheduleHarness {
        var harness = ScheduleHarness()
        harness.takes = { _ in nil }
        harness.send(.targets(PollTargets(leaves: [leaf])))
        harness.send(.tableVersion(leaf, 1))
        harness.end(.leafSummary(leaf))
        harness.end(routes)
        harness.takes = { _ in .milliseconds(100) }
        return harness
    }

    @Test func routesAreReadOnceAtFirst() {
        var harness = leafHarness()
        #expect(harness.times(routes) == [0])
        harness.run(until: .seconds(200))
        #expect(harness.times(routes) == [0])
    }

    @Test func routesThatRestAreReadEveryFiveMinutes() {
        var harness = leafHarness()
        harness.run(until: .seconds(301))
        #expect(harness.times(routes).count == 2)
    }

    @Test func aMovedVersionReadsTheRoutesAtMostEveryHalfMinute() {
        var harness = leafHarness()
        for second in 1...100 {
            harness.run(until: .seconds(second))
            harness.send(.tableVersion(leaf, UInt64(1 + second)))
        }
        let times = harness.times(routes)
        #expect(times.count == 4)
        for (a, b) in zip(times, times.dropFirst()) { #expect(b - a > 29.9) }
    }

    @Test func aMovedVersionReadsTheRoutesAtOnceWhenTheyRested() {
        var harness = leafHarness()
        harness.run(until: .seconds(101))
        harness.send(.tableVersion(leaf, 2))
        #expect(harness.times(routes) == [0, 101])
    }

    @Test func aVersionThatGoesBackHasMovedToo() {
        var harness = leafHarness()
        harness.run(until: .seconds(101))
        harness.send(.tableVersion(leaf, 0))
        #expect(harness.times(routes) == [0, 101])
    }

    @Test func aVersionThatMovesWhileRoutesAreReadReadsThemAgain() {
        var harness = leafHarness()
        harness.run(until: .seconds(101))
        harness.takes = { $0 == .leafSummary(leaf) ? .milliseconds(100) : nil }
        harness.send(.tableVersion(leaf, 2))
        harness.send(.tableVersion(leaf, 3))
        harness.end(routes)
        harness.run(until: .seconds(140))
        #expect(harness.times(routes) == [0, 101, 131])
    }

    @Test func routesThatFailedAreReadAgainThoughTheVersionStands() {
        var harness = leafHarness()
        harness.run(until: .seconds(101))
        harness.succeeds = { look, now in look != .leafRoutes(leaf, .all) || now > .seconds(103) }
        harness.send(.tableVersion(leaf, 2))
        harness.run(until: .seconds(140))
        #expect(harness.times(routes).count == 4)
    }

    @Test func aSelectionTakesThePlaceOfTheWholeTable() throws {
        let prefix = try #require(IPPrefix("10.1.0.0/26"))
        var harness = leafHarness()
        harness.run(until: .seconds(52))
        harness.send(.targets(PollTargets(leaves: [leaf], selections: [leaf: .prefixes([prefix])])))
        #expect(harness.log.last?.look == .leafRoutes(leaf, .prefixes([prefix])))
    }

    @Test func aNodeIsReadAtOnceWhenItsLeafHalfChanged() {
        var harness = ScheduleHarness()
        harness.send(.targets(PollTargets(nodes: [node])))
        harness.run(until: .seconds(10))
        harness.send(.leafHalfChanged([node, NodeName("unknown")]))
        #expect(harness.times(.node(node)) == [0, 10])
    }

    @Test func changesInQuickOrderReadANodeNoFasterThanTheFloor() {
        var harness = ScheduleHarness()
        harness.send(.targets(PollTargets(nodes: [node])))
        for tenth in 1...60 {
            harness.run(until: .milliseconds(100 * tenth))
            harness.send(.leafHalfChanged([node]))
        }
        #expect(harness.times(.node(node)) == [0, 2, 4, 6])
    }

    @Test func aChangeWhileANodeIsReadReadsItAgain() {
        var harness = ScheduleHarness()
        harness.takes = { _ in .seconds(3) }
        harness.send(.targets(PollTargets(nodes: [node])))
        harness.run(until: .seconds(1))
        harness.send(.leafHalfChanged([node]))
        harness.run(until: .seconds(20))
        #expect(harness.times(.node(node)) == [0, 3])
    }

    @Test func failuresBackOffToAMinute() {
        var harness = ScheduleHarness()
        harness.succeeds = { _, _ in false }
        harness.takes = { _ in .zero }
        harness.send(.targets(PollTargets(nodes: [node])))
        harness.run(until: .seconds(300))
        #expect(harness.times(.node(node)) == [0, 1, 3, 7, 15, 31, 63, 123, 183, 243])
    }

    @Test func theSpreadNeverExceedsAMinute() {
        var harness = ScheduleHarness(random: Constant(bits: .max))
        harness.succeeds = { _, _ in false }
        harness.takes = { _ in .zero }
        harness.send(.targets(PollTargets(nodes: [node])))
        harness.run(until: .seconds(1000))
        let times = harness.times(.node(node))
        for (a, b) in zip(times, times.dropFirst()) { #expect(b - a <= 60.1) }
    }

    @Test func aSuccessEndsTheBackOff() {
        var harness = ScheduleHarness()
        harness.succeeds = { _, now in now >= .seconds(15) }
        harness.takes = { _ in .zero }
        harness.send(.targets(PollTargets(nodes: [node])))
        harness.run(until: .seconds(76))
        #expect(harness.times(.node(node)) == [0, 1, 3, 7, 15, 45, 75])
    }

    @Test func aRefreshEndsTheBackOffAndReadsEverything() {
        var harness = ScheduleHarness()
        harness.succeeds = { look, _ in look != .node(node) }
        harness.takes = { _ in .zero }
        harness.send(.targets(PollTargets(leaves: [leaf], nodes: [node], cluster: true)))
        harness.run(until: .seconds(100))
        harness.log = []
        harness.send(.refreshRequested)
        harness.run(until: .milliseconds(100_500))
        #expect(Set(harness.log.map(\.look)) == [.leafSummary(leaf), .cluster, .node(node), routes])
        harness.run(until: .seconds(102))
        #expect(harness.times(.node(node)) == [100, 101])
    }

    @Test func oneSourceThatFailsLeavesTheOthersAlone() {
        var harness = ScheduleHarness()
        harness.succeeds = { look, _ in look != .node(node) }
        harness.send(.targets(PollTargets(leaves: [leaf], nodes: [node])))
        harness.run(until: .seconds(21))
        #expect(harness.times(.leafSummary(leaf)) == [0, 5, 10, 15, 20])
    }

    @Test func anOperationGoesBeforeAllOthersAndIsDoneOnce() {
        var harness = ScheduleHarness(budget: PollBudget(inFlight: 1, reserved: 0))
        harness.takes = { _ in nil }
        let nodes = (1...5).map { NodeName("node-\($0)") }
        harness.send(.targets(PollTargets(nodes: nodes)))
        harness.send(.priority([.pods(node), .node(nodes[4])]))
        harness.end(.node(nodes[0]))
        #expect(harness.log.last?.look == .pods(node))
        harness.end(.pods(node))
        #expect(harness.log.last?.look == .node(nodes[4]))
        harness.takes = { _ in .zero }
        harness.end(.node(nodes[4]))
        harness.run(until: .seconds(200))
        #expect(harness.times(.pods(node)).count == 1)
    }

    @Test func anOperationThatAsksAgainAndAgainKeepsTheFloor() {
        var harness = ScheduleHarness()
        harness.takes = { _ in .zero }
        for tenth in 1...60 {
            harness.run(until: .milliseconds(100 * tenth))
            harness.send(.priority([.pods(node)]))
        }
        #expect(harness.times(.pods(node)) == [0.1, 2.1, 4.1])
    }
}
