import Fabric
import FoundationEssentials

extension FactCollector {
    /// The BGP objects of a leaf (aci.md 3.2).
    static let bgpClasses: [(APICClass, Take)] = [
        (APICClass("bgpInst", "asn"), .bgp { $0.takeInstance($1, $2) }),
        (APICClass("bgpDom", "operRtrId", "rtrId"), .bgp { $0.takeDomain($1, $2) }),
        (APICClass("bgpDomAf", "type", "tblVer"), .bgp { $0.takeFamily($1, $2) }),
        (APICClass("bgpPeer", "asn", "adminSt", "status"), .bgp { $0.takePeer($1, $2) }),
        (
            APICClass(
                "bgpPeerEntry", "operSt", "shutStQual", "lastFlapTs", "connDrop", "localIp", "holdIntvl", "kaIntvl",
                "status", "flags"),
            .bgp { $0.takeEntry($1, $2) }
        ),
        (
            APICClass("bgpPeerAfEntry", "type", "acceptedPaths", "pfxSent", "peerTblVer", "tblVer", "lastEorRcvdTs"),
            .bgp { $0.takeEntryFamily($1, $2) }
        ),
        (
            APICClass("bgpPeerEntryStats", "msgRcvd", "msgSent", "byteInRecvQ", "byteInSendQ"),
            .bgp { $0.takeStatistics($1, $2) }
        ),
        (
            APICClass(
                "bgpPeerEvents", "majErrRstSent", "minErrRstSent", "majErrRstRsvd", "minErrRstRsvd", "majErr", "minErr"),
            .bgp { $0.takeEvents($1, $2) }
        ),
    ]

    private mutating func takeInstance(_ object: APICObject, _ name: BGPName) {
        guard let leaf = name.leaf else { return lacks("its switch", "bgpInst", name) }
        facts.bgp[leaf, default: BGPNews()].told.fabricAS = object.ownAS(0)
    }

    private mutating func takeDomain(_ object: APICObject, _ name: BGPName) {
        change(name, "bgpDom") { $0.routerID = object.ownAddress(0) ?? object.ownAddress(1) }
    }

    private mutating func takeFamily(_ object: APICObject, _ name: BGPName) {
        guard let family = FactCollector.family(object.own(0), name) else { return }
        change(name, "bgpDomAf") { $0.tableVersions[family] = object.ownNumber(1) }
    }

    private mutating func takePeer(_ object: APICObject, _ name: BGPName) {
        guard let prefix = name.peer else { return lacks("its address", "bgpPeer", name) }
        if object.isDeleted(2) { return remove(name) { $0.goneConfigured[$1, default: []].insert(prefix) } }
        change(name, "bgpPeer") { domain in
            var peer = BGPConfigured()
            peer.asn = object.ownAS(0).flatMap { $0.value == 0 ? nil : $0 }
            peer.isEnabled = object.own(1).map { $0 != "disabled" }
            domain.configured[prefix] = peer
        }
    }

    private mutating func takeEntry(_ object: APICObject, _ name: BGPName) {
        guard let address = name.entry else { return lacks("its address", "bgpPeerEntry", name) }
        if object.isDeleted(7) { return remove(name) { $0.goneSessions[$1, default: []].insert(address) } }
        session(name, "bgpPeerEntry") { session in
            session.state = object.own(0)
            session.qualifier = object.own(1)
            session.lastChange = object.ownDate(2)
            session.neverChanged = object.has(APICClass.first + 2) && session.lastChange == nil
            session.drops = object.ownNumber(3).map { UInt16(truncatingIfNeeded: $0) }
            session.localAddress = object.ownAddress(4)
            session.holdSeconds = object.ownNumber(5).flatMap { Int(exactly: $0) }
            session.keepaliveSeconds = object.ownNumber(6).flatMap { Int(exactly: $0) }
            session.hasGracefulRestart = object.own(8).map { $0.split(separator: ",").contains("gr-enabled") }
        }
    }

    private mutating func takeEntryFamily(_ object: APICObject, _ name: BGPName) {
        guard let family = FactCollector.family(object.own(0), name) else { return }
        session(name, "bgpPeerAfEntry") { session in
            if let accepted = object.ownNumber(1) { session.accepted[family] = accepted }
            if let sent = object.ownNumber(2) { session.sent[family] = sent }
            if let version = object.ownNumber(3) { session.sentVersions[family] = version }
            if family == name.entry?.family, object.has(APICClass.first + 5) {
                session.endOfRIB = object.ownDate(5) ?? .distantPast
            }
        }
    }

    private mutating func takeStatistics(_ object: APICObject, _ name: BGPName) {
        session(name, "bgpPeerEntryStats") { session in
            session.messagesReceived = object.ownNumber(0)
            session.messagesSent = object.ownNumber(1)
            session.bytesToRead = object.ownNumber(2)
            session.bytesToSend = object.ownNumber(3)
        }
    }

    /// The attributes' names differ between releases (aci.md 3.2): both are read.
    private mutating func takeEvents(_ object: APICObject, _ name: BGPName) {
        func words(_ major: Int, _ minor: Int) -> String? {
            let words = [object.told(major), object.told(minor)].compactMap { $0 }
            return words.isEmpty ? nil : words.joined(separator: " ")
        }
        session(name, "bgpPeerEvents") { session in
            session.errorSent = words(0, 1) ?? words(4, 5)
            session.errorReceived = words(2, 3)
        }
    }

    // MARK: Places

    private mutating func change(
        _ name: BGPName, _ kind: StaticString, _ body: (inout BGPDomain) -> Void
    ) {
        guard let leaf = name.leaf, let vrf = name.vrf else { return lacks("its switch and VRF", kind, name) }
        body(&facts.bgp[leaf, default: BGPNews()].told.domains[vrf, default: BGPDomain()])
    }

    private mutating func session(
        _ name: BGPName, _ kind: StaticString, _ body: (inout BGPSession) -> Void
    ) {
        guard let address = name.entry else { return lacks("its address", kind, name) }
        change(name, kind) { domain in
            domain.take(address, of: name.peer, body)
        }
    }

    private mutating func remove(_ name: BGPName, _ body: (inout BGPNews, String) -> Void) {
        guard let leaf = name.leaf, let vrf = name.vrf else { return }
        body(&facts.bgp[leaf, default: BGPNews()], vrf)
    }

    /// `ipv4-ucast` as the attribute or the name tells; nil for families that the design does not route.
    private static func family(_ type: String?, _ name: BGPName) -> AddressFamily? {
        switch type ?? name.last.map({ String($0.dropFirst(3)) }) {
        case "ipv4-ucast": .ipv4
        case "ipv6-ucast": .ipv6
        default: nil
        }
    }
}

extension BGPDomain {
    /// Takes in what an object tells of a session, which is looked up once.
    fileprivate mutating func take(_ address: IPAddress, of peer: IPPrefix?, _ body: (inout BGPSession) -> Void) {
        func told(_ session: inout BGPSession) {
            session.configured = peer
            body(&session)
        }
        told(&sessions[address, default: BGPSession()])
    }
}
