import Commands
import Console
import Correlation
import Fabric
import Foundation
import Live
import Operations

/// Why a run cannot begin: one message for standard error, and the status to exit with.
struct RunFailure: Error {
    var message: String
    var status: Int32 = 2
}

/// Runs requests.
enum Runner {
    static func run(_ request: Request) async -> Int32 {
        do {
            return try await perform(request)
        } catch let failure as RunFailure {
            if !Leaving.isUnderWay { Standard.error(failure.message) }
            return failure.status
        } catch {
            if !Leaving.isUnderWay { Standard.error("bgpdeck: \(error)") }
            return 2
        }
    }

    private static func perform(_ request: Request) async throws -> Int32 {
        switch request {
        case .parse(let kind, let file): return try parse(kind, file)
        case .explain(let rule): return explain(rule)
        case .configCheck(let file): return try ConfigRun.check(file)
        case .themes(let question): return try ThemeRun.answer(question)
        case .info: return try ConfigRun.info()
        case .simulate(let choice): return try await SimulateRun.serve(choice)
        case .simulationFault(let control, let name, let clears):
            return try await SimulateRun.fault(control, name, clears: clears)
        case .manual:
            Standard.output(Manual.page)
            return 0
        case .simulatorHost(let socket, let fabric, let seed, let faults, let reach):
            return await SimulatedFabricProcess.host(
                socket: socket, fabric: fabric, seed: seed, faults: faults, reach: reach)
        case .standIn(let role, let socket, let arguments):
            return await SimulatedFabricProcess.standIn(role, socket: socket, arguments: arguments)
        case .keep(let words): return Keeper.run(words)
        case .show(let view, let source, let format, let filter, let seconds):
            return try await withWorld(source) { world in
                let (snapshot, picture) = await OneLook.take(world, watchingFor: .seconds(seconds))
                Standard.output(
                    BatchOutput.text(
                        view, picture, snapshot: snapshot, filter: filter, format: format, at: picture.at))
                return 0
            }
        case .check(let source, let seconds):
            return try await withWorld(source) { world in
                let (snapshot, picture) = await OneLook.take(world, watchingFor: .seconds(seconds))
                let report = CheckReport(snapshot, picture)
                Standard.output(report.lines.joined(separator: "\n") + "\n")
                return report.status
            }
        case .plan(let file, let emission): return try DesignRun.plan(file, emission)
        case .capacityOfPlans(let files, let format): return try DesignRun.capacity(files, format)
        case .planFromLive(let source, let emission):
            return try await withWorld(source) { world in await DesignRun.planFromLive(world, emission) }
        case .audit(let source, let format, let showsAll):
            return try await withWorld(source) { world in await DesignRun.audit(world, format, showsAll: showsAll) }
        case .operate(let kind, let nodes, let source, let choice):
            return try await withWorld(source) { world in await OperateRun.run(kind, nodes, world, choice) }
        case .watch(let source, let appearance):
            if appearance.isPlain { return try await withWorld(source, PlainRun.run) }
            defer { Leaving.finish() }
            let built = try await Leaving.watchingSignals { try await WorldBuilder.build(source) }
            let status = try await ScreenRun.run(built.world, appearance, style: built.style)
            await built.world.leave()
            return status
        }
    }

    private static func withWorld(_ source: SourceChoice, _ body: (World) async throws -> Int32) async throws -> Int32 {
        try await Leaving.guarding {
            let world = try await WorldBuilder.build(source).world
            let status = try await body(world)
            await world.leave()
            return status
        }
    }

    private static func parse(_ kind: ParseKind, _ file: String?) throws -> Int32 {
        let bytes = try Standard.input(file)
        let outcome = ParseRun.run(kind, bytes)
        Standard.output(outcome.json)
        for line in outcome.diagnostics { Standard.error("\(file ?? "standard input"):\(line)") }
        return outcome.status
    }

    private static func explain(_ rule: String?) -> Int32 {
        if let text = ExplainRun.text(rule) {
            Standard.output(text + "\n")
            return 0
        }
        let near = rule.map(ExplainRun.suggestions) ?? []
        let hint = near.isEmpty ? "`bgpdeck explain` lists them" : "did you mean \(near.joined(separator: ", "))?"
        Standard.error("bgpdeck: there is no rule '\(rule ?? "")'; \(hint)")
        return 2
    }
}
