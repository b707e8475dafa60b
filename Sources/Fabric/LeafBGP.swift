public import FoundationEssentials

/// A leaf's BGP as its managed objects tell it (aci.md 3.2), before it is a table: each fact by itself, so that an event
/// that tells one attribute changes that one alone.
public struct LeafBGP: Hashable, Sendable {
    /// The fabric's AS (`bgpInst.asn`), nil where not read.
    public var fabricAS: ASN?
    /// The domains by VRF, `tenant:vrf`.
    public var domains: [String: BGPDomain]

    /// A leaf's BGP from its parts.
    public init(fabricAS: ASN? = nil, domains: [String: BGPDomain] = [:]) {
        self.fabricAS = fabricAS
        self.domains = domains
    }
}

/// A VRF's BGP on a leaf (`bgpDom`).
public struct BGPDomain: Hashable, Sendable {
    /// The router id in use.
    public var routerID: IPAddress?
    /// The BGP table's version (`bgpDomAf.tblVer`).
    public var tableVersions: [AddressFamily: UInt64] = [:]
    /// Configured neighbors (`bgpPeer`); one whose prefix is not a single address listens for dynamic ones.
    public var configured: [IPPrefix: BGPConfigured] = [:]
    /// Session objects (`bgpPeerEntry`).
    public var sessions: [IPAddress: BGPSession] = [:]

    /// An empty domain.
    public init() {}
}

/// A neighbor as a leaf has it configured (`bgpPeer`).
public struct BGPConfigured: Hashable, Sendable {
    /// The neighbor's AS.
    public var asn: ASN?
    /// `adminSt`.
    public var isEnabled: Bool?

    /// Nothing told yet.
    public init() {}
}

/// A session as a leaf tells it (`bgpPeerEntry` and its children); what was not told is nil.
public struct BGPSession: Hashable, Sendable {
    /// The configured neighbor that it belongs to.
    public var configured: IPPrefix?
    /// `operSt` as written: `established`, `open-sent`.
    public var state: String?
    /// `shutStQual` as written: `admin`, `exceeded-pfxlimit`, `unspecified`.
    public var qualifier: String?
    /// `lastFlapTs` by the leaf's clock; nil: never or not told.
    public var lastChange: Date?
    /// Whether `lastFlapTs` was told to be "never".
    public var neverChanged = false
    /// `connDrop`, which wraps at 65,536 and starts anew with the object.
    public var drops: UInt16?
    /// `localIp`; nil while down.
    public var localAddress: IPAddress?
    /// `holdIntvl` in seconds.
    public var holdSeconds: Int?
    /// `kaIntvl` in seconds.
    public var keepaliveSeconds: Int?
    /// Whether both ends agreed on graceful restart (`flags` has `gr-enabled`); nil: not told.
    public var hasGracefulRestart: Bool?
    /// Paths accepted by family (`acceptedPaths`).
    public var accepted: [AddressFamily: UInt64] = [:]
    /// Prefixes sent by family (`pfxSent`); the design expects none.
    public var sent: [AddressFamily: UInt64] = [:]
    /// The table version that the neighbor has been sent (`peerTblVer`).
    public var sentVersions: [AddressFamily: UInt64] = [:]
    /// When the neighbor's End-of-RIB came last (`lastEorRcvdTs`), by the leaf's clock; the distant past where it is told
    /// to be "never", nil where nothing is told.
    public var endOfRIB: Date?
    /// Messages received (`bgpPeerEntryStats`).
    public var messagesReceived: UInt64?
    /// Messages sent.
    public var messagesSent: UInt64?
    /// Bytes waiting to be read.
    public var bytesToRead: UInt64?
    /// Bytes waiting to be sent.
    public var bytesToSend: UInt64?
    /// The last error that the leaf sent (`bgpPeerEvents`): `open-msg-err bad-peer-as`.
    public var errorSent: String?
    /// The last error that it received.
    public var errorReceived: String?

    /// Nothing told yet.
    public init() {}
}

extension BGPSession {
    /// Whether the neighbor has said since the session came up that it has sent all that it has (RFC 4724, section 2);
    /// nil where the leaf does not tell. Both moments are of the leaf's clock.
    public var hasEndOfRIB: Bool? {
        guard let endOfRIB else { return nil }
        guard state == "established", endOfRIB > .distantPast else { return false }
        return lastChange.map { endOfRIB >= $0 }
    }

