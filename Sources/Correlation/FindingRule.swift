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
    /// What its findings rest on; nil: on more than these, so that it has to look each time.
    static var grounds: Grounds? { get }
    /// Whether its findings fall to notes while their node is in maintenance.
    static var isQuietInMaintenance: Bool { get }
}

extension FindingRule {
    /// None: the rule's own evidence says how long it has been so.
    public static var settling: Double { 0 }
    /// On anything.
    public static var grounds: Grounds? { nil }
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
    /// What was in use of them while watching, until now.
    let uses: UseHistory
    private let index: InventoryIndex
    let notable: NotableServices
    /// The nodes with a session that is not plainly up, and all their sessions, in the order of the picture.
    var troubledNodes: [(node: Node, sessions: [Session])] { groups.notable }
    private let groups: SessionGroups
    private let places: SessionPlaces
    /// Prefixes that a leaf is known not to accept.
    let rejected: [SessionKey: Set<IPPrefix>]

    init(_ basis: Basis, _ picture: Picture) {
        facts = basis.facts
        settings = basis.settings
        routes = basis.routes
        plan = basis.plan
        places = basis.places
        var capacity = Capacity(
            limits: .of(release: settings.release, profile: settings.profile),
            use: CapacityUse(facts.snapshot, picture, ecmpLimit: settings.ecmpLimit))
        var uses = picture.uses
        uses.note(capacity.rows, at: facts.now)
        capacity.trends = uses.trends(at: facts.now)
        (self.capacity, self.uses) = (capacity, uses)
        self.picture = picture
        index = basis.index
        notable = basis.notable
        groups = basis.groups
        rejected = basis.rejected
    }

    /// Everything observed.
    public var snapshot: Snapshot { facts.snapshot }

    /// The moment to judge at.
    public var now: Date { facts.now }

    /// Nodes by name.
    var nodes: [NodeName: Node] { index.nodes }

    /// Nodes by address.
    var nodeOfAddress: [IPAddress: NodeName] { index.nodeOfAddress }

    /// Whether an operation holds a node in maintenance.
    public func isInMaintenance(_ node: NodeName) -> Bool { settings.maintenance.contains(node) }

    /// A session, nil where the inventory implies none.
    func session(_ key: SessionKey) -> Session? { places.place(of: key).map { picture.sessions[$0] } }

    /// The sessions of a node.
    func sessions(of node: NodeName) -> [Session] {
        places.group(of: node).map { groups.groups[$0].sessions } ?? []
    }

    /// The sessions of a leaf.
    func sessions(of leaf: LeafID) -> [Session] { places.places(of: leaf).map { picture.sessions[$0] } }

    /// A leaf as people call it.
    func name(_ leaf: LeafID) -> String { index.leafNames[leaf] ?? "leaf-\(leaf)" }
}
