public import Operations
public import Terminal

/// Where facts come from: chosen the same way by every command.
public struct SourceChoice: Sendable, Hashable {
    /// A configuration file; nil: the user's.
    public var configurationFile: String?
    /// A context of the configuration; nil: its first.
    public var context: String?
    /// A capture folder.
    public var captureFolder: String?
    /// The name of a simulated fabric.
    public var demo: String?
    /// The seed of the simulated fabric.
    public var seed: UInt64
    /// Its faults: `NAME[:TARGET][@SECONDS]`.
    public var faults: [String]
    /// How the simulated fabric's leaves are read.
    public var reach: SimulatedReach
    /// Whether the change gate is opened.
    public var allowsChanges: Bool
    /// How often every source is asked; nil: as the configuration says.
    public var interval: Duration?

    /// A choice from its parts.
    public init(
        configurationFile: String? = nil, context: String? = nil, captureFolder: String? = nil, demo: String? = nil,
        seed: UInt64 = 1, faults: [String] = [], reach: SimulatedReach = .ssh, allowsChanges: Bool = false,
        interval: Duration? = nil
    ) {
        self.configurationFile = configurationFile
        self.context = context
        self.captureFolder = captureFolder
        self.demo = demo
        self.seed = seed
        self.faults = faults
        self.reach = reach
        self.allowsChanges = allowsChanges
        self.interval = interval
    }
}

/// How the leaves of a simulated fabric are read; the words are those of `reach` in a configuration.
public enum SimulatedReach: String, Sendable, Hashable, CaseIterable {
    /// The controllers' command line.
    case ssh
    /// The controllers' REST interface, with events.
    case rest
}

/// How the console looks.
public struct Appearance: Sendable, Hashable {
    /// A theme's name or a path; nil: the configuration's.
    public var theme: String?
    /// The colours to use; nil: as many as the terminal has, none where `NO_COLOR` is set.
    public var colors: ColorDepth?
    /// Whether only ASCII is drawn.
    public var isASCII: Bool
    /// One line per change instead of a full screen.
    public var isPlain: Bool

    /// An appearance from its parts.
    public init(
        theme: String? = nil, colors: ColorDepth? = nil, isASCII: Bool = false, isPlain: Bool = false
    ) {
        self.theme = theme
        self.colors = colors
        self.isASCII = isASCII
        self.isPlain = isPlain
    }
}

/// What is asked of the themes.
public enum ThemeQuestion: Sendable, Hashable {
    /// Their names.
    case list
    /// The text of an embedded one, as a start for one's own.
    case show(String)
    /// Whether a file can be read, and what in it is hard to read on the screen; nil: every file of the user's.
    case check(file: String?)
}

/// The whole-fabric views that are commands too.
public enum BatchView: String, Sendable, Hashable, CaseIterable {
    case racks, nodes, leaves, sessions, prefixes, services, findings, capacity
}

/// The formats of batch output.
public enum OutputFormat: String, Sendable, Hashable, CaseIterable {
    case table, json, csv
}

/// What a batch command narrows its rows to; nil: everything.
public struct BatchFilter: Sendable, Hashable {
    /// A node's name.
    public var node: String?
    /// A leaf's number.
    public var leaf: Int?
    /// A rack's name.
    public var rack: String?
    /// A prefix, or an address inside one.
    public var prefix: String?
    /// A service, `namespace/name` or name.
    public var service: String?
    /// The node that services are told without, as if it were taken away; nil: as they are.
    public var without: String?

    /// A filter from its parts.
    public init(
        node: String? = nil, leaf: Int? = nil, rack: String? = nil, prefix: String? = nil, service: String? = nil,
        without: String? = nil
    ) {
        self.without = without
        self.node = node
        self.leaf = leaf
        self.rack = rack
        self.prefix = prefix
        self.service = service
    }
}

/// What `bgpdeck plan` prints.
public enum PlanEmission: String, Sendable, Hashable, CaseIterable {
    /// The layout and the steps on both sides, for people.
    case summary
    /// The YAML that `calicoctl apply` takes.
    case calico
    /// The APIC's POST bodies as JSON.
    case apic
    /// The APIC's steps as a list.
    case steps
    /// The plan file itself; from a live fabric alone.
    case plan
}

