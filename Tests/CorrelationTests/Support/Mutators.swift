import Correlation
import Fabric
import FoundationEssentials

extension FabricBuilder {
    /// The picture of the snapshot.
    func picture(previous: Picture? = nil) -> Picture {
        correlate(snapshot, settings: settings, previous: previous, now: now)
    }

    /// The findings of a rule.
    func findings(_ rule: RuleID) -> [Finding] { picture().findings.filter { $0.rule == rule } }

    /// The rules that find something.
    var rules: Set<String> { Set(picture().findings.map(\.rule.text)) }

    func session(_ node: Int, _ leaf: Int) -> Session? {
        picture().sessions.first { $0.key == SessionKey(node: FabricBuilder.name(node), leaf: LeafID(leaf)) }
    }

    func rack(ofLeaf leaf: Int) -> RackPlan? { racks.first { $0.leaves.contains(leaf) } }

    // MARK: Sessions

    /// Changes the leaf's row of a node; a change that returns false removes it.
    mutating func onLeaf(_ leaf: Int, _ node: Int, _ change: (inout LeafPeer) -> Bool) {
        guard var observed = snapshot.leaves[LeafID(leaf)]?.summaries, !observed.value.isEmpty,
            let index = observed.value[0].peers.firstIndex(where: { $0.neighbor == FabricBuilder.address(node) })
        else { return }
        if !change(&observed.value[0].peers[index]) { observed.value[0].peers.remove(at: index) }
        snapshot.leaves[LeafID(leaf)]?.summaries = observed
    }

    /// Changes the node's row of a side; a change that returns false removes it.
    mutating func onNode(_ node: Int, side: Int, _ change: (inout NodePeer) -> Bool) {
        guard var observed = snapshot.nodes[FabricBuilder.name(node)]?.protocols,
            let index = observed.value.firstIndex(where: {
                $0.address == FabricBuilder.leafAddress(node, side: side)
            })
        else { return }
        if !change(&observed.value[index]) { observed.value.remove(at: index) }
        snapshot.nodes[FabricBuilder.name(node)]?.protocols = observed
    }

    /// The leaf calls the session lost.
    mutating func leafLoses(_ leaf: Int, _ node: Int, state: String = "Idle", age: Double = 60) {
        onLeaf(leaf, node) { peer in
            peer.state = BGPState(words: state)
            peer.stateOrPrefixes = state
            peer.prefixesReceived = nil
            peer.age = .seconds(age)
            peer.upDown = "00:01:00"
            return true
        }
    }

    /// The node calls the session lost.
    mutating func nodeLoses(
        _ node: Int, side: Int, info: String = "Active Socket: Connection refused", age: Double = 60
    ) {
        let now = now
        onNode(node, side: side) { peer in
            let words = info.split(separator: " ", maxSplits: 1).map(String.init)
            peer.protocolState = "start"
            peer.state = BGPState(words: words.first ?? "Idle")
            peer.info = info
            peer.lastError = words.count > 1 ? words[1] : nil
            peer.neighborID = nil
            peer.since = FabricBuilder.clockTime(now.addingTimeInterval(-age))
            return true
        }
        snapshot.nodes[FabricBuilder.name(node)]?.exports["Node_\(side)"]?.value = []
    }

    /// Both ends lose a session, and its routes go.
    mutating func lose(
        _ node: Int, _ leaf: Int, info: String = "Active Socket: Connection refused", leafState: String = "Idle",
        age: Double = 60
    ) {
        let side = rack(ofLeaf: leaf)?.leaves.firstIndex(of: leaf) ?? 0
        leafLoses(leaf, node, state: leafState, age: age)
        nodeLoses(node, side: side, info: info, age: age)
        rebuildTable(leaf)
    }

    /// `HH:MM:SS` in UTC.
    static func clockTime(_ moment: Date) -> String {
        let seconds = Int(moment.timeIntervalSince1970.rounded(.down)) % 86_400
        return [seconds / 3600, seconds / 60 % 60, seconds % 60].map { ($0 < 10 ? "0" : "") + String($0) }
            .joined(separator: ":")
    }

    // MARK: Sources

    /// A source has been silent for a time; what it told is as old.
    mutating func silence(_ source: SourceID, seconds: Double, error: SourceError? = nil) {
        snapshot.sources[source]?.lastSuccess = now.addingTimeInterval(-seconds)
        snapshot.sources[source]?.error = error
        switch source {
        case .leaf(let leaf):
            snapshot.leaves[leaf]?.summaries?.provenance.at = now.addingTimeInterval(-seconds)
        case .node(let node):
            snapshot.nodes[node]?.protocols?.provenance.at = now.addingTimeInterval(-seconds)
        case .apic, .kubernetes: break
        }
    }

    // MARK: Routes

    /// Makes a leaf's table from its Established neighbors: each prefix through those that advertise it.
    mutating func rebuildTable(_ leaf: Int, except missing: [Int: Set<IPPrefix>] = [:]) {
        guard let rack = rack(ofLeaf: leaf), let peers = snapshot.leaves[LeafID(leaf)]?.summaries?.value.first?.peers
        else { return }
        let up = Set(peers.filter(\.state.isEstablished).map(\.neighbor))
        var hops: [IPPrefix: [IPAddress]] = [:]
        for node in rack.nodes where up.contains(FabricBuilder.address(node)) {
            for prefix in advertised(node) where missing[node]?.contains(prefix) != true {
                hops[prefix, default: []].append(FabricBuilder.address(node))
            }
        }
        setTable(leaf, hops)
    }

    /// Replaces a leaf's table.
    mutating func setTable(_ leaf: Int, _ routes: [IPPrefix: [IPAddress]], age: UInt32 = 7000) {
        var sets: [[IPAddress]: UInt32] = [:]
        var list: [NextHopSet] = []
        var rows: [RouteTable.Row] = []
        for (prefix, hops) in routes.sorted(by: { $0.key < $1.key }) {
            let index = sets[hops] ?? UInt32(list.count)
            if sets.updateValue(index, forKey: hops) == nil {
                list.append(
                    NextHopSet(hops.map { NextHop(address: $0, owner: "bgp-65001", kind: "external", tag: 65101) }))
            }
            rows.append(RouteTable.Row(prefix: prefix, setIndex: index, age: age))
        }
        let table = RouteTable(vrf: FabricBuilder.vrf, family: .ipv4, rows: rows, nextHopSets: list)
        let observed = Observed(table, provenance(.leaf(LeafID(leaf)), "show ip route"))
        let key = RouteTableKey(vrf: FabricBuilder.vrf, family: .ipv4)
        snapshot.leaves[LeafID(leaf)]?.routes[key] = observed
    }

    /// The leaf's count of accepted paths.
    mutating func accept(_ leaf: Int, _ node: Int, _ count: Int) {
        onLeaf(leaf, node) { peer in
            peer.prefixesReceived = count
            peer.stateOrPrefixes = "\(count)"
            return true
        }
    }
}
