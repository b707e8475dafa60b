public import Fabric
import FoundationEssentials

/// What a node's `calicoctl` and BIRD tell, as values instead of text: the way that a fabric of thousands of nodes is
/// read without thousands of child processes and tens of megabytes of text.
public struct SimulatedNodeFacts: Sendable, Hashable {
    /// Why the node as a whole tells nothing, in the words of ssh; nil where it does.
    public var silence: String?
    /// The fault on the way to the node, nil where there is none.
    public var fault: FaultKind?
    /// `calicoctl node status`.
    public var calico: CalicoNodeStatus?
    /// BIRD's BGP protocols with their details; nil: BIRD does not answer.
    public var peers: [NodePeer]?
    /// `show status`.
    public var bird: BIRDStatus?
    /// What BIRD exports, and the protocols that all get the same.
    public var exports: [Exports] = []
    /// `show route`, where it was asked for.
    public var routes: [NodeRoute]?

    /// Routes exported alike to some protocols.
    public struct Exports: Sendable, Hashable {
        /// The protocols' names.
        public var protocolNames: [String]
        /// The routes.
        public var routes: [NodeRoute]

        /// Exports from their parts.
        public init(protocolNames: [String], routes: [NodeRoute]) {
            self.protocolNames = protocolNames
            self.routes = routes
        }
    }

    /// Facts of a node that tells nothing.
    public init(silence: String? = nil, fault: FaultKind? = nil) {
        self.silence = silence
        self.fault = fault
    }
}

extension SimulatedFabric {
    /// What a node tells now: the same facts as its text, but for BIRD's jitter in printed times.
    ///
    /// - Parameter withRoutes: whether BIRD's whole table is told too.
    public func facts(of node: NodeName, withRoutes: Bool) -> SimulatedNodeFacts {
        let host = SimulatedHost.node(node)
        if let fault = sourceFault(of: node.text) { return SimulatedNodeFacts(fault: fault) }
        guard nodePlans[node] != nil, isReachable(host) else {
            return SimulatedNodeFacts(silence: "ssh: connect to host \(node) port 22: No route to host")
        }
        var facts = SimulatedNodeFacts()
        let rows = protocolRows(node).filter { $0.kind == "BGP" }
        facts.calico = calicoFacts(node, rows)
        guard runsBIRD(node) else { return facts }
        facts.peers = rows.compactMap { peer(node, $0) }
        facts.bird = birdFacts(node)
        facts.exports = exportFacts(node, rows)
        if withRoutes { facts.routes = birdRoutes(node).map(nodeRoute) }
        return facts
    }

    private func calicoFacts(_ node: NodeName, _ rows: [ProtocolRow]) -> CalicoNodeStatus {
        if conditions.calicoDead.contains(node) {
            return CalicoNodeStatus(isRunning: false, peers: [], remarks: ["Calico process is not running."])
        }
        guard runsBIRD(node) else {
            return CalicoNodeStatus(
                isRunning: true, peers: [], remarks: ["The BGP backend process (BIRD) is not running."])
        }
        // calicoctl leaves a protocol without INFO out.
        let shown = rows.filter { !$0.info.isEmpty }.compactMap { row -> NodePeer? in
            neighbor(of: row).map { address in
                var peer = NodePeer(
                    address: address, kind: kind(row), protocolState: row.state, state: nil, info: "",
                    since: exactTime(row.since))
                tell(row.info, &peer)
                return peer
            }
        }
        return CalicoNodeStatus(
            isRunning: true, peers: shown,
            remarks: (shown.isEmpty ? ["No IPv4 peers found."] : []) + ["BIRDv6 process: 'bird6' is not running."])
    }

    private func kind(_ row: ProtocolRow) -> NodePeerKind { row.mesh == nil ? .node : .mesh }

    private func neighbor(of row: ProtocolRow) -> IPAddress? {
        if let key = row.key { return nodePlans[key.node].flatMap { topology.address(of: key.leaf, towards: $0) } }
        if let mesh = row.mesh { return nodePlans[mesh]?.address }
        return IPAddress(row.name.dropFirst(5).replacing("_", with: "."))
    }

