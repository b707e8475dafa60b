import Correlation
import Fabric
import FoundationEssentials
import Operations
import Polling
import Testing

/// A hand-made fabric of two racks: node-1 to node-3 behind leaves 101 and 102, node-4 behind 103 and 104.
struct World {
    static let start = Date(timeIntervalSince1970: 1_768_000_000)
    static let who = Operator(user: "anna", host: "jump-1", pid: 4711)

    var now = World.start
    var snapshot: Snapshot
    var picture: Picture
    var maintenance: Set<NodeName> = []
    var options = DrainOptions()
    var overrides: Set<Blocker.Kind> = []

    static let leafA = LeafID(101)
    static let leafB = LeafID(102)

    init() throws {
        let inventory = try World.inventory()
        snapshot = Snapshot(inventory: inventory, at: World.start)
        picture = Picture(at: World.start)
        picture.inventory = inventory
        try fillCluster()
        fillSources()
        try fillSessions()
        try setRoutes(["10.96.0.20/32": [1, 2]])
    }

    static func inventory() throws -> Inventory {
        let racks = [
            Rack(name: "rack-1", asn: ASN(65002), leaves: [leafA, leafB], origin: .configured),
            Rack(name: "rack-2", asn: ASN(65003), leaves: [LeafID(103), LeafID(104)], origin: .configured),
        ]
        let nodes = try (1...4).map { number in
            Node(
                name: name(number), address: try address(number), subnetLength: 29, asn: ASN(UInt32(65100 + number)),
                rack: number == 4 ? "rack-2" : "rack-1", origin: .configured)
        }
        let leaves = racks.flatMap { rack in
            rack.leaves.map { Leaf(id: $0, name: "leaf-\($0)", rack: rack.name, origin: .configured) }
        }
        return Inventory(vrf: "common:calico", racks: racks, leaves: leaves, nodes: nodes)
    }

