public import FoundationEssentials

/// The steps that operations are made of.
public enum StepID: String, Sendable, Hashable, CaseIterable, Codable {
    /// Two Leases: the leaf pair's, then the node's. No lock, no step.
    case lock
    /// The label that makes Calico withdraw all service routes of the node.
    case exclude
    /// Both leaves' tables show no service prefix with the node as next hop.
    case confirmExclude = "confirm-exclude"
    /// `kubectl cordon`.
    case cordon
    /// Kubernetes shows the node cordoned.
    case confirmCordon = "confirm-cordon"
    /// `kubectl drain`.
    case evict
    /// The leaves' tables show that the service and pod host routes have left the node.
    case confirmWithdrawal = "confirm-withdrawal"
    /// The node's sessions are held down on both leaves.
    case hold
    /// No session is Established and no path leads through the node.
    case confirmHold = "confirm-hold"
    /// The node is marked as in maintenance, the locks stay without a console.
    case maintain
    /// The sessions are let up again.
    case release
    /// Both ends show both sessions up, and past recovery.
    case confirmSessions = "confirm-sessions"
    /// Both leaves forward the node's blocks to it.
    case confirmBlocks = "confirm-blocks"
    /// The exclude label gets its former value.
    case include
    /// `kubectl uncordon`.
    case uncordon
    /// Kubernetes shows the node schedulable.
    case confirmUncordon = "confirm-uncordon"
    /// Both leaves forward to the node what it should advertise.
    case confirmServices = "confirm-services"
    /// `calicoctl apply`.
    case apply
    /// The live BGPPeers and the AS number are as intended.
    case confirmPeers = "confirm-peers"
    /// The peer profiles are posted to the controllers.
    case post
    /// The session with leaf A is started anew, where nothing differs and that was asked for.
    case resetFirst = "reset-first"
    /// It is up again from both ends.
    case confirmFirst = "confirm-first"
    /// The session with leaf B, never before that with leaf A is up.
    case resetSecond = "reset-second"
    /// It is up again from both ends.
    case confirmSecond = "confirm-second"
    /// The mark on the node is removed, the locks are given back.
    case unlock

    /// What the step does, in a few words.
    public var title: String {
        switch self {
        case .lock: "lock the leaf pair and the node"
        case .exclude: "withdraw its service routes by the exclude label"
        case .confirmExclude: "see on both leaves that no service route leads to it"
        case .cordon: "cordon the node"
        case .confirmCordon: "see in Kubernetes that it is cordoned"
        case .evict: "evict its pods"
        case .confirmWithdrawal: "see on both leaves that its host routes are gone"
        case .hold: "hold its BGP sessions down"
        case .confirmHold: "see on both leaves that no path leads through it"
        case .maintain: "mark it as in maintenance"
        case .release: "let its BGP sessions up"
        case .confirmSessions: "see from both ends that its sessions are up"
        case .confirmBlocks: "see on both leaves that its pod blocks are accepted"
        case .include: "advertise its service routes again"
        case .uncordon: "uncordon the node"
        case .confirmUncordon: "see in Kubernetes that it takes pods"
        case .confirmServices: "see on both leaves that all it should advertise leads to it"
        case .apply: "apply the peer configuration"
        case .confirmPeers: "see in Calico that it is as intended"
        case .post: "post the peer profiles to the controllers"
        case .resetFirst: "start the session with the first leaf anew"
        case .confirmFirst: "see from both ends that it is up"
        case .resetSecond: "start the session with the second leaf anew"
        case .confirmSecond: "see from both ends that it is up again"
        case .unlock: "remove the mark and unlock"
        }
    }

    /// Whether the step changes the world; the others only look.
    public var changesTheWorld: Bool {
        switch self {
        case .lock, .exclude, .cordon, .evict, .hold, .maintain, .release, .include, .uncordon, .apply, .post,
            .resetFirst,
            .resetSecond, .unlock:
            true
        case .confirmExclude, .confirmCordon, .confirmWithdrawal, .confirmHold, .confirmSessions, .confirmBlocks,
            .confirmFirst, .confirmSecond, .confirmUncordon, .confirmServices, .confirmPeers:
            false
        }
    }

    /// Whether the step changes what the node does, and not only who may act on it.
    public var touchesTheNode: Bool {
        switch self {
        case .lock, .maintain, .unlock: false
        default: changesTheWorld
        }
    }

    /// The steps of an operation, in order.
    public static func steps(of kind: OperationKind) -> [StepID] {
        switch kind {
        case .drain:
            [
                .lock, .exclude, .confirmExclude, .cordon, .confirmCordon, .evict, .confirmWithdrawal, .hold,
                .confirmHold, .maintain,
            ]
        case .restore:
            [
                .lock, .release, .confirmSessions, .confirmBlocks, .include, .uncordon, .confirmUncordon,
                .confirmServices, .unlock,
            ]
        case .push:
            [
                .lock, .apply, .confirmPeers, .post, .resetFirst, .confirmFirst, .resetSecond, .confirmSecond,
                .confirmSessions, .unlock,
            ]
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
    /// Until the locks are taken, in seconds: a lease that may have run out is watched meanwhile.
    public var lockSeconds: Double
    /// Until the leaves' tables show the withdrawal or the return of routes, in seconds.
    public var withdrawalSeconds: Double
    /// Until both sessions are up, in seconds; BIRD's recovery alone may hold routes back for 240 s.
    public var sessionSeconds: Double
    /// Until Calico shows the applied objects, in seconds.
    public var peerSeconds: Double
    /// After an apply, the seconds in which samples say nothing: Calico renders and BIRD reloads in that time.
    public var settleSeconds: Double
    /// What `kubectl` gets beyond its own time-out before it is ended, in seconds.
    public var graceSeconds: Double
    /// How long an operation is paused for a source or an API server that does not answer, in seconds.
    public var pauseSeconds: Double
    /// Until a change is tried again that did not reach its server, in seconds.
    public var retrySeconds: Double
    /// Between two requests for fresh facts while a step looks, in seconds.
    public var pollSeconds: Double

    /// Limits; by default 30 s for a cordon, 90 s for a withdrawal, 300 s for sessions, 30 s for Calico's objects.
    public init(
        cordonSeconds: Double = 30, lockSeconds: Double = 180, withdrawalSeconds: Double = 90,
        sessionSeconds: Double = 300, peerSeconds: Double = 30, settleSeconds: Double = 10, graceSeconds: Double = 60,
        pauseSeconds: Double = 900, retrySeconds: Double = 5, pollSeconds: Double = 5
    ) {
        self.lockSeconds = lockSeconds
        self.pauseSeconds = pauseSeconds
        self.retrySeconds = retrySeconds
        self.cordonSeconds = cordonSeconds
        self.withdrawalSeconds = withdrawalSeconds
        self.sessionSeconds = sessionSeconds
        self.peerSeconds = peerSeconds
        self.settleSeconds = settleSeconds
        self.graceSeconds = graceSeconds
        self.pollSeconds = pollSeconds
    }
}
