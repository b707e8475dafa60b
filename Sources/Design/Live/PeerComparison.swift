public import Fabric

/// What one side tells of a value.
public enum ToldValue: Hashable, Sendable {
    /// The side was not read.
    case notRead
    /// The side has nothing to do with it.
    case none
    /// The side was read and has no such value.
    case absent
    /// The value.
    case value(String)

    /// The text of the cell.
    public var text: String {
        switch self {
        case .notRead: "?"
        case .none: "-"
        case .absent: "none"
        case .value(let text): text
        }
    }
}

/// One value of a node's peer configuration on three sides: the intent, Calico and the APIC.
public struct PeerComparisonRow: Hashable, Sendable {
    /// What it is: `node AS`.
    public var item: String
    /// What the plan or the design intends.
    public var intended: ToldValue
    /// What the cluster has.
    public var calico: ToldValue
    /// What the fabric has.
    public var apic: ToldValue

    /// A row from its parts.
    public init(item: String, intended: ToldValue, calico: ToldValue, apic: ToldValue) {
        self.item = item
        self.intended = intended
        self.calico = calico
        self.apic = apic
    }

    /// Whether a side that was read differs from the intent; nil where nothing can be compared.
    public var differs: Bool? {
        guard case .value(let wanted) = intended else { return nil }
        let sides = [calico, apic].filter { $0 != .notRead && $0 != .none }
        return sides.isEmpty ? nil : sides.contains { $0 != .value(wanted) }
    }

    /// Whether a side differs from the intent.
    public func departs(_ side: ToldValue) -> Bool {
        guard case .value(let wanted) = intended else { return false }
        return side != .notRead && side != .none && side != .value(wanted)
    }
}

/// The peer configuration of a node as a three-way difference.
public enum PeerComparison {
    /// The rows in the order of the paper's steps; empty for a node that is not in the inventory.
    public static func rows(of name: NodeName, in facts: AuditFacts) -> [PeerComparisonRow] {
        guard let node = facts.inventory.node(name) else { return [] }
        let sides = Sides(node, facts)
        return sides.addresses + sides.numbers + sides.interface + sides.session
    }

    private struct Sides {
        let node: Node
        let facts: AuditFacts
        let planned: FabricLayout.Node?
        let attached: AuditFacts.Attached?
        let intendedPeers: [CalicoPeer]

        init(_ node: Node, _ facts: AuditFacts) {
            self.node = node
            self.facts = facts
            planned = facts.layout?.nodes.first { $0.name == node.name }
            attached = facts.interfacesOfNode[node.name]?.first
            intendedPeers = IntendedPeers.peers(of: node, in: facts.inventory)
        }

        func row(_ item: String, _ intended: ToldValue, _ calico: ToldValue, _ apic: ToldValue) -> PeerComparisonRow {
            PeerComparisonRow(item: item, intended: intended, calico: calico, apic: apic)
        }

        func wanted(_ value: (some CustomStringConvertible)?) -> ToldValue { value.map { .value("\($0)") } ?? .none }

        /// A value of the APIC: absent where the tree was read and has none.
        func onAPIC(_ value: (some CustomStringConvertible)?) -> ToldValue {
            facts.l3outs == nil ? .notRead : value.map { .value("\($0)") } ?? .absent
        }

        /// A value of Kubernetes' node.
        func onCluster(_ value: (some CustomStringConvertible)?) -> ToldValue {
            facts.snapshot.cluster.nodes == nil ? .notRead : value.map { .value("\($0)") } ?? .absent
        }

        var addresses: [PeerComparisonRow] {
            let told = facts.kubernetesNodes[node.name]
            var rows = [
                row(
                    "node address", wanted(node.address), onCluster(told?.calicoAddress),
                    onAPIC(
                        attached.map {
                            $0.peer.neighbor.isHost ? $0.peer.neighbor.address.description : "in \($0.peer.neighbor)"
                        })
                ),
                row(
                    "subnet length",
                    wanted(
                        node.address.map {
                            $0.family == .ipv4
                                ? facts.variant.rules.attachment == .sviPerNode ? 29 : node.subnetLength ?? 29 : 125
                        }),
                    onCluster(told?.calicoPrefixLength), onAPIC(attached?.interface.sides.first?.primary?.length)),
            ]
            for (index, peer) in intendedPeers.enumerated() {
                let leaf = facts.rack(node)?.leaves.dropFirst(index).first
                rows.append(
                    row(
                        "leaf \(leaf?.description ?? "?") address", .value(peer.peerIP.description), onCalico(peer),
                        apicAddress(of: leaf)))
            }
            let gateway = facts.subnet(node)?.gateway
            let secondaries = attached.map { Set($0.interface.sides.flatMap { $0.secondaries.map(\.address) }) }
            let shown = secondaries.map { list in list.sorted().map(\.description).joined(separator: "+") }
            rows.append(
                row("default gateway", wanted(gateway), defaultRoute, onAPIC(shown.flatMap { $0.isEmpty ? nil : $0 })))
            return rows
        }

