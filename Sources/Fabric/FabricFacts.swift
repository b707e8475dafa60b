public import FoundationEssentials

/// A switch or controller of the fabric (`fabricNode`, aci.md 3.1).
public struct FabricNode: Hashable, Sendable {
    /// Its number.
    public var id: LeafID
    /// The pod it belongs to.
    public var pod: Int
    /// Its name.
    public var name: String
    /// `leaf`, `spine`, `controller`.
    public var role: String
    /// `active`, `inactive`, `maintenance`, …; empty where not told.
    public var state: String
    /// Its release, `n9000-16.0(8f)`.
    public var version: String
    /// Its model.
    public var model: String

    /// A node from its parts.
    public init(
        id: LeafID, pod: Int, name: String, role: String = "", state: String = "", version: String = "",
        model: String = ""
    ) {
        self.id = id
        self.pod = pod
        self.name = name
        self.role = role
        self.state = state
        self.version = version
        self.model = model
    }
}

/// What a switch tells of itself (`topSystem`).
public struct FabricSystem: Hashable, Sendable {
    /// The switch.
    public var id: LeafID
    /// Its clock when it answered.
    public var time: Date?
    /// The address of its management port outside the fabric.
    public var managementAddress: IPAddress?
    /// `in-service`, …
    public var state: String
    /// When it was last started; a change means that its counters began anew.
    public var restarted: Date?

    /// A system from its parts.
    public init(
        id: LeafID, time: Date?, managementAddress: IPAddress? = nil, state: String = "", restarted: Date? = nil
    ) {
        self.id = id
        self.time = time
        self.managementAddress = managementAddress
        self.state = state
        self.restarted = restarted
    }
}

/// One leaf's side of a vPC pair (`vpcDom`), or a pair as configured (`fabricExplicitGEp`).
public struct VPCSide: Hashable, Sendable {
    /// The leaf.
    public var leaf: LeafID
    /// `peerSt` is `up`; nil where not told.
    public var isPeerUp: Bool?
    /// The leaf's role in the pair.
    public var role: String
    /// The pair's shared address.
    public var virtualAddress: IPAddress?
    /// The name of the configured pair; nil for the operational side.
    public var pair: String?

    /// A side from its parts.
    public init(
        leaf: LeafID, isPeerUp: Bool? = nil, role: String = "", virtualAddress: IPAddress? = nil, pair: String? = nil
    ) {
        self.leaf = leaf
        self.isPeerUp = isPeerUp
        self.role = role
        self.virtualAddress = virtualAddress
        self.pair = pair
    }
}

/// A fault that the fabric raised (`faultInst`, aci.md 5): history, two minutes late by design, never the first signal.
public struct FabricFault: Hashable, Sendable {
    /// `F0299`.
    public var code: String
    /// The faulty object's name.
    public var subject: String
    /// `critical` to `cleared`.
    public var severity: String
    /// `soaking`, `raised`, `retaining`, …
    public var lifecycle: String
    /// What it says.
    public var text: String
    /// `changeSet`: the reason of a configuration fault.
    public var changes: String
    /// When it was created.
    public var created: Date?
    /// When its lifecycle last moved.
    public var moved: Date?

    /// A fault from its parts.
    public init(
        code: String, subject: String, severity: String, lifecycle: String, text: String, changes: String = "",
        created: Date? = nil, moved: Date? = nil
    ) {
        self.code = code
        self.subject = subject
        self.severity = severity
        self.lifecycle = lifecycle
        self.text = text
        self.changes = changes
        self.created = created
        self.moved = moved
    }
}

/// Who changed what (`aaaModLR`).
public struct AuditRecord: Hashable, Sendable {
    /// The changed object's name.
    public var subject: String
    /// `creation`, `modification`, `deletion`.
    public var kind: String
    /// The user.
    public var user: String
    /// What it says.
    public var text: String
    /// The attributes that changed.
    public var changes: String
    /// When.
    public var at: Date?

    /// A record from its parts.
    public init(subject: String, kind: String, user: String, text: String, changes: String = "", at: Date? = nil) {
        self.subject = subject
        self.kind = kind
        self.user = user
        self.text = text
        self.changes = changes
        self.at = at
    }
}

/// What is known of the fabric as a whole; a part that was not read is nil.
public struct FabricFacts: Sendable {
    /// Switches and controllers.
    public var nodes: Observed<[FabricNode]>?
    /// What switches tell of themselves.
    public var systems: Observed<[FabricSystem]>?
    /// vPC pairs.
    public var pairs: Observed<[VPCSide]>?
    /// Faults.
    public var faults: Observed<[FabricFault]>?
    /// Changes.
    public var audit: Observed<[AuditRecord]>?
    /// How many seconds a leaf's clock is ahead of the console's.
    public var skews: [LeafID: Double] = [:]

    /// Nothing known.
    public init() {}
}
