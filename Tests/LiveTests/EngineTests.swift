import Correlation
import Fabric
import Live
import Polling
import Testing
import Timeline

@Suite struct EngineTests {
    @Test(.timeLimit(.minutes(1))) func oneLookSeesEverySourceOnceAndItsRoutes() async {
        let sources = FakeSources.healthy()
        let (snapshot, picture) = await OneLook.take(sources.world())
        #expect(picture.sessions.map(\.verdict) == [.up, .up])
        #expect(picture.findings.isEmpty, "\(picture.findings.map(\.summary))")
        #expect(snapshot.leaves[LeafID(203)]?.routes.count == 1)
        #expect(Set(sources.asked.map(\.source)) == [FakeSources.leafA, FakeSources.leafB, FakeSources.node])
    }

    @Test(.timeLimit(.minutes(1))) func aSourceThatFailsIsNamedAndTheRestStands() async {
        let sources = FakeSources.healthy()
        sources.say(FakeSources.leafB, nil)
        let (snapshot, picture) = await OneLook.take(sources.world())
        #expect(snapshot.sources[FakeSources.leafB]?.error?.cause == "Connection refused")
        #expect(picture.findings.contains { $0.rule == "source-failing" })
        #expect(picture.sessions.allSatisfy { $0.verdict != .down })
    }

    @Test(.timeLimit(.minutes(1))) func tellsChangesAsTheyCome() async {
        let sources = FakeSources.healthy()
        let engine = Engine(sources.world())
        let events = await engine.events()
        let running = Task { await engine.run() }
        var lines: [String] = []
        var isBroken = false
        for await event in events {
            guard case .facts(_, let picture, let changes) = event else { continue }
            lines += changes.map(\.text)
            if !isBroken, picture.sessions.count == 2, picture.sessions.allSatisfy({ $0.verdict == .up }) {
                isBroken = true
                sources.say(FakeSources.leafB, FakeSources.summary("Idle"))
                sources.say(
                    FakeSources.node,
                    FakeSources.status.replacing(
                        "192.168.2.5  | node specific | up    | 08:17:37 | Established",
                        with: "192.168.2.5  | node specific | start | 08:17:37 | Idle       "))
            }
            if lines.contains(where: { $0.hasPrefix("calico-master-1 <-> leaf 204 DOWN") }) { break }
        }
        #expect(lines.contains { $0.contains("session-down") } || !lines.isEmpty)
        await engine.stop()
        running.cancel()
    }

    @Test(.timeLimit(.minutes(1))) func aPollOnDemandComesAtOnce() async {
        let sources = FakeSources.healthy()
        let engine = Engine(sources.world())
        let running = Task { await engine.run() }
        await engine.settle()
        let before = sources.asked.count
        await engine.look(at: [.node(NodeName("calico-master-1"))])
        #expect(sources.asked.dropFirst(before).contains(.node(NodeName("calico-master-1"))))
        await engine.stop()
        running.cancel()
    }

    @Test(.timeLimit(.minutes(1))) func aTableTooLargeForTextIsAskedForByPrefix() async {
        let sources = FakeSources.healthy()
        sources.refuseWholeTables()
        var world = sources.world()
        world.inventory.serviceSubnets = [IPPrefix("10.96.0.0/12")].compactMap { $0 }
        let engine = Engine(world)
        let running = Task { await engine.run() }
        await engine.settle()
        let narrowed = Look.leafRoutes(LeafID(203), .prefixes(world.inventory.serviceSubnets))
        await engine.look(at: [narrowed])
        let (snapshot, _) = await engine.current()
        #expect(snapshot.leaves[LeafID(203)]?.routesAreSelected == true)
        #expect(sources.asked.contains(.leafRoutes(LeafID(203), .all)))
        #expect(sources.asked.contains(narrowed))
        await engine.stop()
        running.cancel()
    }
}
