import Fabric
import FoundationEssentials

/// A leaf's summary tables of the context's VRF, found by neighbor.
final class LeafFacts: Sendable {
    /// What it was made of.
    private let told: Observed<[LeafSummary]>?
    /// The tables of the VRF, IPv4 and IPv6 unicast.
    let tables: [LeafSummary]
    /// Where they come from; nil: not read.
    let provenance: Provenance?
    /// The rows by neighbor address.
    let rows: LeafRows
    /// How many of them are Established.
    let established: Int
    /// Paths accepted over all of them.
    let received: Int
    /// Whether a table of the VRF was read. A look that shows none tells nothing about its neighbors.
    var isRead: Bool { !tables.isEmpty }
    /// The leaf's router id in the VRF, by which BIRD names it.
    let routerID: IPAddress?

    init(_ state: LeafState, vrf: String?) {
        told = state.summaries
        let all = state.summaries?.value ?? []
        tables = all.filter { LeafFacts.isOf(vrf: vrf, table: $0) }
        provenance = state.summaries?.provenance
        routerID = tables.lazy.compactMap(\.routerID).first
        rows = LeafRows(tables)
        var established = 0
        var received = 0
        for row in rows {
            if row.state.isEstablished { established += 1 }
            received += row.prefixesReceived ?? 0
        }
        self.established = established
        self.received = received
    }

    /// Whether it was made of this state.
    func isOf(_ state: LeafState) -> Bool {
        told?.provenance == state.summaries?.provenance && isSame(told, state.summaries)
    }

    /// Whether another names the same neighbors, whatever it says of the sessions with them.
    func hasSameNeighbors(as other: LeafFacts) -> Bool {
        isRead == other.isRead && routerID == other.routerID && rows.count == other.rows.count
            && rows.allSatisfy { other.rows[$0.neighbor]?.asn == $0.asn }
            && tables.lazy.map(\.nodeName).elementsEqual(other.tables.lazy.map(\.nodeName))
    }

    /// Without a VRF in the configuration every VRF counts but the fabric's own overlay.
    private static func isOf(vrf: String?, table: LeafSummary) -> Bool {
        if let family = table.family, family.contains("vpn") || family.contains("evpn") { return false }
        guard let told = table.vrf else { return true }
        return vrf.map { $0 == told } ?? (told != "overlay-1")
    }
}

/// The rows of a leaf's tables by neighbor; of several of one neighbor the Established one.
struct LeafRows: Sendable, Sequence {
    private let tables: [LeafSummary]
    private let places: [IPAddress: Place]

    private struct Place {
        var table: UInt32
        var row: UInt32
    }

    init(_ tables: [LeafSummary]) {
        self.tables = tables
        var places: [IPAddress: Place] = [:]
        places.reserveCapacity(tables.reduce(0) { $0 + $1.peers.count })
        for (number, table) in tables.enumerated() {
            for (row, peer) in table.peers.enumerated() {
                if let known = places[peer.neighbor],
                    tables[Int(known.table)].peers[Int(known.row)].state.isEstablished
                {
                    continue
                }
                places[peer.neighbor] = Place(table: UInt32(number), row: UInt32(row))
            }
        }
        self.places = places
    }

    /// How many neighbors there are.
    var count: Int { places.count }

    /// Their addresses.
    var neighbors: some Sequence<IPAddress> { places.keys }

    /// A neighbor's row.
    subscript(neighbor: IPAddress) -> LeafPeer? {
        places[neighbor].map { tables[Int($0.table)].peers[Int($0.row)] }
    }

    func makeIterator() -> some IteratorProtocol<LeafPeer> {
        places.values.lazy.map { [tables] in tables[Int($0.table)].peers[Int($0.row)] }.makeIterator()
    }
}

/// A process of Calico that does not run on a node.
enum Outage: Sendable {
    /// calico-node as a whole.
    case calico
    /// The BIRD that peers with the leaves.
    case bird
}

