public import Correlation
public import Fabric

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
    case peers, routes, capacity, events
}

/// The tables on screen; each keeps its own selection, sort and filter.
public enum TableName: String, Sendable, Hashable, CaseIterable {
    case racks, nodes, leaves, findings, sessions, prefixes, services
    case audit, capacity
    case rackSessions, nodeSessions, nodePrefixes, nodeRoutes, nodeServices, leafPeers, leafRoutes
    case leafCapacity
}

/// Where one is: what `Esc` and `-` go back to.
public struct Place: Sendable, Hashable {
    /// The pane that has the keys.
    public var focus: Pane
    /// The list that led to the detail.
    public var origin: Pane
    /// What pane 2 shows.
    public var main: MainView
    /// What the detail is about.
    public var subject: DetailSubject
    /// The tab of a node's detail.
    public var nodeTab: NodeTab
    /// The tab of a leaf's detail.
    public var leafTab: LeafTab
}
