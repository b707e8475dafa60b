public import ArgumentParser
import Operations

/// Options of the views that are printed once.
struct BatchOptions: ParsableArguments {
    @OptionGroup var source: SourceOptions

    @Option(name: .shortAndLong, help: "table, json or csv.")
    var output: OutputFormat = .table

    @Option(name: .long, help: "Only this node.")
    var node: String?

    @Option(name: .long, help: "Only this leaf (its number).")
    var leaf: Int?

    @Option(name: .long, help: "Only this rack.")
    var rack: String?

    @Option(name: .long, help: "Only this prefix, or those that hold this address.")
    var prefix: String?

    @Option(name: .long, help: "Only this service.")
    var service: String?

    @Option(name: .long, help: "Look for this long instead of once: 30s, 2m.")
    var watchFor: Seconds = Seconds(value: 0)

    func request(_ view: BatchView, without: String? = nil) -> Request {
        .show(
            view, source.choice(), output,
            BatchFilter(node: node, leaf: leaf, rack: rack, prefix: prefix, service: service, without: without),
            watchSeconds: watchFor.value)
    }
}

extension OutputFormat: ExpressibleByArgument {}
extension ParseKind: ExpressibleByArgument {}
extension StandInRole: ExpressibleByArgument {}

/// A duration on the command line: `30s`, `2m`, `1h`, or bare seconds.
struct Seconds: ExpressibleByArgument, CustomStringConvertible {
    var value: Double

    init(value: Double) { self.value = value }

    init?(argument: String) {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
        let unit = argument.last.flatMap { units[$0] }
        guard let number = Double(unit == nil ? argument : String(argument.dropLast())), number >= 0, number <= 86400
        else { return nil }
        value = number * (unit ?? 1)
    }

    var description: String { "\(Int(value))s" }
}

struct Racks: RequestCommand {
    static let configuration = CommandConfiguration(abstract: "The racks, once.")
    @OptionGroup var options: BatchOptions
    var request: Request { options.request(.racks) }
}

struct Nodes: RequestCommand {
    static let configuration = CommandConfiguration(abstract: "The nodes, once.")
    @OptionGroup var options: BatchOptions
    var request: Request { options.request(.nodes) }
}

struct Leaves: RequestCommand {
    static let configuration = CommandConfiguration(abstract: "The leaves, once.")
    @OptionGroup var options: BatchOptions
    var request: Request { options.request(.leaves) }
}

struct Sessions: RequestCommand {
    static let configuration = CommandConfiguration(abstract: "Every session from both ends, once.")
    @OptionGroup var options: BatchOptions
    var request: Request { options.request(.sessions) }
}

struct Prefixes: RequestCommand {
    static let configuration = CommandConfiguration(
        abstract: "The prefix ledger: expected, advertised, accepted, installed.")
    @OptionGroup var options: BatchOptions
    var request: Request { options.request(.prefixes) }
}

struct Services: RequestCommand {
    static let configuration = CommandConfiguration(abstract: "Service next hops per leaf, their shares and skew.")
    @OptionGroup var options: BatchOptions

    @Option(name: .long, help: "As they would be were this node taken away; those that it has a part in.")
    var without: String?

    var request: Request { options.request(.services, without: without) }
}

struct Findings: RequestCommand {
    static let configuration = CommandConfiguration(abstract: "What is wrong, why, and what to do.")
    @OptionGroup var options: BatchOptions
    var request: Request { options.request(.findings) }
}

struct Check: RequestCommand {
    static let configuration = CommandConfiguration(
        abstract: "One look: exit 0 healthy, 1 findings of warning or worse, 2 a source could not be read.")
    @OptionGroup var source: SourceOptions

    @Option(name: .long, help: "Look for this long instead of once: 30s, 2m.")
    var watchFor: Seconds = Seconds(value: 0)

    var request: Request { .check(source.choice(), watchSeconds: watchFor.value) }
}

struct Parse: RequestCommand {
    static let configuration = CommandConfiguration(
        abstract: "Device output to JSON: exit 0 all read, 1 something was not, 2 nothing was.")

    @Argument(help: ArgumentHelp(ParseKind.allCases.map(\.rawValue).joined(separator: ", ") + "."))
    var kind: ParseKind

    @Argument(help: "A file; standard input by default.")
    var file: String?

    var request: Request { .parse(kind, file: file) }
}

struct Explain: RequestCommand {
    static let configuration = CommandConfiguration(
        abstract: "What a finding means, how it is detected, what to do.")

    @Argument(help: "A rule, such as session-down; without one, all are listed.")
    var rule: String?

    var request: Request { .explain(rule) }
}

/// Options of a drain alone, named as kubectl names them.
struct DrainFlags: ParsableArguments {
    @Option(name: .long, help: "Give up after this long: 300s, 10m.")
    var timeout: Seconds?

    @Option(name: .long, help: "What each pod gets to end; its own by default.")
    var gracePeriod: Seconds?

    @Flag(name: .long, help: "Let emptyDir volumes go.")
    var deleteEmptydirData = false