    static func name(_ number: Int) -> NodeName { NodeName("node-\(number)") }
    static func address(_ number: Int) throws -> IPAddress { try ip("192.168.\(number).1") }
    static func ip(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }
    static func prefix(_ text: String) throws -> IPPrefix { try #require(IPPrefix(text)) }

    func seen<Value: Sendable>(_ value: Value, _ source: SourceID = .kubernetes) -> Observed<Value> {
        Observed(value, Provenance(source: source, command: "", at: now))
    }

    private mutating func fillCluster() throws {
        let nodes = try (1...4).map { number in
            KubernetesNode(
                name: World.name(number), isReady: true, internalIP: try World.address(number),
                calicoAddress: try World.address(number), calicoPrefixLength: 29, calicoAS: ASN(UInt32(65100 + number)),
                labels: ["kubernetes.io/hostname": "node-\(number)"])
        }
        snapshot.cluster.nodes = seen(nodes)
        snapshot.cluster.pods = seen([])
        snapshot.cluster.budgets = seen([])
        snapshot.cluster.bgpConfiguration = seen(
            CalicoBGPConfiguration(isMeshEnabled: false, serviceClusterIPs: [try World.prefix("10.96.0.0/16")]))
        snapshot.cluster.peers = seen(
            try (1...4).flatMap { number in
                let rack = number == 4 ? (103, 65003) : (101, 65002)
                return try (0...1).map { side in
                    CalicoPeer(
                        name: "leaf\(rack.0 + side)-node-\(number)", node: World.name(number),
                        peerIP: try World.ip("192.168.\(number).\(4 + side)"), asn: ASN(UInt32(rack.1)))
                }
            })
    }

    mutating func fillSources() {
        let sources: [SourceID] =
            [.apic, .kubernetes] + (101...104).map { .leaf(LeafID($0)) } + (1...4).map { .node(World.name($0)) }
        for source in sources {
            snapshot.sources[source] = SourceStatus(lastSuccess: now, lastAttempt: now, interval: .seconds(5))
        }
    }

    private mutating func fillSessions() throws {
        for number in 1...4 {
            for side in 0...1 { try setSession(number, side, .up) }
        }
    }

    /// Both ends of a session as of now; the verdict is taken as given.
    mutating func setSession(
        _ number: Int, _ side: Int, _ verdict: SessionVerdict, leaf: String = "Established",
        node: String = "up Established", detail: BGPSession? = nil, age: Int = 600
    ) throws {
        let key = SessionKey(node: World.name(number), leaf: LeafID((number == 4 ? 103 : 101) + side))
        let words = node.split(separator: " ").map(String.init)
        let own = try World.address(number)
        let other = try World.ip("192.168.\(number).\(4 + side)")
        let down = verdict == .down
        let state = BGPState(words: down ? "Idle" : leaf)
        var leafPeer = LeafPeer(
            neighbor: own, asn: ASN(UInt32(65100 + number)), asPrinted: "", messagesReceived: 0, messagesSent: 0,
            tableVersion: 0, inQueue: 0, outQueue: 0, upDown: "00:10:00", age: .seconds(age), state: state,
            prefixesReceived: 3, stateOrPrefixes: "3")
        leafPeer.detail = detail
        let nodePeer = NodePeer(
            address: other, kind: .node, protocolState: down ? "start" : words[0],
            state: BGPState(words: down ? "Active" : words[1]), info: down ? "Active" : words[1], since: "")
        let session = Session(
            key: key, rack: number == 4 ? "rack-2" : "rack-1", leafAddress: other, nodeAddress: own, leafAS: nil,
            nodeAS: nil, leafPeer: seen(leafPeer, .leaf(key.leaf)), nodePeer: seen(nodePeer, .node(key.node)),
            isLeafRead: true, isNodeRead: true, verdict: verdict, since: nil, accepted: nil, advertised: nil, losses: 0)
        picture.sessions.removeAll { $0.key == key }
        picture.sessions.append(session)
    }

    /// Tables, ledger and service views of all four leaves as of now: which nodes offer which prefix.
    mutating func setRoutes(_ offers: [String: [Int]], selected: Bool = false) throws {
        picture.ledger = []
        picture.services = []
        for leaf in 101...104 {
            let local = leaf < 103 ? [1, 2, 3] : [4]
            var rows: [RouteTable.Row] = []
            var sets: [NextHopSet] = []
            for (text, nodes) in offers {
                let prefix = try World.prefix(text)
                let mine = nodes.filter(local.contains)
                for number in mine { picture.ledger.append(entry(prefix, World.name(number), LeafID(leaf))) }
                guard !mine.isEmpty else { continue }
                rows.append(RouteTable.Row(prefix: prefix, setIndex: UInt32(sets.count), age: 10))
                sets.append(NextHopSet(try mine.map { NextHop(address: try World.address($0), owner: "bgp-65000") }))
                if prefix.isHost { picture.services.append(view(prefix, LeafID(leaf), mine)) }
            }
            let table = RouteTable(vrf: "common:calico", family: .ipv4, rows: rows, nextHopSets: sets)
            snapshot.leaves[LeafID(leaf), default: LeafState()].routes = [
                RouteTableKey(vrf: "common:calico", family: .ipv4): seen(table, .leaf(LeafID(leaf)))
            ]
            snapshot.leaves[LeafID(leaf)]?.routesAreSelected = selected
        }
    }

    /// Changes the lines of the ledger.
    mutating func change(_ body: (inout LedgerEntry) -> Void) {
        let entries = Array(picture.ledger)
        picture.ledger = []
        for var entry in entries {
            body(&entry)
            picture.ledger.append(entry)
        }
    }

    mutating func setKind(_ kind: PrefixKind, of text: String) throws {
        let prefix = try World.prefix(text)
        change { if $0.prefix == prefix { $0.kind = kind } }
    }

    private func entry(_ prefix: IPPrefix, _ node: NodeName, _ leaf: LeafID) -> LedgerEntry {
        LedgerEntry(
            key: SessionKey(node: node, leaf: leaf), rack: nil, prefix: prefix,
            kind: prefix.isHost ? .service : .block, expected: .yes,
            advertised: .yes, accepted: .yes, installed: .yes, verdict: .ok, rule: nil, reason: "")
    }

    private func view(_ prefix: IPPrefix, _ leaf: LeafID, _ nodes: [Int]) -> ServiceView {
        ServiceView(
            service: ObjectName(namespace: "shop", name: "web"), prefix: prefix, leaf: leaf,
            expectedNodes: nodes.map(World.name), nextHops: nodes.map { World.name($0).text }, shares: [], skew: nil,
            isClipped: false, verdict: .even)
    }

    mutating func setCordoned(_ number: Int, _ isCordoned: Bool) {
        var nodes = snapshot.cluster.nodes?.value ?? []
        for place in nodes.indices where nodes[place].name == World.name(number) {
            nodes[place].isCordoned = isCordoned
        }
        snapshot.cluster.nodes = seen(nodes)
    }

    mutating func setPods(_ pods: [Pod]) { snapshot.cluster.pods = seen(pods) }

    var context: PlanContext {
        PlanContext(
            snapshot: snapshot, picture: picture, now: now, maintenance: maintenance, options: options,
            overrides: overrides)
    }

    func plan(_ kind: OperationKind, _ number: Int = 1) -> Plan { Plan(kind, of: World.name(number), in: context) }

    var facts: OperationEvent { .facts(snapshot, picture, now: now) }

    /// Lets seconds pass: everything observed from here on is that much younger.
    mutating func pass(_ seconds: Double) { now = now.addingTimeInterval(seconds) }
}

func pod(
    _ name: String, on number: Int = 1, owner: String? = "ReplicaSet", emptyDir: Bool = false, phase: String = "Running"
)
    -> Pod
{
    Pod(
        name: ObjectName(namespace: "shop", name: name), node: World.name(number), ownerKind: owner,
        labels: ["app": "web"], hasEmptyDir: emptyDir, phase: phase)
}

extension Plan {
    var text: String { lines.map(\.plain).joined(separator: "\n") }
    var drain: DrainPlan? { if case .drain(let plan) = self { plan } else { nil } }
    var push: PushPlan? { if case .push(let plan) = self { plan } else { nil } }
    var restore: RestorePlan? { if case .restore(let plan) = self { plan } else { nil } }
}
