import Fabric
import Foundation
import Polling
import Testing

/// Parts that a source does not tell: told once, kept as long as they last, never a failure.
@Suite struct FoldGapTests {
    private let now = Date(timeIntervalSince1970: 1_800_000_000)

    @Test func aGapIsNewsOnceAndGoesWithTheRight() {
        var fold = Fold(inventory: Inventory(), at: now)
        let gap = SourceError(
            kind: .refused, source: .kubernetes, operation: "kubectl get ippools", cause: "forbidden", hint: "give it")
        var result = LookResult(look: .cluster, answers: [])
        result.gaps = [gap]
        let first = fold.absorb(result, interval: .seconds(30), now: now)
        #expect(first.succeeded && first.isNews && first.notices == [gap.description])
        #expect(fold.snapshot.sources[.kubernetes]?.gaps == [gap])
        #expect(fold.snapshot.sources[.kubernetes]?.error == nil)
        #expect(fold.absorb(result, interval: .seconds(30), now: now).notices == [])
        _ = fold.absorb(LookResult(look: .pods(NodeName("a")), answers: []), interval: .seconds(30), now: now)
        #expect(fold.snapshot.sources[.kubernetes]?.gaps == [gap])
        let last = fold.absorb(LookResult(look: .cluster, answers: []), interval: .seconds(30), now: now)
        #expect(last.isNews && fold.snapshot.sources[.kubernetes]?.gaps == [])
    }

    /// Without the right to read sessions a leaf still tells its routing table: that does not make it one that answers.
    @Test func aLeafWhoseSessionsCannotBeReadStaysFailing() {
        let leaf = LeafID(101)
        var fold = Fold(inventory: Inventory(), at: now)
        let refusal = SourceError(
            kind: .refused, source: .leaf(leaf), operation: "GET bgpDom", cause: "no domain access", hint: "a role")
        var summary = LookResult(look: .leafSummary(leaf), answers: [], error: refusal)
        _ = fold.absorb(summary, interval: .seconds(5), now: now)
        let routes = LookResult(look: .leafRoutes(leaf, .all), answers: [])
        _ = fold.absorb(routes, interval: .seconds(5), now: now)
        #expect(fold.snapshot.sources[.leaf(leaf)]?.error == refusal)
        summary.error = nil
        _ = fold.absorb(summary, interval: .seconds(5), now: now)
        #expect(fold.snapshot.sources[.leaf(leaf)]?.error == nil)
        _ = fold.absorb(routes, interval: .seconds(5), now: now)
        #expect(fold.snapshot.sources[.leaf(leaf)]?.error == nil)
    }
}
