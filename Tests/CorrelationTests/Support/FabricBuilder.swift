import Correlation
import Design
import Fabric
import FoundationEssentials

/// Builds snapshots by hand: a healthy fabric, and mutators that break it.
///
/// The healthy fabric has no finding, so each test states what it breaks and nothing else.
struct FabricBuilder {
    static let now = Date(timeIntervalSince1970: 1_768_039_200)

    var now = FabricBuilder.now
    var snapshot: Snapshot
    var settings = CorrelationSettings(release: "4.2", multipathRelax: true)

    /// A pair of leaves and its nodes.
    struct RackPlan {
        var name: String
        var asn: UInt32
        var leaves: [Int]
        var nodes: [Int]
    }

    /// The paper's first figure: racks of three nodes behind leaves 101 to 104, one block per node, one service
    /// range, and a local service with an endpoint on node-1 and node-2.
    static func figure1() -> FabricBuilder {
        FabricBuilder(racks: [
            RackPlan(name: "rack-1", asn: 65101, leaves: [101, 102], nodes: [1, 2, 3]),
            RackPlan(name: "rack-2", asn: 65102, leaves: [103, 104], nodes: [4, 5, 6]),
        ])
    }

    static let vrf = "common:calico"
    static let range = prefix("10.96.0.0/16")
    static let local = prefix("10.96.0.80/32")
    static let web = ObjectName(namespace: "default", name: "web")

    static func prefix(_ text: String) -> IPPrefix { IPPrefix(text) ?? IPPrefix(host: IPAddress(v4: 0)) }
    static func name(_ node: Int) -> NodeName { NodeName("node-\(node)") }

    /// Each node's /29 begins at 192.168.0.0 + 8 × its number.
    static func address(_ node: Int) -> IPAddress { IPAddress(v4: 0xC0A8_0000 + UInt32(node) * 8 + 1) }
    static func leafAddress(_ node: Int, side: Int) -> IPAddress {
        IPAddress(v4: 0xC0A8_0000 + UInt32(node) * 8 + 4 + UInt32(side))
    }
    /// The blocks of a node: 10.244.0.0/14 holds 4,096 of them.
    static func block(_ node: Int, _ index: Int = 0) -> IPPrefix {
        IPPrefix(IPAddress(v4: 0x0AF4_0000 + (UInt32(node) * 64 + UInt32(index)) * 64), length: 26) ?? range
    }
    static func asn(_ node: Int) -> ASN { ASN(65200 + UInt32(node)) }
    static func routerID(_ leaf: Int) -> IPAddress { IPAddress(v4: 0x0A00_0000 + UInt32(leaf)) }

    let racks: [RackPlan]
    /// Blocks of each node.
    let blocks: Int

    init(racks: [RackPlan], blocks: Int = 1) {
        self.racks = racks
        self.blocks = blocks
        let nodes = racks.flatMap { rack in
            rack.nodes.map {
                Node(
                    name: FabricBuilder.name($0), address: FabricBuilder.address($0), asn: FabricBuilder.asn($0),
                    rack: rack.name, origin: .configured)
            }
        }
        let inventory = Inventory(
            vrf: FabricBuilder.vrf,
            racks: racks.map {
                Rack(name: $0.name, asn: ASN($0.asn), leaves: $0.leaves.map(LeafID.init), origin: .configured)
            },
            leaves: racks.flatMap { rack in
                rack.leaves.map { Leaf(id: LeafID($0), name: "leaf-\($0)", rack: rack.name, origin: .configured) }
            },
            nodes: nodes, podSubnets: [FabricBuilder.prefix("10.244.0.0/14"), FabricBuilder.prefix("10.248.0.0/13")],
            serviceSubnets: [FabricBuilder.range])
        snapshot = Snapshot(inventory: inventory, at: now)
        addCluster()
        for rack in racks {
            for node in rack.nodes { addNode(node, rack) }
            for leaf in rack.leaves { addLeaf(leaf, rack) }
        }
    }

    func provenance(_ source: SourceID, _ command: String = "show", at offset: Double = 0) -> Provenance {
        Provenance(source: source, command: command, at: now.addingTimeInterval(offset))
    }

    private mutating func addSource(_ source: SourceID) {
        snapshot.sources[source] = SourceStatus(lastSuccess: now, lastAttempt: now, interval: .seconds(5))
    }

    // MARK: Cluster