    /// INFO is a state, and behind it the last error.
    private func tell(_ info: String, _ peer: inout NodePeer) {
        let words = words(info)
        peer.info = words.joined(separator: " ")
        peer.state = words.first.map { BGPState(words: $0) }
        peer.lastError = words.count > 1 ? words.dropFirst().joined(separator: " ") : nil
    }

    private func peer(_ node: NodeName, _ row: ProtocolRow) -> NodePeer? {
        guard let address = neighbor(of: row) else { return nil }
        let end = row.key.flatMap { sessions[$0]?.node }
        var peer = NodePeer(
            address: address, kind: kind(row), protocolName: row.name, protocolState: row.state, state: nil, info: "",
            since: exactTime(row.since))
        tell(row.info, &peer)
        peer.neighborAS = neighborAS(node, row)
        if row.state != "down" {
            peer.imported = row.key.map { receivedRoutes($0).count } ?? 0
            peer.exported = row.state == "up" ? exported(node, row.name).count : 0
        }
        if peer.state?.isEstablished == true {
            peer.neighborID =
                row.key.flatMap { topology.leaf($0.leaf)?.routerID } ?? row.mesh.flatMap { nodePlans[$0]?.address }
            peer.sourceAddress = daemons[node]?.configuration.address ?? nodePlans[node]?.address
            peer.holdTime = row.key.map(holdTime) ?? 240
        }
        if let error = end?.error { peer.lastError = error }
        return peer
    }

    private func birdFacts(_ node: NodeName) -> BIRDStatus? {
        guard let daemon = daemons[node], let plan = nodePlans[node] else { return nil }
        func whole(_ moment: Duration) -> Date {
            Date(timeIntervalSince1970: date(moment).timeIntervalSince1970.rounded(.down))
        }
        var status = BIRDStatus(
            version: SimulatedFabric.birdVersion, routerID: daemon.configuration.address ?? plan.address,
            serverTime: whole(now),
            lastReboot: whole(daemon.startedAt), lastReconfiguration: whole(daemon.reconfiguredAt))
        if let until = daemon.recoveryUntil {
            status.recoverySecondsLeft = max(0, (until - now).wholeSeconds)
            status.recoverySecondsTotal = 240
            status.recoveryProtocols = recoveringPeers(node)
        }
        return status
    }

    private func exportFacts(_ node: NodeName, _ rows: [ProtocolRow]) -> [SimulatedNodeFacts.Exports] {
        guard daemons[node]?.configuration.isMeshEnabled == true else {
            let names = rows.map(\.name)
            return names.isEmpty ? [] : [.init(protocolNames: names, routes: exported(node, "").map(nodeRoute))]
        }
        return rows.map { .init(protocolNames: [$0.name], routes: exported(node, $0.name).map(nodeRoute)) }
    }

    /// What the filter lets through to a peer; without the mesh that is what is static, for every peer alike.
    private func exported(_ node: NodeName, _ peer: String) -> [BIRDRoute] {
        guard let daemon = daemons[node] else { return [] }
        guard !daemon.configuration.isMeshEnabled, daemon.configuration.borrowed.isEmpty else {
            return exportedRoutes(node, peer)
        }
        let told = daemon.configuration.statics.sorted().filter { daemon.exports[$0] != nil }
        return told.map { staticRoute($0, daemon) }
    }

    private func nodeRoute(_ route: BIRDRoute) -> NodeRoute {
        let words = words(route.nextHop)
        var told = NodeRoute(
            prefix: route.prefix, protocolName: route.source, since: exactTime(route.since), isPrimary: true)
        switch words.first {
        case "via":
            told.gateway = words.dropFirst().first.flatMap { IPAddress($0) }
            told.interface = words.count > 3 ? words[3] : nil
        case "dev": told.interface = words.dropFirst().first
        default: told.type = words.first
        }
        for word in self.words(route.tail) where word.count > 2 {
            if word.hasPrefix("(") { told.metric = String(word.dropFirst().dropLast()) }
            if word.hasPrefix("[") { told.origin = String(word.dropFirst().dropLast()) }
        }
        return told
    }
}
