/// How simulated controllers behave.
public struct ControllerSettings: Sendable {
    /// Users with their passwords.
    public var users: [String: String]
    /// Certificates of users in PEM, by `user/certificate`.
    public var userCertificates: [String: String] = [:]
    /// The login domains that the anonymous list names.
    public var loginDomains = ["DefaultAuth", "local"]
    /// How many controllers the cluster has; each listens on a port of its own.
    public var controllers: Int
    /// Seconds that a token and a session live (aci.md 2.1).
    public var tokenLifetime = 600.0, sessionLifetime = 86_400.0
    /// Seconds that a subscription lives without a refresh (aci.md 2.7).
    public var subscriptionLifetime = 60.0
    /// Objects in one answer at most.
    public var objectLimit = 100_000
    /// Bytes of a request's body at most.
    public var bodyLimit = 4 << 20
    /// The names of next hops.
    public var nextHopNames = NextHopNames.plain
    /// Seconds between two looks at the state.
    public var interval = 0.1
    /// The controllers' clock: seconds since some moment, never going back.
    public var clock: @Sendable () -> Double

    /// Settings of a cluster that one user may log in to.
    public init(
        user: String = "admin", password: String = "cisco", controllers: Int = 1,
        clock: (@Sendable () -> Double)? = nil
    ) {
        users = [user: password]
        self.controllers = controllers
        self.clock = clock ?? { Sockets.monotonicSeconds() }
    }
}

/// What the cluster has done since its start.
public struct ControllerCounters: Sendable, Hashable, Codable {
    /// Requests answered, and bytes of their bodies.
    public var requests = 0, bytes = 0
    /// Logins that succeeded and failed, and refreshed tokens.
    public var logins = 0, failedLogins = 0, refreshes = 0
    /// Requests refused for their token, and for the throttle.
    public var refusedTokens = 0, throttled = 0
    /// Subscriptions made and refreshed, web sockets opened, events sent.
    public var subscriptions = 0, subscriptionRefreshes = 0, sockets = 0, events = 0
    /// Changes of the configuration.
    public var posts = 0

    /// All nought.
    public init() {}
}