extension CalicoNodeStatus {
    /// What does not run. calicoctl names BIRD's absence per family (`BIRDv4 process: 'bird' is not running.`), or in
    /// one sentence for both; without BIRDv6 a node of an IPv4 cluster is whole.
    var outage: Outage? {
        if !isRunning { return .calico }
        guard peers.isEmpty else { return nil }
        let isSilent = remarks.contains {
            $0.contains("not running") && $0.contains("BIRDv4")
                || $0.hasPrefix("The BGP backend process") || $0.hasPrefix("None of the BGP backend processes")
        }
        return isSilent ? .bird : nil
    }
}

/// What a node tells of its peers, calicoctl's and BIRD's words as one.
final class NodeFacts: Sendable {
    /// What it was made of.
    private let told: NodeState
    /// The peerings with leaves: mesh and workload peers left out.
    let peers: [NodePeer]
    /// Peers of the node-to-node mesh.
    let meshPeers: [NodePeer]
    /// Where the peers come from; nil: not read.
    let provenance: Provenance?
    /// What calicoctl says does not run on the node: its empty table then says nothing of what is configured.
    let outage: Outage?
    /// The node's clock, for its times of day.
    let clock: BIRDClock
    /// What the node exports, by the peer's address.
    let exports: [IPAddress: Observed<[NodeRoute]>]
    /// The same as prefixes with their times, by the peer's address.
    let advertised: [IPAddress: AdvertisedList]

    /// Whether a peer that is not among ``peers`` is known to be absent.
    let isWhole: Bool
    /// For each of ``peers`` since when it has been as it is.
    private let moments: [Date?]

    var isRead: Bool { provenance != nil }