    @Flag(name: .long, help: "Delete pods that nobody owns, for good.")
    var force = false
}

/// Options of the operations.
struct OperationOptions: ParsableArguments {
    @Argument(help: "Nodes, one after the other.")
    var nodes: [String]

    @OptionGroup var source: SourceOptions

    @Flag(name: .long, help: "Show the plan and change nothing.")
    var dryRun = false

    @Flag(name: .long, help: "Consent without being asked.")
    var yes = false

    @Flag(name: .long, help: "Open the change gate.")
    var allowChanges = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Go on in spite of a blocker; repeatable: \(OperationOptions.overridable).", valueName: "kind"))
    var override: [String] = []

    @Option(name: .shortAndLong, help: "table (lines as it goes) or json (one object at the end).")
    var output: OutputFormat = .table

    private static let overridable = Blocker.Kind.allCases.filter(\.mayBeOverridden).map(\.rawValue)
        .joined(separator: ", ")

    func validate() throws {
        let known = Blocker.Kind.allCases.filter(\.mayBeOverridden).map(\.rawValue)
        if let odd = override.first(where: { !known.contains($0) }) {
            throw ValidationError("--override \(odd): there are \(OperationOptions.overridable)")
        }
        if output == .csv { throw ValidationError("--output csv: an operation is told as table or json") }
    }

    func request(
        _ kind: OperationKind, _ drain: DrainFlags? = nil, reset: String? = nil, leaving: [String] = []
    ) -> Request {
        .operate(
            kind, nodes: nodes, source.choice(allowsChanges: allowChanges),
            OperationChoice(
                isDryRun: dryRun, isConfirmed: yes, overrides: override,
                timeoutSeconds: drain?.timeout.map { Int($0.value) },
                gracePeriodSeconds: drain?.gracePeriod.map { Int($0.value) },
                deletesEmptyDirData: drain?.deleteEmptydirData ?? false, forcesUnmanaged: drain?.force ?? false,
                reset: reset, leaving: leaving, output: output))
    }
}

struct Drain: RequestCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take nodes out of service without losing a packet, each step proved on both leaves.")
    @OptionGroup var options: OperationOptions
    @OptionGroup var drain: DrainFlags
    var request: Request { options.request(.drain, drain) }
}

struct Restore: RequestCommand {
    static let configuration = CommandConfiguration(abstract: "Take drained nodes back and prove that all came back.")
    @OptionGroup var options: OperationOptions
    var request: Request { options.request(.restore) }
}

/// How `push --reset` starts sessions anew.
enum SessionWord: String, ExpressibleByArgument, CaseIterable {
    case refresh, restart
}

struct Push: RequestCommand {
    static let configuration = CommandConfiguration(abstract: "Apply the intended peer configuration of nodes.")
    @OptionGroup var options: OperationOptions

    @Option(
        name: .long,
        help: "Where nothing differs: refresh sends the routes again, restart restarts each session, leaf after leaf.")
    var reset: SessionWord?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Leave an object as it is though it differs; repeatable. The plan names them: bgppeer/NAME, node/NAME, bgpPeerP/DN.",
            valueName: "object"))
    var leave: [String] = []

    var request: Request { options.request(.push, reset: reset?.rawValue, leaving: leave) }
}

struct Config: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The configuration file.", subcommands: [ConfigCheck.self], defaultSubcommand: ConfigCheck.self)
}

struct ConfigCheck: RequestCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check it strictly, with line numbers; nothing is contacted.")

    @Option(name: .customLong("config"), help: "Configuration file (default: the user's).")
    var file: String?

    var request: Request { .configCheck(file) }
}

struct Info: RequestCommand {
    static let configuration = CommandConfiguration(abstract: "Where files are, and what is built in.")
    var request: Request { .info }
}

struct ManualCommand: RequestCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual", abstract: "The manual page in roff.", shouldDisplay: false)
    var request: Request { .manual }
}

struct SimulatorHostCommand: RequestCommand {
    static let configuration = CommandConfiguration(commandName: "simulator-host", shouldDisplay: false)
    @Option var socket: String
    @Option var fabric: String
    @Option var seed: UInt64 = 1
    @Option(name: .customLong("fault")) var faults: [String] = []
    @Option var reach = SimulatedReach.ssh
    var request: Request { .simulatorHost(socket: socket, fabric: fabric, seed: seed, faults: faults, reach: reach) }
}

struct StandInCommand: RequestCommand {
    static let configuration = CommandConfiguration(commandName: "stand-in", shouldDisplay: false)
    @Argument var role: StandInRole
    @Argument var socket: String
    @Argument(parsing: .captureForPassthrough) var arguments: [String] = []
    var request: Request { .standIn(role, socket: socket, arguments: arguments) }
}

struct KeepCommand: RequestCommand {
    static let configuration = CommandConfiguration(commandName: "keep", shouldDisplay: false)
    @Argument(parsing: .captureForPassthrough) var words: [String] = []

    var request: Request { .keep(words) }
}
