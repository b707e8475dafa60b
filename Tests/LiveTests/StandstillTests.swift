import Console
import Correlation
import Fabric
import FoundationEssentials
import Polling
import Terminal
import Testing
import Timeline

@testable import Live

/// What waits for a loop that stands still behind its terminal does not grow, and nothing that matters is lost.
@Suite struct StandstillTests {
    private let now = Date(timeIntervalSince1970: 1_768_039_300)

    private func waiting(_ messages: [(Int?, Message)]) -> [Letter] {
        messages.reduce(into: []) { Letter.merge(&$0, Letter(world: $1.0, message: $1.1)) }
    }

    private func facts(_ second: Double) -> Message {
        let at = now.addingTimeInterval(second)
        return .facts(Snapshot(inventory: Inventory(), at: at), Picture(at: at))
    }

    private func line(_ text: String) -> LogLine { LogLine(at: now, level: .info, text: text) }

    @Test func newerFactsTakeThePlaceOfOlderOnes() {
        let letters = waiting((1...500).flatMap { second in [(1, facts(Double(second))), (1, Message.tick(now))] })
        #expect(letters.count == 2)
        guard case .facts(_, let picture)? = letters.first?.message else {
            Issue.record("no facts")
            return
        }
        #expect(picture.at == now.addingTimeInterval(500))
    }

    @Test func eachWorldKeepsItsOwn() {
        #expect(waiting([(1, facts(1)), (2, facts(2)), (1, facts(3))]).map(\.world) == [1, 2])
    }

    @Test func logLinesAreGatheredAndTheOldestGo() {
        let letters = waiting((0..<5000).map { (1, .logged([line("\($0)")])) })
        guard letters.count == 1, case .logged(let lines) = letters[0].message else {
            Issue.record("not gathered: \(letters.count)")
            return
        }
        #expect(lines.count == Letter.limit)
        #expect(lines.last?.text == "4999")
    }

    @Test func keysKeepTheirOrderUpToALimitAndASignalAlwaysComesThrough() {
        let keys = (0..<3000).map { _ in (Int?.none, Message.input(.key(KeyChord("j")))) }
        let letters = waiting(keys + [(nil, .input(.interrupted(signal: 15))), (nil, .input(.endOfInput))])
        #expect(letters.count == Letter.limit + 2)
        let sizes = (1...9).map { (Int?.none, Message.input(.resize(Size(width: $0, height: 9)))) }
        #expect(waiting(sizes).count == 1)
    }

    /// A listener that reads nothing for long gets the newest facts, and all changes on the way there.
    @Test(.timeLimit(.minutes(1))) func anEnginesListenerMissesNoChange() async {
        let sources = FakeSources.healthy()
        var world = sources.world()
        // On a machine that stands still for seconds no source is to be called silent.
        let moment = Date()
        world.now = { moment }
        let engine = Engine(world)
        let events = await engine.events()
        let running = Task { await engine.run() }
        await engine.settle()
        try? await Task.sleep(for: .milliseconds(300))
        for count in 2...6 {
            sources.say(FakeSources.leafA, FakeSources.summary("\(count)"))
            var seen = 0
            while seen != count {
                try? await Task.sleep(for: .milliseconds(50))
                let picture = await engine.current().picture
                seen = picture.sessions.first { $0.key.leaf == LeafID(203) }?.accepted ?? 0
            }
            // The picture itself follows within the engine's pause.
            try? await Task.sleep(for: .milliseconds(300))
        }
        await engine.stop()
        // A picture that is still being made would come behind the one that is read.
        await running.value
        var heard = 0
        var texts: [String] = []
        for await event in events {
            guard case .facts(_, _, let changes) = event else { continue }
            heard += 1
            texts += changes.map(\.text)
        }
        #expect(heard == 1)
        for count in 2...6 {
            #expect(texts.contains { $0.contains("accepts \(count) paths, before \(count - 1)") }, "\(texts)")
        }
    }
}

/// When the loop wakes up by itself.
@MainActor
@Suite struct StillScreenTests {
    private func frames(_ backend: RecordingBackend, in time: Duration) async -> Int {
        let before = backend.frames.count
        try? await Task.sleep(for: time)
        return backend.frames.count - before
    }

    private func settled(_ backend: RecordingBackend) async {
        for _ in 0..<600 where backend.screen?.rows.contains(where: { $0.contains("calico-master-1") }) != true {
            try? await Task.sleep(for: .milliseconds(20))
        }
        try? await Task.sleep(for: .milliseconds(600))
    }

    /// Sources that are asked once a minute: what moves is the clock alone.
    @Test(.timeLimit(.minutes(1))) func aFrozenOrHiddenScreenIsNotDrawnAndGoesOnAfterwards() async {
        let backend = RecordingBackend(size: Size(width: 120, height: 36))
        var world = FakeSources.healthy().world()
        world.intervals = PollIntervals(
            leafSummary: .seconds(60), leafRoutes: .seconds(60), node: .seconds(60), cluster: .seconds(60))
        let loop = ConsoleLoop(world, backend: backend, configure: { _ in }, loadTheme: { _ in nil })
        let running = Task { await loop.run() }
        await settled(backend)
        #expect((1...4).contains(await frames(backend, in: .milliseconds(2500))))
        backend.send(.focus(false))
        try? await Task.sleep(for: .milliseconds(200))
        #expect(await frames(backend, in: .milliseconds(2200)) == 0)
        backend.send(.focus(true))
        #expect(await frames(backend, in: .milliseconds(1500)) >= 1)
        backend.send(.key(KeyChord("f")))
        try? await Task.sleep(for: .milliseconds(200))
        #expect(await frames(backend, in: .milliseconds(2200)) == 0)
        backend.send(.key(KeyChord("f")))
        #expect(await frames(backend, in: .milliseconds(1500)) >= 1)
        backend.send(.key(KeyChord("q")))
        _ = await running.value
    }
}
