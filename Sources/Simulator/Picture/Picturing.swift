public import Fabric
import FoundationEssentials

extension SimulatedFabric {
    /// What the controllers know of the fabric now.
    public func picture() -> FabricPicture {
        FabricPicture(
            now: date(now), release: topology.release, fabricAS: topology.fabricAS,
            leaves: topology.leaves.map(picture))
    }

    private func picture(_ leaf: Topology.LeafPlan) -> LeafPicture {
        let pair = topology.rack(leaf.rack)?.leaves.first { $0 != leaf.id }
        let booted = leafStates[leaf.id]?.bootedAt ?? .zero
        var picture = LeafPicture(
            id: leaf.id, name: leaf.name, tep: leaf.tep,
            management: IPAddress(v4: 0xac10_0000 | UInt32(leaf.id.number & 0xffff)), bootedAt: date(booted),
            pair: pair, vrfs: [])
        // A small fabric's tables are quickly counted; those of a large one count when they have been asked for.
        let isLarge = topology.nodes.count > 250
        picture.prefixEntries = (
            isLarge ? 0 : rib(of: leaf.id).count, topology.prefixLimit ?? (isLarge ? 131_072 : 20_480)
        )
        picture.isInService = !conditions.reloading.contains(leaf.id)
        picture.isPairUp = pair.map { !conditions.reloading.contains($0) } ?? false
        guard picture.isInService else { return picture }
        let peers = topology.nodes.filter { $0.rack == leaf.rack }.compactMap { peer($0, leaf) }
        picture.vrfs = [
            VRFPicture(
                name: topology.vrf, routerID: leaf.routerID, tableVersion: leafStates[leaf.id]?.tableVersion ?? 1,
                ecmpLimit: topology.ecmpLimit, maximumASPath: topology.maximumASPath,
                peers: peers.sorted { $0.address < $1.address })
        ]
        return picture
    }

    private func peer(_ node: Topology.NodePlan, _ leaf: Topology.LeafPlan) -> PeerPicture? {
        let key = SessionKey(node: node.name, leaf: leaf.id)
        let settings = configured[key]
        guard !conditions.unknownToLeaf.contains(key), !conditions.has(.wrongNeighborAddress, key),
            settings?.isPresent ?? true, let session = sessions[key],
            let local = topology.address(of: leaf.id, towards: node)
        else { return nil }
        let end = session.leaf
        var peer = PeerPicture(
            address: node.address, asn: settings?.asn ?? node.asn, localAddress: local,
            interface: "vlan\(node.vlan - 300)", state: PeerPicture.State(end.state))
        peer.changedAt = end.since.map(date)
        peer.endOfRIBAt = endOfRIB(key, session).map(date)
        peer.drops = end.drops
        peer.established = end.drops + (end.state == .established ? 1 : 0)
        peer.previous = end.state == .established ? .openConfirm : .idle
        peer.acceptedPaths = end.state == .established ? end.paths.count : 0
        peer.stalePaths = end.state == .established ? 0 : end.paths.count
        peer.shutdown = shutdown(key, session)
        peer.error = error(key, session)
        if let settings {
            (peer.holdTime, peer.keepalive) = (settings.holdTime, settings.keepalive)
            peer.prefixLimit = settings.prefixLimit
        }
        peer.hasGracefulRestart = session.hasGracefulRestart
        peer.sentPrefixes = receivedRoutes(key).count
        let messages = session.messages(at: now)
        peer.messages = PeerPicture.Messages(received: messages.received, sent: messages.sent)
        peer.messages.notificationsSent = end.drops
        return peer
    }

    /// BIRD says the End of its RIB behind its first routes, which recovery holds back.
    private func endOfRIB(_ key: SessionKey, _ session: Session) -> Duration? {
        guard session.isEstablished, let up = session.leaf.since, let daemon = daemons[key.node],
            daemon.recoveryUntil == nil
        else { return nil }
        return max(up, daemon.recoveredAt)
    }

    private func shutdown(_ key: SessionKey, _ session: Session) -> PeerPicture.Shutdown {
        if conditions.shut.contains(key) || configured[key]?.isEnabled == false { return .admin }
        guard let daemon = daemons[key.node], isOverLimit(key, session, daemon) else { return .none }
        return .prefixLimit
    }

