import Fabric

/// What is scheduled, by its place rather than its exact question: the routes of a leaf are one item, whatever
/// prefixes are asked for.
enum PollKey: Hashable {
    case repeated(Kind, SourceID)
    case once(Look)

    enum Kind: Hashable { case summary, routes, node, cluster, pods, fabric, configuration }

    static func kind(of look: Look) -> Kind {
        switch look {
        case .leafSummary: .summary
        case .leafRoutes: .routes
        case .node: .node
        case .cluster: .cluster
        case .pods: .pods
        case .fabric: .fabric
        case .fabricConfiguration: .configuration
        }
    }
}

/// One look that is due at some time, with its memory.
struct PollItem {
    var look: Look
    /// When it is to be started.
    var due: Duration
    /// The order among equals: that of the targets.
    var rank: Int
    /// An operation waits for it.
    var urgent = false
    /// Asked for again while under way, since what is being read may be older than the reason.
    var again = false
    var failures = 0
    var started: Duration?
    /// For routes: the version that was last told, and the one that stood when the last successful look began.
    var told: UInt64?
    var read: UInt64?
    var reading: UInt64?
}
