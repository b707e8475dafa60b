import Fabric

extension SimulatedFabric {
    /// The next try of a session that is down: BIRD connects, the leaf waits to be called.
    mutating func attempt(_ key: SessionKey, _ session: inout Session, _ obstacle: Obstacle?) {
        switch obstacle {
        case .noProcess, .noProtocol, .powerless, .disabled, .restarting: return
        default: break
        }
        if session.node.phase == .down { restart(&session, error: nil, wait: 2) }
        guard now >= session.node.retryAt else { return }
        if session.node.state == .idle {
            session.node.state = .active
            session.node.waitTotal = 2
            session.node.retryAt = now + .seconds(2)
            return
        }
        switch obstacle {
        case .leafRefusing: restart(&session, error: "Socket: Connection refused", wait: 2)
        case .cutOff: connectInVain(&session)
        case .badPassword:
            session.node.state = .connect
            session.node.retryAt = now + .seconds(5)
        case .leafShut, .leafUnknown, .addressUnknown:
            restart(&session, error: "Socket: Connection reset by peer", wait: 2)
        case .leafReloading: connectInVain(&session)
        case .badLeafAS: fail(&session, "BGP Error: Bad peer AS")
        case .badNodeAS: fail(&session, "Received: Bad peer AS")
        case .starved:
            // A BIRD without CPU does not count its waits up; with CPU again the first of them ends.
            session.node.errorWait = 5
            fail(&session, "Received: Hold timer expired")
        case .hung:
            session.node.state = .openSent
            session.node.retryAt = now + .seconds(5)
        default: shakeHands(key, &session)
        }
    }

    /// Nobody answers at the leaf's address: a silent Connect first, then the kernel's error.
    private func connectInVain(_ session: inout Session) {
        if session.node.state == .connect { session.node.error = "Socket: No route to host" }
        session.node.state = .connect
        session.node.retryAt = now + .seconds(5)
    }

    private mutating func shakeHands(_ key: SessionKey, _ session: inout Session) {
        guard session.node.state == .openSent else {
            session.node.state = .openSent
            session.leaf.state = .openConfirm
            session.node.retryAt = now + SimulatedFabric.tick
            return
        }
        let isRecovering = daemons[key.node]?.recoveryUntil != nil
        session.node.phase = isRecovering ? .wait : .up
        session.node.state = .established
        session.node.since = now
        session.node.error = nil
        session.node.errorWait = 5
        session.leaf.state = .established
        session.leaf.since = now
        session.leaf.staleUntil = nil
        session.syncedVersion = nil
        session.holdTime = configured[key]?.holdTime ?? SimulatedFabric.holdTime.wholeSeconds
        session.hasGracefulRestart = !withoutGracefulRestart.contains(key.node)
        if isRecovering {
            if !session.leaf.paths.isEmpty { pathVersions[key.leaf, default: 0] += 1 }
            moveTables(by: session.leaf.paths.count)
            session.leaf.paths = [:]
        }
    }

    /// Hands the node's exports to the leaf, which takes what its import policy permits.
    mutating func synchronise(_ key: SessionKey, at moment: Duration) {
        guard var session = sessions[key], session.isEstablished, session.node.phase == .up,
            session.leaf.frozenAt == nil, let daemon = daemons[key.node],
            session.syncedVersion != daemon.exportVersion,
            let rack = nodePlans[key.node].flatMap({ topology.rack($0.rack) })
        else { return }
        var paths: [IPPrefix: AcceptedPath] = [:]
        paths.reserveCapacity(daemon.exports.count)
        var changes = 0
        // Nearly all exports have the node's own path, which is then held once.
        let ownPath = [daemon.configuration.asn]
        let fullOwnPath = [rack.asn] + ownPath
        let beyond = beyondLimit(key, daemon)
        for (prefix, asPath) in daemon.exports where !beyond.contains(prefix) && isPermitted(prefix, asPath, key) {
            let full = asPath == ownPath ? fullOwnPath : [rack.asn] + asPath
            if let old = session.leaf.paths[prefix], old.asPath == full {
                paths[prefix] = old
            } else {
                paths[prefix] = AcceptedPath(asPath: full, since: moment)
                changes += 1
            }
        }
        changes += session.leaf.paths.keys.filter { paths[$0] == nil }.count
        if changes > 0 { pathVersions[key.leaf, default: 0] += 1 }
        session.leaf.paths = paths
        session.syncedVersion = daemon.exportVersion
        session.node.feeds += 1
        sessions[key] = session
        moveTables(by: changes)
    }

    /// What a prefix limit without a shutdown drops: the last of the prefixes that would be accepted.
    private func beyondLimit(_ key: SessionKey, _ daemon: Daemon) -> Set<IPPrefix> {
        guard conditions.has(.maxPrefixDrop, key) else { return [] }
        let permitted = daemon.exports.filter { isPermitted($0.key, $0.value, key) }.keys.sorted()
        return Set(permitted.dropFirst(max(1, permitted.count - 1)))
    }

    /// Whether default-import and the maximum AS limit let a prefix in (paper, ACI steps 10 and 12).
    private func isPermitted(_ prefix: IPPrefix, _ asPath: [ASN], _ key: SessionKey) -> Bool {
        let isService = topology.serviceSubnet.contains(prefix)
        guard isService || topology.podSubnet.contains(prefix), asPath.count < topology.maximumASPath else {
            return false
        }
        if conditions.filtered.contains(key.node), prefix == nodePlans[key.node]?.blocks.last { return false }
        return !(conditions.refusingServices.contains(key) && isService && prefix.isHost)
    }
}
