import Design
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
    /// Seconds that what a finding rests on has to be read after the finding first showed, where it showed while
    /// watching: what was there at the first look counts at once.
    static var settling: Double { get }
    /// When what a finding rests on was last read; nil: now.
    static func restsOn(_ finding: Finding, _ context: RuleContext) -> Date?
    /// Whether its findings fall to notes while their node is in maintenance.
    static var isQuietInMaintenance: Bool { get }
}

extension FindingRule {
    /// None: the rule's own evidence says how long it has been so.
    public static var settling: Double { 0 }
    /// Now.
    public static func restsOn(_ finding: Finding, _ context: RuleContext) -> Date? { nil }
    /// As most are.
    public static var isQuietInMaintenance: Bool { true }
}

/// Every rule there is.
public enum RuleCatalog {
    /// The rules, causes before what follows from them; findings of equal severity are shown in this order.
    public static let all: [any FindingRule.Type] = [
        DuplicateNodeAddress.self, PrefixDuplicateOrigin.self, RecoveryWait.self, StaleNextHops.self, AsMismatch.self,
        AddressMismatch.self, PasswordMismatch.self, PeerNameClash.self, SessionDown.self, SessionOneSided.self,
        SessionFlapping.self, PeerMissing.self, DuplicateAs.self, PrefixNotAdvertised.self, PrefixNotAccepted.self,
        PrefixNotInstalled.self, PrefixUnexpected.self, OneLeafOnly.self, ServiceNotAdvertised.self,
        ServiceSingleNextHop.self, ServiceNextHopSkew.self, LeavesDisagree.self, DrainedButAdvertising.self,
        MeshEnabled.self, OverlayEnabled.self, NatOutgoingEnabled.self, TimerMismatch.self, PeersNearLimit.self,
        LpmNearLimit.self, BorderLeavesNearLimit.self, EcmpClipped.self, BorrowedAddresses.self,
        PrefixDeniedAsDesigned.self, InMaintenance.self, SourceFailing.self, SourceStale.self,
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
    let plan: ServicePlan
    /// Use and headroom against the release's limits.
    let capacity: Capacity
    let nodes: [NodeName: Node]
    /// Sessions by node, in the order of the picture.
    let sessionsOfNode: [(node: Node, sessions: [Session])]
    let sessionByKey: [SessionKey: Session]
    let sessionsOfNodeName: [NodeName: [Session]]
    let sessionsOfLeaf: [LeafID: [Session]]
    /// Prefixes that a leaf is known not to accept.
    let rejected: [SessionKey: Set<IPPrefix>]
    let nodeOfAddress: [IPAddress: NodeName]
    private let leafNames: [LeafID: String]

    init(facts: Facts, settings: CorrelationSettings, picture: Picture, routes: RouteIndex, plan: ServicePlan) {
        self.facts = facts
        self.plan = plan
        capacity = Capacity(
            limits: .of(release: settings.release, profile: settings.profile),
            use: CapacityUse(facts.snapshot, picture, ecmpLimit: settings.ecmpLimit))
        nodeOfAddress = Dictionary(
            picture.inventory.nodes.compactMap { node in node.address.map { ($0, node.name) } },
            uniquingKeysWith: { a, _ in a })
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
