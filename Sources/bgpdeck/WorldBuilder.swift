import APICClient
import Children
import ClusterClient
import Commands
import Configuration
import Console
import Correlation
import Design
import Fabric
import Foundation
import Live
import Operations
import Polling
import Timeline

/// A world that was built, and what ends it.
struct BuiltWorld: Sendable {
    var world: World
    var style = ConsoleStyle()
    /// Ends what the world started: the simulated fabric's process, ssh masters, the private folder.
    var end: @Sendable () -> Void
}

/// Builds the world that a source choice names.
enum WorldBuilder {
    static func build(_ choice: SourceChoice) async throws -> BuiltWorld {
        if let fabric = choice.demo { return try await SimulatedFabricProcess.world(fabric, choice) }
        if let folder = choice.captureFolder { return try captures(folder) }
        return try configured(choice)
    }

    // MARK: A configuration

    private static func configured(_ choice: SourceChoice) throws -> BuiltWorld {
        let folders = try userFolders()
        let path = choice.configurationFile ?? folders.configurationFile
        guard choice.configurationFile != nil || FileManager.default.fileExists(atPath: path) else {
            throw RunFailure(message: NoConfiguration.text(path: path))
        }
        let loaded = Configuration.load(
            path: path, folders: folders, actions: Set(ActionRegistry.all.map(\.id)))
        guard let configuration = loaded.configuration else {
            let lines = loaded.diagnostics.map(\.description).joined(separator: "\n")
            throw RunFailure(message: lines + "\nbgpdeck: nothing was contacted; mend the errors above")
        }
        guard let context = configuration.context(named: choice.context) else {
            let names = configuration.contexts.map(\.name).joined(separator: ", ")
            throw RunFailure(message: "bgpdeck: no context is called '\(choice.context ?? "")'; there are \(names)")
        }
        let run = try RunFolder.make()
        do {
            var built = try built(context, configuration, loaded.diagnostics, folders, run, choice)
            built.style.problems += KeyReport.lines(configuration, file: path)
            return built
        } catch {
            run.remove()
            throw error
        }
    }

    private static func built(
        _ context: Context, _ configuration: Configuration, _ diagnostics: [DocumentDiagnostic],
        _ folders: UserFolders, _ run: RunFolder, _ choice: SourceChoice
    ) throws -> BuiltWorld {
        let apic = context.apicConfiguration() ?? APICConfiguration()
        try RunFolder.makePrivate(folders.state)
        var plan = WorldPlan(
            label: FabricLabel(
                context: context.name, vrf: context.inventory.vrf, isSimulated: false,
                source: (choice.configurationFile.map { ["--config", $0] } ?? []) + ["--context", context.name]),
            inventory: context.inventory, settings: settings(context.fabric, plan: context.plan), apic: apic,
            cluster: context.clusterConfiguration() ?? ClusterConfiguration(readsCluster: false),
            allowsChanges: choice.allowsChanges || context.allowsChanges,
            folders: RunFolders(state: folders.state, run: run.path, journal: folders.state + "/journal"))
        plan.intervals = choice.interval.map { context.intervals.asking(every: $0) } ?? context.intervals
        do throws(PasswordRefusal) {
            plan.rest = try context.restConfiguration(children: ChildRunner())
        } catch {
            throw RunFailure(message: "bgpdeck: context '\(context.name)': \(error); nothing was contacted")
        }
        plan.apic.ssh.controlDirectory = run.sockets
        plan.cluster.ssh.controlDirectory = run.sockets
        plan.cluster.socketDirectory = run.sockets
        plan.cluster.keeper = Keeper.tool
        let style = ConsoleStyle(
            theme: configuration.theme, keys: configuration.keys, problems: diagnostics.map(\.description),
            themeFolder: folders.themes, stateFolder: folders.state, preferences: configuration.console,
            contexts: configuration.contexts.map(\.name), open: { await open($0, choice) },
            logFile: folders.state + "/bgpdeck.log")
        return BuiltWorld(world: .live(plan), style: style, end: { run.remove() })
    }

