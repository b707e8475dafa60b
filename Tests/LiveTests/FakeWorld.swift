import Console
import Correlation
import Fabric
import FoundationEssentials
import Live
import Operations
import Polling
import Synchronization

/// One leaf pair and one node, answered from memory: what each source says can be changed while it is polled.
final class FakeSources: Sendable {
    private let texts = Mutex<[SourceID: String?]>([:])
    private let looks = Mutex<[Look]>([])

    /// What a source says from now on; nil: it fails.
    func say(_ source: SourceID, _ text: String?) { texts.withLock { $0[source] = text } }

    private let refusesWholeTables = Mutex(false)

    /// Whole routing tables are too large from now on.
    func refuseWholeTables() { refusesWholeTables.withLock { $0 = true } }

    /// Every look so far.
    var asked: [Look] { looks.withLock { $0 } }

    static func summary(_ last: String) -> String {
        """
        BGP summary information for VRF common:calico, address family IPv4 Unicast
        BGP router identifier 192.168.255.203, local AS number 65002
        BGP table version is 291, IPv4 Unicast config peers 1, capable peers 1

        Neighbor        V    AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd
        192.168.2.1     4 64501    3694    3685      291    0    0 02:01:30 \(last)
        """
    }

    static let routes = """
        IP Route Table for VRF "common:calico"

        10.244.7.64/26, ubest/mbest: 1/0
            *via 192.168.2.1%common:calico, [20/0], 02:21:22, bgp-65002, external, tag 64500

        """

    static let status = """
        Calico process is running.

        IPv4 BGP status
        +--------------+---------------+-------+----------+-------------+
        | PEER ADDRESS |   PEER TYPE   | STATE |  SINCE   |    INFO     |
        +--------------+---------------+-------+----------+-------------+
        | 192.168.2.4  | node specific | up    | 08:17:37 | Established |
        | 192.168.2.5  | node specific | up    | 08:17:37 | Established |
        +--------------+---------------+-------+----------+-------------+

        """

    func port(_ now: @escaping @Sendable () -> Date) -> ReadPort {
        ReadPort { look in
            self.looks.withLock { $0.append(look) }
            guard let text = self.texts.withLock({ $0[look.source] ?? "" }) else {
                let error = SourceError(
                    kind: .unreachable, source: look.source, operation: "ssh", cause: "Connection refused", hint: "")
                return LookResult(look: look, answers: [], error: error)
            }
            if case .leafRoutes(_, .all) = look, self.refusesWholeTables.withLock({ $0 }) {
                let error = SourceError(
                    kind: .tooLarge, source: look.source, operation: "show ip route", cause: "too large", hint: "")
                return LookResult(look: look, answers: [], error: error)
            }
            let (command, bytes) =
                switch look {
                case .leafRoutes(_, .prefixes): ("show ip route 10.96.0.0/12 vrf common:calico", FakeSources.routes)
                case .leafRoutes: ("show ip route vrf common:calico", FakeSources.routes)
                case .node: ("calicoctl node status", text)
                default: ("show ip bgp summary vrf common:calico", text)
                }
            return LookResult(
                look: look,
                answers: [Answer(source: look.source, command: command, at: now(), bytes: Array(bytes.utf8))])
        }
    }

    static let leafA = SourceID.leaf(LeafID(203))
    static let leafB = SourceID.leaf(LeafID(204))
    static let node = SourceID.node(NodeName("calico-master-1"))

    static func healthy() -> FakeSources {
        let sources = FakeSources()
        sources.say(leafA, summary("1"))
        sources.say(leafB, summary("1"))
        sources.say(node, status)
        return sources
    }

    /// A world over these sources that polls as fast as it may.
    func world() -> World {
        let now: @Sendable () -> Date = { Date() }
        let inventory = Inventory(
            vrf: "common:calico",
            racks: [Rack(name: "rack-1", asn: ASN(64500), leaves: [LeafID(203), LeafID(204)], origin: .configured)],
            leaves: [203, 204].map { Leaf(id: LeafID($0), name: "Leaf\($0)", rack: "rack-1", origin: .configured) },
            nodes: [
                Node(
                    name: NodeName("calico-master-1"), address: IPAddress("192.168.2.1"), asn: ASN(64501),
                    rack: "rack-1", origin: .configured)
            ], podSubnets: [IPPrefix("10.244.0.0/16")].compactMap { $0 })
        return World(
            label: FabricLabel(context: "fake", vrf: "common:calico", isSimulated: true), inventory: inventory,
            settings: CorrelationSettings(release: "4.2", multipathRelax: true), reading: port(now),
            targets: PollTargets(
                leaves: [LeafID(203), LeafID(204)], nodes: [NodeName("calico-master-1")], cluster: false),
            intervals: PollIntervals(
                leafSummary: .milliseconds(200), leafRoutes: .milliseconds(200), node: .milliseconds(200),
                cluster: .seconds(1), floor: .milliseconds(100)),
            gate: nil, evidence: .none, journalFolder: nil,
            who: Operator(user: "test", host: "test", pid: 1), faults: nil, dumpFolder: "/nonexistent", now: now)
    }
}
