import Commands
import Correlation
import Design
import Fabric
import Live

/// `bgpdeck plan`, `bgpdeck audit` and `bgpdeck capacity --plan`.
enum DesignRun {
    static func plan(_ file: String?, _ emission: PlanEmission) throws -> Int32 {
        let text = String(decoding: try Standard.input(file), as: UTF8.self)
        return output(PlanRun.run(text: text, file: file ?? "standard input", emission: emission))
    }

    static func planFromLive(_ world: World, _ emission: PlanEmission) async -> Int32 {
        let (snapshot, picture) = await OneLook.take(world)
        let settings = picture.settings
        let facts = AuditFacts(
            snapshot, picture, layout: nil, release: settings.release, profile: settings.profile)
        return output(PlanRun.run(LivePlan(facts), emission: emission))
    }

    static func audit(_ world: World, _ format: OutputFormat, showsAll: Bool) async -> Int32 {
        let (snapshot, picture) = await OneLook.take(world)
        let outcome = AuditRun.run(snapshot, picture, format: format, showsAll: showsAll)
        Standard.output(outcome.text)
        return outcome.status
    }

    static func capacity(_ files: [String], _ format: OutputFormat) throws -> Int32 {
        var layouts: [FabricLayout] = []
        for file in files {
            let loaded = FabricPlan.load(text: String(decoding: try Standard.input(file), as: UTF8.self), file: file)
            for diagnostic in loaded.diagnostics { Standard.error(diagnostic.description) }
            guard let layout = loaded.layout else { return 2 }
            layouts.append(layout)
        }
        Standard.output(AuditRun.capacity(layouts, format: format))
        return 0
    }

    private static func output(_ outcome: PlanRun.Outcome) -> Int32 {
        for line in outcome.diagnostics { Standard.error(line) }
        Standard.output(outcome.text)
        return outcome.status
    }
}