    /// The state in the words of `show ip bgp summary`; an administrative shutdown is told by qualifier, state or
    /// configuration (aci.md 12.1 leaves open which).
    public func state(isEnabled: Bool?) -> BGPState {
        if state == "established" { return .established }
        if qualifier == "admin" || isEnabled == false
            || (state == "shut" && qualifier ?? "unspecified" == "unspecified")
        {
            return BGPState(words: state == "idle" ? "Idle (Admin)" : "Shut (Admin)")
        }
        switch qualifier {
        case "exceeded-pfxlimit": return BGPState(words: "Shut (PfxCt)")
        case "no-mem": return BGPState(words: "Shut (NoMem)")
        default: break
        }
        switch state {
        case nil: return BGPState(words: "Unknown")
        case "open-sent": return BGPState(words: "OpenSent")
        case "open-confirm": return BGPState(words: "OpenConfirm")
        case .some(let word): return BGPState(words: word.prefix(1).uppercased() + word.dropFirst())
        }
    }
}

extension LeafBGP {
    /// The summary tables that these facts amount to: one for each VRF and family that has neighbors, rows by address.
    ///
    /// - Parameters:
    ///   - leaf: the leaf's number, and its name where known.
    ///   - now: the console's time that ages are counted to.
    ///   - skew: how many seconds the leaf's clock is ahead of the console's.
    public func summaries(leaf: LeafID, name: String?, now: Date, skew: Double) -> [LeafSummary] {
        domains.sorted { $0.key < $1.key }.flatMap { vrf, domain in
            let rows = domain.rows(now: now, skew: skew)
            return AddressFamily.allCases.compactMap { family -> LeafSummary? in
                let peers = rows.filter { $0.family == family }.map(\.row).sorted {
                    ($0.neighbor.family, $0.neighbor.bits) < ($1.neighbor.family, $1.neighbor.bits)
                }
                let isTold = domain.tableVersions[family] != nil && family == .ipv4
                guard !peers.isEmpty || isTold else { return nil }
                return LeafSummary(
                    node: leaf.number, nodeName: name, vrf: vrf, family: "\(family.name) unicast",
                    routerID: domain.routerID, localAS: fabricAS, tableVersion: domain.tableVersions[family],
                    peers: peers)
            }
        }
    }
}

extension BGPDomain {
    fileprivate func rows(now: Date, skew: Double) -> [(family: AddressFamily, row: LeafPeer)] {
        var rows: [(AddressFamily, LeafPeer)] = []
        for (address, session) in sessions {
            let told = Set(session.accepted.keys).union(session.sentVersions.keys)
            let families = told.isEmpty ? [address.family] : told.sorted()
            for family in families {
                rows.append((family, row(address, session, family, now: now, skew: skew)))
            }
        }
        // Configured without a session object: a state of its own (aci.md 3.2).
        for (prefix, peer) in configured where prefix.isHost && sessions[prefix.address] == nil {
            let words = peer.isEnabled == false ? "Shut (Admin)" : "No session"
            rows.append((prefix.family, bare(prefix.address, peer, BGPState(words: words))))
        }
        return rows
    }

    private func row(
        _ address: IPAddress, _ session: BGPSession, _ family: AddressFamily, now: Date, skew: Double
    ) -> LeafPeer {
        let peer = configured[session.configured ?? IPPrefix(host: address)] ?? BGPConfigured()
        let state = session.state(isEnabled: peer.isEnabled)
        var row = bare(address, peer, state)
        row.messagesReceived = session.messagesReceived ?? 0
        row.messagesSent = session.messagesSent ?? 0
        row.inQueue = session.bytesToRead ?? 0
        row.outQueue = session.bytesToSend ?? 0
        row.detail = session
        if let change = session.lastChange {
            let seconds = max(0, now.timeIntervalSince(change) + skew)
            row.age = .seconds(Int(seconds))
            row.upDown = BGPAge.text(seconds: Int(seconds))
        }
        if state.isEstablished {
            let accepted = session.accepted[family] ?? 0
            row.tableVersion = session.sentVersions[family] ?? 0
            row.prefixesReceived = Int(clamping: accepted)
            row.stateOrPrefixes = String(accepted)
        }
        return row
    }

    private func bare(_ address: IPAddress, _ peer: BGPConfigured, _ state: BGPState) -> LeafPeer {
        let asn = peer.asn ?? ASN(0)
        return LeafPeer(
            neighbor: address, asn: asn, asPrinted: asn.description, messagesReceived: 0, messagesSent: 0,
            tableVersion: 0, inQueue: 0, outQueue: 0, upDown: "never", age: nil, state: state, prefixesReceived: nil,
            stateOrPrefixes: state.words)
    }
}

/// An age as `show ip bgp summary` prints it.
enum BGPAge {
    /// `05:33:00` below a day, `3d02h` below a week, `3w4d` below a year, then `1y10w`.
    static func text(seconds: Int) -> String {
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
        let days = seconds / 86400
        switch days {
        case 0: return "\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
        case 1..<7: return "\(days)d\(two(seconds / 3600 % 24))h"
        case 7..<365: return "\(days / 7)w\(days % 7)d"
        default: return "\(days / 365)y\(days % 365 / 7)w"
        }
    }
}