    private mutating func addCluster() {
        addSource(.kubernetes)
        let from = provenance(.kubernetes, "kubectl get")
        let all = racks.flatMap { rack in rack.nodes.map { (rack, $0) } }
        snapshot.cluster.nodes = Observed(
            all.map { _, node in
                KubernetesNode(
                    name: FabricBuilder.name(node), isReady: true, calicoAddress: FabricBuilder.address(node),
                    calicoPrefixLength: 29, calicoAS: FabricBuilder.asn(node))
            }, from)
        snapshot.cluster.peers = Observed(
            all.flatMap { rack, node in
                rack.leaves.enumerated().map { side, leaf in
                    CalicoPeer(
                        name: IntendedPeers.name(leaf: LeafID(leaf), node: FabricBuilder.name(node)),
                        node: FabricBuilder.name(node), peerIP: FabricBuilder.leafAddress(node, side: side),
                        asn: ASN(rack.asn))
                }
            }, from)
        snapshot.cluster.bgpConfiguration = Observed(
            CalicoBGPConfiguration(isMeshEnabled: false, serviceClusterIPs: [FabricBuilder.range]), from)
        snapshot.cluster.blocks = Observed(
            all.flatMap { _, node in
                (0..<blocks).map {
                    BlockAffinity(
                        block: FabricBuilder.block(node, $0), node: FabricBuilder.name(node), isConfirmed: true)
                }
            }, from)
        snapshot.cluster.services = Observed(
            [
                Service(
                    name: FabricBuilder.web, type: "LoadBalancer", isLocal: true,
                    clusterIPs: [FabricBuilder.local.address])
            ], from)
        setEndpoints([1: 1, 2: 1])
    }

    /// The ready endpoints of the local service, by node.
    mutating func setEndpoints(_ counts: [Int: Int]) {
        let endpoints = counts.sorted { $0.key < $1.key }.flatMap { node, count in
            (0..<count).map { index in
                ServiceEndpoint(
                    address: IPAddress(v4: FabricBuilder.block(node).address.v4.map { $0 + UInt32(index) + 1 } ?? 0),
                    node: FabricBuilder.name(node), isReady: true)
            }
        }
        snapshot.cluster.endpoints = Observed(
            [ServiceEndpoints(service: FabricBuilder.web, endpoints: endpoints)], provenance(.kubernetes, "slices"))
    }

    /// What a healthy node advertises.
    func advertised(_ node: Int) -> [IPPrefix] {
        var prefixes = (0..<blocks).map { FabricBuilder.block(node, $0) } + [FabricBuilder.range]
        if node <= 2 { prefixes.append(FabricBuilder.local) }
        return prefixes
    }

    // MARK: Nodes

    private mutating func addNode(_ node: Int, _ rack: RackPlan) {
        let source = SourceID.node(FabricBuilder.name(node))
        addSource(source)
        let peers = rack.leaves.enumerated().map { side, leaf in
            let address = FabricBuilder.leafAddress(node, side: side)
            return NodePeer(
                address: address, kind: .node, protocolName: "Node_\(side)", protocolState: "up", state: .established,
                info: "Established", since: "08:00:00", neighborID: FabricBuilder.routerID(leaf),
                neighborAS: ASN(rack.asn), sourceAddress: FabricBuilder.address(node), exported: 3, holdTime: 3)
        }
        var state = NodeState(
            protocols: Observed(peers, provenance(source, "birdcl show protocols all")),
            bird: Observed(BIRDStatus(serverTime: now), provenance(source, "birdcl show status")))
        let subnet = IPPrefix(FabricBuilder.address(node), length: 29) ?? FabricBuilder.range
        for side in rack.leaves.indices {
            state.exports["Node_\(side)"] = Observed(
                (advertised(node) + [subnet]).map { NodeRoute(prefix: $0, protocolName: "static1", since: "08:00:00") },
                provenance(source, "birdcl show route export Node_\(side)"))
        }
        snapshot.nodes[FabricBuilder.name(node)] = state
    }

    // MARK: Leaves

    private mutating func addLeaf(_ leaf: Int, _ rack: RackPlan) {
        let source = SourceID.leaf(LeafID(leaf))
        addSource(source)
        let rows = rack.nodes.map { node in
            LeafPeer(
                neighbor: FabricBuilder.address(node), asn: FabricBuilder.asn(node),
                asPrinted: "\(FabricBuilder.asn(node))",
                messagesReceived: 1, messagesSent: 1, tableVersion: 9, inQueue: 0, outQueue: 0, upDown: "02:00:00",
                age: .seconds(7200), state: .established, prefixesReceived: advertised(node).count,
                stateOrPrefixes: "\(advertised(node).count)")
        }
        let summary = LeafSummary(
            node: leaf, nodeName: "leaf-\(leaf)", vrf: FabricBuilder.vrf, family: "ipv4 unicast",
            routerID: FabricBuilder.routerID(leaf), localAS: ASN(65001), tableVersion: 9, peers: rows)
        snapshot.leaves[LeafID(leaf)] = LeafState(
            summaries: Observed([summary], provenance(source, "show ip bgp summary")))
        rebuildTable(leaf)
    }
}
