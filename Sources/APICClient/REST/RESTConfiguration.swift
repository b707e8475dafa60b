public import Fabric

/// A controller as HTTPS reaches it.
public struct RESTController: Hashable, Sendable, CustomStringConvertible {
    /// The host's name or address.
    public var host: String
    /// The port.
    public var port: Int

    /// A controller; by default at port 443.
    public init(host: String, port: Int = 443) {
        self.host = host
        self.port = port
    }

    /// `apic1.example.net`, with the port where it is not the usual one; an IPv6 address in brackets.
    public var description: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == 443 ? name : "\(name):\(port)"
    }
}

/// Who asks.
public enum RESTCredential: Sendable {
    /// A password, fetched when a login needs it; it is not kept.
    case password(@Sendable () async throws(SourceError) -> Secret)
    /// Requests are signed with the private key that belongs to a certificate of the user's (aci.md 2.2).
    case certificate(name: String, keyPEM: Secret)
}

/// What proves that a controller is the right one. There is no way to ask for no proof.
public enum RESTTrust: Hashable, Sendable {
    /// The system's authorities, and the host's name.
    case system
    /// A file of authorities in PEM form, and the host's name.
    case authorities(String)
    /// SHA-256 fingerprints of the controllers' own certificates, 64 hexadecimal digits each; names do not matter then.
    case pins([String])
}

/// How the controllers are asked over REST.
public struct RESTConfiguration: Sendable {
    /// The controllers, asked in this order until one answers.
    public var controllers: [RESTController]
    /// The user.
    public var user: String
    /// The login domain, nil: the fabric's default.
    public var domain: String?
    /// The credential.
    public var credential: RESTCredential
    /// The trust.
    public var trust: RESTTrust
    /// A certificate of this console's own, shown to a controller that asks for one: files in PEM form.
    public var clientCertificate: (certificate: String, key: String)?
    /// The VRF, `tenant:vrf`; nil: every VRF.
    public var vrf: String?
    /// Whether IPv6 tables are read.
    public var readsIPv6: Bool
    /// Requests a second at most, whatever the APIC allows.
    public var requestsPerSecond: Double
    /// Requests under way at once.
    public var inFlight: Int
    /// Objects a page.
    public var pageSize: Int
    /// From how many accepted paths of a leaf on they are read seldom; more than a page or two is a lot for what they
    /// tell beyond routes and counts.
    var manyPaths = 20_000
    /// How long one request may take; the APIC's own limit is 90 s.
    public var timeout: Duration
    /// Whether events are subscribed to.
    public var subscribes: Bool

    /// A configuration from its parts; the defaults are those of aci.md 2.4 and 2.6.
    public init(
        controllers: [RESTController], user: String, domain: String? = nil, credential: RESTCredential,
        trust: RESTTrust = .system, clientCertificate: (certificate: String, key: String)? = nil, vrf: String? = nil,
        readsIPv6: Bool = false, requestsPerSecond: Double = 10, inFlight: Int = 4, pageSize: Int = 10_000,
        timeout: Duration = .seconds(90), subscribes: Bool = true
    ) {
        self.controllers = controllers
        self.user = user
        self.domain = domain
        self.credential = credential
        self.trust = trust
        self.clientCertificate = clientCertificate
        self.vrf = vrf
        self.readsIPv6 = readsIPv6
        self.requestsPerSecond = requestsPerSecond
        self.inFlight = inFlight
        self.pageSize = pageSize
        self.timeout = timeout
        self.subscribes = subscribes
    }

    /// The user as a login names it: `apic:DOMAIN\user` where there is a domain (aci.md 2.1).
    var loginName: String { domain.map { "apic:\($0)\\\(user)" } ?? user }
}
