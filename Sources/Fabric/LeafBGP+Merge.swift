/// What an answer about a leaf's BGP speaks for: of what it lacks there, it tells that it is gone.
public struct BGPScope: Hashable, Sendable {
    /// The one VRF that was asked for; nil: all.
    public var vrf: String?
    /// Whether it lists every configured neighbor.
    public var allConfigured: Bool
    /// Whether it lists every session object.
    public var allSessions: Bool

    /// A scope; by default an answer speaks only for what it names.
    public init(vrf: String? = nil, allConfigured: Bool = false, allSessions: Bool = false) {
        self.vrf = vrf
        self.allConfigured = allConfigured
        self.allSessions = allSessions
    }
}

/// What an answer or an event tells of a leaf's BGP.
public struct BGPNews: Hashable, Sendable {
    /// What is told.
    public var told: LeafBGP
    /// Sessions that are told to be gone, by VRF.
    public var goneSessions: [String: Set<IPAddress>]
    /// Configured neighbors that are told to be gone, by VRF.
    public var goneConfigured: [String: Set<IPPrefix>]
    /// What it speaks for.
    public var scope: BGPScope

    /// News from its parts.
    public init(
        told: LeafBGP = LeafBGP(), goneSessions: [String: Set<IPAddress>] = [:],
        goneConfigured: [String: Set<IPPrefix>] = [:], scope: BGPScope = BGPScope()
    ) {
        self.told = told
        self.goneSessions = goneSessions
        self.goneConfigured = goneConfigured
        self.scope = scope
    }
}

extension LeafBGP {
    /// Takes in news: what is told replaces what was known of the same thing, everything else stays.
    public mutating func merge(_ news: BGPNews) {
        if let asn = news.told.fabricAS { fabricAS = asn }
        let vrfs = news.scope.vrf.map { [$0] } ?? Array(domains.keys)
        for vrf in vrfs {
            guard var domain = domains[vrf] else { continue }
            let told = news.told.domains[vrf] ?? BGPDomain()
            if news.scope.allConfigured {
                domain.configured = domain.configured.filter { told.configured[$0.key] != nil }
            }
            if news.scope.allSessions { domain.sessions = domain.sessions.filter { told.sessions[$0.key] != nil } }
            domains[vrf] = domain
        }
        for (vrf, told) in news.told.domains { domains[vrf, default: BGPDomain()].merge(told) }
        for (vrf, gone) in news.goneSessions { for address in gone { domains[vrf]?.sessions[address] = nil } }
        for (vrf, gone) in news.goneConfigured { for prefix in gone { domains[vrf]?.configured[prefix] = nil } }
    }
}

extension BGPDomain {
    fileprivate mutating func merge(_ told: BGPDomain) {
        routerID = told.routerID ?? routerID
        tableVersions.merge(told.tableVersions) { $1 }
        for (prefix, peer) in told.configured {
            configured[prefix, default: BGPConfigured()].asn = peer.asn ?? configured[prefix]?.asn
            configured[prefix, default: BGPConfigured()].isEnabled = peer.isEnabled ?? configured[prefix]?.isEnabled
        }
        for (address, session) in told.sessions { sessions[address, default: BGPSession()].merge(session) }
    }
}

extension BGPSession {
    fileprivate mutating func merge(_ told: BGPSession) {
        configured = told.configured ?? configured
        if let state = told.state {
            self.state = state
            if state != "established" { localAddress = nil }
        }
        qualifier = told.qualifier ?? qualifier
        if told.neverChanged {
            neverChanged = true
            lastChange = nil
        } else if let change = told.lastChange {
            neverChanged = false
            lastChange = change
        }
        drops = told.drops ?? drops
        localAddress = told.localAddress ?? localAddress
        holdSeconds = told.holdSeconds ?? holdSeconds
        keepaliveSeconds = told.keepaliveSeconds ?? keepaliveSeconds
        hasGracefulRestart = told.hasGracefulRestart ?? hasGracefulRestart
        accepted.merge(told.accepted) { $1 }
        sent.merge(told.sent) { $1 }
        sentVersions.merge(told.sentVersions) { $1 }
        messagesReceived = told.messagesReceived ?? messagesReceived
        messagesSent = told.messagesSent ?? messagesSent
        bytesToRead = told.bytesToRead ?? bytesToRead
        bytesToSend = told.bytesToSend ?? bytesToSend
        errorSent = told.errorSent ?? errorSent
        errorReceived = told.errorReceived ?? errorReceived
    }
}