    /// Opens another context of the same configuration for a console that runs.
    ///
    /// The permission of the command line does not go with it: what was allowed here was allowed for this context.
    private static func open(_ name: String, _ choice: SourceChoice) async -> Result<OpenedWorld, ContextRefusal> {
        var choice = choice
        choice.context = name
        choice.allowsChanges = false
        do {
            let built = try configured(choice)
            return .success(OpenedWorld(built.world, end: built.end))
        } catch {
            return .failure(ContextRefusal((error as? RunFailure)?.message ?? "\(error)"))
        }
    }

    /// What correlation needs of an inventory's document.
    static func settings(_ document: InventoryDocument, plan: FabricPlan?) -> CorrelationSettings {
        CorrelationSettings(
            release: document.release ?? plan?.release, multipathRelax: document.multipathRelax,
            ecmpLimit: document.ecmpLimit, layout: plan?.expanded().layout, profile: plan?.profile ?? .dualStack)
    }

    /// The user's folders by the XDG rules.
    static func userFolders() throws -> UserFolders {
        guard let folders = UserFolders(environment: ProcessInfo.processInfo.environment) else {
            throw RunFailure(
                message: "bgpdeck: neither HOME nor the XDG folders are set, so no configuration can be found; "
                    + "give --config FILE")
        }
        return folders
    }

    // MARK: Captures

    private static func captures(_ path: String) throws -> BuiltWorld {
        let loaded = CaptureFolder.load(path)
        for diagnostic in loaded.diagnostics { Standard.error(diagnostic.description) }
        guard let folder = loaded.folder else {
            throw RunFailure(message: "bgpdeck: \(path) cannot be read as a capture folder")
        }
        let answers = folder.moments.flatMap(\.answers)
        var index: UInt64 = 0
        let captures = folder.moments.map { moment in
            (
                at: moment.at,
                answers: moment.answers.map { answer in
                    var answer = answer
                    answer.evidence = Evidence(offset: index, length: answer.bytes.count)
                    index += 1
                    return answer
                }
            )
        }
        let settings = settings(folder.fabric, plan: folder.plan)
        let playback = Playback(captures: captures, inventory: folder.inventory, settings: settings)
        for line in playback.diagnostics { Standard.error("not understood: \(line)") }
        let name = URL(filePath: path).lastPathComponent
        let last = folder.moments.last?.at ?? Date()
        let folders = try? userFolders()
        let world = World(
            label: FabricLabel(
                context: name, vrf: folder.inventory.vrf, isSimulated: false, source: ["--from", path]),
            inventory: folder.inventory, settings: settings,
            reading: ReadPort { look in LookResult(look: look, answers: []) }, targets: PollTargets(),
            intervals: PollIntervals(), gate: nil,
            evidence: EvidenceStore(
                keep: { _ in nil },
                read: { place in
                    let index = Int(place.offset)
                    return answers.indices.contains(index) ? answers[index].bytes : nil
                }),
            journalFolder: nil, who: .current, faults: nil,
            dumpFolder: (folders?.state ?? NSTemporaryDirectory()) + "/dumps", now: { last }, playback: playback)
        return BuiltWorld(
            world: world, style: ConsoleStyle(themeFolder: folders?.themes, stateFolder: folders?.state), end: {})
    }
}

/// A private folder of this run: 0700, short enough for socket paths, removed at the end.
struct RunFolder: Sendable {
    let path: String
    /// Where control sockets lie.
    var sockets: String { path + "/s" }

    static func make() throws -> RunFolder {
        let base = ProcessInfo.processInfo.environment["XDG_RUNTIME_DIR"].flatMap { isUsable($0) ? $0 : nil } ?? "/tmp"
        var template = Array("\(base)/bgpdeck-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw RunFailure(
                message: "bgpdeck: cannot make a private folder in \(base): \(String(cString: strerror(errno)))")
        }
        let folder = RunFolder(path: String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
        Leaving.owes { folder.remove() }
        try makePrivate(folder.sockets)
        return folder
    }

    /// Makes a folder that nobody else can look into.
    static func makePrivate(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw RunFailure(message: "bgpdeck: cannot make the folder \(path): \(error.localizedDescription)")
        }
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }

    private static func isUsable(_ folder: String) -> Bool { access(folder, W_OK) == 0 && folder.utf8.count < 40 }
}