    /// - Parameter former: what was made of the state before; lists that lie in the same place are its own.
    init(_ state: NodeState, after former: NodeFacts? = nil) {
        self.told = state
        isWhole = state.arePeersWhole
        let told = state.peers
        let bird = state.protocols?.value ?? []
        let details = Dictionary(bird.map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first })
        let rows = (told?.value ?? []).map { NodeFacts.completed($0, by: details[$0.address]) }
        peers = rows.filter { $0.kind != .mesh && $0.kind != .localWorkload }
        meshPeers = rows.filter { $0.kind == .mesh }
        provenance = told?.provenance
        outage = state.calico.flatMap { $0.at >= told?.at ?? $0.at ? $0.value.outage : nil }
        let clock = BIRDClock(status: state.bird)
        self.clock = clock
        moments = peers.map { peer in told.flatMap { clock.moment(peer.since, observed: $0.at) } }
        var exports: [IPAddress: Observed<[NodeRoute]>] = [:]
        for peer in peers {
            let names = NodeFacts.protocolNames(of: peer)
            exports[peer.address] = names.lazy.compactMap { state.exports[$0] }.first
        }
        self.exports = exports
        advertised = NodeFacts.advertised(exports, after: former)
    }

    /// Most nodes tell every leaf the same, and the same as before.
    private static func advertised(
        _ exports: [IPAddress: Observed<[NodeRoute]>], after former: NodeFacts?
    ) -> [IPAddress: AdvertisedList] {
        var known: [StoragePlace: AdvertisedList] = [:]
        for (peer, list) in former?.advertised ?? [:] {
            if let export = former?.exports[peer] { known[StoragePlace(export.value)] = list }
        }
        return exports.mapValues { export in
            let place = StoragePlace(export.value)
            if let list = known[place] { return list }
            let list = AdvertisedList(export.value)
            known[place] = list
            return list
        }
    }

    /// Whether it was made of this state. What a node tells is large, so that its place is compared and not its content.
    func isOf(_ state: NodeState) -> Bool {
        told.isSame(as: state) || isAlike(state)
    }

    private func isAlike(_ state: NodeState) -> Bool {
        told.protocolsAreSelected == state.protocolsAreSelected && told.bird == state.bird
            && told.protocols?.provenance == state.protocols?.provenance && isSame(told.protocols, state.protocols)
            && told.calico?.provenance == state.calico?.provenance
            && told.calico?.value.isRunning == state.calico?.value.isRunning
            && told.calico.map { StoragePlace($0.value.peers) } == state.calico.map { StoragePlace($0.value.peers) }
            && told.calico?.value.remarks == state.calico?.value.remarks
            && told.exports.count == state.exports.count
            && told.exports.allSatisfy { name, export in
                state.exports[name].map { $0.provenance == export.provenance && isSame($0, export) } ?? false
            }
    }

    /// Whether another has the same peerings, whatever it says of the sessions.
    func hasSamePeers(as other: NodeFacts) -> Bool {
        isRead == other.isRead && told.bird?.value.routerID == other.told.bird?.value.routerID
            && peers.count == other.peers.count
            && zip(peers, other.peers).allSatisfy {
                $0.address == $1.address && $0.sourceAddress == $1.sourceAddress && $0.neighborID == $1.neighborID
                    && $0.neighborAS == $1.neighborAS
            }
    }

    /// How many distinct prefixes it exports to a peer: BIRD's own counter would count each of several paths.
    func exportCount(to peer: IPAddress) -> Int? { advertised[peer]?.prefixes.count }

    /// What it advertises where that is the same as a list, which then need not be held twice.
    func likeAdvertised(_ list: PrefixList) -> PrefixList? {
        advertised.values.lazy.map(\.prefixes).first { $0.v4 == list.v4 && $0.others == list.others }
    }

    /// Since when a peer has been as it is, by the console's clock; nil where the node does not tell.
    func since(_ peer: NodePeer) -> Date? {
        peers.firstIndex { $0.address == peer.address }.flatMap { moments[$0] }
    }

    /// Whether another exports the same to the same peers.
    func hasSameExports(as other: NodeFacts) -> Bool {
        exports.count == other.exports.count && exports.allSatisfy { isSame($0.value, other.exports[$0.key]) }
    }

    /// calicoctl tells neither AS nor router id; BIRD's row of the same address does.
    private static func completed(_ peer: NodePeer, by detail: NodePeer?) -> NodePeer {
        guard let detail else { return peer }
        var peer = peer
        peer.protocolName = peer.protocolName ?? detail.protocolName
        peer.neighborID = peer.neighborID ?? detail.neighborID
        peer.neighborAS = peer.neighborAS ?? detail.neighborAS
        peer.sourceAddress = peer.sourceAddress ?? detail.sourceAddress
        peer.exported = peer.exported ?? detail.exported
        peer.imported = peer.imported ?? detail.imported
        peer.holdTime = peer.holdTime ?? detail.holdTime
        return peer
    }

    /// The names that Calico's template gives a peer's protocol: `Node_192_168_2_4`.
    private static func protocolNames(of peer: NodePeer) -> [String] {
        if let name = peer.protocolName { return [name] }
        let tail = peer.address.description.map { $0 == "." || $0 == ":" ? "_" : String($0) }.joined()
        return ["Node_" + tail, "Global_" + tail]
    }
}

extension NodePeer {
    /// Whether the protocol was switched off by hand: down, and BIRD has no error to tell. calicoctl leaves such a
    /// row out altogether.
    var isDisabled: Bool {
        protocolState == "down" && (lastError ?? "").isEmpty && (state == nil || state?.phase == .down)
    }

    /// What the row says, for evidence.
    var words: String {
        let text = info.isEmpty ? (state?.words ?? "") : info
        return "\(address) \(protocolState)" + (since.isEmpty ? "" : " since \(since)")
            + (text.isEmpty ? "" : " \(text)")
    }
}

extension LeafPeer {
    /// What the row says, for evidence.
    var words: String { "\(neighbor) AS \(asPrinted) Up/Down \(upDown) State/PfxRcd \(stateOrPrefixes)" }
}
