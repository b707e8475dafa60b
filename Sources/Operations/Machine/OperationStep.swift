public import FoundationEssentials

/// The steps that operations are made of.
public enum StepID: String, Sendable, Hashable, CaseIterable, Codable {
    /// `kubectl cordon`.
    case cordon
    /// Kubernetes shows the node cordoned.
    case confirmCordon = "confirm-cordon"
    /// `kubectl drain`.
    case evict
    /// The leaves' tables show that the service host routes have left the node.
    case confirmWithdrawal = "confirm-withdrawal"
    /// `kubectl uncordon`.
    case uncordon
    /// Kubernetes shows the node schedulable.
    case confirmUncordon = "confirm-uncordon"
    /// Both ends show both sessions up.
    case confirmSessions = "confirm-sessions"
    /// `calicoctl apply`.
    case apply
    /// The live BGPPeers and the AS number are as intended.
    case confirmPeers = "confirm-peers"

    /// What the step does, in a few words.
    public var title: String {
        switch self {
        case .cordon: "cordon the node"
        case .confirmCordon: "see in Kubernetes that it is cordoned"
        case .evict: "evict its pods"
        case .confirmWithdrawal: "see on both leaves that its service routes are gone"
        case .uncordon: "uncordon the node"
        case .confirmUncordon: "see in Kubernetes that it takes pods"
        case .confirmSessions: "see from both ends that its sessions are up"
        case .apply: "apply the peer configuration"
        case .confirmPeers: "see in Calico that it is as intended"
        }
    }

    /// Whether the step changes the world; the others only look.
    public var changesTheWorld: Bool {
        switch self {
        case .cordon, .evict, .uncordon, .apply: true
        case .confirmCordon, .confirmWithdrawal, .confirmUncordon, .confirmSessions, .confirmPeers: false
        }
    }

    /// The steps of an operation, in order.
    public static func steps(of kind: OperationKind) -> [StepID] {
        switch kind {
        case .drain: [.cordon, .confirmCordon, .evict, .confirmWithdrawal]
        case .restore: [.uncordon, .confirmUncordon, .confirmSessions]
        case .push: [.apply, .confirmPeers, .confirmSessions]
        }
    }
}

/// A step of a running operation.
public struct OperationStep: Sendable, Hashable {
    /// How far it is.
    public enum State: Sendable, Hashable {
        case waiting
        case running(since: Date)
        case done(at: Date)
        case failed(at: Date, reason: String)
        case skipped(reason: String)
    }

    /// Which step.
    public var id: StepID
    /// How far it is.
    public var state: State

    /// A step from its parts.
    public init(id: StepID, state: State = .waiting) {
        self.id = id
        self.state = state
    }

    /// The state in one word: `waiting`, `running`, `done`, `failed`, `skipped`.
    public var word: String {
        switch state {
        case .waiting: "waiting"
        case .running: "running"
        case .done: "done"
        case .failed: "failed"
        case .skipped: "skipped"
        }
    }

    /// Why it failed or was skipped, nil otherwise.
    public var reason: String? {
        switch state {
        case .failed(_, let reason), .skipped(let reason): reason
        case .waiting, .running, .done: nil
        }
    }

    /// Whether it is over, with whatever result.
    public var isOver: Bool {
        switch state {
        case .waiting, .running: false
        case .done, .failed, .skipped: true
        }
    }
}

/// One thing that a confirming step must see, and what it saw so far.
public struct VerificationFact: Sendable, Hashable {
    /// The step that looks.
    public var step: StepID
    /// What must hold: `10.96.0.20/32 has left leaf 101`.
    public var claim: String
    /// Whether fresh facts show it.
    public var isProven: Bool
    /// What was seen, or why nothing can be said yet.
    public var detail: String

    /// A fact from its parts.
    public init(step: StepID, claim: String, isProven: Bool, detail: String) {
        self.step = step
        self.claim = claim
        self.isProven = isProven
        self.detail = detail
    }
}

/// How long the machine waits; the console's own, no setting of a tool.
public struct OperationLimits: Sendable, Hashable {
    /// Until Kubernetes shows a cordon or its removal, in seconds.
    public var cordonSeconds: Double
    /// Until the leaves' tables show the withdrawal, in seconds.
    public var withdrawalSeconds: Double
    /// Until both sessions are up, in seconds; BIRD's recovery alone may hold routes back for 240 s.
    public var sessionSeconds: Double
    /// Until Calico shows the applied objects, in seconds.
    public var peerSeconds: Double
    /// After an apply, the seconds in which samples say nothing: Calico renders and BIRD reloads in that time.
    public var settleSeconds: Double
    /// What `kubectl` gets beyond its own time-out before it is ended, in seconds.
    public var graceSeconds: Double
    /// Between two requests for fresh facts while a step looks, in seconds.
    public var pollSeconds: Double

    /// Limits; by default 30 s for a cordon, 90 s for a withdrawal, 300 s for sessions, 30 s for Calico's objects.
    public init(
        cordonSeconds: Double = 30, withdrawalSeconds: Double = 90, sessionSeconds: Double = 300,
        peerSeconds: Double = 30, settleSeconds: Double = 10, graceSeconds: Double = 60, pollSeconds: Double = 5
    ) {
        self.cordonSeconds = cordonSeconds
        self.withdrawalSeconds = withdrawalSeconds
        self.sessionSeconds = sessionSeconds
        self.peerSeconds = peerSeconds
        self.settleSeconds = settleSeconds
        self.graceSeconds = graceSeconds
        self.pollSeconds = pollSeconds
    }
}
