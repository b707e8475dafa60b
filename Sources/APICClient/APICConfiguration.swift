public import Children
public import Fabric

/// How the leaves' commands are asked for over ssh.
public enum APICChannel: String, Hashable, Sendable, CaseIterable {
    /// The command as ssh's own, and a session with a prompt where the device refuses that.
    case automatic
    /// Only as ssh's own command.
    case exec
    /// Only in a session with a prompt.
    case session
}

/// How the leaves of a fabric are read over ssh, through the controllers or directly.
public struct APICConfiguration: Hashable, Sendable {
    /// The controllers, asked in this order until one answers: `fabric 203 show …`.
    public var controllers: [SSHTarget]
    /// Leaves that are asked directly: `show …`.
    public var leaves: [LeafID: SSHTarget]
    /// The VRF, `tenant:vrf`; nil: every VRF (`vrf all`).
    public var vrf: String?
    /// How OpenSSH's client is called.
    public var ssh: SSHSettings
    /// How a command is asked for.
    public var channel: APICChannel
    /// How long one command may take.
    public var timeout: Duration
    /// How many bytes one answer may have; a table beyond it is refused with the hint to ask for selected prefixes.
    public var routeTextLimit: Int
    /// Up to how many bytes of a leaf's routing table its paths are read too: a table of paths is several times as long.
    public var pathTextLimit = 2 << 20

    /// A configuration from its parts.
    public init(
        controllers: [SSHTarget] = [], leaves: [LeafID: SSHTarget] = [:], vrf: String? = nil,
        ssh: SSHSettings = SSHSettings(), channel: APICChannel = .automatic, timeout: Duration = .seconds(20),
        routeTextLimit: Int = 64 << 20
    ) {
        self.controllers = controllers
        self.leaves = leaves
        self.vrf = vrf
        self.ssh = ssh
        self.channel = channel
        self.timeout = timeout
        self.routeTextLimit = routeTextLimit
    }
}
