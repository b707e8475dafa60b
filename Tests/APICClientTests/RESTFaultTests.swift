import Fabric
import Formats
import FoundationEssentials
import Polling
import Simulator
import SimulatorServer
import Synchronization
import Testing

@testable import APICClient

/// What goes wrong between a client and its controllers (aci.md 2 and 10.9), and what the console is told.
@Suite struct RESTFaultTests {
    private let leaf = LeafID(101)

    @Test func aTokenThatExpiresInMidPollCostsOneLoginAndNothingElse() async throws {
        let apic = try await SimulatedAPIC.start()
        try await apic.with { port in
            #expect(await port.reading.perform(.leafSummary(leaf)).error == nil)
            await apic.controllers.inject(.expireTokens)
            #expect(await port.reading.perform(.leafSummary(leaf)).error == nil)
            #expect(apic.controllers.counters.logins == 2 && apic.controllers.counters.failedLogins == 0)
        }
    }

    @Test func aKilledControllerIsLeftForTheNext() async throws {
        let apic = try await SimulatedAPIC.start(controllers: 2)
        try await apic.with { port in
            #expect(await port.reading.perform(.leafSummary(leaf)).error == nil)
            await apic.controllers.inject(.killController(1))
            #expect(await port.reading.perform(.leafSummary(leaf)).error == nil)
            await apic.controllers.inject(.killController(2))
            let error = try #require(await port.reading.perform(.leafSummary(leaf)).error)
            #expect(error.kind == .unreachable && error.source == .leaf(leaf))
        }
    }

    @Test func aWrongPasswordIsTriedOnce() async throws {
        let apic = try await SimulatedAPIC.start(client: {
            $0.credential = .password { () throws(SourceError) in Secret("hunter2-wrong") }
        })
        try await apic.with { port in
            for _ in 0..<5 {
                let error = try #require(await port.reading.perform(.leafSummary(leaf)).error)
                #expect(error.kind == .refused && error.cause.contains("Username or password is incorrect"))
                #expect(!"\(error)".contains("hunter2"))
            }
            #expect(apic.controllers.counters.failedLogins == 1)
        }
    }

    @Test func aMissingPrivilegeIsSaidAndCostsOneLoginOnce() async throws {
        let apic = try await SimulatedAPIC.start()
        try await apic.with { port in
            await apic.controllers.inject(.noPrivilege("bgpPeerEntry"))
            await apic.controllers.inject(.noPrivilege("faultInst"))
            for _ in 0..<4 {
                let result = await port.reading.perform(.fabric)
                #expect(result.error?.kind == .refused && result.error?.hint.contains("privilege") == true)
                #expect(result.answers.count >= 3)
            }
            #expect(apic.controllers.counters.logins <= 2)
        }
    }

    @Test func anHTMLPageIsAskedAgainAndThenSaid() async throws {
        let apic = try await SimulatedAPIC.start()
        try await apic.with(isHasty: true) { port in
            #expect(await port.reading.perform(.leafSummary(leaf)).error == nil)
            await apic.controllers.inject(.unavailable(1))
            #expect(await port.reading.perform(.leafSummary(leaf)).error == nil)
            await apic.controllers.clear()
            await apic.controllers.inject(.unavailable(nil))
            let error = try #require(await port.reading.perform(.leafSummary(leaf)).error)
            #expect(error.kind == .unreachable && error.cause.contains("HTML"))
        }
    }

