public import Fabric
public import FoundationEssentials

/// A rule that makes findings: one file, one type, one test file.
public protocol FindingRule: Sendable {
    /// The stable identifier, the type's name in kebab-case.
    static var id: RuleID { get }
    /// What a finding means, how it is detected and what to do: plain paragraphs that `bgpdeck explain RULE` prints.
    static var explanation: String { get }
    /// The findings in a picture that has no findings yet.
    static func findings(in context: RuleContext) -> [Finding]
}

/// Every rule there is.
public enum RuleCatalog {
    /// The rules, causes before what follows from them; findings of equal severity are shown in this order.
    public static let all: [any FindingRule.Type] = [
        RecoveryWait.self, StaleNextHops.self, AsMismatch.self, SessionDown.self, SessionOneSided.self,
        SessionFlapping.self, PeerMissing.self, PrefixNotAccepted.self, OneLeafOnly.self, ServiceSingleNextHop.self,
        ServiceNextHopSkew.self, LeavesDisagree.self, MeshEnabled.self, InMaintenance.self, SourceFailing.self,
        SourceStale.self,
    ]

    /// The rule with an identifier, nil where there is none.
    public static func rule(_ id: RuleID) -> (any FindingRule.Type)? { all.first { $0.id == id } }
}

/// What a rule sees: the facts, and the picture without findings.
public struct RuleContext: Sendable {
    let facts: Facts
    /// Release, limits and maintenance.
    public let settings: CorrelationSettings
    /// Inventory, sessions, ledger and services.
    public let picture: Picture
    let routes: RouteIndex
    let nodes: [NodeName: Node]
    /// Sessions by node, in the order of the picture.
    let sessionsOfNode: [(node: Node, sessions: [Session])]
    let sessionByKey: [SessionKey: Session]
    let sessionsOfNodeName: [NodeName: [Session]]
    let sessionsOfLeaf: [LeafID: [Session]]
    /// Prefixes that a leaf is known not to accept.
    let rejected: [SessionKey: Set<IPPrefix>]
    private let leafNames: [LeafID: String]

    init(facts: Facts, settings: CorrelationSettings, picture: Picture, routes: RouteIndex) {
        self.facts = facts
        self.settings = settings
        self.picture = picture
        self.routes = routes
        let nodes = Dictionary(picture.inventory.nodes.map { ($0.name, $0) }, uniquingKeysWith: { a, _ in a })
        self.nodes = nodes
        let grouped = Dictionary(grouping: picture.sessions, by: \.key.node)
        sessionsOfNodeName = grouped
        sessionsOfNode = grouped.keys.sorted().compactMap { name in
            nodes[name].map { ($0, grouped[name] ?? []) }
        }
        sessionByKey = Dictionary(picture.sessions.map { ($0.key, $0) }, uniquingKeysWith: { a, _ in a })
        sessionsOfLeaf = Dictionary(grouping: picture.sessions, by: \.key.leaf)
        var rejected: [SessionKey: Set<IPPrefix>] = [:]
        for entry in picture.ledger.entries(with: .notAccepted) {
            rejected[entry.key, default: []].insert(entry.prefix)
        }
        self.rejected = rejected
        leafNames = Dictionary(picture.inventory.leaves.map { ($0.id, $0.name) }, uniquingKeysWith: { a, _ in a })
    }

    /// Everything observed.
    public var snapshot: Snapshot { facts.snapshot }

    /// The moment to judge at.
    public var now: Date { facts.now }

    /// Whether an operation holds a node in maintenance.
    public func isInMaintenance(_ node: NodeName) -> Bool { settings.maintenance.contains(node) }

    /// A leaf as people call it.
    func name(_ leaf: LeafID) -> String { leafNames[leaf] ?? "leaf-\(leaf)" }
}
