import Correlation
import Fabric
import FoundationEssentials
import Live
import Polling
import Testing

/// A large calm fabric that says the same again is not judged anew; its picture is as young as what was read.
@Suite struct NoNewsTests {
    private let count = 120

    private func sources() -> FakeSources {
        let sources = FakeSources()
        let head = FakeSources.summary("1").split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        let rows = (0..<count).map { index in
            "192.168.\(2 + index / 30).\(1 + index % 30 * 8)  4 \(64501 + index)  3694  3694  291  0  0 02:01:30 1"
        }
        let text = (head + rows[...].map { $0[...] }).joined(separator: "\n") + "\n"
        sources.say(FakeSources.leafA, text)
        sources.say(FakeSources.leafB, text)
        for index in 0..<count { sources.say(.node(name(index)), FakeSources.status(of: index)) }
        return sources
    }

    private func isCalm(_ picture: Picture) -> Bool {
        picture.findings.isEmpty && picture.sessions.allSatisfy { $0.verdict == .up }
    }

    private func name(_ index: Int) -> NodeName { NodeName("node-\(index)") }

    private func world(_ sources: FakeSources) -> World {
        var world = sources.world()
        world.inventory.nodes = (0..<count).map { index in
            Node(
                name: name(index), address: IPAddress("192.168.\(2 + index / 30).\(1 + index % 30 * 8)"),
                asn: ASN(UInt32(64501 + index)), rack: "rack-1", origin: .configured)
        }
        world.targets.nodes = world.inventory.nodes.map(\.name)
        world.budget = .local
        world.intervals = PollIntervals(
            leafSummary: .milliseconds(700), leafRoutes: .seconds(60), node: .seconds(60), cluster: .seconds(60),
            floor: .milliseconds(100))
        return world
    }

    @Test(.timeLimit(.minutes(2))) func theSameAgainMakesThePictureYoungerAndChangesNothing() async throws {
        let sources = sources()
        let engine = Engine(world(sources))
        let events = await engine.events()
        let running = Task { await engine.run() }
        await engine.settle()
        var last: Picture?
        var younger = 0
        for await event in events {
            guard case .facts(let snapshot, let picture, let changes) = event else { continue }
            #expect(picture.generation == snapshot.generation)
            if let former = last, isCalm(former), isCalm(picture) {
                #expect(changes.isEmpty)
                // Sessions of the very samples of before, leaves read since then: nothing was concluded in between.
                let isSame = picture.sessions == former.sessions
                let isYounger = zip(former.leaves, picture.leaves).contains {
                    ($0.lastRead ?? .distantPast) < ($1.lastRead ?? .distantPast)
                }
                if isSame, isYounger, picture.at > former.at { younger += 1 }
            }
            last = picture
            if younger == 3 { break }
        }
        #expect(younger == 3)
        // Then one session is lost, and that is news at once.
        sources.say(FakeSources.leafA, FakeSources.summary("Idle"))
        for await event in events {
            guard case .facts(_, let picture, _) = event else { continue }
            if picture.sessions.contains(where: { $0.verdict != .up }) { break }
        }
        let picture = await engine.current().picture
        #expect(picture.sessions.contains { $0.verdict != .up })
        await engine.stop()
        running.cancel()
    }
}

extension FakeSources {
    /// What a node of the large fabric says: both its sessions are up.
    static func status(of index: Int) -> String {
        let (third, fourth) = (2 + index / 30, index % 30 * 8)
        return status.replacing("192.168.2.4 ", with: "192.168.\(third).\(fourth + 4) ")
            .replacing("192.168.2.5 ", with: "192.168.\(third).\(fourth + 5) ")
    }
}
