public import Fabric
public import Formats
public import FoundationEssentials

/// Which routes of a leaf a look asks for.
public enum RouteSelection: Hashable, Sendable {
    /// The whole table.
    case all
    /// Only these prefixes, for leaves whose table is too large for text.
    case prefixes([IPPrefix])
}

/// One look at a source: what the poll schedule orders and a read port performs.
public enum Look: Hashable, Sendable {
    /// `show ip bgp summary` of a leaf.
    case leafSummary(LeafID)
    /// `show ip route` of a leaf.
    case leafRoutes(LeafID, RouteSelection)
    /// `calicoctl node status` on a node, and BIRD's protocols, exports, routes and status beside it.
    case node(NodeName)
    /// Nodes, services, endpoints, budgets and Calico's resources.
    case cluster
    /// The pods of a node, for a drain.
    case pods(NodeName)
    /// The fabric's switches, clocks, pairs and faults, by REST.
    case fabric
    /// The L3Out's configuration, capacities and changes, by REST.
    case fabricConfiguration

    /// The target: at most one look is under way per target.
    public var source: SourceID {
        switch self {
        case .leafSummary(let leaf), .leafRoutes(let leaf, _): .leaf(leaf)
        case .node(let node): .node(node)
        case .cluster, .pods: .kubernetes
        case .fabric, .fabricConfiguration: .apic
        }
    }
}

/// The raw answer to one command.
public struct Answer: Sendable {
    /// Who answered.
    public var source: SourceID
    /// The command as a person would type it; it decides the parser.
    public var command: String
    /// When the answer was complete.
    public var at: Date
    /// Standard output.
    public var bytes: [UInt8]
    /// Where the bytes lie in the spool, nil where they are not kept.
    public var evidence: Evidence?
    /// Routing tables that were read page by page as they came; ``bytes`` is then empty.
    public var tables: [APICRoutes.Table]?
    /// Accepted paths that were read page by page as they came; ``bytes`` is then empty.
    public var paths: [APICPaths.Table]?
    /// When the question was sent: what a source told unasked since then is younger than the answer. Nil: not known.
    public var asked: Date?

    /// An answer from its parts.
    public init(source: SourceID, command: String, at: Date, bytes: [UInt8], evidence: Evidence? = nil) {
        self.source = source
        self.command = command
        self.at = at
        self.bytes = bytes
        self.evidence = evidence
    }
}

/// What came of a look: the answers of its commands, and what failed.
///
/// Both may stand together: of the five commands of a node look the first may answer and the second fail.
public struct LookResult: Sendable {
    /// The look.
    public var look: Look
    /// The answers, in the order of the commands.
    public var answers: [Answer]
    /// The first failure, nil where every command answered.
    public var error: SourceError?
    /// Parts that the source does not tell this user, though the look as a whole succeeded.
    public var gaps: [SourceError] = []
    /// Facts that came as such, without bytes to decode.
    public var facts: [Decoded]
    /// What asking the controllers costs, where that is counted.
    public var traffic: SourceTraffic?

    /// A result from its parts.
    public init(look: Look, answers: [Answer], error: SourceError? = nil, facts: [Decoded] = []) {
        self.look = look
        self.answers = answers
        self.error = error
        self.facts = facts
    }
}

/// A port that reads: a value of closures, built by an adapter, replaced by literals in tests.
///
/// It only reads. Nothing that changes the world can be reached from here.
public struct ReadPort: Sendable {
    /// Performs a look; returns within the adapter's time-out, also when the source hangs; never throws.
    public var perform: @Sendable (Look) async -> LookResult
    /// What sources tell unasked; nil where none does. Taken once.
    public var news: (@Sendable () -> AsyncStream<PushedNews>)?

    /// Tells which nodes are looked at closely now: a port that leaves out what is only good for that, such as a node's
    /// whole routing table, tells it of these.
    public var attend: @Sendable (Set<NodeName>) async -> Void

    /// A port from its closures.
    public init(
        perform: @escaping @Sendable (Look) async -> LookResult,
        news: (@Sendable () -> AsyncStream<PushedNews>)? = nil,
        attend: @escaping @Sendable (Set<NodeName>) async -> Void = { _ in }
    ) {
        self.perform = perform
        self.news = news
        self.attend = attend
    }
}

/// What a source tells without being asked.
public enum PushedNews: Sendable {
    /// Events, each like an answer.
    case answers([Answer])
    /// Something may have been missed: these are to be asked for now.
    case lookAgain([Look])
    /// Words for the log.
    case notice(String)
}
