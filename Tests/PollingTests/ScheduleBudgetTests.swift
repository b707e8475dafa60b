import Fabric
import Polling
import Testing

@Suite struct ScheduleBudgetTests {
    private let nodes = (1...400).map { NodeName("node-\($0)") }
    private let leaves = (101...112).map { LeafID($0) }

    @Test func noMoreThanTwentyStartInAnySecond() {
        var harness = ScheduleHarness(random: Seeded(state: 1))
        harness.takes = { _ in .milliseconds(10) }
        harness.send(.targets(PollTargets(leaves: leaves, nodes: nodes, cluster: true)))
        harness.run(until: .seconds(40))
        let starts = harness.log.map(\.at)
        for (index, start) in starts.enumerated() where index >= 20 {
            #expect(start - starts[index - 20] >= .seconds(1))
        }
        #expect(starts.count > 500)
    }

    @Test func noMoreThanTwentyAreUnderWay() {
        var harness = ScheduleHarness(random: Seeded(state: 2))
        harness.takes = { _ in .seconds(7) }
        harness.send(.targets(PollTargets(leaves: leaves, nodes: nodes, cluster: true)))
        harness.run(until: .seconds(60))
        #expect(harness.peak == 20)
    }

    @Test func nodesThatHangDoNotKeepTheLeavesWaiting() {
        var harness = ScheduleHarness(random: Seeded(state: 3))
        harness.takes = { if case .node = $0 { nil } else { .milliseconds(50) } }
        harness.send(.targets(PollTargets(leaves: leaves, nodes: nodes, cluster: true)))
        harness.run(until: .seconds(61))
        for leaf in leaves { #expect(harness.times(.leafSummary(leaf)).count >= 12) }
    }

    @Test func atTheDesignsMaximumLeavesKeepTheirPaceAndEveryNodeHasATurn() {
        let nodes = (1...2400).map { NodeName("node-\($0)") }
        var harness = ScheduleHarness(random: Seeded(state: 4))
        harness.takes = { _ in .milliseconds(300) }
        harness.send(.targets(PollTargets(leaves: leaves, nodes: nodes, cluster: true)))
        harness.run(until: .seconds(180))
        for leaf in leaves {
            let times = harness.times(.leafSummary(leaf))
            for (a, b) in zip(times, times.dropFirst()) { #expect(b - a < 12) }
        }
        let seen = Set(harness.log.map(\.look))
        for node in nodes { #expect(seen.contains(.node(node))) }
    }

    @Test func thePlanIsTheSameForTheSameSeed() {
        func run() -> [Look] {
            var harness = ScheduleHarness(random: Seeded(state: 5))
            harness.succeeds = { _, now in Int(now.seconds) % 3 != 0 }
            harness.send(.targets(PollTargets(leaves: leaves, nodes: Array(nodes.prefix(50)), cluster: true)))
            harness.run(until: .seconds(120))
            return harness.log.map(\.look)
        }
        #expect(run() == run())
    }

    @Test func aWakeIsNeverInThePast() {
        var schedule = PollSchedule(random: Seeded(state: 6))
        var random = Seeded(state: 7)
        var now = Duration.zero
        var running: [Look] = []
        for _ in 0..<2000 {
            now += .milliseconds(Int.random(in: 0...400, using: &random))
            let event: PollEvent
            switch Int.random(in: 0..<8, using: &random) {
            case 0: event = .refreshRequested
            case 1:
                event = .targets(PollTargets(leaves: Array(leaves.shuffled(using: &random).prefix(6)), nodes: [node]))
            case 2: event = .leafHalfChanged([node])
            case 3: event = .tableVersion(leaves[0], UInt64.random(in: 0...3, using: &random))
            case 4: event = .priority([.pods(node), .node(node)])
            case 5 where !running.isEmpty, 6 where !running.isEmpty:
                let look = running.remove(at: Int.random(in: 0..<running.count, using: &random))
                event = .completed(look, succeeded: Bool.random(using: &random), took: .milliseconds(300))
            default: event = .tick
            }
            for action in schedule.handle(event, at: now) {
                switch action {
                case .start(let look):
                    #expect(!running.contains { $0.source == look.source })
                    running.append(look)
                case .wake(let at): #expect(at >= now)
                }
            }
            #expect(running.count == schedule.underWay)
        }
    }
}
