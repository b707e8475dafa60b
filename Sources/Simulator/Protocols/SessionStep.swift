import Fabric

/// What keeps a session from being Established.
enum Obstacle: Sendable, Hashable {
    /// BIRD does not run on the node; the host does.
    case noProcess
    /// The host has no power.
    case powerless
    /// BIRD has no protocol for the leaf.
    case noProtocol
    /// The protocol is disabled by hand.
    case disabled
    /// The protocol restarts after a change of its configuration.
    case restarting
    case leafReloading
    /// The leaf's kernel refuses connections.
    case leafRefusing
    /// Nothing passes between the ends.
    case cutOff
    /// The ends have different passwords: segments are dropped in silence.
    case badPassword
    /// The node connects from an address that the leaf has no neighbor for.
    case addressUnknown
    case leafShut
    /// The leaf has no neighbor for the node.
    case leafUnknown
    case starved
    /// The leaf's end stands still.
    case hung
    /// The leaf's AS is not what the node expects.
    case badLeafAS
    /// The node's AS is not what the leaf expects.
    case badNodeAS
}

extension SimulatedFabric {
    /// How long a leaf keeps the paths of a node whose TCP session closed without a word (RFC 4724, Calico's default).
    static let restartTime = Duration.seconds(120)
    /// The negotiated hold time (paper, ACI step 10).
    static let holdTime = Duration.seconds(3)

    /// Moves one session on by a step of the clock.
    mutating func step(_ key: SessionKey) {
        guard let before = sessions[key] else { return }
        var session = before
        let obstacle = obstacle(key, session)
        expire(key, &session)
        let isAnyEndUp = session.node.state == .established || session.leaf.state == .established
        if let obstacle, isAnyEndUp, !isSettled(session, obstacle) {
            lose(key, &session, obstacle)
        } else if obstacle == nil, session.isEstablished {
            flapIfDue(key, &session)
        } else if obstacle == nil, session.leaf.state == .established, session.node.state != .established {
            loseLeaf(key, &session, state: .idle)
        } else {
            attempt(key, &session, obstacle)
        }
        if session != before { sessions[key] = session }
        synchronise(key, at: now)
    }

    /// Whether the ends already are as the obstacle leaves them, though one of them may still say Established.
    private func isSettled(_ session: Session, _ obstacle: Obstacle) -> Bool {
        switch obstacle {
        case .powerless: session.leaf.holdExpiresAt != nil
        case .hung: session.node.state != .established
        default: false
        }
    }

    func obstacle(_ key: SessionKey, _ session: Session) -> Obstacle? {
        if conditions.powerless.contains(key.node) { return .powerless }
        guard let daemon = daemons[key.node], daemon.isRunning else { return .noProcess }
        guard let expected = session.node.neighborAS else { return .noProtocol }
        if session.node.isDisabled { return .disabled }
        if conditions.reloading.contains(key.leaf) { return .leafReloading }
        if conditions.has(.leafKilled, key.leaf) { return .leafRefusing }
        if conditions.isCutOff(key) { return .cutOff }
        if conditions.shut.contains(key) { return .leafShut }
        if conditions.unknownToLeaf.contains(key) { return .leafUnknown }
        if conditions.hung.contains(key) || conditions.has(.leafStopped, key.leaf) { return .hung }
        if conditions.has(.passwordMismatch, key) { return .badPassword }
        if conditions.has(.wrongNeighborAddress, key) { return .leafUnknown }
        if conditions.starved.contains(key.node) { return .starved }
        guard let plan = nodePlans[key.node], let rack = topology.rack(plan.rack) else { return .noProtocol }
        if let address = daemon.configuration.address, address != plan.address { return .addressUnknown }
        if configured[key] != nil { return configuredObstacle(key, session, daemon: daemon) }
        if expected != rack.asn { return .badLeafAS }
        return daemon.configuration.asn != plan.asn ? .badNodeAS : nil
    }

    /// Ends the waits whose time has come: hold timers and the keeping of stale paths.
    private mutating func expire(_ key: SessionKey, _ session: inout Session) {
        if let at = session.leaf.holdExpiresAt, now >= at {
            session.leaf.holdExpiresAt = nil
            loseLeaf(key, &session, state: .active)
        }
        if let until = session.leaf.staleUntil, now >= until {
            session.leaf.staleUntil = nil
            dropPaths(key, &session)
        }
    }

    private mutating func flapIfDue(_ key: SessionKey, _ session: inout Session) {
        guard conditions.flapping.contains(key) else {
            session.nextFlap = nil
            return
        }
        guard let due = session.nextFlap else {
            session.nextFlap = now + .seconds(Int.random(in: 4...10, using: &random))
            return
        }
        guard now >= due else { return }
        session.nextFlap = nil
        lose(key, &session, .starved)
    }

