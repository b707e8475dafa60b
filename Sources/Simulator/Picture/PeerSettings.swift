public import Fabric

/// What the configuration of the controllers says of one neighbor of one leaf.
public struct PeerSettings: Sendable, Hashable {
    /// Whether the neighbor exists on the leaf.
    public var isPresent: Bool
    /// Whether it is enabled.
    public var isEnabled: Bool
    /// The AS that is expected of it.
    public var asn: ASN?
    /// The AS that it is told the leaf has.
    public var localAS: ASN?
    /// Hold time and keepalive interval in seconds.
    public var holdTime: Int, keepalive: Int
    /// The most prefixes that are taken from it, nil: no policy.
    public var prefixLimit: Int?
    /// Prefixes that the L3Out exports to its neighbors: with the scope export route control, each for itself.
    public var exported: Set<IPPrefix>

    /// Settings from their parts.
    public init(
        isPresent: Bool = true, isEnabled: Bool = true, asn: ASN?, localAS: ASN?, holdTime: Int = 3,
        keepalive: Int = 1, prefixLimit: Int? = nil, exported: Set<IPPrefix> = []
    ) {
        self.isPresent = isPresent
        self.isEnabled = isEnabled
        self.asn = asn
        self.localAS = localAS
        self.holdTime = holdTime
        self.keepalive = keepalive
        self.prefixLimit = prefixLimit
        self.exported = exported
    }
}

extension SimulatedFabric {
    /// Takes what the controllers configure for a neighbor; sessions follow at once. Without effect where no node has
    /// the address behind the leaf.
    public mutating func configure(_ settings: PeerSettings, of address: IPAddress, on leaf: LeafID) {
        guard let key = sessionKey(of: address, on: leaf) else { return }
        configured[key] = settings
        step(key)
    }

    /// The session of a neighbor's address on a leaf.
    func sessionKey(of address: IPAddress, on leaf: LeafID) -> SessionKey? {
        guard let node = topology.nodes.first(where: { $0.address == address }) else { return nil }
        let key = SessionKey(node: node.name, leaf: leaf)
        return sessions[key] == nil ? nil : key
    }

    /// What the controllers' configuration keeps a session from, nil where nothing.
    func configuredObstacle(_ key: SessionKey, _ session: Session, daemon: Daemon) -> Obstacle? {
        guard let settings = configured[key] else { return nil }
        if !settings.isPresent { return .leafUnknown }
        if !settings.isEnabled || isOverLimit(key, session, daemon) { return .leafShut }
        if let local = settings.localAS, session.node.neighborAS != local { return .badLeafAS }
        if let asn = settings.asn, daemon.configuration.asn != asn { return .badNodeAS }
        return nil
    }

    /// Whether a node would send more prefixes than the leaf takes.
    func isOverLimit(_ key: SessionKey, _ session: Session, _ daemon: Daemon) -> Bool {
        guard let limit = configured[key]?.prefixLimit else { return false }
        return max(session.leaf.paths.count, acceptedCount(key, daemon)) > limit
    }

    private func acceptedCount(_ key: SessionKey, _ daemon: Daemon) -> Int {
        daemon.exports.count { topology.serviceSubnet.contains($0.key) || topology.podSubnet.contains($0.key) }
    }
}
