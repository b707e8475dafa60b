import Correlation
import Design
import Fabric
import FoundationEssentials
import Testing

/// The trend beside a limit, as a watch of a growing rack tells it.
@Suite struct UseHistoryTests {
    private func picture(_ nodes: Int, at minute: Double, after previous: Picture?) -> Picture {
        var fabric = FabricBuilder(racks: [
            FabricBuilder.RackPlan(name: "rack-1", asn: 65101, leaves: [101, 102], nodes: Array(1...nodes))
        ])
        fabric.now += minute * 60
        return fabric.picture(previous: previous)
    }

    private func watched(_ steps: [(minute: Double, nodes: Int)]) -> Picture {
        steps.dropFirst().reduce(picture(steps[0].nodes, at: steps[0].minute, after: nil)) {
            picture($1.nodes, at: $1.minute, after: $0)
        }
    }

    private func cause(_ steps: [(minute: Double, nodes: Int)]) -> String {
        watched(steps).findings.first { $0.rule == "peers-near-limit" }?.cause ?? ""
    }

    @Test func aFirstLookKnowsNoTrend() {
        #expect(!cause([(0, 330)]).contains("ago"))
        #expect(!cause([(0, 330), (0.5, 340)]).contains("ago"))
    }

    @Test func growthIsToldWithTheTimeThatIsLeft() {
        #expect(cause([(0, 330), (30, 340)]).hasSuffix("; 10 more than 30m ago, at this pace full in 3h"))
        #expect(cause([(0, 330), (5, 340)]).hasSuffix("; 10 more than 5m ago"))
    }

    @Test func onlyTheLastHourCounts() {
        #expect(cause([(0, 330), (10, 350), (90, 352)]).hasSuffix("; 2 more than 1h ago, at this pace full in 24h"))
        #expect(!cause([(0, 330), (10, 350), (90, 350)]).contains("ago"))
    }

    @Test func whatWentIsToldToo() {
        #expect(cause([(0, 350), (20, 340)]).hasSuffix("; 10 fewer than 20m ago"))
    }

    @Test func whatChangesWithinAMinuteCountsAsItIsNow() {
        #expect(
            cause([(0, 330), (30, 340), (30.2, 345), (30.4, 342)])
                .hasSuffix("; 12 more than 30m ago, at this pace full in 2h"))
    }

    @Test func aTrendIsWords() {
        #expect(UseTrend(change: 0, seconds: 3600).words == "as 1h ago")
        #expect(UseTrend(change: 12, seconds: 1500).words == "+12 in 25m")
        #expect(UseTrend(change: -3, seconds: 300_000).words == "-3 in 3d")
        #expect(UseTrend(change: 1, seconds: 3600).secondsLeft(of: 0) == nil)
    }
}
