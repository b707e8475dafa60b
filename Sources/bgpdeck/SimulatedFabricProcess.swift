import APICClient
import Children
import ClusterClient
import Commands
import Configuration
import Console
import Correlation
import Fabric
import Foundation
import Live
import Operations
import Polling
import SimulatedPorts
import Simulator
import SimulatorServer
import Yams

/// The embedded simulated fabric: a process of its own, reached as a live fabric is, through ssh, kubectl and
/// calicoctl, whose places hidden subcommands of this program take.
enum SimulatedFabricProcess {
    // MARK: The two kinds of child

    /// Hosts the fabric until the parent ends.
    static func host(
        socket: String, fabric: String, seed: UInt64, faults: [String], reach: SimulatedReach
    ) async -> Int32 {
        guard let topology = Topology.named(fabric) else { return 2 }
        // A real fabric takes nothing from the console's machine; this one takes what is left.
        _ = setpriority(.init(PRIO_PROCESS.rawValue), 0, 5)
        // A large fabric takes its time to make, and must end meanwhile too, even where those before it blocked signals.
        var none = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, nil)
        do {
            let isScripted = faults == [script]
            var schedule =
                isScripted
                ? DemoScript.schedule(topology, seed: seed) : try faults.map { try ScheduledFault(text: $0) }
            // A fault without a time is in force when the first look comes: the fabric begins that much earlier.
            let lead = isScripted ? Duration.zero : .seconds(30)
            for index in schedule.indices where schedule[index].at > .zero { schedule[index].at += lead }
            var simulated = SimulatedFabric(
                topology: topology, seed: seed, epoch: Date().addingTimeInterval(-lead.seconds), schedule: schedule)
            simulated.advance(to: lead)
            let shared = SharedFabric(simulated)
            let server = reach == .rest ? try await SimulatedAPICDoor.open(shared, beside: socket) : nil
            let settings = SimulatorHost.Settings(
                socketPath: socket,
                readDocuments: { text in
                    try Yams.compose_all(yaml: text).map {
                        try YAMLDecoder().decode(Simulator.CalicoDocument.self, from: $0)
                    }
                })
            let status: Int32 = await withCheckedContinuation { continuation in
                Thread.detachNewThread {
                    do {
                        try SimulatorHost.run(shared, settings)
                        continuation.resume(returning: 0)
                    } catch {
                        Standard.error("bgpdeck: the simulated fabric cannot listen: \(error)")
                        continuation.resume(returning: 2)
                    }
                }
            }
            await server?.close()
            return status
        } catch {
            Standard.error("bgpdeck: \(error)")
            return 2
        }
    }

    /// Stands in for a tool.
    static func standIn(_ role: StandInRole, socket: String, arguments: [String]) async -> Int32 {
        guard let role = StandIn.Role(rawValue: role.rawValue) else { return 2 }
        return await StandIn.run(socketPath: socket, role: role, arguments: arguments)
    }

    // MARK: The world

    /// The word that asks for the script instead of named faults.
    static let script = "script"

    /// Starts the fabric's process and builds the world that reads it.
    static func world(_ name: String, _ choice: SourceChoice) async throws -> BuiltWorld {
        guard let topology = Topology.named(name) else {
            throw RunFailure(
                message: "bgpdeck: there is no simulated fabric '\(name)'; there are "
                    + Topology.names.joined(separator: ", "))
        }
        try check(choice.faults)
        let run = try RunFolder.make()
        let socket = run.path + "/fabric"
        let process = try start(socket, name, choice)
        do {
            try await waitForSocket(socket, process)
            if choice.faults != [script] { try await Task.sleep(for: .milliseconds(100)) }
            var plan = plan(SimulatedWorld(topology), name, socket, run, choice)
            if choice.reach == .rest {
                plan.rest = try SimulatedAPICDoor.configuration(beside: socket, vrf: plan.inventory.vrf)
            }
            var world = World.live(plan)
            let folders = try? WorldBuilder.userFolders()
            // What the user writes to a file outlives the demo.
            if let folders { world.dumpFolder = folders.state + "/dumps" }
            let style = ConsoleStyle(
                themeFolder: folders?.themes, stateFolder: folders?.state, contexts: Topology.names,
                open: { await open($0, choice) })
            return BuiltWorld(
                world: world, style: style,
                end: {
                    process.terminate()
                    run.remove()
                })
        } catch {
            process.terminate()
            run.remove()
            throw error
        }
    }

    /// Opens another simulated fabric for a console that runs.
    private static func open(_ name: String, _ choice: SourceChoice) async -> Result<OpenedWorld, ContextRefusal> {
        do {
            let built = try await world(name, choice)
            return .success(OpenedWorld(built.world, end: built.end))
        } catch {
            return .failure(ContextRefusal((error as? RunFailure)?.message ?? "\(error)"))
        }
    }

    private static func check(_ faults: [String]) throws {
        guard faults != [script] else { return }
        for fault in faults {
            do { _ = try ScheduledFault(text: fault) } catch {
                throw RunFailure(message: "bgpdeck: --fault \(fault): \(error)")
            }
        }
    }

    /// This program's own path, for the children that it stands in with.
    private static let program = Bundle.main.executablePath ?? CommandLine.arguments[0]

    private static func start(_ socket: String, _ name: String, _ choice: SourceChoice) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments =
            [
                "simulator-host", "--socket", socket, "--fabric", name, "--seed", "\(choice.seed)", "--reach",
                choice.reach.rawValue,
            ]
            + choice.faults.flatMap { ["--fault", $0] }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch {
            throw RunFailure(message: "bgpdeck: cannot start the simulated fabric: \(error.localizedDescription)")
        }
        Leaving.owes { if process.isRunning { process.terminate() } }
        return process
    }

    private static func waitForSocket(_ socket: String, _ process: Process) async throws {
        for _ in 0..<500 {
            if FileManager.default.fileExists(atPath: socket) { return }
            guard process.isRunning else { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw RunFailure(message: "bgpdeck: the simulated fabric did not start (\(socket))")
    }

    /// A fabric of more nodes than this is read over its socket: a child process or three for each of them would take
    /// minutes. Changes go through the tools' stand-ins in any fabric.
    private static let childLimit = 200

    private static func plan(
        _ world: SimulatedWorld, _ name: String, _ socket: String, _ run: RunFolder, _ choice: SourceChoice
    ) -> WorldPlan {
        func tool(_ role: StandInRole) -> [String] { [program, "stand-in", role.rawValue, socket] }
        let ssh = SSHSettings(tool: tool(.ssh), controlDirectory: nil)
        var cluster = ClusterConfiguration(
            nodes: world.nodeHosts.mapValues { host in
                NodeAccess(
                    reach: .ssh(SSHTarget(host: host)), calicoctl: ["sudo", "-n", "calicoctl"],
                    bird: .forwardedSocket(world.birdSocket))
            },
            kubectl: tool(.kubectl), calicoctl: tool(.calicoctl), calicoNamespace: world.calicoNamespace, ssh: ssh)
        cluster.socketDirectory = run.sockets
        let control = SimulatorControl(socketPath: socket)
        let isLarge = world.inventory.nodes.count > childLimit
        let intervals =
            isLarge
            ? PollIntervals() : PollIntervals(leafRoutes: .seconds(10), node: .seconds(10), cluster: .seconds(10))
        return WorldPlan(
            label: FabricLabel(
                context: "demo \(name)", vrf: world.inventory.vrf, isSimulated: true,
                source: ["--demo", name] + (choice.reach == .rest ? ["--reach", "rest"] : [])),
            inventory: world.inventory,
            settings: CorrelationSettings(
                release: world.release, multipathRelax: name == "figure-2" ? nil : true,
                layout: Topology.named(name)?.layout),
            apic: APICConfiguration(
                controllers: world.controllers.map { SSHTarget(host: $0) }, vrf: world.inventory.vrf, ssh: ssh),
            cluster: cluster,
            intervals: choice.interval.map { intervals.asking(every: $0) } ?? intervals,
            budget: isLarge ? .local : .remote,
            reading: isLarge
                ? SimulatedPort.read(
                    SimulatorFacts(socketPath: socket), controller: world.controllers.first ?? "",
                    vrf: world.inventory.vrf ?? "all", now: { Date() }) : nil,
            allowsChanges: choice.allowsChanges,
            folders: RunFolders(state: run.path, run: run.path, journal: run.path + "/journal"),
            faults: FaultDoor(
                names: FaultKind.allCases.map(\.rawValue),
                set: { name, isOn in
                    do {
                        if isOn { try await control.inject(name) } else { try await control.clear(name) }
                        return isOn ? "the fabric has the fault \(name)" : "cleared \(name.isEmpty ? "all" : name)"
                    } catch {
                        return "\(error)"
                    }
                }))
    }
}
