public import Correlation
public import Design
public import Fabric
public import FoundationEssentials
public import Operations
public import Polling
public import Terminal

/// Whether changes are allowed.
public enum Access: Sendable, Hashable {
    /// The gate is closed; what opens it is said with every refusal.
    case readOnly
    /// Open until a moment; nil: as long as the program runs.
    case changes(until: Date?)
}

/// What this console looks at, for the header.
public struct FabricLabel: Sendable, Hashable {
    /// The context's name.
    public var context: String
    /// The VRF.
    public var vrf: String?
    /// Whether it is the embedded simulated fabric.
    public var isSimulated: Bool
    /// The options of the command line that choose it: `--context prod`.
    public var source: [String]

    /// A label from its parts.
    public init(context: String, vrf: String?, isSimulated: Bool, source: [String] = []) {
        self.context = context
        self.vrf = vrf
        self.isSimulated = isSimulated
        self.source = source
    }
}

/// A line of the log pane.
public struct LogLine: Sendable, Hashable {
    /// When.
    public var at: Date
    /// How much it matters.
    public var level: Toast.Level
    /// What happened, one line.
    public var text: String

    /// A line from its parts.
    public init(at: Date, level: Toast.Level, text: String) {
        self.at = at
        self.level = level
        self.text = text
    }
}

/// A frozen picture: what is shown while polling goes on.
public struct Frozen: Sendable {
    /// When it was frozen.
    public var at: Date
    /// How many pictures came since.
    public var newer: Int
}

/// Where one stands in a history of captures.
public struct HistoryPlace: Sendable, Hashable {
    /// The moment shown, from 1.
    public var index: Int
    /// The number of moments.
    public var count: Int

    /// A place from its parts.
    public init(index: Int, count: Int) {
        self.index = index
        self.count = count
    }
}

/// The state of the console: one value, from which a frame is drawn.
public struct AppState: Sendable {
    /// What is looked at.
    public var label: FabricLabel
    /// The extent of the screen.
    public var size: Size
    /// The moment that ages are counted to.
    public var now: Date
    /// The facts, nil before the first.
    public var snapshot: Snapshot? { didSet { stamp = Stamp() } }
    /// What is concluded, nil before the first.
    public var picture: Picture? { didSet { stamp = Stamp() } }
    /// The newest facts and conclusions while the screen is frozen.
    public var latest: (snapshot: Snapshot, picture: Picture)?
    /// Set while the screen is frozen.
    public var frozen: Frozen?
    /// Whether the terminal says that its window has lost the keys; many never say so.
    public var isHidden = false
    /// Whether nothing on screen moves by time alone.
    public var isStill: Bool { frozen != nil || isHidden }
    /// Set while a history is stepped through.
    public var history: HistoryPlace?
    /// The pane that has the keys.
    public var focus = Pane.nodes
    /// The pane that had them before the detail got them.
    public var origin = Pane.nodes
    /// Whether the focused pane takes the whole screen.
    public var isZoomed = false
    /// What pane 2 shows.
    public var main = MainView.nodes { didSet { if main != oldValue { renewAudit() } } }
    /// Where one was before (key `-`).
    public var lastPlace: Place?
    /// The way here, oldest first: what `Esc` goes back to.
    public var trail: [Place] = []
    /// What the detail pane is about.
    public var subject = DetailSubject.nothing
    /// The tab of a node's detail.
    public var nodeTab = NodeTab.sessions
    /// The tab of a leaf's detail.
    public var leafTab = LeafTab.peers
    /// What `:audit` shows.
    public var audit: [AuditEntry] = [] { didSet { stamp = Stamp() } }
    /// What `:capacity` shows.
    public var capacity: [CapacityRow] = [] { didSet { stamp = Stamp() } }
    /// Selection and offset of each table.
    public var tables: [TableName: TableState<RowID>] = [:]
    /// The sort of each table.
    public var sorts: [TableName: TableSort] = [:] { didSet { held = nil } }
    /// The filter of each table as typed.
    public var filters: [TableName: String] = [:] { didSet { held = nil } }
    /// The racks whose leaves and nodes are in view.
    public var openRacks: Set<RowID> = []
    /// How many paths were accepted over each session lately.
    public var accepted = AcceptedHistory()
    /// The scroll of text panes.
    public var textScroll = ScrollState()
    /// The scroll of the log, counted from its end.
    public var logScroll = 0
    /// Whether only problems are shown.
    public var onlyProblems = false { didSet { held = nil } }
    /// What lies over the panes.
    public var overlay: Overlay?
    /// What the status line says until a key is pressed.
    public var toast: Toast?
    /// The log, oldest first.
    public var log: [LogLine] = []
    /// Whether changes are allowed.
    public var access = Access.readOnly
    /// Operations, newest last.
    public var operations: [OperationView] = []
    /// Operations that the journal holds, oldest first.
    public var pastOperations: [OperationRecord] = []
    /// Rights that the cluster's user lacks, by operation; absent where that was not asked.
    public var missingRights: [OperationKind: [ClusterRight]] = [:]
    /// What the controllers' user lacks to write; nil: not asked yet, or not told.
    public var missingRoles: [String]?
    /// Whether the controllers can be written.
    public var writesControllers = false
    /// Whether a console that left a mark is known to have ended.
    public var isGone: @Sendable (Operator) -> Bool = { _ in false }
    /// Nodes in maintenance that draw traffic, as was said already.
    var maintenanceAlarms: [NodeName: String] = [:]
    /// Whether the mouse is taken.
    public var hasMouse = false
    /// The name of the theme.
    public var themeName = "default"
    /// The names that `t` walks through.
    public var themeNames = ["default", "light"]
    /// The faults that a simulated fabric can be given; empty on a real one.
    public var faults: [String] = []
    /// What was typed at `:`, oldest first.
    public var commandHistory: [String] = []
    /// What a key does, with the user's overrides.
    public var keyMap = KeyMap.standard
    /// What is looked for in texts (`/`, `n`, `N`).
    public var search: TextSearch?
    /// The contexts that `:context` switches between; empty where there is one world only.
    public var contexts: [String] = []
    /// What `:set` changes.
    public var settings = ConsoleSettings()
    /// What is done when a session is lost, and when it was done last.
    public var alarm = Alarm()
    /// The nodes that an operation is meant for after the present one.
    public var queue: OperationQueue?
    /// The cells that changed lately.
    public var changes = RecentChanges()

    /// Tells this picture from the one before.
    var stamp = Stamp()
    /// Which rows each table shows, until something changes them.
    let memo = TableMemo()
    /// What of each table its widths were learned from.
    var learned: [TableName: LearnedPlace] = [:]
    /// The order that rows keep while keys are pressed.
    var held: HeldOrder?
    /// When a key was pressed last.
    var lastKey: Date?

    /// The state at start.
    public init(label: FabricLabel, size: Size, now: Date) {
        self.label = label
        self.size = size
        self.now = now
    }
}
