public import FoundationEssentials

/// What is known of a node from itself.
///
/// It is held in one place however many snapshots have it: at the design's maximum there are 2,400, of which a look
/// tells a few anew.
public struct NodeState: Sendable {
    private var held: Held

    private final class Held: Sendable {
        let parts: Parts

        init(_ parts: Parts) { self.parts = parts }
    }

    private struct Parts: Sendable {
        var calico: Observed<CalicoNodeStatus>?
        var protocols: Observed<[NodePeer]>?
        var protocolsAreSelected: Bool
        var bird: Observed<BIRDStatus>?
        var routes: Observed<[NodeRoute]>?
        var exports: [String: Observed<[NodeRoute]>]
    }

    /// A state from its parts.
    public init(
        calico: Observed<CalicoNodeStatus>? = nil, protocols: Observed<[NodePeer]>? = nil,
        bird: Observed<BIRDStatus>? = nil, routes: Observed<[NodeRoute]>? = nil,
        exports: [String: Observed<[NodeRoute]>] = [:], protocolsAreSelected: Bool = false
    ) {
        held = Held(
            Parts(
                calico: calico, protocols: protocols, protocolsAreSelected: protocolsAreSelected, bird: bird,
                routes: routes, exports: exports))
    }

    /// `calicoctl node status`.
    public var calico: Observed<CalicoNodeStatus>? {
        get { held.parts.calico }
        set { change { $0.calico = newValue } }
    }

    /// BIRD's `show protocols all`, BGP protocols only.
    public var protocols: Observed<[NodePeer]>? {
        get { held.parts.protocols }
        set { change { $0.protocols = newValue } }
    }

    /// Whether BIRD was only ever asked for protocols by name: one that is absent is then unknown.
    public var protocolsAreSelected: Bool {
        get { held.parts.protocolsAreSelected }
        set { change { $0.protocolsAreSelected = newValue } }
    }

    /// BIRD's `show status`.
    public var bird: Observed<BIRDStatus>? {
        get { held.parts.bird }
        set { change { $0.bird = newValue } }
    }

    /// BIRD's `show route`.
    public var routes: Observed<[NodeRoute]>? {
        get { held.parts.routes }
        set { change { $0.routes = newValue } }
    }

    /// BIRD's `show route export PROTOCOL`, by the protocol's name: what the node advertises to that peer.
    public var exports: [String: Observed<[NodeRoute]>] {
        get { held.parts.exports }
        set { change { $0.exports = newValue } }
    }

    private mutating func change(_ body: (inout Parts) -> Void) {
        var parts = held.parts
        body(&parts)
        held = Held(parts)
    }

    /// Whether both are one and the same, which is known without a look at what they hold.
    public func isSame(as other: NodeState) -> Bool { held === other.held }

    /// The peers as last told: BIRD's own words where they are at least as young as calicoctl's, and for the rows
    /// that BIRD was not asked for calicoctl's; nil where neither could be asked.
    public var peers: Observed<[NodePeer]>? {
        let told = calicoTells.map { Observed($0.value.peers, $0.provenance) }
        guard let protocols else { return told }
        guard let told, told.at <= protocols.at else { return told ?? protocols }
        guard protocolsAreSelected else { return protocols }
        let selected = Set(protocols.value.map(\.address))
        return Observed(told.value.filter { !selected.contains($0.address) } + protocols.value, protocols.provenance)
    }

    /// Takes note that all of it was found unchanged at a moment; the node's clock has gone on.
    public mutating func confirm(at moment: Date) {
        change { parts in
            parts.calico?.provenance.at = moment
            parts.protocols?.provenance.at = moment
            parts.routes?.provenance.at = moment
            for name in parts.exports.keys { parts.exports[name]?.provenance.at = moment }
            guard let before = parts.bird?.at else { return }
            parts.bird?.value.serverTime? += moment.timeIntervalSince(before)
            parts.bird?.provenance.at = moment
        }
    }

    /// What calicoctl says, where it could ask BIRD.
    private var calicoTells: Observed<CalicoNodeStatus>? { calico.flatMap { $0.value.arePeersTold ? $0 : nil } }

    /// Whether a peering that ``peers`` lacks is known to be absent.
    public var arePeersWhole: Bool { calicoTells != nil || (protocols != nil && !protocolsAreSelected) }
}