        /// Whether a BGPPeer with the intended address stands in Calico.
        private func onCalico(_ peer: CalicoPeer) -> ToldValue {
            guard let peers = facts.peersOfNode else { return .notRead }
            let own = peers[node.name] ?? []
            if own.contains(where: { $0.peerIP == peer.peerIP }) { return .value(peer.peerIP.description) }
            return own.first { $0.name == peer.name }.map { .value($0.peerIP.description) } ?? .absent
        }

        private func apicAddress(of leaf: LeafID?) -> ToldValue {
            guard facts.l3outs != nil else { return .notRead }
            for attached in facts.interfacesOfNode[node.name] ?? [] {
                let leaves = attached.interface.leaves
                guard let leaf, let side = leaves.firstIndex(of: leaf), side < attached.interface.sides.count else {
                    continue
                }
                return attached.interface.sides[side].primary.map { .value($0.address.description) } ?? .absent
            }
            return .absent
        }

        private var defaultRoute: ToldValue {
            guard let routes = facts.snapshot.nodes[node.name]?.routes?.value else { return .notRead }
            let route = routes.first { $0.prefix.length == 0 && $0.protocolName.hasPrefix("kernel") }
            return route?.gateway.map { .value($0.description) } ?? .absent
        }

        var numbers: [PeerComparisonRow] {
            let inherited = facts.snapshot.cluster.bgpConfiguration?.value?.asn
            let expected = facts.peersOfNode.map { peers in
                let intended = intendedPeers.map(\.peerIP)
                return Set((peers[node.name] ?? []).filter { intended.contains($0.peerIP) }.map(\.asn)).sorted()
            }
            let told = expected.map { list in
                list.isEmpty ? ToldValue.absent : .value(list.map(\.description).joined(separator: "+"))
            }
            return [
                row(
                    "node AS", wanted(node.asn), onCluster(facts.kubernetesNodes[node.name]?.calicoAS ?? inherited),
                    onAPIC(attached?.peer.remoteAS)),
                row("rack AS", wanted(facts.rack(node)?.asn), told ?? .notRead, onAPIC(attached?.peer.localAS)),
            ]
        }

        var interface: [PeerComparisonRow] {
            var path: String?
            if case .vpc(let a, let b, let group) = attached?.interface.attachment { path = "\(group) (\(a)-\(b))" }
            let leaves = facts.rack(node)?.leaves.sorted().map(\.description).joined(separator: "-") ?? "?"
            return [
                row("vPC", wanted(planned.map { "\($0.path) (\(leaves))" }), .none, onAPIC(path)),
                row("VLAN", wanted(planned?.vlan), .none, onAPIC(attached?.interface.vlan)),
                row("MTU", .value("\(facts.layout?.mtu ?? 9000)"), .none, onAPIC(attached?.interface.mtu)),
                row(
                    "peer controls", .value(facts.variant.rules.peerControls.joined(separator: ",")), .none,
                    onAPIC(
                        attached.map { $0.peer.controls.sorted().joined(separator: ",") }.flatMap {
                            $0.isEmpty ? nil : $0
                        })),
            ]
        }

        var session: [PeerComparisonRow] {
            let peers = facts.snapshot.nodes[node.name]?.protocols?.value ?? []
            let hold = peers.filter(\.isUp).compactMap(\.holdTime).max()
            let policy = attached?.profile.timers.flatMap { facts.snapshot.configuration?.value.timers[$0] }
            return [
                row(
                    "hold time", .value("\(FabricLayout.hold) s"), hold.map { .value("\($0) s") } ?? .notRead,
                    onAPIC(policy?.hold.map { "\($0) s" })),
                row(
                    "maximum AS limit", .value("\(facts.variant.rules.maximumASLimit)"), .none,
                    onAPIC(policy?.maximumASLimit)),
                row(
                    "peer", .value("enabled"), .none,
                    onAPIC(attached.map { $0.peer.isEnabled ? "enabled" : "disabled" })),
            ]
        }
    }
}