    /// The words of the last error, as far as what is wrong now tells them.
    private func error(_ key: SessionKey, _ session: Session) -> (major: String, minor: String) {
        guard session.leaf.state != .established else { return ("none", "none") }
        switch obstacle(key, session) {
        case .badLeafAS, .badNodeAS: return ("open-msg-err", "bad-peer-as")
        case .starved, .powerless: return ("hold-timer-exp", "none")
        case .noProcess: return ("peer-close-sess-err", "none")
        case .disabled, .noProtocol, .restarting: return ("rcvd-notif-err", "peer-decfg")
        case .leafShut:
            return ("cease-err", shutdown(key, session) == .prefixLimit ? "max-pfx-count-err" : "admin-shut")
        default: return ("none", "none")
        }
    }

    /// The routing table of the VRF on a leaf, empty while the leaf reloads.
    public func routes(of leaf: LeafID) -> LeafRoutes {
        var routes = LeafRoutes()
        guard !conditions.reloading.contains(leaf) else { return routes }
        // A table has a hundred thousand hops and a handful of words for them.
        var read: [String: (origin: LeafRoutes.Hop.Origin, tag: UInt32)] = [:]
        for route in rib(of: leaf) {
            let hops = route.hops.map { hop in
                let told = read[hop.words] ?? SimulatedFabric.origin(hop.words)
                read[hop.words] = told
                return (
                    hop: LeafRoutes.Hop(
                        address: hop.address, vrf: hop.vrf ?? topology.vrf, interface: hop.interface,
                        origin: told.origin, preference: hop.preference, metric: hop.metric, tag: told.tag),
                    createdAt: Int64(date(hop.since).timeIntervalSince1970 * 1000)
                )
            }
            routes.append(route.prefix, hops)
        }
        return routes
    }

    private static func origin(_ words: String) -> (origin: LeafRoutes.Hop.Origin, tag: UInt32) {
        let origin: LeafRoutes.Hop.Origin =
            switch words {
            case _ where words.contains("external"): .external
            case _ where words.contains("internal"): .internalBGP
            case _ where words.hasPrefix("local"): .local
            default: .direct
            }
        return (origin, words.split(separator: " ").last.flatMap { UInt32($0) } ?? 0)
    }

    /// The BGP table of the VRF on a leaf: the paths of its own nodes, and the best of the other leaves.
    public func paths(of leaf: LeafID) -> LeafPaths {
        var table = LeafPaths()
        guard !conditions.reloading.contains(leaf) else { return table }
        var found: [IPPrefix: [LeafPaths.Path]] = [:]
        let stale = staleAddresses(on: leaf)
        for (prefix, candidates) in externalPaths(of: leaf) { found[prefix] = paths(candidates, stale) }
        for other in topology.leaves where other.id != leaf && !conditions.reloading.contains(other.id) {
            for (prefix, candidates) in externalPaths(of: other.id) {
                let path = candidates[0].path.asPath
                let isFirst = found[prefix] == nil
                found[prefix, default: []].append(
                    LeafPaths.Path(
                        peer: other.tep, nextHop: other.tep, asPath: path, isInternal: true, isBest: isFirst))
            }
        }
        for prefix in found.keys.sorted() { table.append(prefix, found[prefix] ?? []) }
        return table
    }

    private func paths(_ candidates: [Candidate], _ stale: Set<IPAddress>) -> [LeafPaths.Path] {
        let shortest = candidates.map(\.path.asPath.count).min() ?? 0
        let sorted = candidates.sorted { $0.address < $1.address }
        let best = sorted.first { $0.path.asPath.count == shortest }?.path.asPath
        let relaxed = topology.relaxesMultipath && !conditions.withoutRelax
        var taken = 0
        return sorted.map { candidate in
            let path = candidate.path.asPath
            let isEqual = path.count == shortest && (relaxed || path == best)
            let isChosen = isEqual && taken < topology.ecmpLimit
            if isChosen { taken += 1 }
            return LeafPaths.Path(
                peer: candidate.address, nextHop: candidate.address, asPath: path,
                isStale: stale.contains(candidate.address), isBest: isChosen && taken == 1,
                isMultipath: isChosen && taken > 1)
        }
    }

    /// The neighbors of a leaf whose paths it keeps though their sessions are lost.
    private func staleAddresses(on leaf: LeafID) -> Set<IPAddress> {
        let rack = topology.leaf(leaf)?.rack
        return Set(
            topology.nodes.filter {
                $0.rack == rack && sessions[SessionKey(node: $0.name, leaf: leaf)]?.leaf.staleUntil != nil
            }.map(\.address))
    }
}

extension PeerPicture.State {
    /// The leaf's end in the words of its objects.
    fileprivate init(_ state: PeerState) {
        self =
            switch state {
            case .idle, .down: .idle
            case .connect: .connect
            case .active: .active
            case .openSent: .openSent
            case .openConfirm: .openConfirm
            case .established: .established
            }
    }
}
