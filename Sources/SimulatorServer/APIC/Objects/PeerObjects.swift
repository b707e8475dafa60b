import Fabric
import FoundationEssentials
import Simulator

/// The objects of the neighbors of one VRF (aci.md 3.2).
struct PeerObjects {
    let vrf: VRFPicture
    /// The distinguished name of the `bgpDom`.
    let domain: String
    let wanted: Set<String>?
    var faults: [String: [ManagedObject]] = [:]

    private func wants(_ name: String) -> Bool { wanted?.contains(name) ?? true }

    private static let capabilities =
        "as4,dynamic,dynamic-gr,dynamic-mp,dynamic-old,dynamic-refresh,gr,ipv4-ucast,refresh,refresh-old"

    /// All neighbors; those of one listener share a `bgpPeer`.
    func all() -> [ManagedObject] {
        var objects: [ManagedObject] = []
        var listeners: [IPPrefix: Int] = [:]
        for (index, peer) in vrf.peers.enumerated() {
            if let listener = peer.listener {
                if let place = listeners[listener] {
                    if let entry = entry(peer, index, under: objects[place].dn) {
                        objects[place].children.append(entry)
                    }
                    continue
                }
                listeners[listener] = objects.count
            }
            if let object = object(peer, index) { objects.append(object) }
        }
        return objects
    }

    /// The distinguished name of a neighbor's `bgpPeer`.
    func dn(of peer: PeerPicture) -> String { domain + "/" + rn(of: peer) }

    private func rn(of peer: PeerPicture) -> String {
        "peer-[\(peer.listener?.description ?? "\(peer.address)/\(peer.address.family.bitWidth)")]"
    }

    /// A neighbor with what is below it.
    func object(_ peer: PeerPicture, _ index: Int) -> ManagedObject? {
        guard let schema = ClassTable.named("bgpPeer") else { return nil }
        let isShut = peer.shutdown == .admin
        let address = peer.listener?.description ?? "\(peer.address)/\(peer.address.family.bitWidth)"
        var object = ManagedObject(
            schema, under: domain, rn: rn(of: peer),
            [
                "addr": address, "asn": "\(peer.asn)", "adminSt": isShut ? "disabled" : "enabled",
                "srcIf": peer.interface, "curPfxPeers": "\(peer.acceptedPaths)",
                "maxPfxPeers": "\(peer.prefixLimit ?? 20_000)",
                "activePfxPeers": peer.state == .established ? "1" : "0",
            ])
        if peer.hasSession, let entry = entry(peer, index, under: object.dn) { object.children.append(entry) }
        return object
    }

    private func entry(_ peer: PeerPicture, _ index: Int, under parent: String) -> ManagedObject? {
        guard let schema = ClassTable.named("bgpPeerEntry") else { return nil }
        let isUp = peer.state == .established
        let restart = peer.hasGracefulRestart ? ",gr-enabled" : ""
        var entry = ManagedObject(
            schema, under: parent, rn: "ent-[\(peer.address)]",
            [
                "addr": "\(peer.address)", "operSt": peer.state.rawValue, "prevOperSt": peer.previous.rawValue,
                "shutStQual": peer.shutdown.rawValue, "connEst": "\(peer.established & 0xffff)",
                "connDrop": "\(peer.drops & 0xffff)", "connAttempts": isUp ? "na" : "\(peer.drops + 1)",
                "lastFlapTs": Moments.text(peer.changedAt), "peerIdx": "\(index + 1)",
                "holdIntvl": "\(peer.holdTime)", "kaIntvl": "\(peer.keepalive)",
                "flags": (isUp ? "cap-neg,direct-connect" : "direct-connect") + restart,
            ])
        if isUp {
            entry.set("advCap", PeerObjects.capabilities)
            entry.set("rcvCap", peer.hasGracefulRestart ? "as4,gr,ipv4-ucast,refresh" : "as4,ipv4-ucast,refresh")
            entry.set("connIf", peer.interface)
            entry.set("fd", "\(60 + index)")
            entry.set("localIp", "\(peer.localAddress)")
            entry.set("localPort", "179")
            entry.set("remotePort", "\(32_768 + (peer.established * 331 + index * 17) % 28_000)")
            entry.set("rtrId", "\(peer.address)")
        }
        if wants("bgpPeerAfEntry") { append(family(peer, entry.dn), to: &entry) }
        if wants("bgpPeerEntryStats") { append(statistics(peer, entry.dn), to: &entry) }
        if wants("bgpPeerEvents") { append(events(peer, entry.dn), to: &entry) }
        if wants("bgpGrSt") {
            append(
                made("bgpGrSt", entry.dn, "gr", ["grState": peer.stalePaths > 0 ? "reset" : isUp ? "up" : "na"]),
                to: &entry)
        }
        if wants("faultInst") { entry.children.append(contentsOf: faults[entry.dn] ?? []) }
        return entry
    }

    private func append(_ child: ManagedObject?, to parent: inout ManagedObject) {
        if let child { parent.children.append(child) }
    }

    private func made(
        _ name: String, _ parent: String, _ rn: String, _ values: KeyValuePairs<String, String>
    ) -> ManagedObject? {
        ClassTable.named(name).map { ManagedObject($0, under: parent, rn: rn, values) }
    }

    private func family(_ peer: PeerPicture, _ parent: String) -> ManagedObject? {
        let isUp = peer.state == .established
        let marker = Moments.text(isUp ? peer.endOfRIBAt : nil)
        return made(
            "bgpPeerAfEntry", parent, "af-ipv4-ucast",
            [
                "acceptedPaths": "\(peer.acceptedPaths)", "memAccPaths": "\(peer.acceptedPaths * 96)",
                "pfxSent": "\(peer.sentPrefixes)", "tblSt": isUp ? "up" : "down", "tblVer": "\(vrf.tableVersion)",
                "peerTblVer": isUp ? "\(vrf.tableVersion)" : "0", "firstEorRcvdTs": marker, "lastEorRcvdTs": marker,
            ])
    }

    private func statistics(_ peer: PeerPicture, _ parent: String) -> ManagedObject? {
        let messages = peer.messages
        return made(
            "bgpPeerEntryStats", parent, "peerstats",
            [
                "msgRcvd": "\(messages.received)", "msgSent": "\(messages.sent)",
                "kaRcvd": "\(max(0, messages.received - 4))", "kaSent": "\(max(0, messages.sent - 2))",
                "byteRcvd": "\(messages.received * 19)", "byteSent": "\(messages.sent * 19)",
                "notifRcvd": "\(messages.notificationsReceived)", "notifSent": "\(messages.notificationsSent)",
                "openRcvd": "\(peer.established)", "openSent": "\(peer.established)",
                "updateRcvd": "\(peer.acceptedPaths)",
            ])
    }

    private func events(_ peer: PeerPicture, _ parent: String) -> ManagedObject? {
        let isFromPeer = peer.error.major.hasPrefix("rcvd")
        let moment = peer.drops > 0 ? Moments.text(peer.changedAt) : "never"
        return made(
            "bgpPeerEvents", parent, "ev",
            [
                isFromPeer ? "majErrRstRsvd" : "majErrRstSent": peer.error.major,
                isFromPeer ? "minErrRstRsvd" : "minErrRstSent": peer.error.minor,
                isFromPeer ? "rstRsvdTs" : "rstSentTs": moment,
            ])
    }
}
