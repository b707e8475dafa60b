import APICClient
import Children
import Console
import Correlation
import Fabric
import Foundation
import Glibc
import Polling
import SimulatedPorts
import Simulator
import Terminal

/// One whole poll over REST from bytes to a frame, one in which nothing changed, and what each further leaf costs. The
/// request budget is lifted; raw pages go to the spool as they do in the console.
struct RESTPoll {
    private let topology: Topology
    private let server: ServedFabric
    private let port: RESTPort
    private let others: ReadPort
    private let folder: String
    private let settings = CorrelationSettings(release: "4.2(1)", multipathRelax: true)

    init(fabric: String) throws {
        topology = Topology.named(fabric) ?? .designMax
        let began = Date()
        folder = "/tmp/bgpdeck-bench-\(getpid())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        server = try ServedFabric(topology.name, in: folder)
        print("\(topology.name): the server was ready after \(Int(Date().timeIntervalSince(began))) s")
        others = SimulatedPort.read(server.facts, controller: "", vrf: topology.vrf, now: { Date() })
        let spool = Spool(directory: folder)
        let configuration = RESTConfiguration(
            controllers: [RESTController(host: "127.0.0.1", port: server.port)], user: "admin",
            credential: .password { () throws(SourceError) in Secret("cisco") }, trust: .pins([server.pin]),
            vrf: topology.vrf, requestsPerSecond: 100_000, subscribes: false)
        port = RESTPort.make(
            configuration, leaves: topology.leaves.map(\.id), now: { Date() },
            keep: { await spool.append(source: $0.source, command: $0.command, bytes: $0.bytes) })
    }

    /// Counts the peak of memory anew (Linux).
    private func forgetPeak() { try? Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs")) }

    /// What a stretch of work cost.
    private struct Cost {
        var seconds = processorTime()
        var wall = Date()
        var server: Double

        init(_ server: ServedFabric) { self.server = server.usedTime }

        func report(_ name: String, _ server: ServedFabric, _ more: String = "") {
            func tenths(_ value: Double) -> Double { Double(Int(value * 1000)) / 1000 }
            print(
                "\(name): console \(tenths(processorTime() - seconds)) s, server "
                    + "\(tenths(server.usedTime - self.server)) s of processor time, "
                    + "\(tenths(Date().timeIntervalSince(wall))) s by the clock, peak \(peakMemory()) MiB\(more)")
        }
    }

    /// Performs looks, so many at a time, and folds what comes as it comes.
    private func take(_ looks: [Look], at once: Int, into fold: inout Fold) async -> (requests: Int, bytes: Int) {
        var last: SourceTraffic?
        await withTaskGroup(of: LookResult.self) { group in
            var waiting = looks[...]
            func start() {
                guard let look = waiting.popFirst() else { return }
                group.addTask { [port, others] in
                    var result =
                        switch look {
                        case .node, .cluster, .pods: await others.perform(look)
                        default: await port.reading.perform(look)
                        }
                    let answers = result.answers
                    result.answers = []
                    result.facts = decode(answers, skew: { _ in 0 }) + result.facts
                    return result
                }
            }
            for _ in 0..<once { start() }
            while let result = await group.next() {
                if let error = result.error { print("  \(error)") }
                let outcome = fold.absorb(result, interval: .seconds(5), now: Date())
                for line in outcome.diagnostics { print("  \(line)") }
                last = result.traffic
                start()
            }
        }
        return (last?.requests ?? 0, last?.bytes ?? 0)
    }

    private func show(_ state: inout AppState, _ snapshot: Snapshot, _ picture: Picture) {
        _ = update(&state, .facts(snapshot, picture))
        _ = render(state, glyphs: .unicode).buffer.size.width
    }

    func measure() async throws {
        defer {
            server.stop()
            try? FileManager.default.removeItem(atPath: folder)
        }
        let leaves = topology.leaves.map(\.id)
        let inventory = SimulatedWorld(topology).inventory
        var fold = Fold(inventory: inventory, at: Date())
        _ = await take([.cluster] + inventory.nodes.map { .node($0.name) }, at: 512, into: &fold)
        forgetPeak()
        print("nodes and cluster are read: \(residentMemory()) MiB resident")
        var state = AppState(
            label: FabricLabel(context: "max", vrf: topology.vrf, isSimulated: true),
            size: Size(width: 200, height: 60), now: Date())
        _ = await take([.fabric, .fabricConfiguration], at: 1, into: &fold)
        // The server makes its tables when they are first asked for; that is not the console's time to wait.
        _ = await take([.leafRoutes(leaves[0], .all)], at: 1, into: &fold)
        for round in 1...2 { await full(leaves, &fold, &state, round) }
        for _ in 1...2 { await unchanged(leaves, &fold, &state) }
        var last: Double?
        for count in [1, 2, 4, 8, leaves.count] where count <= leaves.count {
            let began = processorTime()
            let looks = leaves.prefix(count).flatMap { [Look.leafSummary($0), .leafRoutes($0, .all)] }
            _ = await take(looks, at: 4, into: &fold)
            let each = (processorTime() - began) / Double(count)
            let growth = last.map { ", x\(Double(Int(each / $0 * 100)) / 100) of the one before" } ?? ""
            print("\(count) leaves read and folded: \(Int(each * 1000)) ms of processor time each\(growth)")
            last = each
        }
        await port.close()
    }

    private func full(_ leaves: [LeafID], _ fold: inout Fold, _ state: inout AppState, _ round: Int) async {
        let before = await take([], at: 1, into: &fold)
        let cost = Cost(server)
        _ = await take([.fabric], at: 1, into: &fold)
        _ = await take(leaves.map(Look.leafSummary), at: 4, into: &fold)
        let after = await take(leaves.map { .leafRoutes($0, .all) }, at: 4, into: &fold)
        cost.report(
            "read and folded, round \(round)", server,
            ", \(after.requests) requests and \(after.bytes / 1_000_000) MB since the start")
        let conclusion = Cost(server)
        let picture = correlate(fold.snapshot, settings: settings, previous: nil, now: Date())
        conclusion.report("  concluded", server)
        let frame = Cost(server)
        show(&state, fold.snapshot, picture)
        frame.report("  drawn", server)
        cost.report("a whole poll, bytes to screen", server)
        let routes = fold.snapshot.leaves.values.flatMap(\.routes.values).reduce(0) { $0 + $1.value.count }
        let paths = fold.snapshot.leaves.values.flatMap(\.paths.values).reduce(0) { $0 + $1.value.count }
        print(
            "  \(routes) routes, \(paths) accepted paths, \(picture.sessions.count) sessions, \(picture.findings.count) findings, requests before \(before.requests)"
        )
    }

    private func unchanged(_ leaves: [LeafID], _ fold: inout Fold, _ state: inout AppState) async {
        let cost = Cost(server)
        _ = await take([.fabric], at: 1, into: &fold)
        let after = await take(leaves.map(Look.leafSummary), at: 4, into: &fold)
        cost.report("a poll in which nothing changed", server, ", \(after.requests) requests since the start")
    }
}
