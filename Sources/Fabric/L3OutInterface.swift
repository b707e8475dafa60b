/// An interface of an L3Out: an SVI on a path (`l3extRsPathL3OutAtt`), or a floating SVI on an anchor leaf
/// (`l3extVirtualLIfP`).
public struct L3OutInterface: Hashable, Sendable {
    /// What the interface is attached to.
    public enum Attachment: Hashable, Sendable {
        /// A vPC: leaf A, leaf B (`protpaths-203-204`), the interface policy group.
        case vpc(LeafID, LeafID, group: String)
        /// A port or port channel of one leaf, by its path's last name.
        case single(LeafID, port: String)
        /// A floating SVI anchored on a leaf.
        case floating(LeafID)
    }

    /// One side of a vPC (`l3extMember`), or the only address.
    public struct Side: Hashable, Sendable {
        /// The primary address.
        public var primary: InterfaceAddress?
        /// Secondary addresses; the shared default gateway stands here.
        public var secondaries: [InterfaceAddress]

        /// A side from its parts.
        public init(primary: InterfaceAddress?, secondaries: [InterfaceAddress] = []) {
            self.primary = primary
            self.secondaries = secondaries
        }
    }

    /// The object's DN, empty where it was not told.
    public var dn: String
    /// What it is attached to.
    public var attachment: Attachment
    /// The VLAN, nil where the encapsulation is another.
    public var vlan: Int?
    /// The MTU in bytes; nil: inherited from the fabric.
    public var mtu: Int?
    /// Side A, side B; one entry where there is no vPC.
    public var sides: [Side]
    /// The floating address of a floating SVI.
    public var floatingAddress: InterfaceAddress?
    /// The peers below the interface.
    public var peers: [ConfiguredPeer]

    /// An interface from its parts.
    public init(
        dn: String = "", attachment: Attachment, vlan: Int?, mtu: Int?, sides: [Side],
        floatingAddress: InterfaceAddress? = nil, peers: [ConfiguredPeer] = []
    ) {
        self.dn = dn
        self.attachment = attachment
        self.vlan = vlan
        self.mtu = mtu
        self.sides = sides
        self.floatingAddress = floatingAddress
        self.peers = peers
    }

    /// The leaves that it stands on, side A first.
    public var leaves: [LeafID] {
        switch attachment {
        case .vpc(let a, let b, _): [a, b]
        case .single(let leaf, _), .floating(let leaf): [leaf]
        }
    }
}

/// A BGP peer as configured on the fabric (`bgpPeerP`).
public struct ConfiguredPeer: Hashable, Sendable {
    /// The neighbor: a host prefix, or a subnet for dynamic neighbors.
    public var neighbor: IPPrefix
    /// The AS expected of it (`bgpAsP`).
    public var remoteAS: ASN?
    /// The AS that it sees (`bgpLocalAsnP`); nil: the fabric's own.
    public var localAS: ASN?
    /// Peer controls: `nh-self`, `as-override`.
    public var controls: Set<String>
    /// Whether the peer is enabled (`adminSt`).
    public var isEnabled: Bool

    /// A peer from its parts.
    public init(
        neighbor: IPPrefix, remoteAS: ASN?, localAS: ASN?, controls: Set<String> = [], isEnabled: Bool = true
    ) {
        self.neighbor = neighbor
        self.remoteAS = remoteAS
        self.localAS = localAS
        self.controls = controls
        self.isEnabled = isEnabled
    }
}