/// What `bgpdeck parse` reads.
public enum ParseKind: String, Sendable, Hashable, CaseIterable {
    case bgpSummary = "bgp-summary"
    case routes
    case calicoStatus = "calico-status"
    case birdProtocols = "bird-protocols"
    case birdRoutes = "bird-routes"
    case birdStatus = "bird-status"
    case bgpTable = "bgp-table"
    case bgpNeighbors = "bgp-neighbors"
    case bgpSessions = "bgp-sessions"
    case apic
}

/// The programs that the simulated fabric stands in for.
public enum StandInRole: String, Sendable, Hashable, CaseIterable {
    case ssh, kubectl, calicoctl, birdcl
}

/// How an operation runs without the full screen.
public struct OperationChoice: Sendable, Hashable {
    /// Whether the plan is only shown.
    public var isDryRun: Bool
    /// Whether consent is given by the command line.
    public var isConfirmed: Bool
    /// Words that name the blockers to go on in spite of.
    public var overrides: [String]
    /// Seconds a drain may take, nil: the default.
    public var timeoutSeconds: Int?
    /// Seconds a pod gets to end, nil: its own.
    public var gracePeriodSeconds: Int?
    /// Whether `emptyDir` volumes may be lost.
    public var deletesEmptyDirData: Bool
    /// Whether pods that nobody owns may go for good.
    public var forcesUnmanaged: Bool
    /// How a push starts sessions anew where nothing differs: `refresh`, `restart`; nil: it does not.
    public var reset: String?
    /// Objects that a push leaves as they are, though they differ: `bgppeer/NAME`, `node/NAME`, `bgpPeerP/DN`.
    public var leaving: [String]
    /// Lines, or one JSON object.
    public var output: OutputFormat

    /// A choice from its parts.
    public init(
        isDryRun: Bool = false, isConfirmed: Bool = false, overrides: [String] = [], timeoutSeconds: Int? = nil,
        gracePeriodSeconds: Int? = nil, deletesEmptyDirData: Bool = false, forcesUnmanaged: Bool = false,
        reset: String? = nil, leaving: [String] = [], output: OutputFormat = .table
    ) {
        self.reset = reset
        self.leaving = leaving
        self.isDryRun = isDryRun
        self.isConfirmed = isConfirmed
        self.overrides = overrides
        self.timeoutSeconds = timeoutSeconds
        self.gracePeriodSeconds = gracePeriodSeconds
        self.deletesEmptyDirData = deletesEmptyDirData
        self.forcesUnmanaged = forcesUnmanaged
        self.output = output
    }
}

/// What a command line asks for: a value that the composition root runs in a world it builds.
public enum Request: Sendable {
    /// The console.
    case watch(SourceChoice, Appearance)
    /// A view, once.
    case show(BatchView, SourceChoice, OutputFormat, BatchFilter, watchSeconds: Double)
    /// Findings as lines and an exit status.
    case check(SourceChoice, watchSeconds: Double)
    /// Device output to JSON; nil reads standard input.
    case parse(ParseKind, file: String?)
    /// A plan file expanded; nil reads standard input.
    case plan(file: String?, PlanEmission)
    /// The plan that a live fabric seems to follow.
    case planFromLive(SourceChoice, PlanEmission)
    /// The use of limits that plan files ask for together.
    case capacityOfPlans([String], OutputFormat)
    /// The fabric against every rule of the paper; whether a table shows what holds too.
    case audit(SourceChoice, OutputFormat, showsAll: Bool)
    /// What a rule means; nil lists all.
    case explain(String?)
    /// A strict look at the configuration.
    case configCheck(String?)
    /// Themes: names, text, check.
    case themes(ThemeQuestion)
    /// Where files are.
    case info
    /// The manual page.
    case manual
    /// An operation without the full screen.
    case operate(OperationKind, nodes: [String], SourceChoice, OperationChoice)
    /// The simulated controllers, for any client.
    case simulate(SimulationChoice)
    /// A fault of running simulated controllers: brought, or ended; nil: tell those in force.
    case simulationFault(control: String, String?, clears: Bool)
    /// The simulated fabric's own process.
    case simulatorHost(socket: String, fabric: String, seed: UInt64, faults: [String], reach: SimulatedReach)
    /// A stand-in for a program that talks to the simulated fabric.
    case standIn(StandInRole, socket: String, arguments: [String])
    /// Hidden: run a program that ends with its starter.
    case keep([String])
}