    /// The APIC's own limit is read and kept to; where it comes later, what is refused is asked again after a pause.
    @Test func theThrottleIsReadAndKeptTo() async throws {
        let apic = try await SimulatedAPIC.start()
        let limit =
            "{\"commHttps\":{\"attributes\":{\"globalThrottleSt\":\"enabled\",\"globalThrottleRate\":\"6\","
            + "\"globalThrottleUnit\":\"r/s\"}}}"
        try await apic.with(isHasty: true) { port in
            // Begun before the limit: it learns of it by being refused.
            var traffic = await port.reading.perform(.leafSummary(leaf)).traffic
            #expect(traffic?.requestsPerSecondAllowed == 40)
            _ = try await port.post("uni/fabric/comm-default/https", Array(limit.utf8))
            await withTaskGroup(of: SourceError?.self) { group in
                for _ in 0..<30 { group.addTask { await port.reading.perform(.leafSummary(leaf)).error } }
                for await error in group {
                    #expect(error == nil || (error?.kind == .unreachable && error?.hint.contains("throttles") == true))
                }
            }
            #expect(apic.controllers.counters.throttled > 0)
            // One that begins now reads the limit first and stays within a third of it.
            let other = RESTPort.make(apic.configuration, leaves: [], now: { Date() })
            traffic = await other.reading.perform(.leafSummary(leaf)).traffic
            #expect(traffic?.requestsPerSecondAllowed == 2)
            // The second in which the hasty ones came may not be over when it begins.
            var refused: [Int] = []
            for _ in 0..<2 where refused.last != 0 {
                let before = apic.controllers.counters.throttled
                for _ in 0..<3 { #expect(await other.reading.perform(.leafSummary(leaf)).error == nil) }
                refused.append(apic.controllers.counters.throttled - before)
            }
            #expect(refused.last == 0, "\(refused)")
            await other.close()
        }
    }

    /// A request line of more than 8 kB (aci.md 2.5): refused once, with what to do about it, and nothing is paused.
    @Test func aRequestThatIsTooLongIsSaid() async throws {
        let apic = try await SimulatedAPIC.start()
        try await apic.with { port in
            let name = "uni/tn-" + String(repeating: "x", count: 9000)
            let error = await #expect(throws: SourceError.self) { _ = try await port.post(name, Array("{}".utf8)) }
            #expect(error?.kind == .tooLarge && error?.cause.contains("414") == true, "\(String(describing: error))")
            #expect(await port.reading.perform(.leafSummary(leaf)).error == nil)
        }
    }

    /// No question that the console asks by itself comes near that length, whatever the fabric.
    @Test func everyQuestionIsShort() {
        let place = "topology/pod-12/node-4000"
        let vrf = String(repeating: "t", count: 63) + ":" + String(repeating: "v", count: 63)
        let queries =
            RESTQueries.fabric + RESTQueries.configuration + RESTQueries.surroundings
            + [
                RESTQueries.bgp(place, vrf: vrf), RESTQueries.routes(place, vrf: vrf, family: .ipv6).query,
                RESTQueries.paths(place, vrf: vrf, family: .ipv6).query, RESTQueries.outsides(vrf: vrf),
            ]
        for query in queries { #expect(query.page(99, size: 10_000, orderedBy: "x").path.utf8.count < 1000) }
    }

    /// A loss is told while the answer to an older question is still on its way: the loss stays on screen.
    @Test func anEventGoesBeforeAnAnswerThatIsOlder() async throws {
        let apic = try await SimulatedAPIC.start(client: { $0.subscribes = true })
        try await apic.with { port in
            var fold = Fold(
                inventory: Inventory(
                    vrf: apic.configuration.vrf,
                    leaves: apic.leaves.map { Leaf(id: $0, name: "l", rack: nil, origin: .configured) }), at: Date())
            _ = fold.absorb(await port.reading.perform(.leafSummary(leaf)), interval: .seconds(5), now: Date())
            guard let news = port.reading.news?() else { throw SimulatedAPIC.Missing() }
            var late: Task<LookResult, Never>?
            loop: for await item in news {
                switch item {
                case .lookAgain where late == nil:
                    await apic.controllers.inject(.slow(1))
                    let asked = apic.controllers.counters.requests
                    late = Task { await port.reading.perform(.leafSummary(leaf)) }
                    while apic.controllers.counters.requests == asked { try await Task.sleep(for: .milliseconds(5)) }
                    try apic.shared.with { try $0.inject(Fault(.leafNeighborShut)) }
                    apic.shared.advance(to: .seconds(3))
                    await apic.controllers.look()
                case .answers(let answers):
                    _ = fold.absorb(answers, of: .apic, interval: .seconds(5), now: Date())
                    break loop
                default: continue
                }
            }
            func down(_ fold: Fold) -> Int {
                fold.snapshot.leaves.values.flatMap { $0.summaries?.value.flatMap(\.peers) ?? [] }
                    .count { !$0.state.isEstablished }
            }
            #expect(down(fold) == 1)
            let answer = try #require(await late?.value)
            #expect(answer.error == nil && answer.answers.isEmpty == false)
            _ = fold.absorb(answer, interval: .seconds(5), now: Date())
            #expect(down(fold) == 1)
        }
    }

    @Test func halfAPageIsNeverHalfATable() async throws {
        let apic = try await SimulatedAPIC.start(client: { $0.pageSize = 5 })
        try await apic.with { port in
            let whole = await port.reading.perform(.leafRoutes(leaf, .all))
            let table = try #require(whole.answers.first?.tables?.first?.table)
            await apic.controllers.inject(.halfPage(1))
            let again = await port.reading.perform(.leafRoutes(leaf, .all))
            if let read = again.answers.first?.tables?.first?.table {
                #expect(read.prefixes == table.prefixes)
            } else {
                #expect(again.error != nil)
            }
        }
    }

    @Test func pagesAreReadToTheEndAndOverlapsCountOnce() async throws {
        let apic = try await SimulatedAPIC.start()
        var small = apic.configuration
        small.pageSize = 3
        let other = RESTPort.make(small, leaves: [], now: { Date() })
        try await apic.with { port in
            let whole = await port.reading.perform(.leafRoutes(leaf, .all)).answers.first?.tables?.first?.table
            await apic.controllers.inject(.overlappingPages)
            let paged = await other.reading.perform(.leafRoutes(leaf, .all)).answers.first?.tables?.first?.table
            #expect(whole?.prefixes == paged?.prefixes && whole?.nextHopSets.count == paged?.nextHopSets.count)
            #expect((whole?.count ?? 0) > 3)
            await other.close()
        }
    }

    @Test func countedButAbsentObjectsAreAFailureNotAnEmptyTable() async throws {
        let apic = try await SimulatedAPIC.start()
        try await apic.with(isHasty: true) { port in
            await apic.controllers.inject(.emptyPage)
            let result = await port.reading.perform(.leafRoutes(leaf, .all))
            #expect(result.error?.cause.contains("no object came") == true && result.answers.isEmpty)
        }
    }

    @Test func aCertificateThatIsNotPinnedIsRefusedBeforeAnythingIsSent() async throws {
        let apic = try await SimulatedAPIC.start(client: { $0.trust = .pins([String(repeating: "ab", count: 32)]) })
        try await apic.with { port in
            let error = try #require(await port.reading.perform(.leafSummary(leaf)).error)
            #expect(error.kind == .untrusted && error.cause.contains(apic.identity.pin) && error.hint.contains("pin"))
            #expect(apic.controllers.counters.logins + apic.controllers.counters.failedLogins == 0)
        }
    }

    @Test func systemRootsDoNotProveAPrivateAuthority() async throws {
        let apic = try await SimulatedAPIC.start(client: { $0.trust = .system })
        try await apic.with { port in
            let error = try #require(await port.reading.perform(.leafSummary(leaf)).error)
            #expect(error.kind == .untrusted)
        }
    }

    @Test func anAuthoritysFileProvesItsControllers() async throws {
        let path = "/tmp/bgpdeck-test-ca-\(UInt64.random(in: 0 ... .max)).pem"
        let apic = try await SimulatedAPIC.start(client: { $0.trust = .authorities(path) })
        try Data((apic.identity.authority ?? "").utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await apic.with { port in
            #expect(await port.reading.perform(.leafSummary(leaf)).error == nil)
            await apic.controllers.inject(.wrongCertificate)
            await apic.controllers.inject(.dropSockets)
        }
    }

    @Test func aVRFThatIsNotThereIsSaid() async throws {
        let apic = try await SimulatedAPIC.start(client: { $0.vrf = "no:such" })
        try await apic.with { port in
            let error = try #require(await port.reading.perform(.leafSummary(leaf)).error)
            #expect(error.kind == .notFound && error.cause.contains("no:such"))
        }
    }

    @Test func theClientLogsOut() async throws {
        let apic = try await SimulatedAPIC.start()
        let port = apic.port()
        #expect(await port.reading.perform(.leafSummary(leaf)).error == nil)
        let before = apic.controllers.counters.requests
        await port.close()
        #expect(apic.controllers.counters.requests == before + 1)
        await apic.server.stop()
    }

    @Test func trafficIsCounted() async throws {
        let apic = try await SimulatedAPIC.start()
        try await apic.with { port in
            let traffic = try #require(await port.reading.perform(.leafSummary(leaf)).traffic)
            #expect(traffic.requests == apic.controllers.counters.requests)
            #expect(traffic.requestsPerMinute == traffic.requests && traffic.bytes > 1000)
        }
    }
}

/// Events of the web socket, over a real one.
@Suite struct RESTEventTests {
    @Test func aLostSessionIsToldWithoutAPoll() async throws {
        let apic = try await SimulatedAPIC.start(client: { $0.subscribes = true })
        try await apic.with { port in
            let vrf = apic.configuration.vrf
            let inventory = Inventory(
                vrf: vrf, leaves: apic.leaves.map { Leaf(id: $0, name: "l", rack: nil, origin: .configured) })
            var fold = Fold(inventory: inventory, at: Date())
            for leaf in apic.leaves {
                _ = fold.absorb(await port.reading.perform(.leafSummary(leaf)), interval: .seconds(5), now: Date())
            }
            guard let news = port.reading.news?() else { throw SimulatedAPIC.Missing() }
            var askedAnew = false
            var lost: Set<IPAddress> = []
            loop: for await item in news {
                switch item {
                case .lookAgain(let looks):
                    #expect(looks.count == apic.leaves.count)
                    guard !askedAnew else { continue }
                    askedAnew = true
                    try apic.shared.with { try $0.inject(Fault(.leafNeighborShut)) }
                    apic.shared.advance(to: .seconds(3))
                    await apic.controllers.look()
                case .answers(let answers):
                    let outcome = fold.absorb(answers, of: .apic, interval: .seconds(5), now: Date())
                    lost.formUnion(outcome.changedNeighbors)
                    if !lost.isEmpty { break loop }
                case .notice: continue
                }
            }
            let down = fold.snapshot.leaves.values.flatMap { $0.summaries?.value.flatMap(\.peers) ?? [] }
                .filter { !$0.state.isEstablished }
            #expect(!down.isEmpty && askedAnew)
        }
    }
}
