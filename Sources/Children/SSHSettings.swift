/// A host that OpenSSH reaches.
public struct SSHTarget: Hashable, Sendable {
    /// The host as OpenSSH takes it: a name, an address, or a `Host` of the user's own configuration.
    public var host: String
    /// The user; nil: as OpenSSH's configuration says.
    public var user: String?
    /// The port, 1 to 65535; nil: as OpenSSH's configuration says.
    public var port: Int?
    /// The private key's file; nil: as OpenSSH's configuration and the agent say.
    public var identityFile: String?
    /// Hosts to pass through, `user@host:port`, separated by commas (`ProxyJump`).
    public var jumpHost: String?

    /// A target from its parts.
    public init(
        host: String, user: String? = nil, port: Int? = nil, identityFile: String? = nil, jumpHost: String? = nil
    ) {
        self.host = host
        self.user = user
        self.port = port
        self.identityFile = identityFile
        self.jumpHost = jumpHost
    }
}

/// How OpenSSH's client is called.
public struct SSHSettings: Hashable, Sendable {
    /// The client as an argument list.
    public var tool: [String]
    /// A configuration file instead of the user's own (`-F`).
    public var configFile: String?
    /// A file of host keys instead of the user's own.
    public var knownHostsFile: String?
    /// Seconds until a connection must stand.
    public var connectTimeout: Int
    /// Seconds between signs of life; three that stay unanswered end the connection.
    public var aliveInterval: Int
    /// A private directory (0700, a short path) for the sockets of shared connections; nil: none are shared.
    public var controlDirectory: String?
    /// Seconds that a shared connection outlives its last use.
    public var controlPersist: Int

    /// Settings from their parts.
    public init(
        tool: [String] = ["ssh"], configFile: String? = nil, knownHostsFile: String? = nil, connectTimeout: Int = 5,
        aliveInterval: Int = 5, controlDirectory: String? = nil, controlPersist: Int = 60
    ) {
        self.tool = tool
        self.configFile = configFile
        self.knownHostsFile = knownHostsFile
        self.connectTimeout = connectTimeout
        self.aliveInterval = aliveInterval
        self.controlDirectory = controlDirectory
        self.controlPersist = controlPersist
    }
}