    /// Ends an Established session as its cause would.
    mutating func lose(_ key: SessionKey, _ session: inout Session, _ obstacle: Obstacle) {
        switch obstacle {
        case .powerless: session.leaf.holdExpiresAt = now + SimulatedFabric.holdTime
        case .noProcess:
            loseLeaf(key, &session, state: .active, keepsStale: true)
            session.node.state = .idle
        case .noProtocol:
            session.node = NodeEnd()
            loseLeaf(key, &session, state: .idle)
        case .disabled:
            session.node.phase = .down
            session.node.state = .down
            session.node.since = now
            session.node.error = nil
            loseLeaf(key, &session, state: .idle)
        case .restarting, .badLeafAS, .badNodeAS, .addressUnknown:
            restart(&session, error: nil, wait: 2)
            loseLeaf(key, &session, state: .idle)
        case .badPassword:
            // The leaf whose password is changed says so once, with a Cease (RFC 4486, 6).
            fail(&session, "Received: Other configuration change")
            loseLeaf(key, &session, state: .idle)
        case .leafShut:
            let isAtLimit = daemons[key.node].map { isOverLimit(key, session, $0) } ?? false
            let words = isAtLimit ? "Maximum number of prefixes reached" : "Administrative shutdown"
            restart(&session, error: "Received: " + words, wait: 2)
            loseLeaf(key, &session, state: .idle)
        case .leafRefusing:
            restart(&session, error: "Socket: Connection closed", wait: 2)
            resetLeaf(key, &session)
        case .cutOff:
            loseByHoldTimer(&session)
            if session.leaf.state == .established {
                session.leaf.holdExpiresAt = session.leaf.holdExpiresAt ?? now + SimulatedFabric.holdTime
            }
        case .leafUnknown:
            fail(&session, "Received: Peer de-configured")
            loseLeaf(key, &session, state: .idle)
        case .starved:
            fail(&session, "Received: Hold timer expired")
            loseLeaf(key, &session, state: .idle)
        case .leafReloading:
            loseByHoldTimer(&session)
            resetLeaf(key, &session)
        case .hung:
            loseByHoldTimer(&session)
            session.leaf.frozenAt = session.leaf.frozenAt ?? now
        }
    }

    /// The node notices the silence of its peer when its hold timer ends.
    private func loseByHoldTimer(_ session: inout Session) {
        guard session.node.state == .established else { return }
        let expiry = session.node.holdExpiresAt ?? now + SimulatedFabric.holdTime
        session.node.holdExpiresAt = expiry
        guard now >= expiry else { return }
        fail(&session, "BGP Error: Hold timer expired")
    }

    /// A leaf that reloads forgets its counters and its paths.
    private mutating func resetLeaf(_ key: SessionKey, _ session: inout Session) {
        guard session.leaf != LeafEnd() else { return }
        dropPaths(key, &session)
        session.leaf = LeafEnd()
    }

    /// The leaf's end goes down; the paths go with it unless graceful restart keeps them.
    mutating func loseLeaf(
        _ key: SessionKey, _ session: inout Session, state: PeerState, keepsStale: Bool = false
    ) {
        session.leaf.holdExpiresAt = nil
        if session.leaf.state == .established {
            let messages = session.messages(at: now)
            session.leaf.received = messages.received
            session.leaf.sent = messages.sent
            session.leaf.drops += 1
            session.leaf.since = now
            session.leaf.staleUntil = keepsStale && session.hasGracefulRestart ? now + SimulatedFabric.restartTime : nil
            if session.leaf.staleUntil == nil { dropPaths(key, &session) }
        }
        session.leaf.frozenAt = nil
        session.leaf.state = state
        session.syncedVersion = nil
    }

    private mutating func dropPaths(_ key: SessionKey, _ session: inout Session) {
        if !session.leaf.paths.isEmpty { pathVersions[key.leaf, default: 0] += 1 }
        moveTables(by: session.leaf.paths.count)
        session.leaf.paths = [:]
    }

    /// Every leaf learns of a change: the own one by eBGP, the others through the route reflectors.
    mutating func moveTables(by changes: Int) {
        guard changes > 0 else { return }
        for leaf in topology.leaves { leafStates[leaf.id]?.tableVersion += changes }
    }

    /// The node's end starts over after a delay.
    func restart(_ session: inout Session, error: String?, wait: Int) {
        if session.node.phase != .start { session.node.since = now }
        session.node.phase = .start
        session.node.state = .active
        session.node.holdExpiresAt = nil
        session.node.error = error ?? session.node.error
        session.node.waitTotal = wait
        session.node.retryAt = now + .seconds(wait)
    }

    /// The node's end gives up for BIRD's error wait, which doubles from 5 to 30 s.
    func fail(_ session: inout Session, _ error: String) {
        restart(&session, error: error, wait: session.node.errorWait)
        session.node.state = .idle
        session.node.errorWait = min(30, session.node.errorWait * 2)
    }
}
