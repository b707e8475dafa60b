public import Correlation
public import Design
public import Fabric
public import FoundationEssentials
public import Operations
public import Terminal

/// The panes that can have the keys; the number is the digit that jumps there.
public enum Pane: Int, Sendable, Hashable, CaseIterable {
    case racks = 1
    case nodes = 2
    case leaves = 3
    case findings = 4
    case log = 5
    case detail = 6

    /// The title in the frame.
    public var title: String {
        switch self {
        case .racks: "Racks"
        case .nodes: "Nodes"
        case .leaves: "Leaves"
        case .findings: "Findings"
        case .log: "Log"
        case .detail: "Detail"
        }
    }
}

/// What pane 2 shows: nodes, or one of the whole-fabric views that a command puts in their place.
public enum MainView: String, Sendable, Hashable, CaseIterable {
    case nodes, sessions, prefixes, services, operations, audit, capacity
}

/// What the detail pane is about: the selection of the pane that led there.
public enum DetailSubject: Sendable, Hashable {
    case rack(String)
    case node(NodeName)
    case leaf(LeafID)
    case finding(Finding.Identity)
    /// A line of the audit.
    case audit(rule: String, place: String)
    case nothing
}

/// The tabs of a node's detail.
public enum NodeTab: String, Sendable, Hashable, CaseIterable {
    case sessions, prefixes, routes, services, config, events
}

/// The tabs of a leaf's detail.
public enum LeafTab: String, Sendable, Hashable, CaseIterable {
    case peers, routes, events
}

/// The tables on screen; each keeps its own selection, sort and filter.
public enum TableName: String, Sendable, Hashable, CaseIterable {
    case racks, nodes, leaves, findings, sessions, prefixes, services
    case audit, capacity
    case rackSessions, nodeSessions, nodePrefixes, nodeRoutes, nodeServices, leafPeers, leafRoutes
}

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

    /// A label from its parts.
    public init(context: String, vrf: String?, isSimulated: Bool) {
        self.context = context
        self.vrf = vrf
        self.isSimulated = isSimulated
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

/// What lies over the panes and has the keys.
public enum Overlay: Sendable {
    case help(ScrollState)
    case palette(Palette)
    case filter(InputLine, table: TableName, before: String)
    case command(InputLine)
    case sortMenu(Palette, table: TableName)
    case evidence(title: String, lines: [String], scroll: ScrollState)
    case dialog(Dialog, purpose: DialogPurpose)
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
    public var snapshot: Snapshot?
    /// What is concluded, nil before the first.
    public var picture: Picture?
    /// The newest facts and conclusions while the screen is frozen.
    public var latest: (snapshot: Snapshot, picture: Picture)?
    /// Set while the screen is frozen.
    public var frozen: Frozen?
    /// Set while a history is stepped through.
    public var history: HistoryPlace?
    /// The pane that has the keys.
    public var focus = Pane.nodes
    /// The pane that had them before the detail got them.
    public var origin = Pane.nodes
    /// Whether the focused pane takes the whole screen.
    public var isZoomed = false
    /// What pane 2 shows.
    public var main = MainView.nodes
    /// What it showed before (key `-`).
    public var previousMain = MainView.services
    /// What the detail pane is about.
    public var subject = DetailSubject.nothing
    /// The tab of a node's detail.
    public var nodeTab = NodeTab.sessions
    /// The tab of a leaf's detail.
    public var leafTab = LeafTab.peers
    /// What `:audit` shows.
    public var audit: [AuditEntry] = []
    /// What `:capacity` shows.
    public var capacity: [CapacityRow] = []
    /// Selection and offset of each table.
    public var tables: [TableName: TableState<RowID>] = [:]
    /// The sort of each table.
    public var sorts: [TableName: TableSort] = [:]
    /// The filter of each table as typed.
    public var filters: [TableName: String] = [:]
    /// The scroll of text panes.
    public var textScroll = ScrollState()
    /// The scroll of the log, counted from its end.
    public var logScroll = 0
    /// Whether only problems are shown.
    public var onlyProblems = false
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
    /// Whether the mouse is taken.
    public var hasMouse = false
    /// The name of the theme.
    public var themeName = "default"
    /// The names that `t` walks through.
    public var themeNames = ["default", "light"]
    /// The faults that a simulated fabric can be given; empty on a real one.
    public var faults: [String] = []
    /// What was typed at `:`.
    public var commandHistory: [String] = []
    /// Whether the bindings of keys, with the user's overrides, decide a key.
    public var keyMap = KeyMap.standard

    /// The state at start.
    public init(label: FabricLabel, size: Size, now: Date) {
        self.label = label
        self.size = size
        self.now = now
    }
}
