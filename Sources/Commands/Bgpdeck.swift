public import ArgumentParser
import Fabric
import Operations
import Terminal

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
            Findings.self, CapacityCommand.self, Check.self, AuditCommand.self, PlanCommand.self, Parse.self,
            Explain.self, Drain.self, Restore.self, Push.self, Config.self, Themes.self, Info.self,
            ManualCommand.self, Simulate.self, SimulatorHostCommand.self, StandInCommand.self,
            KeepCommand.self,
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

    @Option(name: .long, help: "Read a simulated fabric: figure-1, figure-2, rack-100 or design-max.")
    var demo: String?

    @Option(name: .long, help: "Seed of the simulated fabric.")
    var seed: UInt64 = 1

    @Option(name: .customLong("fault"), help: "Fault of the simulated fabric: NAME[:TARGET][@SECONDS]; repeatable.")
    var faults: [String] = []

    @Option(help: "How the simulated fabric's leaves are read: ssh (text) or rest (REST and events).")
    var reach = SimulatedReach.ssh

    mutating func validate() throws {
        let chosen = [config != nil || context != nil, from != nil, demo != nil].count { $0 }
        guard chosen <= 1 else {
            throw ValidationError("choose one source: --config with --context, --from, or --demo")
        }
        guard faults.isEmpty || demo != nil else {
            throw ValidationError("--fault goes with --demo: only a simulated fabric takes faults")
        }
        guard reach == .ssh || demo != nil else {
            throw ValidationError("--reach goes with --demo: a context's own `reach` stands in the configuration")
        }
    }

    func choice(allowsChanges: Bool = false, demo: String? = nil, interval: Duration? = nil) -> SourceChoice {
        SourceChoice(
            configurationFile: config, context: context, captureFolder: from, demo: demo ?? self.demo, seed: seed,
            faults: faults, reach: reach, allowsChanges: allowsChanges, interval: interval)
    }
}

extension SimulatedReach: ExpressibleByArgument {}

/// How the console looks and what it may do.
struct WatchOptions: ParsableArguments {
    @Flag(name: .long, help: "Print one line per change instead of a full screen.")
    var plain = false

    @Option(name: .long, help: "Theme: a name that `bgpdeck themes` lists, or a file.")
    var theme: String?

    @Option(name: .long, help: "Colours: auto, 256, 16, 8 or mono. NO_COLOR, where it is set, means mono for auto.")
    var color = ColorChoice.auto

    @Flag(name: .long, help: "Draw with ASCII only.")
    var ascii = false

    @Flag(name: .long, help: "Open the change gate: D, U and P may act after consent.")
    var allowChanges = false

    @Option(
        name: .customLong("interval"),
        help: "Ask every source this often (2s at least), such as 15s or 5m, instead of the configuration's intervals.")
    var every: Interval?

    var appearance: Appearance { Appearance(theme: theme, colors: color.depth, isASCII: ascii, isPlain: plain) }
}

/// A time on the command line.
struct Interval: ExpressibleByArgument {
    var duration: Duration

    init?(argument: String) {
        guard let duration = Duration(words: argument), duration >= .seconds(2) else { return nil }
        self.duration = duration
    }
}

/// How many colours the command line asks for.
enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
    case auto, mono
    case all = "256"
    case sixteen = "16"
    case eight = "8"

    /// What the terminal is asked for; nil: what it has.
    var depth: ColorDepth? {
        switch self {
        case .auto: nil
        case .all: .ansi256
        case .sixteen: .ansi16
        case .eight: .ansi8
        case .mono: .mono
        }
    }
}

struct Watch: RequestCommand {
    static let configuration = CommandConfiguration(abstract: "The console (default).")
    @OptionGroup var source: SourceOptions
    @OptionGroup var watch: WatchOptions
    var request: Request {
        .watch(
            source.choice(allowsChanges: watch.allowChanges, interval: watch.every?.duration), watch.appearance)
    }
}

struct Demo: RequestCommand {
    static let configuration = CommandConfiguration(abstract: "The console on the embedded simulated fabric.")

    @Option(
        name: .long,
        help: ArgumentHelp(
            "figure-1 (2 racks, 4 leaves, 6 nodes), figure-2 (2 leaves, 3 nodes), rack-100 (100 nodes) or design-max "
                + "(12 leaves, 2,400 nodes)."))
    var fabric = "figure-1"

    @Option(name: .long, help: "Seed of the simulated fabric.")
    var seed: UInt64 = 1

    @Option(name: .customLong("fault"), help: "NAME[:TARGET][@SECONDS]; repeatable. Without one, a script plays.")
    var faults: [String] = []

    @Option(help: "How the leaves are read: ssh (text) or rest (REST and events).")
    var reach = SimulatedReach.ssh

    @OptionGroup var watch: WatchOptions

    var request: Request {
        .watch(
            SourceChoice(
                demo: fabric, seed: seed, faults: faults.isEmpty ? ["script"] : faults, reach: reach,
                allowsChanges: watch.allowChanges, interval: watch.every?.duration), watch.appearance)
    }
}
