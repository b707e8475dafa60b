public import ArgumentParser
import Operations

/// A command that asks for something.
public protocol RequestCommand: ParsableCommand {
    /// What it asks for.
    var request: Request { get }
}

/// The command line's root: without a subcommand it is `watch`.
public struct Bgpdeck: ParsableCommand {
    /// Name, summary and subcommands.
    public static let configuration = CommandConfiguration(
        commandName: "bgpdeck",
        abstract: "The console for Calico on Cisco ACI: what leaves and nodes say of their BGP, side by side.",
        version: "0.1.0",
        subcommands: [
            Watch.self, Demo.self, Racks.self, Nodes.self, Leaves.self, Sessions.self, Prefixes.self, Services.self,
            Findings.self, Check.self, Parse.self, Explain.self, Drain.self, Restore.self, Push.self, Config.self,
            Info.self, Simulate.self, SimulatorHostCommand.self, StandInCommand.self,
        ],
        defaultSubcommand: Watch.self)

    /// The root has no options of its own.
    public init() {}
}

/// Where facts come from, for every command that reads them.
struct SourceOptions: ParsableArguments {
    @Option(name: .long, help: "Configuration file (default: the user's; `bgpdeck info` tells where).")
    var config: String?

    @Option(name: .long, help: "Context of the configuration (default: its first).")
    var context: String?

    @Option(name: .customLong("from"), help: "Read a capture folder instead of live sources.")
    var from: String?

    @Option(name: .long, help: "Read a simulated fabric: figure-1 or figure-2.")
    var demo: String?

    @Option(name: .long, help: "Seed of the simulated fabric.")
    var seed: UInt64 = 1

    @Option(name: .customLong("fault"), help: "Fault of the simulated fabric: NAME[:TARGET][@SECONDS]; repeatable.")
    var faults: [String] = []

    mutating func validate() throws {
        let chosen = [config != nil || context != nil, from != nil, demo != nil].count { $0 }
        guard chosen <= 1 else {
            throw ValidationError("choose one source: --config with --context, --from, or --demo")
        }
        guard faults.isEmpty || demo != nil else {
            throw ValidationError("--fault goes with --demo: only a simulated fabric takes faults")
        }
    }

    func choice(allowsChanges: Bool = false, demo: String? = nil) -> SourceChoice {
        SourceChoice(
            configurationFile: config, context: context, captureFolder: from, demo: demo ?? self.demo, seed: seed,
            faults: faults, allowsChanges: allowsChanges)
    }
}

/// How the console looks and what it may do.
struct WatchOptions: ParsableArguments {
    @Flag(name: .long, help: "Print one line per change instead of a full screen.")
    var plain = false

    @Option(name: .long, help: "Theme: default, dark, light, mono, or a file.")
    var theme: String?

    @Flag(name: .long, help: "Draw with ASCII only.")
    var ascii = false

    @Flag(name: .long, help: "Open the change gate: D, U and P may act after consent.")
    var allowChanges = false

    var appearance: Appearance { Appearance(theme: theme, isASCII: ascii, isPlain: plain) }
}

struct Watch: RequestCommand {
    static let configuration = CommandConfiguration(abstract: "The console (default).")
    @OptionGroup var source: SourceOptions
    @OptionGroup var watch: WatchOptions
    var request: Request { .watch(source.choice(allowsChanges: watch.allowChanges), watch.appearance) }
}

struct Demo: RequestCommand {
    static let configuration = CommandConfiguration(abstract: "The console on the embedded simulated fabric.")

    @Option(name: .long, help: "figure-1 (2 racks, 4 leaves, 6 nodes) or figure-2 (2 leaves, 3 nodes).")
    var fabric = "figure-1"

    @Option(name: .long, help: "Seed of the simulated fabric.")
    var seed: UInt64 = 1

    @Option(name: .customLong("fault"), help: "NAME[:TARGET][@SECONDS]; repeatable. Without one, a script plays.")
    var faults: [String] = []

    @OptionGroup var watch: WatchOptions

    var request: Request {
        .watch(
            SourceChoice(
                demo: fabric, seed: seed, faults: faults.isEmpty ? ["script"] : faults,
                allowsChanges: watch.allowChanges), watch.appearance)
    }
}
